package authtest_test

import (
	"encoding/base64"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestSRPChallenge(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "Alice", Password: password})
	c := newSRPClient()
	r := f.beginSRP("aLICE", strings.ToUpper(c.public.Text(16)))
	parameters, _ := r.challenge("PASSWORD_VERIFIER")

	assert.NotContains(t, r.body, "Session", "the state is all in the SECRET_BLOCK")
	assert.Equal(t, "Alice", parameters["USERNAME"])
	assert.Equal(t, "Alice", parameters["USER_ID_FOR_SRP"])
	assert.Len(t, parameters, 5)
	salt, serverPublic := parameters["SALT"].(string), parameters["SRP_B"].(string)
	assert.Equal(t, number(salt).Text(16), salt, "hexadecimal, not padded")
	assert.Equal(t, number(serverPublic).Text(16), serverPublic, "hexadecimal, not padded")
	block := parameters["SECRET_BLOCK"].(string)
	assert.True(t, strings.HasPrefix(block, "AgV4"))
	assert.Greater(t, len(block), 1000)

	again, _ := f.beginSRP("alice", c.public.Text(16)).challenge("PASSWORD_VERIFIER")
	assert.Equal(t, salt, again["SALT"], "the salt belongs to the password")
	assert.NotEqual(t, serverPublic, again["SRP_B"])
	f.unviolated()
}

func TestSRPSignIn(t *testing.T) {
	t.Parallel()
	for _, p := range []string{password, "Pässwörd-日本語-🔑1", "Inner space 1!"} {
		t.Run(p, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, authtest.User{Username: "zoë", Password: p})
			f.signInSRP("zoë", p).tokens()
			f.signInSRP("zoë", wrong).fails("NotAuthorizedException", wrongPassword)
			f.unviolated()
		})
	}
}

// Numbers that are a byte short turn up once in 256 rounds; the vectors of the white-box test hold
// such ones.
func TestSRPManyRounds(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	for range 25 {
		f.signInSRP("alice", password).tokens()
	}
}

func TestSRPClaimRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]object{
		"signature of the right length": {"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(make([]byte, 32))},
		"signature not base64":          {"PASSWORD_CLAIM_SIGNATURE": "§"},
		"block not base64":              {"PASSWORD_CLAIM_SECRET_BLOCK": "§"},
		"block made up":                 {"PASSWORD_CLAIM_SECRET_BLOCK": "AgV4AAAA"},
		"block without content":         {"PASSWORD_CLAIM_SECRET_BLOCK": "AgV4"},
		"other user":                    {"USERNAME": "bob"},
		"unknown user":                  {"USERNAME": "nobody"},
		"timestamp not signed":          {"TIMESTAMP": timestamp(time.Now().Add(-time.Minute))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
			claim := f.claim("alice", password)
			maps.Copy(claim, change)
			f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
			f.unviolated()
		})
	}
}

func TestSRPForeignBlockRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	other := start(t, authtest.Config{}, alice())
	for _, foreign := range []object{f.claim("bob", password), other.claim("alice", password)} {
		claim := f.claim("alice", password)
		claim["PASSWORD_CLAIM_SECRET_BLOCK"] = foreign["PASSWORD_CLAIM_SECRET_BLOCK"]
		f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
	}
}

func TestSRPTimestamp(t *testing.T) {
	t.Parallel()
	sign := func(f *fixture, at string) reply {
		c := newSRPClient()
		parameters, _ := f.beginSRP("alice", c.public.Text(16)).challenge("PASSWORD_VERIFIER")
		return f.respond("PASSWORD_VERIFIER", "", c.claim(f.UserPoolID, password, at, parameters))
	}
	format := "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
	for name, test := range map[string]struct{ at, code, message string }{
		"padded day":        {"Sat Sep 05 09:03:07 UTC 2026", "NotAuthorizedException", wrongPassword},
		"wrong weekday":     {"Sun Sep 5 09:03:07 UTC 2026", "NotAuthorizedException", wrongPassword},
		"single-digit hour": {"Sat Sep 5 9:03:07 UTC 2026", "NotAuthorizedException", wrongPassword},
		"German":            {"Sa Sep 5 09:03:07 UTC 2026", "InvalidParameterException", format},
		"other zone":        {"Sat Sep 5 09:03:07 CET 2026", "InvalidParameterException", format},
		"ISO 8601":          {"2026-09-05T09:03:07Z", "InvalidParameterException", format},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice())
			f.Advance(time.Until(time.Date(2026, 9, 5, 9, 3, 7, 0, time.UTC)))
			sign(f, test.at).fails(test.code, test.message)
			assert.Contains(t, f.violated(), test.code)
		})
	}

	t.Run("unpadded day", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		f.Advance(time.Until(time.Date(2026, 9, 5, 9, 3, 7, 0, time.UTC)))
		sign(f, "Sat Sep 5 09:03:07 UTC 2026").tokens()
		f.unviolated()
	})

	t.Run("window", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		sign(f, timestamp(time.Now().Add(-4*time.Minute))).tokens()
		sign(f, timestamp(time.Now().Add(4*time.Minute))).tokens()
		sign(f, timestamp(time.Now().Add(-6*time.Minute))).fails("NotAuthorizedException", wrongPassword)
		sign(f, timestamp(time.Now().Add(6*time.Minute))).fails("NotAuthorizedException", wrongPassword)
		f.Advance(time.Hour)
		sign(f, timestamp(time.Now())).tokens()
		sign(f, timestamp(f.Now())).tokens()
		sign(f, timestamp(time.Now().Add(30*time.Minute))).fails("NotAuthorizedException", wrongPassword)
		f.unviolated()
	})
}

func TestSRPBlockExpiresAndIsSpent(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AuthSessionValidity: 5 * time.Minute}, alice())

	claim := f.claim("alice", password)
	f.Advance(5*time.Minute - time.Second)
	f.respond("PASSWORD_VERIFIER", "", claim).tokens()
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)

	claim = f.claim("alice", password)
	f.Advance(5 * time.Minute)
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
}

func TestSRPAnswerWithSessionOrAlias(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}}, authtest.User{
		Username: "alice", Password: password,
		Attributes: map[string]string{"email": email, "email_verified": "true"},
	})
	f.respond("PASSWORD_VERIFIER", strings.Repeat("s", 40), f.claim("alice", password)).tokens()

	claim := f.claim(email, password)
	assert.Equal(t, "alice", claim["USERNAME"])
	claim["USERNAME"] = email
	f.respond("PASSWORD_VERIFIER", "", claim).tokens()
	f.unviolated()
}

func TestSRPPublicValue(t *testing.T) {
	t.Parallel()
	n := number(prime)
	for name, a := range map[string]string{
		"zero":        "0",
		"N":           n.Text(16),
		"2N":          new(big.Int).Lsh(n, 1).Text(16),
		"not hex":     "xyz",
		"negative":    "-1",
		"with sign":   "+1",
		"prefixed":    "0x1",
		"far too big": strings.Repeat("f", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice())
			f.beginSRP("alice", a).failsWith("InvalidParameterException")
			assert.Contains(t, f.violated(), "SRP_A")
		})
	}
	f := start(t, authtest.Config{}, alice())
	f.beginSRP("alice", strings.Repeat("a", 768)).challenge("PASSWORD_VERIFIER")
	f.beginSRP("alice", "00"+newSRPClient().public.Text(16)).challenge("PASSWORD_VERIFIER")
	f.unviolated()
}

// A password that changes between the challenge and the answer leaves the old proof worthless.
func TestSRPPasswordChangedInBetween(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	claim := f.claim("alice", password)
	f.admin("AdminSetUserPassword", object{"Username": "alice", "Password": "Another-1!pass", "Permanent": true}).ok()
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
	require.NotEmpty(t, f.signInSRP("alice", "Another-1!pass").tokens())
}
