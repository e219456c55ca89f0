package srp_test

import (
	"encoding/base64"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// FuzzSign passes any server values to Sign, which must return a *ParameterError or the proof of
// the reference client.
func FuzzSign(f *testing.F) {
	r := newReference()
	f.Add("8f11", "c40b1ebdc73332c0", "c2VjcmV0")
	f.Add("", "", "")
	f.Add("-1", "0", "=")
	f.Add("00", r.n.Text(16), "-_==")
	f.Add(strings.Repeat("f", 129), "0"+r.n.Text(16), "AAAA\n")
	a := big.NewInt(0xc0ffee)
	h, client := srp.NewHandshake(a), r.client(a)
	id := srp.Identity{Pool: "pool", User: "user", Password: "password"}
	reasons := regexp.MustCompile(`^srp: (SRP_B|SALT|SECRET_BLOCK|u): ` +
		`(missing|too long|not hexadecimal|not base64|zero|zero modulo N|not below N)$`)
	now := time.Date(2026, 1, 5, 3, 4, 9, 0, time.UTC)

	f.Fuzz(func(t *testing.T, salt, b, block string) {
		parameters := map[string]string{"SALT": salt, "SRP_B": b, "SECRET_BLOCK": block}
		proof, err := h.Sign(id, parameters, now)
		if err != nil {
			var parameterError *srp.ParameterError
			require.ErrorAs(t, err, &parameterError)
			assert.Regexp(t, reasons, err.Error())
			return
		}
		secret, err := anyBase64(block)
		require.NoError(t, err)
		parameters["SECRET_BLOCK"] = base64.StdEncoding.EncodeToString(secret)
		assert.Equal(t, client.sign(id, parameters, now), proof.Signature)
		assert.Equal(t, block, proof.SecretBlock)
	})
}

// FuzzInteger compares with math/big.
func FuzzInteger(f *testing.F) {
	for _, text := range []string{"", "0", "00f", "8F", "-1", "+1", "0x1", "1_0", " 1", "g", strings.Repeat("1", srp.MaxSalt+1)} {
		f.Add(text)
	}
	digits := regexp.MustCompile(`^[0-9a-fA-F]+$`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := srp.ParseInteger(text, srp.MaxSalt)
		if !digits.MatchString(text) || len(text) > srp.MaxSalt || strings.Contains(text, "\n") {
			assert.Error(t, err)
			return
		}
		require.NoError(t, err)
		assert.Equal(t, integer(text).Bytes(), append([]byte{}, b...))
	})
}

// FuzzSecretBlock compares with encoding/base64.
func FuzzSecretBlock(f *testing.F) {
	for _, text := range []string{"", "AAAA", "AA==", "AA", "-_-_", "+/+/", "+_", "A", "=", "AAAA\n", "AA=A", "AAAA===="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := srp.ParseSecretBlock(text)
		want, wantErr := anyBase64(text)
		if text == "" || len(text) > srp.MaxSecretBlock || strings.ContainsAny(text, "\r\n") || wantErr != nil {
			assert.Error(t, err)
			return
		}
		require.NoError(t, err)
		assert.Equal(t, want, got)
	})
}

// anyBase64 decodes with the first of the four encodings that can.
func anyBase64(text string) (b []byte, err error) {
	encodings := []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding}
	for _, encoding := range encodings {
		if b, err = encoding.DecodeString(text); err == nil {
			return b, nil
		}
	}
	return nil, err
}
