package conformance_test

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// debianPython is the Python for which Debian packages boto3.
const debianPython = "/usr/bin/python3"

const authenticatorKey = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// seededFlags start examples/userpool with fixed ids and users who have an authenticator app.
func seededFlags(t *testing.T, usernames ...string) []string {
	t.Helper()
	type attribute struct{ Name, Value string }
	type user struct {
		Username, Password, TOTPSecret string
		Attributes                     []attribute
	}
	var users []user
	for _, name := range usernames {
		users = append(users, user{name, password, authenticatorKey, []attribute{{"email", name + "@example.com"}}})
	}
	text, err := json.Marshal(map[string]any{"Users": users})
	require.NoError(t, err)
	seed := filepath.Join(t.TempDir(), "users.json")
	require.NoError(t, os.WriteFile(seed, text, 0o600))
	return []string{"-user-pool-id", "eu-west-1_dev", "-client-id", "app", "-mfa", "OPTIONAL", "-totp", "-seed", seed}
}

// slowCode returns a code for a program that may take a minute to send it, at a pool whose clock is
// ahead: the one that the authenticator app shows next, which the pool accepts already.
func slowCode(t *testing.T, ahead time.Duration) string {
	t.Helper()
	return codeAt(t, authenticatorKey, time.Now().Add(ahead+30*time.Second))
}

// signInWithTool signs a user in with a password and a code, and returns who the tool says it was.
type signInWithTool func(t *testing.T, endpoint, username, code string) string

func signInWithAWSCLI(t *testing.T, endpoint, username, code string) string {
	t.Helper()
	need(t, "aws", "install awscli")
	call := func(output any, args ...string) {
		awsCLI(t, []string{"AWS_CONFIG_FILE=" + os.DevNull}, output,
			append([]string{"cognito-idp", "--no-sign-request", "--endpoint-url", endpoint}, args...)...)
	}
	var challenge struct{ Session string }
	call(&challenge, "initiate-auth", "--client-id", "app", "--auth-flow", "USER_PASSWORD_AUTH",
		"--auth-parameters", "USERNAME="+username+",PASSWORD="+password)
	var answer struct{ AuthenticationResult struct{ AccessToken string } }
	call(&answer, "respond-to-auth-challenge", "--client-id", "app", "--challenge-name", "SOFTWARE_TOKEN_MFA",
		"--session", challenge.Session, "--challenge-responses", "USERNAME="+username+",SOFTWARE_TOKEN_MFA_CODE="+code)
	var user struct{ Username string }
	call(&user, "get-user", "--access-token", answer.AuthenticationResult.AccessToken)
	return user.Username
}

func signInWithNode(t *testing.T, endpoint, username, code string) string {
	t.Helper()
	needNode(t)
	var out struct{ Username, Message string }
	script(t, "node-sign-in.mjs", map[string]string{
		"endpoint": endpoint, "clientId": "app", "username": username, "password": password, "code": code,
	}, &out)
	require.Empty(t, out.Message)
	return out.Username
}

func signInWithBoto3(t *testing.T, endpoint, username, code string) string {
	t.Helper()
	if exec.CommandContext(t.Context(), debianPython, "-c", "import boto3").Run() != nil {
		missing(t, "boto3 is missing: install Debian's python3-boto3")
	}
	return strings.TrimSpace(string(run(t, debianPython, "totp-sign-in.py", endpoint, "app", username, password, code)))
}

// TestToolsAtUserPool has programs in three languages sign in at examples/userpool, which runs as a
// process with fixed ids, and once more after it was restarted with its state.
func TestToolsAtUserPool(t *testing.T) { //nolint:tparallel // the second process continues after the first
	t.Parallel()
	flags := append(seededFlags(t, "cli", "node", "boto3"), "-state", filepath.Join(t.TempDir(), "pool.json"))
	t.Run("seeded", func(t *testing.T) {
		pool := startUserPool(t, flags...)
		assert.Equal(t, "eu-west-1_dev", pool.UserPoolID)
		for username, tool := range map[string]signInWithTool{
			"cli": signInWithAWSCLI, "node": signInWithNode, "boto3": signInWithBoto3,
		} {
			t.Run(username, func(t *testing.T) {
				assert.Equal(t, username, tool(t, pool.Endpoint, username, slowCode(t, 0)))
			})
		}
		pool.call(t, "SignUp", `{"ClientId":"app","Username":"dave","Password":"`+password+`"}`)
		pool.post(t, "_pool/clock", `{"advance":"2m"}`) // codes are good once, also after a restart
	})
	t.Run("restarted with its state", func(t *testing.T) {
		pool := startUserPool(t, flags...)
		assert.Equal(t, "node", signInWithNode(t, pool.Endpoint, "node", slowCode(t, 2*time.Minute)))
		assert.Contains(t, string(pool.do(t, http.MethodGet, "_pool/users", "")), `"dave"`)
	})
}

// call calls an operation of Cognito.
func (p userPool) call(t *testing.T, operation, body string) {
	t.Helper()
	require.NoError(t, p.send(t.Context(), operation, body))
}

// send returns an error only if there is no answer.
func (p userPool) send(ctx context.Context, operation, body string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Endpoint, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// kills is how often TestStateSurvivesKills kills the program.
const kills = 100

// TestStateSurvivesKills kills examples/userpool at random moments of its life, with SIGKILL, while
// users sign up, and checks that the next process continues with what is in the file.
func TestStateSurvivesKills(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "pool.json")
	binary := built(t, "./examples/userpool")
	most, life := 0, 60*time.Millisecond
	for i := range kills {
		// One half dies while it starts, or soon after; the other while it works.
		signUpUntilKilled(t, exec.CommandContext(t.Context(), binary, "-state", state), i%2 == 0, life)
		users := usersIn(t, state)
		assert.GreaterOrEqual(t, users, most, "nobody who was saved is lost")
		if most = users; most == 0 {
			life = min(2*life, 10*time.Second) // on a slow machine, it has saved nobody yet
		}
	}
	assert.Positive(t, most)
	pool := startUserPool(t, "-state", state)
	var list struct{ Users []any }
	require.NoError(t, json.Unmarshal(pool.do(t, http.MethodGet, "_pool/users", ""), &list))
	assert.Len(t, list.Users, most)
}

// signUpUntilKilled starts the program and signs users up until the program is killed: at a random
// moment of life after its start or, with ready, after it said that it is ready.
func signUpUntilKilled(t *testing.T, cmd *exec.Cmd, ready bool, life time.Duration) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill := func() {
		time.AfterFunc(rand.N(life), func() { _ = cmd.Process.Kill() })
	}
	if !ready {
		kill()
	}
	var pool userPool
	if json.NewDecoder(out).Decode(&pool) == nil {
		if ready {
			kill()
		}
		body := `{"ClientId":"` + pool.ClientID + `","Password":"` + password + `","Username":"user-`
		for pool.send(t.Context(), "SignUp", body+crand.Text()+`"}`) == nil {
		}
	}
	require.Error(t, cmd.Wait(), "it was killed")
}

// usersIn returns how many users are in the file, which is there once the program was.
func usersIn(t *testing.T, state string) int {
	t.Helper()
	text, err := os.ReadFile(state)
	if os.IsNotExist(err) {
		return 0
	}
	require.NoError(t, err)
	_, err = authtest.ReadState(bytes.NewReader(text))
	require.NoError(t, err)
	return bytes.Count(text, []byte(`"status":"UNCONFIRMED"`))
}
