package conformance_test

import (
	"encoding/json"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

// TestAmplifyPasskey checks that the real Amplify can add a passkey, sign in with it, list it and
// delete it, and that the SDK reads the same list. The authenticator is authenticator.mjs.
func TestAmplifyPasskey(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool := newPool(t, authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"},
	}, authtest.User{Username: "alice", Password: password})
	client := startAmplifyWithAuthenticator(t, pool)
	mustCall(t, client, "signIn", map[string]any{"username": "alice", "password": password})
	mustCall(t, client, "associateWebAuthnCredential", nil)
	result, err := client.call(t.Context(), "associateWebAuthnCredential", nil)
	require.NoError(t, err)
	assert.Equal(t, "PasskeyAlreadyExists", result.Error)

	mustCall(t, client, "signOut", nil)
	byPasskey := map[string]any{"authFlowType": "USER_AUTH", "preferredChallenge": "WEB_AUTHN"}
	for range 2 {
		out := mustCall(t, client, "signIn", map[string]any{"username": "alice", "options": byPasskey})
		require.True(t, out.IsSignedIn)
		mustCall(t, client, "signOut", nil)
	}
	mustCall(t, client, "signIn", map[string]any{"username": "alice", "options": byPasskey})

	elsewhere := startAmplifyWithAuthenticator(t, pool) // a computer without the passkey
	in, err := json.Marshal(map[string]any{"username": "alice", "options": byPasskey})
	require.NoError(t, err)
	result, err = elsewhere.call(t.Context(), "signIn", in)
	require.NoError(t, err)
	require.Equal(t, "PasskeyAuthenticationCanceled", result.Error)
	mustCall(t, elsewhere, "confirmSignIn", map[string]any{"challengeResponse": "PASSWORD"})
	out := mustCall(t, elsewhere, "confirmSignIn", map[string]any{"challengeResponse": password})
	require.True(t, out.IsSignedIn)

	listed := passkeysOfAmplify(t, client)
	require.Len(t, listed.Credentials, 1)
	ours, err := passkey.ListWebAuthnCredentials(t.Context(), sdkSession(t, pool),
		passkey.ListWebAuthnCredentialsInput{})
	require.NoError(t, err)
	require.Len(t, ours.Credentials, 1)
	assert.WithinDuration(t, ours.Credentials[0].CreatedAt, listed.Credentials[0].CreatedAt, time.Millisecond)
	ours.Credentials[0].CreatedAt = listed.Credentials[0].CreatedAt
	assert.Equal(t, listed, ours)

	mustCall(t, client, "deleteWebAuthnCredential", map[string]any{"credentialId": listed.Credentials[0].CredentialID})
	assert.Empty(t, passkeysOfAmplify(t, client).Credentials)
}

func passkeysOfAmplify(t *testing.T, client *amplify) passkey.ListWebAuthnCredentialsOutput {
	t.Helper()
	result, err := client.call(t.Context(), "listWebAuthnCredentials", nil)
	require.NoError(t, err)
	require.Empty(t, result.Error)
	var out passkey.ListWebAuthnCredentialsOutput
	require.NoError(t, json.Unmarshal(result.Output, &out))
	return out
}

// sdkSession signs alice in with the SDK.
func sdkSession(t *testing.T, pool *authtest.Pool) *auth.Session {
	t.Helper()
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	require.NoError(t, err)
	session := client.Session("sdk")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	return session
}

func startAmplifyWithAuthenticator(t *testing.T, pool *authtest.Pool) *amplify {
	t.Helper()
	ctx := patient(t)
	a := &amplify{
		node: func() *exec.Cmd {
			return exec.CommandContext(ctx, "node", "--import", "./authenticator.mjs", "driver.mjs")
		},
		config: map[string]string{"endpoint": pool.URL, "userPoolId": pool.UserPoolID, "clientId": pool.ClientID},
	}
	require.NoError(t, a.start())
	t.Cleanup(func() { assert.NoError(t, a.stop()) })
	return a
}
