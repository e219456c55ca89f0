package srp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// confirm takes what ConfirmDevice brings a server. The password is for the client's half of the
// exchange.
func (s *referenceServer) confirm(t testing.TB, v srp.DeviceVerifier) {
	s.id.Password = v.Password
	s.salt, s.verifier = confirmed(t, v.Salt), confirmed(t, v.Verifier)
}

// confirmed is the integer in a field of ConfirmDevice, which has to be in its signed form.
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

// TestDeviceSalts has salts that chance does not bring, with the bytes that ConfirmDevice sends for
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

func TestDeviceKeysMissing(t *testing.T) {
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

// TestDeviceOfAnother answers with the right password in the name of another device or group.
func TestDeviceOfAnother(t *testing.T) {
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

// FuzzNewDeviceVerifier returns any keys: a *ParameterError if one is empty, or else the verifier
// of the reference.
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
