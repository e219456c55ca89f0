package auth_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// TestDeviceThatComesWithARefresh: Cognito may take the device for a new one then.
func TestDeviceThatComesWithARefresh(t *testing.T) {
	t.Parallel()
	number := 0
	tokens := func(more string) string {
		number++
		access := unsignedTokenWith(fmt.Sprintf(`{"sub":"s","username":"a","jti":"%d"}`, number))
		return fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"RefreshToken":"r","ExpiresIn":3600%s}}`, access, more)
	}
	device := `,"NewDeviceMetadata":{"DeviceKey":"us-east-1_new","DeviceGroupKey":"-group"}`
	server := newScript(t, tokens(""), tokens(device), `{"UserConfirmationNecessary":false}`, tokens(""))
	session := newClient(t, server.config()).Session("test")
	_, err := session.SignIn(t.Context(), auth.SignInInput{
		Username: "a", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(t, err)
	require.NoError(t, forceRefresh(t.Context(), t, nil, session))
	current, err := session.CurrentDevice(t.Context())
	require.NoError(t, err)
	assert.Equal(t, auth.CurrentDevice{Key: "us-east-1_new", Remembered: true}, current)
	require.NoError(t, forceRefresh(t.Context(), t, nil, session))
	require.Len(t, server.requests, 4)
	assert.Equal(t, "us-east-1_new", server.requests[2]["DeviceKey"], "it is confirmed")
	assert.Contains(t, server.requests[2], "DeviceSecretVerifierConfig")
	assert.Equal(t, "us-east-1_new", server.requests[3]["DeviceKey"], "the next refresh presents it")
}

func TestKeysThatNoSessionMayHave(t *testing.T) {
	t.Parallel()
	server := newScript(t, "{}")
	client := newClient(t, server.config())
	for name, session := range map[string]*auth.Session{
		"session's key is empty":   client.Session(""),
		"for device records":       client.Session("device/client/scope"),
		"longer than 1024 bytes":   client.Session(strings.Repeat("k", 1025)),
		"device scope is empty":    client.Session("k").OnDevice(""),
		"key is longer than 1024 ": client.Session(strings.Repeat("k", 1025)).OnDevice("d"),
	} {
		_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "a", Password: password})
		require.ErrorIs(t, err, auth.ErrInvalidParameter, name)
		require.ErrorContains(t, err, name)
	}
	assert.Empty(t, server.requests)
}
