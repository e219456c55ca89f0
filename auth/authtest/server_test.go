package authtest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Browsers may call the API from any origin, but not the control endpoints, which hand out codes.
func TestCORS(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	const origin = "https://app.example"
	for _, path := range []string{
		"", f.UserPoolID + "/.well-known/jwks.json", f.UserPoolID + "/.well-known/openid-configuration",
	} {
		_, header, _ := f.do("POST", path, `{}`, "Origin", origin)
		assert.Equal(t, "*", header.Get("Access-Control-Allow-Origin"))
		assert.Equal(
			t,
			"x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
			header.Get("Access-Control-Expose-Headers"),
		)

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
	assert.Len(t, f.Requests(), 1, "preflights are not recorded")
}

// A page that a developer visits cannot administer the pool, although every signature is accepted.
func TestPagesAreNoAdministrators(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	identities := f.AddIdentityPool(authtest.IdentityPool{})
	own := strings.TrimSuffix(f.URL, "/")
	const away = "https://app.example"
	for _, call := range []struct{ target, body string }{
		{"AWSCognitoIdentityProviderService.ListUsers", `{"UserPoolId":"` + f.UserPoolID + `"}`},
		{"AWSCognitoIdentityService.DescribeIdentityPool", `{"IdentityPoolId":"` + identities + `"}`},
	} {
		for _, page := range []struct {
			header []string
			want   int
		}{
			{nil, 200}, // a program
			{[]string{"Origin", own}, 200},
			{[]string{"Origin", own, "Sec-Fetch-Site", "same-origin"}, 200},
			{[]string{"Origin", "http://localhost:3000", "Sec-Fetch-Site", "cross-site"}, 200},
			{[]string{"Origin", "https://[::1]:3000"}, 200},
			{[]string{"Origin", away}, 403},
			{[]string{"Origin", "null"}, 403},
			{[]string{"Origin", away, "Sec-Fetch-Site", "cross-site"}, 403},
			{[]string{"Origin", "http://127.0.0.1.example:1"}, 403},
			{[]string{"Origin", "http://localhost.example", "Sec-Fetch-Site", "same-site"}, 403},
			{[]string{"Origin", "http://LOCALHOST.:3000"}, 403},
			{[]string{"Origin", "null", "Sec-Fetch-Site", "same-origin"}, 403},
			{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
			// A name that was made to resolve to this machine (DNS rebinding).
			{[]string{"Host", "app.example:9229", "Origin", "http://app.example:9229"}, 403},
		} {
			status, header, text := f.do("POST", "", call.body, append(page.header,
				"X-Amz-Target", call.target, "Content-Type", "application/x-amz-json-1.1",
				"Authorization", "AWS4-HMAC-SHA256 Credential=any")...)
			assert.Equal(t, page.want, status, "%s %v: %s", call.target, page.header, text)
			if page.want == 403 {
				assert.Equal(t, "AccessDeniedException:", header.Get("x-amzn-ErrorType"))
				assert.Empty(t, header.Get("Access-Control-Allow-Origin"))
				assert.Contains(t, f.violated(), "AdminOrigins")
			}
		}
	}
	requests := f.Requests()
	assert.Equal(t, "AccessDeniedException", requests[len(requests)-1].ErrorCode)
}

// Pages of the named origins can administer the pool.
func TestAdminOrigins(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AdminOrigins: []string{"http://app.example:3000", "https://app.example"}})
	for origin, want := range map[string]int{
		"http://app.example:3000": 200, "https://app.example": 200,
		"http://app.example:3001": 403, "https://app.example:3000": 403, "http://app.example:3000.evil.example": 403,
	} {
		status, header, _ := f.do("POST", "", `{"UserPoolId":"`+f.UserPoolID+`"}`, "Origin", origin,
			"Sec-Fetch-Site", "cross-site", "X-Amz-Target", "AWSCognitoIdentityProviderService.ListUsers",
			"Content-Type", "application/x-amz-json-1.1", "Authorization", "AWS4-HMAC-SHA256 Credential=any")
		assert.Equal(t, want, status, origin)
		if want == 200 {
			assert.Equal(t, "*", header.Get("Access-Control-Allow-Origin"))
		} else {
			assert.Contains(t, f.violated(), "AdminOrigins")
		}
	}
}

func TestAnswerHeaders(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{RequiredAttributes: []string{"name"}})
	ids := map[string]bool{}
	for _, r := range []reply{
		f.admin("DescribeUserPool", object{}), f.signIn("nobody", password), f.signUp("alice", password),
	} {
		assert.Equal(t, "application/x-amz-json-1.1", r.header.Get("Content-Type"))
		assert.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, r.header.Get("x-amzn-RequestId"))
		assert.NotEmpty(t, r.header.Get("Date"))
		ids[r.header.Get("x-amzn-RequestId")] = true
	}
	assert.Len(t, ids, 3)
	r := f.signUp("alice", password)
	assert.Equal(t, "InvalidParameterException:", r.header.Get("x-amzn-ErrorType"))
	assert.Equal(
		t,
		"Attributes did not conform to the schema: name: The attribute is required",
		strings.TrimSpace(r.header.Get("x-amzn-ErrorMessage")),
	)
}

func TestOtherPaths(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	for _, path := range []string{"favicon.ico", "us-east-1_Other/.well-known/jwks.json", "_pool/", "_pool/nothing"} {
		status, _, _ := f.do("GET", path, "")
		assert.Equal(t, 404, status, path)
	}
}

// A Pool is also an http.Handler, for tests that need no socket.
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
	assert.Equal(t, 1, won, "only one answer succeeds")
}
