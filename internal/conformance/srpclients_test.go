package conformance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	password      = "Correct-horse-1!"
	wrongPassword = "Wrong-horse-1!"
	totpSecret    = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// newPool starts a pool for the duration of a test. The test fails if a client sends a malformed
// request.
func newPool(t *testing.T, config authtest.Config, users ...authtest.User) *authtest.Pool {
	t.Helper()
	if config.OnViolation == nil {
		config.OnViolation = func(err error) { t.Error(err) }
	}
	pool, err := authtest.NewPool(config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, user := range users {
		require.NoError(t, pool.AddUser(user))
	}
	return pool
}

// tolerating returns an OnViolation for a client that sends superfluous members, which Cognito
// ignores.
func tolerating(t *testing.T, members ...string) func(error) {
	t.Helper()
	return func(err error) {
		surplus := func(member string) bool {
			return strings.HasSuffix(err.Error(), fmt.Sprintf("unknown member %q", member))
		}
		if !slices.ContainsFunc(members, surplus) {
			t.Error(err)
		}
	}
}

// signedIn is what the sign-in scripts print.
type signedIn struct {
	AccessToken, IDToken, Error string
}

// signInScript is the input of the sign-in scripts.
func signInScript(pool *authtest.Pool, username, password string) map[string]string {
	return map[string]string{
		"endpoint":   pool.URL,
		"userPoolId": pool.UserPoolID,
		"clientId":   pool.ClientID,
		"username":   username,
		"password":   password,
	}
}

// TestSRPClients checks that independent SRP clients can sign in to the pool.
func TestSRPClients(t *testing.T) {
	t.Parallel()
	needNode(t)
	surplus := map[string]string{"identity-js-sign-in.mjs": "", "srp-helper-sign-in.mjs": "SRP_A"}
	for name, member := range surplus {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{OnViolation: tolerating(t, member)},
				authtest.User{Username: "alice", Password: password},
				authtest.User{Username: "zoë", Password: "Pässwörd-日本語-1"})

			var out signedIn
			script(t, name, signInScript(pool, "alice", password), &out)
			assert.Empty(t, out.Error)
			assert.NotEmpty(t, out.AccessToken)
			assert.NotEmpty(t, out.IDToken)

			out = signedIn{}
			script(t, name, signInScript(pool, "zoë", "Pässwörd-日本語-1"), &out)
			assert.Empty(t, out.Error)
			assert.NotEmpty(t, out.AccessToken)

			out = signedIn{}
			script(t, name, signInScript(pool, "alice", wrongPassword), &out)
			assert.Equal(t, signedIn{Error: "NotAuthorizedException"}, out)
		})
	}
}

// TestIdentityJSWithTOTP checks that amazon-cognito-identity-js can answer the pool's TOTP
// challenge.
func TestIdentityJSWithTOTP(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool := newPool(t,
		authtest.Config{MFA: authtest.MFAOptional, TOTP: true, OnViolation: tolerating(t, "SMS_MFA_CODE")},
		authtest.User{
			Username: "alice", Password: password, TOTPSecret: totpSecret, MFA: []string{"SOFTWARE_TOKEN_MFA"},
		})
	code, err := authtest.TOTPCode(totpSecret, pool.Now())
	require.NoError(t, err)
	input := signInScript(pool, "alice", password)
	input["code"] = code

	var out signedIn
	script(t, "identity-js-sign-in.mjs", input, &out)
	assert.Empty(t, out.Error)
	assert.NotEmpty(t, out.AccessToken)
}
