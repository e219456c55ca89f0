package authtest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
