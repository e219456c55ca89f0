package srp_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

func TestParameterErrors(t *testing.T) {
	t.Parallel()
	n := referenceModulus()
	plus := func(m *big.Int, d int64) string { return new(big.Int).Add(m, big.NewInt(d)).Text(16) }
	times := func(factor int64) string { return new(big.Int).Mul(n, big.NewInt(factor)).Text(16) }
	tests := []struct{ title, name, value, reason string }{
		{"B absent", "SRP_B", "", "missing"},
		{"B zero", "SRP_B", "0", "zero modulo N"},
		{"B many zeros", "SRP_B", strings.Repeat("0", srp.MaxB), "zero modulo N"},
		{"B is N", "SRP_B", n.Text(16), "zero modulo N"},
		{"B is N with a sign byte", "SRP_B", "00" + n.Text(16), "zero modulo N"},
		{"B is N in capitals", "SRP_B", strings.ToUpper(n.Text(16)), "zero modulo N"},
		{"B is N+1", "SRP_B", plus(n, 1), "not below N"},
		{"B is 2N", "SRP_B", times(2), "not below N"},
		{"B is 16N", "SRP_B", times(16), "not below N"},
		{"B is 255N", "SRP_B", times(255), "not below N"},
		{"B is 2^3072", "SRP_B", power2(3072).Text(16), "not below N"},
		{"B is 257N", "SRP_B", times(257), "too long"},
		{"B is 4096N", "SRP_B", times(4096), "too long"},
		{"B one digit too long", "SRP_B", strings.Repeat("0", srp.MaxB) + "1", "too long"},
		{"B enormous", "SRP_B", strings.Repeat("f", 1<<20), "too long"},
		{"B negative", "SRP_B", "-5", "not hexadecimal"},
		{"B negative zero", "SRP_B", "-0", "not hexadecimal"},
		{"B with a plus", "SRP_B", "+5", "not hexadecimal"},
		{"B with a prefix", "SRP_B", "0x5", "not hexadecimal"},
		{"B with an underscore", "SRP_B", "5_5", "not hexadecimal"},
		{"B with a blank in front", "SRP_B", " 5", "not hexadecimal"},
		{"B with a line break", "SRP_B", "55\n", "not hexadecimal"},
		{"B with a zero byte", "SRP_B", "5\x005", "not hexadecimal"},
		{"B not hexadecimal", "SRP_B", "xyzzy", "not hexadecimal"},
		{"B not ASCII", "SRP_B", "５５", "not hexadecimal"},
		{"salt absent", "SALT", "", "missing"},
		{"salt negative", "SALT", "-8f", "not hexadecimal"},
		{"salt with a plus", "SALT", "+8f", "not hexadecimal"},
		{"salt not hexadecimal", "SALT", "salt", "not hexadecimal"},
		{"salt too long", "SALT", strings.Repeat("1", srp.MaxSalt+1), "too long"},
		{"salt enormous", "SALT", strings.Repeat("1", 1<<20), "too long"},
		{"secret block absent", "SECRET_BLOCK", "", "missing"},
		{"secret block not base64", "SECRET_BLOCK", "!!!!", "not base64"},
		{"secret block of one digit", "SECRET_BLOCK", "AAAAA", "not base64"},
		{"secret block of padding", "SECRET_BLOCK", "=", "not base64"},
		{"secret block with half its padding", "SECRET_BLOCK", "AA=", "not base64"},
		{"secret block with too much padding", "SECRET_BLOCK", "AAA==", "not base64"},
		{"secret block with padding inside", "SECRET_BLOCK", "AA==AAAA", "not base64"},
		{"secret block in two alphabets", "SECRET_BLOCK", "+-AA", "not base64"},
		{"secret block with a line break", "SECRET_BLOCK", "AAAA\nAAAA", "not base64"},
		{"secret block with a return", "SECRET_BLOCK", "AAAA\r", "not base64"},
		{"secret block with a blank", "SECRET_BLOCK", "AAAA AAAA", "not base64"},
		{"secret block too long", "SECRET_BLOCK", strings.Repeat("A", srp.MaxSecretBlock+1), "too long"},
	}
	e := newExchange(t, newReference())
	for _, tt := range tests {
		t.Run(tt.title, func(t *testing.T) {
			t.Parallel()
			parameters := e.server.parameters()
			parameters[tt.name] = tt.value
			proof, err := e.client.Sign(e.server.id, parameters, e.now)

			var parameterError *srp.ParameterError
			require.ErrorAs(t, err, &parameterError)
			assert.Equal(t, &srp.ParameterError{Name: tt.name, Reason: tt.reason}, parameterError)
			assert.Equal(t, "srp: "+tt.name+": "+tt.reason, err.Error())
			assert.True(t, proof == srp.Proof{})
		})
	}
}

func TestMissingParametersAreErrors(t *testing.T) {
	t.Parallel()
	e := newExchange(t, newReference())
	for _, parameters := range []map[string]string{nil, {}, {"USER_ID_FOR_SRP": "alice"}} {
		_, err := e.client.Sign(e.server.id, parameters, e.now)
		assert.Equal(t, &srp.ParameterError{Name: "SRP_B", Reason: "missing"}, err)
	}
}

// TestScramblerZero sets u directly, because no A and B that hash to zero are known.
func TestScramblerZero(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, srp.Scrambler([32]byte{}), "srp: u: zero")
	assert.NoError(t, srp.Scrambler([32]byte{31: 1}))
}

// TestAcceptedSpellings has the longest and the most unusual valid texts.
func TestAcceptedSpellings(t *testing.T) {
	t.Parallel()
	r := newReference()
	e := newExchange(t, r)
	largest := new(big.Int).Sub(r.n, big.NewInt(1))
	masked := new(big.Int).Mul(r.k, e.server.verifier)
	tests := map[string]map[string]string{
		"B in capitals":      {"SRP_B": strings.ToUpper(e.server.public.Text(16))},
		"B with a sign byte": {"SRP_B": "00" + e.server.public.Text(16)},
		"B one":              {"SRP_B": "1"},
		"B is N-1":           {"SRP_B": largest.Text(16)},
		"B makes S zero":     {"SRP_B": masked.Mod(masked, r.n).Text(16)},
		"salt zero":          {"SALT": "0"},
		"salt zero bytes":    {"SALT": "0000"},
		"salt longest":       {"SALT": strings.Repeat("f", srp.MaxSalt)},
		"salt in capitals":   {"SALT": "ABCDEF"},
		"salt of one digit":  {"SALT": "f"},
		"block longest":      {"SECRET_BLOCK": strings.Repeat("A", srp.MaxSecretBlock)},
	}
	a := random(t, 1024)
	for name, changed := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parameters := e.server.parameters()
			for key, value := range changed {
				parameters[key] = value
			}
			proof, err := srp.NewHandshake(a).Sign(e.server.id, parameters, e.now)
			require.NoError(t, err)
			assert.Equal(t, r.client(a).sign(e.server.id, parameters, e.now), proof.Signature)
		})
	}
}

// TestSaltIsAnInteger has salts that differ as text but not as numbers.
func TestSaltIsAnInteger(t *testing.T) {
	t.Parallel()
	e := newExchange(t, newReference())
	sign := func(salt string) string {
		parameters := e.server.parameters()
		parameters["SALT"] = salt
		proof, err := e.client.Sign(e.server.id, parameters, e.now)
		require.NoError(t, err)
		return proof.Signature
	}
	assert.Equal(t, sign("8f11"), sign("00008F11"))
	assert.Equal(t, sign("f11"), sign("0f11"))
	assert.NotEqual(t, sign("8f11"), sign("8f1100"))
}
