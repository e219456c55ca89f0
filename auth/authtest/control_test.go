package authtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	waitAtMost = time.Minute
	poll       = time.Millisecond
)

// do sends a request to any path of the pool.
func (f *fixture) do(method, path, body string, header ...string) (status int, h http.Header, text string) {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.URL+path, strings.NewReader(body))
	require.NoError(f.t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	r.Host = r.Header.Get("Host")
	resp, err := f.client.Do(r)
	require.NoError(f.t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(f.t, err)
	return resp.StatusCode, resp.Header, string(raw)
}

func TestClockEndpoint(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	status, _, text := f.do("POST", "_pool/clock", `{"advance":"5m"}`)
	assert.Equal(t, 200, status)
	var answer struct{ Now time.Time }
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
	for _, now := range []time.Time{answer.Now, f.Now()} {
		assert.WithinDuration(t, time.Now().Add(5*time.Minute), now, waitAtMost)
	}
	f.Advance(-5 * time.Minute)
	assert.WithinDuration(t, time.Now(), f.Now(), waitAtMost)
	for _, bad := range []string{`{"advance":"soon"}`, `{"advnce":"5m"}`, `{}`, ``} {
		status, _, _ = f.do("POST", "_pool/clock", bad)
		assert.Equal(t, 400, status, bad)
	}
}

func TestMessagesEndpoint(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{UsernameAttributes: []string{"email"}})
	f.signUp(email, password).ok()
	f.resend(email).ok()
	status, _, text := f.do("GET", "_pool/messages?username=alice%40example.com", "")
	assert.Equal(t, 200, status)
	var messages []authtest.Message
	require.NoError(t, json.Unmarshal([]byte(text), &messages))
	require.Len(t, messages, 2)
	assert.Equal(t, f.LastCode(email), messages[1].Code)
	assert.Contains(t, text, `"medium":"EMAIL"`)
	assert.Contains(t, text, `"destination":"alice@example.com"`)
	assert.Contains(t, text, `"kind":"SIGN_UP"`)
	assert.WithinDuration(t, f.Now(), messages[1].At, waitAtMost)

	_, _, text = f.do("GET", "_pool/messages?username=nobody", "")
	assert.JSONEq(t, `[]`, text)
}

func TestFaultsEndpoint(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	status, _, _ := f.do("POST", "_pool/faults",
		`{"operation":"InitiateAuth","code":"TooManyRequestsException","message":"Rate exceeded","times":2}`)
	assert.Equal(t, 204, status)
	for range 2 {
		f.signIn("alice", password).fails("TooManyRequestsException", "Rate exceeded")
	}
	f.signIn("alice", password).tokens()
	for _, bad := range []string{`{"status":200}`, `{"operations":"InitiateAuth"}`, `[]`} {
		status, _, _ = f.do("POST", "_pool/faults", bad)
		assert.Equal(t, 400, status, bad)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.signIn("alice", password).tokens()
	f.signIn("alice", wrong).failsWith("NotAuthorizedException")
	f.send(f.request("Nonsense", []byte("{"))).failsWith("UnknownOperationException")

	requests := f.Requests()
	require.Len(t, requests, 3)
	first := requests[0]
	assert.Equal(t, "InitiateAuth", first.Operation)
	assert.Equal(t, 200, first.Status)
	assert.Empty(t, first.ErrorCode)
	assert.Equal(t, "application/x-amz-json-1.1", first.Header.Get("Content-Type"))
	assert.Equal(t, object{"USERNAME": "alice", "PASSWORD": password}, first.Body["AuthParameters"])
	assert.WithinDuration(t, f.Now(), first.At, waitAtMost)
	assert.Equal(t, "NotAuthorizedException", requests[1].ErrorCode)
	assert.Equal(t, 400, requests[1].Status)
	assert.Equal(t, "Nonsense", requests[2].Operation)
	assert.Nil(t, requests[2].Body)

	f.ResetRequests()
	assert.Empty(t, f.Requests())
}

func TestFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  authtest.Fault
		status int
		code   string
	}{
		"default": {authtest.Fault{Operation: "GetUser"}, 500, "InternalErrorException"},
		"any":     {authtest.Fault{}, 500, "InternalErrorException"},
		"throttle": {
			authtest.Fault{Operation: "GetUser", Code: "TooManyRequestsException"}, 400, "TooManyRequestsException",
		},
		"firewall":  {authtest.Fault{Operation: "GetUser", Code: "ForbiddenException"}, 403, "ForbiddenException"},
		"by status": {authtest.Fault{Operation: "GetUser", Code: "Unavailable", Status: 503}, 503, "Unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice())
			access := f.accessToken("alice")
			f.Fail(test.fault)
			r := f.getUser(access)
			assert.Equal(t, test.status, r.status)
			assert.Equal(t, test.code, r.body["__type"])
			f.getUser(access).ok()
			f.unviolated()
		})
	}
}

func TestFailSeveralTimes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "First", Message: "one", Times: 2})
	f.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "Second", Message: "two"})
	access := func() reply { return f.signIn("alice", password) }
	f.getUser("x").failsWith("NotAuthorizedException")
	access().fails("First", "one")
	access().fails("First", "one")
	access().fails("Second", "two")
	access().tokens()

	f.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "Always", Times: -1})
	for range 5 {
		access().failsWith("Always")
	}
}

func TestLoseReply(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.Fail(authtest.Fault{Operation: "SignUp", LoseReply: true})
	resp, err := http.DefaultClient.Do(f.request("SignUp", object{
		"ClientId": f.ClientID, "Username": "alice", "Password": password,
	}))
	if err == nil {
		_ = resp.Body.Close()
	}
	require.Error(t, err)
	f.signUp("alice", password).fails("UsernameExistsException", "User already exists")

	requests := f.Requests()
	require.Len(t, requests, 2)
	assert.Equal(t, 200, requests[0].Status, "although the client got no reply")
	assert.Equal(t, "UsernameExistsException", requests[1].ErrorCode)
}

func TestHold(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	release := f.Hold("InitiateAuth")
	second := f.Hold("InitiateAuth")
	answered := make(chan reply, 1)
	go func() { answered <- f.signIn("alice", password) }()
	require.Eventually(t, func() bool { return len(f.Requests()) == 1 }, waitAtMost, poll)
	assert.Zero(t, f.Requests()[0].Status)
	f.signUp("bob", password).ok() // others go on

	release()
	release()
	assert.Empty(t, answered)
	second()
	(<-answered).tokens()
	assert.Equal(t, 200, f.Requests()[0].Status)
	f.signIn("alice", password).tokens()
}

func TestCloseFailsHeldRequests(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	release := f.Hold("SignUp")
	failed := make(chan error, 1)
	r := f.request("SignUp", object{"ClientId": f.ClientID, "Username": "alice", "Password": password})
	go func() {
		resp, err := http.DefaultClient.Do(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(f.Requests()) == 1 }, waitAtMost, poll)
	f.Close()
	f.Close()
	require.Error(t, <-failed)
	release()
	assert.Zero(t, f.Requests()[0].Status, "the operation did not run")
}

// A fault whose status is not an HTTP error is sent with status 400; it would break the connection.
func TestFaultWithInvalidStatusHasStatus400(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.Fail(authtest.Fault{Operation: "GetUser", Code: "TooManyRequestsException", Message: "Rate exceeded", Status: 42})
	f.call("GetUser", object{"AccessToken": "x"}).fails("TooManyRequestsException", "Rate exceeded")
}
