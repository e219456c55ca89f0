package cookiestore_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestServer has the headers of a real server's responses sent in all the ways that there are.
func TestServer(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	signIn := func(w http.ResponseWriter, r *http.Request) {
		_, err := a.session(r.Context()).SignIn(r.Context(), auth.SignInInput{Username: "alice", Password: password})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	ends := map[string]func(w http.ResponseWriter){
		"nothing written": func(http.ResponseWriter) {},
		"a status":        func(w http.ResponseWriter) { w.WriteHeader(http.StatusSeeOther) },
		"a body":          func(w http.ResponseWriter) { _, _ = io.WriteString(w, "hello") },
		"a flush":         func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"early hints": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusOK)
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
				signIn(w, r)
				end(w)
			})
			mux.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
				user, err := a.session(r.Context()).CurrentUser(r.Context())
				_, _ = fmt.Fprint(w, user.Username, err)
			})
			server := httptest.NewTLSServer(a.store.Middleware(a.store.Middleware(mux)))
			t.Cleanup(server.Close)
			browser := server.Client()
			var err error
			browser.Jar, err = cookiejar.New(nil)
			require.NoError(t, err)
			browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			get(t, browser, server.URL+"/login")
			assert.Equal(t, "alice<nil>", get(t, browser, server.URL+"/me"))
		})
	}
}

// TestHijack checks that the connection can still be taken over, and that this ends the time for
// cookies.
func TestHijack(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	server := httptest.NewTLSServer(a.store.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		_, err = a.session(r.Context()).SignIn(r.Context(), auth.SignInInput{Username: "alice", Password: password})
		assert.Error(t, err)
		_, err = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
		assert.NoError(t, err)
		assert.NoError(t, connection.Close())
	})))
	t.Cleanup(server.Close)
	assert.Equal(t, "hi", get(t, server.Client(), server.URL))
}

func get(t *testing.T, browser *http.Client, address string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	require.NoError(t, err)
	response, err := browser.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}
