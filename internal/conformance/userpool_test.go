package conformance_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// userPool is a running examples/userpool.
type userPool struct {
	Endpoint, UserPoolID, ClientID string
}

// TestUserPool checks that the real Amplify can sign up and sign in at examples/userpool, as
// programs in other languages do.
func TestUserPool(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool := startUserPool(t, "-mfa", "REQUIRED", "-totp")
	client := startAmplifyFor(t, pool.Endpoint, pool.UserPoolID, pool.ClientID)
	credentials := map[string]any{"username": "alice", "password": password}

	mustCall(t, client, "signUp", map[string]any{
		"username": "alice", "password": password,
		"options": map[string]any{"userAttributes": map[string]string{"email": "alice@example.com"}},
	})
	mustCall(t, client, "confirmSignUp", map[string]any{
		"username": "alice", "confirmationCode": pool.lastCode(t, "alice"),
	})

	out := mustCall(t, client, "signIn", credentials)
	require.Equal(t, "CONTINUE_SIGN_IN_WITH_TOTP_SETUP", out.NextStep.SignInStep)
	secret := out.NextStep.TOTPSetupDetails.SharedSecret
	out = mustCall(t, client, "confirmSignIn", map[string]any{"challengeResponse": codeAt(t, secret, time.Now())})
	require.True(t, out.IsSignedIn)

	_, err := client.call(t.Context(), "restart", nil)
	require.NoError(t, err)
	pool.post(t, "_pool/clock", `{"advance":"1m"}`)
	out = mustCall(t, client, "signIn", credentials)
	require.Equal(t, "CONFIRM_SIGN_IN_WITH_TOTP_CODE", out.NextStep.SignInStep)
	out = mustCall(t, client, "confirmSignIn",
		map[string]any{"challengeResponse": codeAt(t, secret, time.Now().Add(time.Minute))})
	assert.True(t, out.IsSignedIn)
}

func startUserPool(t *testing.T, flags ...string) userPool {
	t.Helper()
	binary := built(t, "./examples/userpool") // before the clock of the program starts
	var pool userPool
	serve(t, exec.CommandContext(patient(t), binary, flags...), &pool)
	return pool
}

// lastCode returns the code of the last message to the user.
func (p userPool) lastCode(t *testing.T, username string) string {
	t.Helper()
	body := p.do(t, http.MethodGet, "_pool/messages?username="+url.QueryEscape(username), "")
	var messages []authtest.Message
	require.NoError(t, json.Unmarshal(body, &messages))
	require.NotEmpty(t, messages)
	return messages[len(messages)-1].Code
}

func (p userPool) post(t *testing.T, path, body string) {
	t.Helper()
	p.do(t, http.MethodPost, path, body)
}

func (p userPool) do(t *testing.T, method, path, body string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, p.Endpoint+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Less(t, response.StatusCode, http.StatusMultipleChoices, "%s", answer)
	return answer
}

// signInOutput is the part of Amplify's output that the tests read.
type signInOutput struct {
	IsSignedIn bool
	NextStep   struct {
		SignInStep       string
		TOTPSetupDetails struct{ SharedSecret string }
	}
}

// mustCall makes a call with Amplify and fails the test if it fails.
func mustCall(t *testing.T, client *amplify, name string, input any) signInOutput {
	t.Helper()
	data, err := json.Marshal(input)
	require.NoError(t, err)
	result, err := client.call(t.Context(), name, data)
	require.NoError(t, err)
	require.Empty(t, result.Error, name)
	var out signInOutput
	require.NoError(t, json.Unmarshal(result.Output, &out))
	return out
}

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := authtest.TOTPCode(secret, at)
	require.NoError(t, err)
	return code
}
