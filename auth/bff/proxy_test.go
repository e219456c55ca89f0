package bff_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func TestProxyCallsTheAPIWithTheAccessToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	w.add(alice())
	var mu sync.Mutex
	var calls []*http.Request
	refusals := 1
	api := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, r)
		http.SetCookie(rw, &http.Cookie{Name: sessionCookie, Value: "planted"})
		if refusals > 0 {
			refusals--
			rw.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(api.Close)
	proxy, err := w.bff.Proxy(bff.ProxyConfig{Target: api.URL, Paths: []string{"/v1"}, StripPrefix: "/api"})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/api/", w.bff.Require(proxy))
	mux.Handle("/", w.server.Config.Handler)
	server := httptest.NewUnstartedServer(mux)
	t.Cleanup(server.Close)

	b := w.browser().signIn("/orders", "alice")
	call := func(method, path string, header http.Header) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, w.server.URL+path, nil)
		for name, values := range header {
			r.Header[name] = values
		}
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: b.cookie(sessionCookie)})
		recorder := httptest.NewRecorder()
		mux.ServeHTTP(recorder, r)
		return recorder
	}
	got := call(http.MethodGet, "/api/v1/orders?x=1", http.Header{"Authorization": {"Bearer mine"}})
	assert.Equal(t, http.StatusOK, got.Code)
	assert.Empty(t, got.Header().Values("Set-Cookie"))
	require.Len(t, calls, 2, "it is renewed once")
	for _, r := range calls {
		assert.Equal(t, "/v1/orders?x=1", r.URL.RequestURI())
		assert.True(t, strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ey"))
		assert.Empty(t, r.Header.Get("Cookie"))
	}
	assert.NotEqual(t, calls[0].Header.Get("Authorization"), calls[1].Header.Get("Authorization"))

	calls = nil
	for _, path := range []string{
		"/api/v2", "/api/v1x", "/api/v1%2f..%2fv2", "/api/v1/%2e%2e/v2", "/api/", "/api/v1//x", "/api/v1/..%5cv2", "/api/v1/%252e%252e/../../v2",
	} {
		assert.NotEqual(t, http.StatusOK, call(http.MethodGet, path, nil).Code, path)
	}
	assert.Equal(t, http.StatusMethodNotAllowed, call(http.MethodDelete, "/api/v1/orders", nil).Code)
	assert.Empty(t, calls)
	without := httptest.NewRecorder()
	proxy.ServeHTTP(without, httptest.NewRequest(http.MethodGet, w.server.URL+"/api/v1/orders", nil))
	assert.Equal(t, http.StatusInternalServerError, without.Code, "without Require")
	assert.Contains(t, w.seen.String(), "Require is missing")
	b.get("/orders").isApp("/orders", "alice")

	for _, bad := range []bff.ProxyConfig{
		{}, {Target: "http://api.example", Paths: []string{"/"}}, {Target: api.URL}, {Target: "ftp://x", Paths: []string{"/"}},
	} {
		_, err := w.bff.Proxy(bad)
		assert.Error(t, err)
	}
}
