package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestCredentialProcess(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{})
	args := []string{"credential-process", "--identity-pool-id", m.pool.AddIdentityPool(authtest.IdentityPool{})}
	out, message, code := m.acme(args...)
	assert.Empty(t, out)
	assert.Contains(t, message, "Nobody is signed in.")
	assert.Equal(t, exitSignIn, code)

	m.signIn(t)
	out, message, code = m.acme(args...)
	require.Zero(t, code, message)
	var printed map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &printed))
	assert.EqualValues(t, 1, printed["Version"])
	for _, member := range []string{"AccessKeyId", "SecretAccessKey", "SessionToken"} {
		assert.NotEmpty(t, printed[member])
	}
	end, err := time.Parse("2006-01-02T15:04:05Z", printed["Expiration"].(string))
	require.NoError(t, err)
	assert.True(t, end.After(time.Now().Add(50*time.Minute)))

	_, message, code = m.acme("credential-process", "--identity-pool-id", "nonsense")
	assert.Contains(t, message, "The identity pool or endpoint is wrong: ")
	assert.Equal(t, exitConfig, code)
}

// TestCredentialProcessExplainsTheIdentityPool checks what people read and scripts see if the
// identity pool refuses.
func TestCredentialProcessExplainsTheIdentityPool(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{})
	m.signIn(t)
	args := []string{"credential-process", "--identity-pool-id", m.pool.AddIdentityPool(authtest.IdentityPool{})}
	for _, tt := range []struct {
		fault authtest.Fault
		code  int
		says  string
	}{
		{authtest.Fault{
			Operation: "GetId", Code: "NotAuthorizedException", Message: "Invalid login token. Token expired: 2 >= 1",
		}, exitSignIn, "Sign in again."},
		{authtest.Fault{
			Operation: "GetId", Code: "NotAuthorizedException", Message: "Invalid login token. Issuer doesn't match providerName",
		}, exitConfig, "Add the user pool and its app client to the identity pool"},
		{authtest.Fault{
			Operation: "GetCredentialsForIdentity", Code: "InvalidIdentityPoolConfigurationException",
		}, exitConfig, "Give the identity pool its roles"},
		{authtest.Fault{
			Operation: "GetCredentialsForIdentity", Code: "NotAuthorizedException",
		}, exitConfig, "Check the roles of the identity pool"},
	} {
		tt.fault.Times = 2 // the second time after a renewal of the tokens
		m.pool.Fail(tt.fault)
		_, stderr, code := m.acme(args...)
		m.pool.ClearFaults()
		assert.Equal(t, tt.code, code, stderr)
		assert.Contains(t, stderr, "acme: "+tt.says)
	}

	m.expire(t)
	m.pool.Fail(authtest.Fault{Operation: "GetTokensFromRefreshToken", Code: "NotAuthorizedException"})
	_, _, code := m.acme(args...)
	assert.Equal(t, 3, code, "the user pool refused: the identity pool was not asked")
}
