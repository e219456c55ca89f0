package srp_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// confirm stores what ConfirmDevice sends. The password is for the client's half of the exchange.
func (s *referenceServer) confirm(t testing.TB, v srp.DeviceVerifier) {
	s.id.Password = v.Password
	s.salt, s.verifier = confirmed(t, v.Salt), confirmed(t, v.Verifier)
}

// confirmed returns the integer in a field of ConfirmDevice, which must be in its signed form.
func confirmed(t testing.TB, field string) *big.Int {
	b, err := base64.StdEncoding.Strict().DecodeString(field)
	require.NoError(t, err)
	n := toInt(b)
	require.Equal(t, signed(n), b)
	return n
}

// newDeviceExchange registers a device and leaves it before DEVICE_SRP_AUTH.
func newDeviceExchange(t testing.TB, r *reference) *exchange {
	id := srp.Identity{Pool: "-" + random(t, 48).Text(62), User: "us-east-1_" + random(t, 128).Text(16)}
	e := &exchange{
		server: &referenceServer{reference: r, id: id, secretBlock: random(t, 2048).Bytes()},
		now:    time.Unix(random(t, 33).Int64(), 0),
	}
	e.register(t)
	e.server.choose(random(t, 256))
	e.redrawClient(t)
	return e
}

func (e *exchange) register(t testing.TB) {
	v, err := srp.NewDeviceVerifier(e.server.id.Pool, e.server.id.User)
	require.NoError(t, err)
	e.server.confirm(t, v)
}

func (e *exchange) redrawDevice(t testing.TB) {
	e.register(t)
	e.redrawServer(t)
}

// deviceQuantities are those of a user, but that the salt comes from the package, and the verifier,
// which a user's server computes for itself.
func deviceQuantities() []quantity {
	verifier := func(e *exchange) *big.Int { return e.server.verifier }
	all := append(quantities(), quantity{name: "verifier", width: 384, value: verifier})
	for i := range all {
		if all[i].name == "salt" || all[i].name == "verifier" {
			all[i].redraw = (*exchange).redrawDevice
		}
	}
	return all
}

func TestForcedDeviceShapes(t *testing.T) {
	t.Parallel()
	eachShape(t, newDeviceExchange, shapes(deviceQuantities()))
}

// TestRandomDeviceHandshakes registers a device for each handshake. It forces shapes as
// TestRandomHandshakes does.
func TestRandomDeviceHandshakes(t *testing.T) {
	t.Parallel()
	manyHandshakes(t, newDeviceExchange, shapes(deviceQuantities()))
}

// TestDeviceSalts has salts that are rare at random, with the bytes that ConfirmDevice sends for
// them.
func TestDeviceSalts(t *testing.T) {
	t.Parallel()
	r := newReference()
	zeros, ones := strings.Repeat("0", 32), strings.Repeat("f", 32)
	tests := map[string]string{
		zeros:             "00",
		zeros[1:] + "1":   "01",
		zeros[2:] + "7f":  "7f",
		zeros[2:] + "80":  "0080",
		"00ff" + ones[4:]: "00ff" + ones[4:],
		"007f" + ones[4:]: "7f" + ones[4:],
		"7f" + ones[2:]:   "7f" + ones[2:],
		"80" + zeros[2:]:  "0080" + zeros[2:],
		ones:              "00" + ones,
	}
	for drawn, sent := range tests {
		t.Run(drawn, func(t *testing.T) {
			t.Parallel()
			for _, fill := range []byte{0, 0x5a, 0xff} {
				secret := bytes.Repeat([]byte{fill}, 40)
				e := newDeviceExchange(t, r)
				v := srp.FixedDeviceVerifier(e.server.id.Pool, e.server.id.User, secret, unhex(t, drawn))
				assert.Equal(t, base64.StdEncoding.EncodeToString(secret), v.Password)
				assert.Equal(t, base64.StdEncoding.EncodeToString(unhex(t, sent)), v.Salt)
				e.server.confirm(t, v)
				e.server.choose(random(t, 256))
				assert.Equal(t, r.exp(r.g, r.x(e.server.id, e.server.salt)).Text(16), e.server.verifier.Text(16))
				e.check(t)
			}
		})
	}
}

func unhex(t testing.TB, digits string) []byte {
	b, err := hex.DecodeString(digits)
	require.NoError(t, err)
	return b
}

func TestDeviceVerifierIsFresh(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 50 {
		v, err := srp.NewDeviceVerifier("-v7w9UcY6", "us-east-1_0f1e2d3c")
		require.NoError(t, err)
		require.Regexp(t, "^[0-9A-Za-z+/]{54}==$", v.Password)
		password, err := base64.StdEncoding.DecodeString(v.Password)
		require.NoError(t, err)
		require.False(t, bytes.Contains(password, confirmed(t, v.Salt).Bytes()), "the salt gives the password away")
		for _, text := range []string{v.Password, v.Salt, v.Verifier} {
			require.False(t, seen[text])
			seen[text] = true
		}
	}
}

func TestEmptyDeviceKeysAreErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ groupKey, deviceKey, name string }{
		{"", "", "DeviceGroupKey"},
		{"", "us-east-1_canary", "DeviceGroupKey"},
		{"-canary", "", "DeviceKey"},
	}
	for _, tt := range tests {
		v, err := srp.NewDeviceVerifier(tt.groupKey, tt.deviceKey)
		assert.Equal(t, &srp.ParameterError{Name: tt.name, Reason: "missing"}, err)
		assert.True(t, v == srp.DeviceVerifier{})
	}
}

// TestAnotherDevicesPasswordIsRefused answers with the right password in the name of another device
// or group.
func TestAnotherDevicesPasswordIsRefused(t *testing.T) {
	t.Parallel()
	e := newDeviceExchange(t, newReference())
	want := e.server.expects(integer(e.client.A()), e.now)
	for _, id := range []srp.Identity{
		{Pool: e.server.id.Pool + "x", User: e.server.id.User, Password: e.server.id.Password},
		{Pool: e.server.id.Pool, User: e.server.id.User + "x", Password: e.server.id.Password},
		{Pool: e.server.id.Pool, User: e.server.id.User, Password: e.server.id.Password + "x"},
	} {
		proof, err := e.client.Sign(id, e.server.parameters(), e.now)
		require.NoError(t, err)
		assert.NotEqual(t, want, proof.Signature)
	}
}

func TestNoDeviceSecretIsPrinted(t *testing.T) {
	t.Parallel()
	const canary = "canary"
	v := srp.DeviceVerifier{Password: canary + "W", Salt: canary + "S", Verifier: canary + "V"}
	forbidden := []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), fmt.Sprintf("%d", []byte(canary))}
	type holder struct{ Device srp.DeviceVerifier }
	for _, value := range []any{v, &v, holder{v}, &holder{v}, []any{v, &v}, map[string]any{"device": v}} {
		for _, text := range printings(t, value) {
			assert.Contains(t, text, "redacted")
			for _, secret := range forbidden {
				assert.NotContains(t, text, secret)
			}
		}
	}
}

// FuzzNewDeviceVerifier passes any keys to NewDeviceVerifier, which must return a *ParameterError
// if one is empty, and otherwise the verifier of the reference.
func FuzzNewDeviceVerifier(f *testing.F) {
	r := newReference()
	f.Add("-v7w9UcY6", "us-west-2_a1b2c3d4-5678-90ab-cdef-111111111111")
	f.Add("", "us-east-1_1")
	f.Add("-v7w9UcY6", "")
	f.Add(":", ":\x00\xff")
	f.Fuzz(func(t *testing.T, groupKey, deviceKey string) {
		v, err := srp.NewDeviceVerifier(groupKey, deviceKey)
		if groupKey == "" || deviceKey == "" {
			var parameterError *srp.ParameterError
			require.ErrorAs(t, err, &parameterError)
			assert.Regexp(t, `^srp: Device(Group)?Key: missing$`, err.Error())
			return
		}
		require.NoError(t, err)
		id := srp.Identity{Pool: groupKey, User: deviceKey, Password: v.Password}
		want := r.exp(r.g, r.x(id, confirmed(t, v.Salt)))
		assert.Equal(t, want.Text(16), confirmed(t, v.Verifier).Text(16))
	})
}

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
// computes for it.
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
