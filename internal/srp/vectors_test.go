package srp_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// vectorFile is one file of testdata. Integers are hexadecimal as sent on the wire.
type vectorFile struct {
	Source    string     `json:"source"`
	Vectors   []vector   `json:"vectors"`
	Verifiers []verifier `json:"verifiers"`
}

// vector is a handshake of another implementation. What is empty was not published and is not
// compared.
type vector struct {
	Name        string            `json:"name"`
	Pool        string            `json:"pool"`
	User        string            `json:"user"`
	Password    string            `json:"password"`
	Salt        string            `json:"salt"`
	ClientA     string            `json:"a"`
	ServerB     string            `json:"b"`
	PublicA     string            `json:"A"`
	PublicB     string            `json:"B"`
	SecretBlock string            `json:"secretBlock"`
	Time        time.Time         `json:"time"`
	Timestamp   string            `json:"timestamp"`
	X           string            `json:"x"`
	U           string            `json:"u"`
	S           string            `json:"S"`
	V           string            `json:"v"`
	Key         string            `json:"key"`
	Signature   string            `json:"signature"`
	Digests     map[string]string `json:"digests"` // SHA-256 of the lower-case hexadecimal text
}

// verifier is the enrolment of a device.
type verifier struct {
	Name     string `json:"name"`
	Pool     string `json:"pool"`
	User     string `json:"user"`
	Password string `json:"password"`
	Salt     string `json:"salt"`
	X        string `json:"x"`
	V        string `json:"v"`
}

func readVectors(t *testing.T) map[string]vectorFile {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	require.NoError(t, err)
	require.Len(t, names, 3)
	files := map[string]vectorFile{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var file vectorFile
		require.NoError(t, json.Unmarshal(text, &file))
		require.NotEmpty(t, file.Vectors, name)
		files[filepath.Base(name)] = file
	}
	return files
}

func TestVectors(t *testing.T) {
	t.Parallel()
	r := newReference()
	for name, file := range readVectors(t) {
		for _, v := range file.Vectors {
			t.Run(name+"/"+v.Name, func(t *testing.T) {
				t.Parallel()
				v.run(t, r)
			})
		}
		for _, v := range file.Verifiers {
			t.Run(name+"/"+v.Name, func(t *testing.T) {
				t.Parallel()
				v.run(t)
			})
		}
	}
}

func (v *vector) run(t *testing.T, r *reference) {
	id := srp.Identity{Pool: v.Pool, User: v.User, Password: v.Password}
	h := srp.NewHandshake(integer(v.ClientA))
	server := r.enrol(id, integer(v.Salt), integer(v.ServerB))
	parameters := map[string]string{"SALT": v.Salt, "SRP_B": server.public.Text(16), "SECRET_BLOCK": v.SecretBlock}

	x, u, s, key, err := h.Steps(id, parameters)
	require.NoError(t, err)
	got := map[string]*big.Int{
		"A": integer(h.A()), "B": server.public, "x": toInt(x), "u": toInt(u), "S": toInt(s), "key": toInt(key),
		"v": srp.PowerOfG(toInt(x), 4),
	}
	want := map[string]string{"A": v.PublicA, "B": v.PublicB, "x": v.X, "u": v.U, "S": v.S, "key": v.Key, "v": v.V}
	for name, digits := range want {
		if digits != "" {
			assert.Equal(t, integer(digits).Text(16), got[name].Text(16), name)
		}
	}
	for name, digest := range v.Digests {
		sum := sha256.Sum256([]byte(got[name].Text(16)))
		assert.Equal(t, digest, hex.EncodeToString(sum[:]), name)
	}

	proof, err := h.Sign(id, parameters, v.Time)
	require.NoError(t, err)
	assert.Equal(t, v.Signature, proof.Signature)
	assert.Equal(t, v.SecretBlock, proof.SecretBlock)
	assert.Equal(t, v.Timestamp, proof.Timestamp)
	assert.Equal(t, v.Signature, r.client(integer(v.ClientA)).sign(id, parameters, v.Time), "the reference client")
}

func (v *verifier) run(t *testing.T) {
	id := srp.Identity{Pool: v.Pool, User: v.User, Password: v.Password}
	x := id.PrivateKey(integer(v.Salt).Bytes())
	if v.X != "" {
		assert.Equal(t, v.X, toInt(x[:]).Text(16))
	}
	assert.Equal(t, v.V, srp.PowerOfG(toInt(x[:]), 4).Text(16))
}

func toInt(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
