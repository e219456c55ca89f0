package jwt_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

func TestProtectedResource(t *testing.T) {
	t.Parallel()
	resource := jwt.ProtectedResource{
		Resource: "https://api.example.com/orders", AuthorizationServers: []string{issuer}, Scopes: []string{"orders/read"},
		Name: "Orders", Documentation: "https://example.com/docs",
	}
	handler, err := resource.Handler()
	require.NoError(t, err)
	serve := func(method string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(method, resource.MetadataURL(), http.NoBody))
		return answer
	}
	answer := serve(http.MethodGet)
	assert.Equal(t, http.StatusOK, answer.Code)
	assert.Equal(t, "application/json", answer.Header().Get("Content-Type"))
	assert.Equal(t, "*", answer.Header().Get("Access-Control-Allow-Origin"))
	assert.JSONEq(t, `{
		"resource": "https://api.example.com/orders", "authorization_servers": ["`+issuer+`"], "scopes_supported": ["orders/read"],
		"bearer_methods_supported": ["header"], "resource_name": "Orders", "resource_documentation": "https://example.com/docs"
	}`, answer.Body.String())
	answer = serve(http.MethodPost)
	assert.Equal(t, http.StatusMethodNotAllowed, answer.Code)
	assert.Equal(t, "GET, HEAD", answer.Header().Get("Allow"))

	least, err := jwt.ProtectedResource{Resource: "http://localhost:8080", AuthorizationServers: []string{issuer}}.Handler()
	require.NoError(t, err)
	answer = httptest.NewRecorder()
	least.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	assert.JSONEq(t, `{
		"resource": "http://localhost:8080", "authorization_servers": ["`+issuer+`"], "bearer_methods_supported": ["header"]
	}`, answer.Body.String(), "absent members are left out")
}

// The addresses are those of RFC 9728, section 3.1.
func TestMetadataURL(t *testing.T) {
	t.Parallel()
	for resource, want := range map[string]string{
		"https://resource.example.com":            "https://resource.example.com/.well-known/oauth-protected-resource",
		"https://resource.example.com/":           "https://resource.example.com/.well-known/oauth-protected-resource",
		"https://resource.example.com/resource1":  "https://resource.example.com/.well-known/oauth-protected-resource/resource1",
		"https://resource.example.com:8443/a%2Fb": "https://resource.example.com:8443/.well-known/oauth-protected-resource/a%2Fb",
		"https://resource.example.com/orders/":    "https://resource.example.com/.well-known/oauth-protected-resource/orders/",
		"":                                        "", "orders": "", "%": "",
	} {
		assert.Equal(t, want, jwt.ProtectedResource{Resource: resource}.MetadataURL(), resource)
	}
}

func TestInvalidProtectedResources(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*jwt.ProtectedResource){
		"field Resource is not a plain URL":                func(p *jwt.ProtectedResource) { p.Resource = "https://api.example.com/#a" },
		"field Resource is not":                            func(p *jwt.ProtectedResource) { p.Resource = "" },
		"field Resource is neither":                        func(p *jwt.ProtectedResource) { p.Resource = "http://api.example.com" },
		"field AuthorizationServers is missing":            func(p *jwt.ProtectedResource) { p.AuthorizationServers = nil },
		"field AuthorizationServers[1] is not a plain URL": func(p *jwt.ProtectedResource) { p.AuthorizationServers = []string{issuer, poolID} },
		"field Scopes[0] is not a scope":                   func(p *jwt.ProtectedResource) { p.Scopes = []string{"orders/read orders/write"} },
		"field Scopes[1] is not a scope":                   func(p *jwt.ProtectedResource) { p.Scopes = []string{"a", ""} },
		"field Documentation is not a plain URL":           func(p *jwt.ProtectedResource) { p.Documentation = "javascript:alert(1)" },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			p := jwt.ProtectedResource{Resource: "https://api.example.com", AuthorizationServers: []string{issuer}}
			change(&p)
			_, err := p.Handler()
			require.ErrorIs(t, err, jwt.ErrInvalidConfig)
			assert.ErrorContains(t, err, want)
		})
	}
}
