package authtest

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The vectors were computed with amazon-cognito-identity-js as the client. In the second one u and
// S are short: padding them to the length of N would be wrong.
func TestSRPVectors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pool, user, password, salt, secret, block, timestamp string
		key, signature                                       string
	}{
		{
			"AbCdEfGhI", "alice", "P@ssw0rd1!", "a9b8c7d6e5f40312233445566778899a", "server-b",
			"secret-block", "Tue Sep 5 09:03:07 UTC 2023",
			"a7dbd0f3d7676dc3722a8842dc0eece0", "Sz3PIOyr93E2p+o298q2S3etvgBqkoKVZtxM/KM3rI8=",
		},
		{
			"us1234567", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "correct horse", "0c0ffee00c0ffee00c0ffee00c0ffee0",
			"server-b-7", "secret-block", "Wed Oct 11 23:59:59 UTC 2023",
			"b3fb87d808ad95ad55798d4cd04c87cf", "jLYKJf88d7LhmFoDvReVXCL/c1oKCJzfBdPu7QZKjw4=",
		},
	} {
		t.Run(test.pool, func(t *testing.T) {
			t.Parallel()
			gr := newGroup()
			salt, ok := new(big.Int).SetString(test.salt, 16)
			require.True(t, ok)
			v := verifier{salt: salt, v: gr.power(test.pool, test.user, test.password, salt)}
			assert.True(t, gr.matches(v, test.pool, test.user, test.password))
			assert.False(t, gr.matches(v, test.pool, test.user, test.password+"x"))

			a, b := ephemeral("client-a"), ephemeral(test.secret)
			clientPublic := new(big.Int).Exp(gr.g, a, gr.n)
			key := gr.claimKey(clientPublic, gr.public(v, b), b, v)
			assert.Equal(t, test.key, hex.EncodeToString(key))
			signature := claimSignature(key, test.pool, test.user, []byte(test.block), test.timestamp)
			assert.Equal(t, test.signature, base64.StdEncoding.EncodeToString(signature))
		})
	}
}

// ephemeral returns the secret exponent that the vectors derive from a seed.
func ephemeral(seed string) *big.Int {
	sum := sha512.Sum512([]byte(seed))
	return new(big.Int).SetBytes(append(sum[:], sum[:]...))
}

func TestSRPMultiplier(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6", newGroup().k.Text(16))
}

func TestSignPadded(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64][]byte{
		0: {0}, 1: {1}, 0x7f: {0x7f}, 0x80: {0, 0x80}, 0x100: {1, 0}, 0x8000: {0, 0x80, 0},
	} {
		assert.Equal(t, want, signPadded(big.NewInt(n)))
	}
}

// The vector was computed with amazon-cognito-identity-js as the client.
func TestDeviceVerifierVector(t *testing.T) {
	t.Parallel()
	const (
		groupKey = "-v7w9UcY6"
		key      = "us-west-2_a1b2c3d4-5678-90ab-cdef-111111111111"
		password = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJw=="
	)
	gr := newGroup()
	salt, ok := new(big.Int).SetString("f0e1d2c3b4a5968778695a4b3c2d1e0f", 16)
	require.True(t, ok)
	power := gr.power(groupKey, key, password, salt)
	sum := sha256.Sum256([]byte(power.Text(16)))
	assert.Equal(t, "de5ea7e14f6b89da4a7e8bad706579ebdb4268c598dfc33f17186d0275359982", hex.EncodeToString(sum[:]))

	config := deviceSecretVerifierConfig{
		Salt: "APDh0sO0pZaHeGlaSzwtHg8=", PasswordVerifier: base64.StdEncoding.EncodeToString(signPadded(power)),
	}
	assert.Contains(t, config.PasswordVerifier, "AIx3k/GX6dYRj/0qm14TPXZC")
	v, err := gr.deviceVerifier(&config)
	require.NoError(t, err)
	assert.Zero(t, v.salt.Cmp(salt))
	assert.True(t, gr.matches(v, groupKey, key, password))
}
