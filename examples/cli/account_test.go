package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// TestDeviceNamesCannotDriveTheTerminal registers a device under a name with control characters.
func TestDeviceNamesCannotDriveTheTerminal(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{Devices: authtest.DevicesAlways})
	client, err := auth.NewClient(auth.Config{
		UserPoolID: m.pool.UserPoolID, ClientID: m.pool.ClientID, Endpoint: m.pool.URL,
	})
	require.NoError(t, err)
	_, err = client.Session("other").SignIn(t.Context(), auth.SignInInput{
		Username: demo.Username, Password: demo.Password, DeviceName: "Björn's \x1b[2J\x07phone\u202e\n1",
	})
	require.NoError(t, err)
	m.signIn(t)
	stdout, stderr, code := m.acme("devices")
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "Björn's [2Jphone1\n")
}
