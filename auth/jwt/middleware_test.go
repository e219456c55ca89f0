package jwt_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

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
		"nothing":            {nil, 401, `Bearer`},
		"another scheme":     {[]string{"Basic YWxpY2U6aHVudGVyMg=="}, 401, `Bearer`},
		"the token alone":    {[]string{good}, 401, `Bearer`},
		"two headers":        {[]string{"Bearer " + good, "Bearer " + good}, 401, `Bearer`},
		"no token":           {[]string{"Bearer"}, 401, `Bearer error="invalid_token"`},
		"an ID token":        {[]string{"Bearer " + pool.idToken(t, nil)}, 401, `Bearer error="invalid_token"`},
		"an expired token":   {[]string{"Bearer " + pool.accessToken(t, claims{"exp": 1})}, 401, `Bearer error="invalid_token"`},
		"something after it": {[]string{"Bearer " + good + " x"}, 401, `Bearer error="invalid_token"`},
		"a list of two":      {[]string{"Bearer " + good + ", Bearer " + good}, 401, `Bearer error="invalid_token"`},
		"another issuer's":   {[]string{"Bearer " + pool.accessToken(t, claims{"iss": "https://other.example"})}, 401, `Bearer error="invalid_token"`},
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
	}{
		"nothing":                    {jwt.Requirement{}, true},
		"a scope":                    {jwt.Requirement{AllScopes: []string{"orders/read"}}, true},
		"both scopes":                {jwt.Requirement{AllScopes: []string{"orders/write", "orders/read"}}, true},
		"a scope too many":           {jwt.Requirement{AllScopes: []string{"orders/read", "orders/delete"}}, false},
		"the scopes as one":          {jwt.Requirement{AllScopes: []string{"orders/read orders/write"}}, false},
		"the beginning of a scope":   {jwt.Requirement{AllScopes: []string{"orders"}}, false},
		"a group":                    {jwt.Requirement{AnyGroup: []string{"staff"}}, true},
		"one of two groups":          {jwt.Requirement{AnyGroup: []string{"admins", "night shift"}}, true},
		"other groups":               {jwt.Requirement{AnyGroup: []string{"admins", "Staff", "night"}}, false},
		"a scope and a group":        {jwt.Requirement{AllScopes: []string{"orders/read"}, AnyGroup: []string{"staff"}}, true},
		"a scope, but another group": {jwt.Requirement{AllScopes: []string{"orders/read"}, AnyGroup: []string{"admins"}}, false},
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
			assert.Equal(t, `Bearer error="insufficient_scope"`, answer.Header().Get("WWW-Authenticate"))
		})
	}
}

// A Requirement without a Verifier around it lets no request through.
func TestRequirementWithoutVerifierAnswers401(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	answer := call(jwt.Requirement{}.Middleware(http.HandlerFunc(greeter)), "Bearer "+pool.accessToken(t, nil))
	assert.Equal(t, http.StatusUnauthorized, answer.Code)
	assert.Equal(t, "Bearer", answer.Header().Get("WWW-Authenticate"))
}
