package authtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	waitAtMost = 10 * time.Second
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
	resp, err := http.DefaultClient.Do(r)
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
		assert.WithinDuration(t, time.Now().Add(5*time.Minute), now, 5*time.Second)
	}
	f.Advance(-5 * time.Minute)
	assert.WithinDuration(t, time.Now(), f.Now(), 5*time.Second)
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
	assert.WithinDuration(t, f.Now(), messages[1].At, 5*time.Second)

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

// Anybody may use the API from a browser, nobody the controls: they hand out codes.
func TestCORS(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	const origin = "https://app.example"
	for _, path := range []string{"", f.UserPoolID + "/.well-known/jwks.json", f.UserPoolID + "/.well-known/openid-configuration"} {
		_, header, _ := f.do("POST", path, `{}`, "Origin", origin)
		assert.Equal(t, "*", header.Get("Access-Control-Allow-Origin"))
		assert.Equal(t, "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date", header.Get("Access-Control-Expose-Headers"))

		status, header, text := f.do("OPTIONS", path, "", "Origin", origin,
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type,x-amz-target")
		assert.Equal(t, 200, status)
		assert.Empty(t, text)
		assert.Equal(t, "*", header.Get("Access-Control-Allow-Origin"))
		assert.Equal(t, "content-type,x-amz-target", header.Get("Access-Control-Allow-Headers"))
		assert.Contains(t, header.Get("Access-Control-Allow-Methods"), "POST")
	}
	for _, method := range []string{"GET", "POST", "OPTIONS"} {
		for _, path := range []string{"_pool/messages", "_pool/clock", "_pool/faults"} {
			status, header, _ := f.do(method, path, `{"advance":"0s"}`, "Origin", origin)
			assert.Empty(t, header.Get("Access-Control-Allow-Origin"))
			if method != "GET" {
				assert.GreaterOrEqual(t, status, 400)
			}
		}
	}
	assert.Len(t, f.Requests(), 1, "preflights are not requests")
}

func TestAnswerHeaders(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{RequiredAttributes: []string{"name"}})
	ids := map[string]bool{}
	for _, r := range []reply{f.admin("DescribeUserPool", object{}), f.signIn("nobody", password), f.signUp("alice", password)} {
		assert.Equal(t, "application/x-amz-json-1.1", r.header.Get("Content-Type"))
		assert.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, r.header.Get("x-amzn-RequestId"))
		assert.NotEmpty(t, r.header.Get("Date"))
		ids[r.header.Get("x-amzn-RequestId")] = true
	}
	assert.Len(t, ids, 3)
	r := f.signUp("alice", password)
	assert.Equal(t, "InvalidParameterException:", r.header.Get("x-amzn-ErrorType"))
	assert.Equal(t, "Attributes did not conform to the schema: name: The attribute is required", strings.TrimSpace(r.header.Get("x-amzn-ErrorMessage")))
}

func TestOtherPaths(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	for _, path := range []string{"favicon.ico", "us-east-1_Other/.well-known/jwks.json", "_pool/", "_pool/nothing"} {
		status, _, _ := f.do("GET", path, "")
		assert.Equal(t, 404, status, path)
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
	assert.WithinDuration(t, f.Now(), first.At, 5*time.Second)
	assert.Equal(t, "NotAuthorizedException", requests[1].ErrorCode)
	assert.Equal(t, 400, requests[1].Status)
	assert.Equal(t, "Nonsense", requests[2].Operation)
	assert.Nil(t, requests[2].Body)

	f.ResetRequests()
	assert.Empty(t, f.Requests())
}

// The pool is a handler, too, for tests that want no socket.
func TestServeHTTP(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	serve := func() int {
		w := httptest.NewRecorder()
		f.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+f.UserPoolID+"/.well-known/jwks.json", nil))
		return w.Code
	}
	assert.Equal(t, 200, serve())
	f.Close()
	assert.Equal(t, 503, serve())
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	_, session := f.signIn("alice", password).challenge(totp)
	code := f.totp(secret)
	var wg sync.WaitGroup
	statuses := make(chan int, 20)
	for range 10 {
		wg.Go(func() { statuses <- f.answerTOTP(session, "alice", code).status })
		wg.Go(func() {
			f.Advance(time.Microsecond)
			f.Messages("bob")
			f.Requests()
			f.signInSRP("bob", password).challenge(totp)
		})
	}
	wg.Wait()
	close(statuses)
	won := 0
	for status := range statuses {
		if status == 200 {
			won++
		}
	}
	assert.Equal(t, 1, won, "one answer takes the session")
}
