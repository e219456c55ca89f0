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
