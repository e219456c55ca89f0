package conformance_test

import (
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// TestSRPServer checks that the server of cognito-srp accepts this SDK's proof of the password, and
// refuses that of a wrong one.
func TestSRPServer(t *testing.T) {
	t.Parallel()
	needNode(t)
	user, err := json.Marshal(map[string]string{
		"poolName": "TestPool9", "username": "4f8c2d1e-90ab-4cde-8123-456789abcdef", "password": password,
	})
	require.NoError(t, err)
	var server struct{ Endpoint string }
	serve(t, exec.CommandContext(patient(t), "node", "srp-server.mjs", string(user)), &server)
	client, err := auth.NewClient(auth.Config{
		UserPoolID: "us-east-1_TestPool9", ClientID: "client", Endpoint: server.Endpoint,
	})
	require.NoError(t, err)
	signIn := func(password string) (auth.SignInOutput, error) {
		return client.Session(t.Name()).SignIn(t.Context(),
			auth.SignInInput{Username: "alice@example.com", Password: password})
	}

	_, err = signIn(wrongPassword)
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	out, err := signIn(password)
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}
