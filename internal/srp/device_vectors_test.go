package srp_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// registration is what another implementation sent in ConfirmDevice. What is empty was not
// published and is not compared.
type registration struct {
	Source        string `json:"source"`
	GroupKey      string `json:"groupKey"`
	DeviceKey     string `json:"deviceKey"`
	Password      string `json:"password"`
	RandomSalt    string `json:"randomSalt"` // hexadecimal
	Salt          string `json:"salt"`
	X             string `json:"x"`
	Verifier      string `json:"verifier"`
	VerifierStart string `json:"verifierStart"`
	BytesDigest   string `json:"bytesDigest"` // SHA-256 of the verifier's bytes
	HexDigest     string `json:"hexDigest"`   // SHA-256 of the verifier's lower-case hexadecimal text
}

func readRegistrations(t *testing.T) []registration {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "device", "registrations.json"))
	require.NoError(t, err)
	var all []registration
	require.NoError(t, json.Unmarshal(text, &all))
	require.Len(t, all, 3)
	return all
}

// register does with the package what the other implementation did.
func (d *registration) register(t *testing.T) srp.DeviceVerifier {
	secret, err := base64.StdEncoding.DecodeString(d.Password)
	require.NoError(t, err)
	return srp.FixedDeviceVerifier(d.GroupKey, d.DeviceKey, secret, unhex(t, d.RandomSalt))
}

func TestDeviceVectors(t *testing.T) {
	t.Parallel()
	for _, d := range readRegistrations(t) {
		t.Run(d.Source, func(t *testing.T) {
			t.Parallel()
			d.run(t)
		})
	}
}

func (d *registration) run(t *testing.T) {
	v := d.register(t)
	assert.Equal(t, d.Password, v.Password)
	assert.Equal(t, d.Salt, v.Salt)
	if d.X != "" {
		x := srp.Identity{Pool: d.GroupKey, User: d.DeviceKey, Password: d.Password}.PrivateKey(unhex(t, d.RandomSalt))
		assert.Equal(t, d.X, hex.EncodeToString(x[:]))
	}
	if d.Verifier != "" {
		assert.Equal(t, d.Verifier, v.Verifier)
	}
	assert.True(t, strings.HasPrefix(v.Verifier, d.VerifierStart), "the verifier starts with %s", d.VerifierStart)
	verifier := confirmed(t, v.Verifier)
	if d.BytesDigest != "" {
		assert.Equal(t, d.BytesDigest, digestOf(signed(verifier)))
	}
	if d.HexDigest != "" {
		assert.Equal(t, d.HexDigest, digestOf([]byte(verifier.Text(16))))
	}
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// TestDeviceVectorHandshake takes one device from NewDeviceVerifier to the signature that Amplify
// gave for it.
func TestDeviceVectorHandshake(t *testing.T) {
	t.Parallel()
	d, v := readRegistrations(t)[0], deviceVector(t)
	id := srp.Identity{Pool: d.GroupKey, User: d.DeviceKey, Password: d.register(t).Password}
	server := &referenceServer{reference: newReference(), id: id}
	server.confirm(t, d.register(t))
	server.choose(integer(v.ServerB))
	require.Equal(t, v.PublicB, server.public.Text(16))
	require.Equal(t, v.Salt, server.salt.Text(16))

	h := srp.NewHandshake(integer(v.ClientA))
	assert.Equal(t, v.PublicA, h.A())
	parameters := server.parameters()
	parameters["SECRET_BLOCK"] = v.SecretBlock
	proof, err := h.Sign(id, parameters, v.Time)
	require.NoError(t, err)
	assert.Equal(t, v.Signature, proof.Signature)
	assert.Equal(t, v.SecretBlock, proof.SecretBlock)
	assert.Equal(t, v.Timestamp, proof.Timestamp)
}

// deviceVector is Amplify's DEVICE_PASSWORD_VERIFIER.
func deviceVector(t *testing.T) vector {
	all := readVectors(t)["amplify.json"].Vectors
	last := all[len(all)-1]
	require.Equal(t, "device: DEVICE_PASSWORD_VERIFIER", last.Name)
	return last
}
