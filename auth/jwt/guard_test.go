package jwt_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// call sends a request with these Authorization headers to the service.
func call(service http.Handler, authorization ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	for _, value := range authorization {
		request.Header.Add("Authorization", value)
	}
	answer := httptest.NewRecorder()
	service.ServeHTTP(answer, request)
	return answer
}

// greeter answers with the user name in the claims.
func greeter(w http.ResponseWriter, r *http.Request) {
	claims, ok := jwt.FromContext(r.Context())
	if !ok {
		panic("there are no claims")
	}
	_, _ = w.Write([]byte(claims.Username))
}

func TestMiddleware(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	service := pool.verifier(t).Middleware(http.HandlerFunc(greeter))
	good := pool.accessToken(t, nil)
	for name, tc := range map[string]struct {
		authorization []string
		status        int
		challenge     string
	}{
		"a good token":       {[]string{"Bearer " + good}, 200, ""},
		"other letter case":  {[]string{"bEARER " + good}, 200, ""},
		"two spaces":         {[]string{"Bearer  " + good}, 200, ""},
		"nothing":            {nil, 401, `Bearer realm="api"`},
		"another scheme":     {[]string{"Basic YWxpY2U6aHVudGVyMg=="}, 401, `Bearer realm="api"`},
		"the token alone":    {[]string{good}, 401, `Bearer realm="api"`},
		"two headers":        {[]string{"Bearer " + good, "Bearer " + good}, 401, `Bearer realm="api"`},
		"no token":           {[]string{"Bearer"}, 401, `Bearer realm="api", error="invalid_token"`},
		"an ID token":        {[]string{"Bearer " + pool.idToken(t, nil)}, 401, `Bearer realm="api", error="invalid_token"`},
		"an expired token":   {[]string{"Bearer " + pool.accessToken(t, claims{"exp": 1})}, 401, `Bearer realm="api", error="invalid_token"`},
		"something after it": {[]string{"Bearer " + good + " x"}, 401, `Bearer realm="api", error="invalid_token"`},
		"a list of two":      {[]string{"Bearer " + good + ", Bearer " + good}, 401, `Bearer realm="api", error="invalid_token"`},
		"another issuer's":   {[]string{"Bearer " + pool.accessToken(t, claims{"iss": "https://other.example"})}, 401, `Bearer realm="api", error="invalid_token"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := call(service, tc.authorization...)
			assert.Equal(t, tc.status, answer.Code)
			assert.Equal(t, tc.challenge, answer.Header().Get("WWW-Authenticate"))
			body := "Unauthorized\n"
			if tc.status == http.StatusOK {
				body = "alice"
			}
			assert.Equal(t, body, answer.Body.String())
		})
	}
}

func TestMiddlewareAnswers503WithoutKeys(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	pool.serve(respond(http.StatusBadGateway, nil))
	answer := call(pool.verifier(t).Middleware(http.HandlerFunc(greeter)), "Bearer "+pool.accessToken(t, nil))
	assert.Equal(t, http.StatusServiceUnavailable, answer.Code)
	assert.Equal(t, "10", answer.Header().Get("Retry-After"))
	assert.Empty(t, answer.Header().Get("WWW-Authenticate"))
	assert.Equal(t, "Service Unavailable\n", answer.Body.String())
}

func TestRequirement(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	token := pool.accessToken(t, claims{"scope": "orders/read orders/write", "cognito:groups": []string{"staff", "night shift"}})
	got, err := v.VerifyAccessToken(t.Context(), token)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		requirement jwt.Requirement
		met         bool
		scope       string // in the challenge
	}{
		"nothing":                    {jwt.Requirement{}, true, ""},
		"a scope":                    {jwt.Requirement{AllScopes: []string{"orders/read"}}, true, ""},
		"both scopes":                {jwt.Requirement{AllScopes: []string{"orders/write", "orders/read"}}, true, ""},
		"a scope too many":           {jwt.Requirement{AllScopes: []string{"orders/read", "orders/delete"}}, false, "orders/read orders/delete"},
		"the scopes as one":          {jwt.Requirement{AllScopes: []string{"orders/read orders/write"}}, false, "orders/read orders/write"},
		"the beginning of a scope":   {jwt.Requirement{AllScopes: []string{"orders"}}, false, "orders"},
		"one of two scopes":          {jwt.Requirement{AnyScope: []string{"admin", "orders/read"}}, true, ""},
		"none of two scopes":         {jwt.Requirement{AnyScope: []string{"admin/read", "admin/write"}}, false, "admin/read"},
		"all and any":                {jwt.Requirement{AllScopes: []string{"orders/read"}, AnyScope: []string{"x", "orders/write"}}, true, ""},
		"all, but none of any":       {jwt.Requirement{AllScopes: []string{"orders/read"}, AnyScope: []string{"x", "y"}}, false, "orders/read x"},
		"any among all":              {jwt.Requirement{AllScopes: []string{"a", "y"}, AnyScope: []string{"x", "y"}}, false, "a y"},
		"an empty scope":             {jwt.Requirement{AnyScope: []string{""}}, false, ""},
		"a group":                    {jwt.Requirement{AnyGroup: []string{"staff"}}, true, ""},
		"one of two groups":          {jwt.Requirement{AnyGroup: []string{"admins", "night shift"}}, true, ""},
		"other groups":               {jwt.Requirement{AnyGroup: []string{"admins", "Staff", "night"}}, false, ""},
		"a scope and a group":        {jwt.Requirement{AllScopes: []string{"orders/read"}, AnyGroup: []string{"staff"}}, true, ""},
		"a scope, but another group": {jwt.Requirement{AllScopes: []string{"orders/read"}, AnyGroup: []string{"admins"}}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tc.requirement.Check(got)
			answer := call(v.Middleware(tc.requirement.Middleware(http.HandlerFunc(greeter))), "Bearer "+token)
			if tc.met {
				require.NoError(t, err)
				assert.Equal(t, http.StatusOK, answer.Code)
				return
			}
			require.ErrorIs(t, err, jwt.ErrInsufficientScope)
			assert.Equal(t, http.StatusForbidden, answer.Code)
			challenge := `Bearer realm="api", error="insufficient_scope"`
			if tc.scope != "" {
				challenge += `, scope="` + tc.scope + `"`
			}
			assert.Equal(t, challenge, answer.Header().Get("WWW-Authenticate"))
		})
	}
}

// A Requirement without a Verifier around it lets no request through.
func TestRequirementWithoutVerifierAnswers401(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	answer := call(jwt.Requirement{}.Middleware(http.HandlerFunc(greeter)), "Bearer "+pool.accessToken(t, nil))
	assert.Equal(t, http.StatusUnauthorized, answer.Code)
	assert.Equal(t, `Bearer realm="api"`, answer.Header().Get("WWW-Authenticate"))
}

var errOwn = errors.New("not on Sundays")

// Every way to be refused is reported with its reason, and answered with the status and the
// challenge of RFC 6750, section 3.
func TestGuard(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	good := pool.accessToken(t, claims{"scope": "orders/read"})
	ends := func(active bool, err error) jwt.SessionCheck {
		return func(_ context.Context, token string) (bool, error) {
			assert.Equal(t, good, token)
			return active, err
		}
	}
	own := func(err error) func(*http.Request, jwt.AccessClaims) error {
		return func(r *http.Request, claims jwt.AccessClaims) error {
			assert.Equal(t, "alice", claims.Username)
			assert.Equal(t, "/", r.URL.Path)
			return err
		}
	}
	read, write := jwt.Requirement{AllScopes: []string{"orders/read"}}, jwt.Requirement{AllScopes: []string{"orders/write"}}
	for name, tc := range map[string]struct {
		guard     jwt.Guard
		token     string
		status    int
		reason    jwt.Reason
		challenge string
	}{
		"admitted": {guard: jwt.Guard{Requirement: read, Session: ends(true, nil), Check: own(nil)}, token: good, status: 200},
		"no token": {status: 401, reason: jwt.ErrNoToken, challenge: `Bearer realm="api"`},
		"no token, a scope": {
			guard: jwt.Guard{Requirement: read}, status: 401, reason: jwt.ErrNoToken, challenge: `Bearer realm="api", scope="orders/read"`,
		},
		"realm and metadata": {
			guard: jwt.Guard{Realm: `a "b\c` + "\r\nd", ResourceMetadata: "https://api.example/.well-known/oauth-protected-resource"}, token: "x",
			status: 401, reason: jwt.ErrMalformed,
			challenge: `Bearer realm="a \"b\\cd", error="invalid_token", resource_metadata="https://api.example/.well-known/oauth-protected-resource"`,
		},
		"expired": {
			token: pool.accessToken(t, claims{"exp": 1}), status: 401, reason: jwt.ErrExpired, challenge: `Bearer realm="api", error="invalid_token"`,
		},
		"scope": {
			guard: jwt.Guard{Requirement: write, Session: ends(false, errOwn), Check: own(errOwn)}, token: good,
			status: 403, reason: jwt.ErrInsufficientScope, challenge: `Bearer realm="api", error="insufficient_scope", scope="orders/write"`,
		},
		"session ended": {
			guard: jwt.Guard{Session: ends(false, nil), Check: own(errOwn)}, token: good,
			status: 401, reason: jwt.ErrSessionEnded, challenge: `Bearer realm="api", error="invalid_token"`,
		},
		"session unknown": {guard: jwt.Guard{Session: ends(true, errOwn)}, token: good, status: 503, reason: jwt.ErrSessionUnknown},
		"own check":       {guard: jwt.Guard{Session: ends(true, nil), Check: own(errOwn)}, token: good, status: 403, reason: jwt.ErrForbidden},
		"own check with a reason": {
			guard: jwt.Guard{Check: own(fmt.Errorf("mine: %w", &jwt.Error{Reason: jwt.ErrExpired, Err: errOwn}))}, token: good,
			status: 401, reason: jwt.ErrExpired, challenge: `Bearer realm="api", error="invalid_token"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refusals []jwt.Refusal
			tc.guard.OnRefusal = func(r *http.Request, refusal jwt.Refusal) {
				assert.Equal(t, "/", r.URL.Path)
				refusals = append(refusals, refusal)
			}
			service := pool.verifier(t).Protect(http.HandlerFunc(greeter), tc.guard)
			var authorization []string
			if tc.token != "" {
				authorization = []string{"Bearer " + tc.token}
			}
			answer := call(service, authorization...)
			assert.Equal(t, tc.status, answer.Code)
			assert.Equal(t, tc.challenge, answer.Header().Get("WWW-Authenticate"))
			assert.Equal(t, tc.status == 503, answer.Header().Get("Retry-After") != "")
			if tc.status == 200 {
				assert.Empty(t, refusals)
				return
			}
			require.Len(t, refusals, 1)
			assert.Equal(t, tc.status, refusals[0].Status)
			assert.Equal(t, tc.reason, refusals[0].Reason)
			require.ErrorIs(t, refusals[0].Err, tc.reason)
			assert.NotContains(t, answer.Body.String(), "alice")
			if tc.reason == jwt.ErrForbidden || tc.reason == jwt.ErrSessionUnknown {
				require.ErrorIs(t, refusals[0].Err, errOwn)
			}
		})
	}
}

// The program writes the body; the headers are there already. A Requirement inside answers as the
// Guard around it.
func TestGuardAnswers(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	guard := jwt.Guard{Realm: "orders", Answer: func(w http.ResponseWriter, _ *http.Request, refusal jwt.Refusal) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(refusal.Status)
		_, _ = fmt.Fprintf(w, `{"status":%d}`, refusal.Status)
	}}
	inner := jwt.Requirement{AnyGroup: []string{"admins"}}.Middleware(http.HandlerFunc(greeter))
	service := pool.verifier(t).Protect(inner, guard)
	for status, authorization := range map[int][]string{401: nil, 403: {"Bearer " + pool.accessToken(t, nil)}} {
		answer := call(service, authorization...)
		assert.Equal(t, status, answer.Code)
		assert.JSONEq(t, fmt.Sprintf(`{"status":%d}`, status), answer.Body.String())
		assert.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
		assert.Contains(t, answer.Header().Get("WWW-Authenticate"), `Bearer realm="orders"`)
	}
	admitted := call(service, "Bearer "+pool.accessToken(t, claims{"cognito:groups": []string{"admins"}}))
	assert.Equal(t, http.StatusOK, admitted.Code)
}

func TestNewContext(t *testing.T) {
	t.Parallel()
	_, ok := jwt.FromContext(t.Context())
	assert.False(t, ok)
	claims := jwt.AccessClaims{Token: jwt.Token{Username: "alice"}, Scopes: []string{"orders/read"}}
	ctx := jwt.NewContext(t.Context(), claims)
	got, ok := jwt.FromContext(ctx)
	assert.True(t, ok)
	assert.Equal(t, claims, got)

	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody).WithContext(ctx)
	answer := httptest.NewRecorder()
	jwt.Requirement{AllScopes: []string{"orders/read"}}.Middleware(http.HandlerFunc(greeter)).ServeHTTP(answer, request)
	assert.Equal(t, "alice", answer.Body.String())
}

func TestBearerToken(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{"Bearer a.b.c": "a.b.c", "bearer  a.b.c": "a.b.c", "Bearer": "", "Bearer ": ""} {
		got, err := jwt.BearerToken(header)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, headers := range [][]string{nil, {""}, {"a.b.c"}, {"Basic a.b.c"}, {"Bearera.b.c"}, {" Bearer a"}, {"Bearer a", "Bearer a"}} {
		got, err := jwt.BearerToken(headers...)
		require.ErrorIs(t, err, jwt.ErrNoToken)
		assert.Empty(t, got)
	}
}

func TestSessionCheckIsCached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		active, failure := true, error(nil)
		check := jwt.SessionCheck(func(_ context.Context, token string) (bool, error) {
			asked = append(asked, token)
			return active, failure
		}).Cached(5 * time.Second)
		ask := func(token string) bool {
			got, err := check(t.Context(), token)
			require.Equal(t, failure, err)
			return got
		}
		assert.True(t, ask("a"))
		active = false
		assert.False(t, ask("b"))
		assert.True(t, ask("a"), "remembered")
		active = true
		assert.False(t, ask("b"), "remembered")
		assert.Equal(t, []string{"a", "b"}, asked)

		time.Sleep(5*time.Second - 1)
		active = false
		assert.True(t, ask("a"))
		time.Sleep(time.Nanosecond)
		assert.False(t, ask("a"), "asked again after 5 seconds")
		assert.Equal(t, []string{"a", "b", "a"}, asked)

		time.Sleep(5 * time.Second)
		active, failure = true, errOwn
		assert.False(t, ask("a"), "an answer beside an error does not count")
		failure = nil
		assert.True(t, ask("a"), "errors are not remembered")
		assert.Len(t, asked, 5)
	})
}

func TestSessionCheckWithoutCache(t *testing.T) {
	t.Parallel()
	asked := 0
	check := jwt.SessionCheck(func(context.Context, string) (bool, error) { asked++; return true, nil }).Cached(0)
	for range 2 {
		_, err := check(t.Context(), "a")
		require.NoError(t, err)
	}
	assert.Equal(t, 2, asked)
	assert.Nil(t, jwt.SessionCheck(nil).Cached(time.Second))
}
