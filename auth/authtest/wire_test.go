package authtest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	password = "Correct-horse-1!"
	wrong    = "Wrong-horse-1!"
	secret   = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	email    = "alice@example.com"
	phone    = "+15551234567"

	wrongPassword = "Incorrect username or password."
)

// object is a JSON object.
type object = map[string]any

// fixture is a pool and one of its app clients, which sends plain JSON.
type fixture struct {
	*authtest.Pool
	// ClientID and ClientSecret identify the app client.
	ClientID, ClientSecret string
	t                      *testing.T
	violations             *violations
	client                 *http.Client // reaches the pool
}

// violations collects the violations that the pool reported.
type violations struct {
	mu     sync.Mutex
	errors []error
}

func (v *violations) add(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.errors = append(v.errors, err)
}

// take returns the violations so far and clears them.
func (v *violations) take() []error {
	v.mu.Lock()
	defer v.mu.Unlock()
	taken := v.errors
	v.errors = nil
	return taken
}

// start starts a pool and closes it when the test ends. Violations are collected and do not fail
// the test.
func start(t *testing.T, cfg authtest.Config, users ...authtest.User) *fixture {
	t.Helper()
	reported := &violations{}
	cfg.OnViolation = reported.add
	pool, err := authtest.NewPool(cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, u := range users {
		require.NoError(t, pool.AddUser(u))
	}
	client := http.DefaultClient
	if cfg.NoListener {
		client = pool.HTTPClient()
	}
	return &fixture{
		Pool: pool, ClientID: pool.ClientID, ClientSecret: pool.ClientSecret, t: t, violations: reported, client: client,
	}
}

func alice() authtest.User {
	return authtest.User{Username: "alice", Password: password, Attributes: map[string]string{"email": email}}
}

// reply is a response of the pool.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   object
}

// request returns the HTTP request of a call, with an administrator's signature.
func (f *fixture) request(operation string, body any) *http.Request {
	f.t.Helper()
	raw, ok := body.([]byte)
	if !ok {
		var err error
		raw, err = json.Marshal(body)
		require.NoError(f.t, err)
	}
	r, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, f.URL, bytes.NewReader(raw))
	require.NoError(f.t, err)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE")
	return r
}

func (f *fixture) send(r *http.Request) reply {
	f.t.Helper()
	resp, err := f.client.Do(r)
	require.NoError(f.t, err)
	defer func() { _ = resp.Body.Close() }()
	answer := reply{t: f.t, status: resp.StatusCode, header: resp.Header}
	require.NoError(f.t, json.NewDecoder(resp.Body).Decode(&answer.body))
	return answer
}

func (f *fixture) call(operation string, body object) reply {
	f.t.Helper()
	return f.send(f.request(operation, body))
}

// admin calls an operation that takes the pool's ID.
func (f *fixture) admin(operation string, body object) reply {
	f.t.Helper()
	body["UserPoolId"] = f.UserPoolID
	return f.call(operation, body)
}

// ok requires the call to succeed and returns its body.
func (r reply) ok() object {
	r.t.Helper()
	require.Equal(r.t, http.StatusOK, r.status, "%v", r.body)
	return r.body
}

// fails requires Cognito's error with this code and message, in the body and in the headers.
func (r reply) fails(code, message string) {
	r.t.Helper()
	require.Equal(r.t, http.StatusBadRequest, r.status, "%v", r.body)
	assert.Equal(r.t, object{"__type": code, "message": message}, r.body)
	assert.Equal(r.t, code+":", r.header.Get("x-amzn-ErrorType"))
}

// failsWith requires Cognito's error with this code, whatever its message.
func (r reply) failsWith(code string) {
	r.t.Helper()
	require.Equal(r.t, http.StatusBadRequest, r.status, "%v", r.body)
	assert.Equal(r.t, code, r.body["__type"])
}

// challenge requires a challenge of this name and returns its parameters and session.
func (r reply) challenge(name string) (parameters object, session string) {
	r.t.Helper()
	r.ok()
	require.Equal(r.t, name, r.body["ChallengeName"], "%v", r.body)
	assert.NotContains(r.t, r.body, "AuthenticationResult")
	session, _ = r.body["Session"].(string)
	return r.body["ChallengeParameters"].(object), session
}

// tokens requires a completed sign-in and returns its AuthenticationResult.
func (r reply) tokens() object {
	r.t.Helper()
	r.ok()
	require.Contains(r.t, r.body, "AuthenticationResult", "%v", r.body)
	assert.Equal(r.t, object{}, r.body["ChallengeParameters"])
	assert.NotContains(r.t, r.body, "ChallengeName")
	assert.NotContains(r.t, r.body, "Session")
	return r.body["AuthenticationResult"].(object)
}

// signIn begins a sign-in with USER_PASSWORD_AUTH.
func (f *fixture) signIn(username, password string) reply {
	f.t.Helper()
	return f.call("InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": username, "PASSWORD": password},
	})
}

// respond answers a challenge.
func (f *fixture) respond(challenge, session string, responses object) reply {
	f.t.Helper()
	body := object{"ChallengeName": challenge, "ClientId": f.ClientID, "ChallengeResponses": responses}
	if session != "" {
		body["Session"] = session
	}
	return f.call("RespondToAuthChallenge", body)
}

// accessToken signs in a user without a second factor and returns the access token.
func (f *fixture) accessToken(username string) string {
	f.t.Helper()
	return f.signIn(username, password).tokens()["AccessToken"].(string)
}

// totp returns the current code.
func (f *fixture) totp(secret string) string {
	f.t.Helper()
	code, err := authtest.TOTPCode(secret, f.Now())
	require.NoError(f.t, err)
	return code
}

// nextTOTP moves the clock to the next time step and returns its code, which has not been used.
func (f *fixture) nextTOTP(secret string) string {
	f.t.Helper()
	f.Advance(30 * time.Second)
	return f.totp(secret)
}

// violated requires exactly one violation and returns its text.
func (f *fixture) violated() string {
	f.t.Helper()
	reported := f.violations.take()
	require.Len(f.t, reported, 1)
	return reported[0].Error()
}

// unviolated requires that there were no violations.
func (f *fixture) unviolated() {
	f.t.Helper()
	assert.Empty(f.t, f.violations.take())
}
