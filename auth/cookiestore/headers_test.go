package cookiestore_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

func TestAfterTheHeaders(t *testing.T) {
	t.Parallel()
	begin := map[string]func(w http.ResponseWriter){
		"status": func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) },
		"body":   func(w http.ResponseWriter) { _, _ = w.Write([]byte("x")) },
		"flush":  func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"control": func(w http.ResponseWriter) {
			_ = http.NewResponseController(w).Flush()
		},
	}
	for name, begin := range begin {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appWith(t, rotating)
			b := expired(t, a)
			before := b.cookies()
			b.visit(t.Context(), a.store, func(ctx context.Context, w http.ResponseWriter) {
				begin(w)
				session := a.session(ctx)
				_, err := session.CurrentUser(ctx)
				require.ErrorIs(t, err, auth.ErrTokenRefresh)
				_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.ErrorIs(t, err, auth.ErrTokenRefresh)
				require.ErrorIs(t, session.SignOut(ctx, auth.SignOutInput{}), cookiestore.ErrHeadersSent)
			})
			assert.Empty(t, a.pool.Requests(), "no refresh token was spent")
			assert.Equal(t, before, b.cookies())
			b.visit(t.Context(), a.store, fetch(t, a))
		})
	}
}

// TestSlowRefresh returns the caller the old tokens, which are good for a while; the response still
// carries the new ones.
func TestSlowRefresh(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := newBrowser(t)
	a.pool.Advance(-59*time.Minute - 20*time.Second)
	b.signIn(t, a)
	a.pool.Advance(59*time.Minute + 20*time.Second)
	before := b.cookies()[amplifyNames(a, "alice")[3]]
	release := a.pool.Hold(refreshOperation)
	b.visit(t.Context(), a.store, func(ctx context.Context, w http.ResponseWriter) {
		got, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		assert.NoError(t, err)
		assert.Equal(t, b.cookies()[amplifyNames(a, "alice")[1]], got.AccessToken.Raw, "the old one")
		time.AfterFunc(50*time.Millisecond, release)
		w.WriteHeader(http.StatusNoContent)
	})
	assert.NotEqual(t, before, b.cookies()[amplifyNames(a, "alice")[3]])
	_, refused := refreshes(a)
	assert.Zero(t, refused)
}

// TestSlowKeys has the pool's keys come when the response is out: it must not wait for a request
// that is reading the session.
func TestSlowKeys(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	asked, answered := make(chan struct{}), make(chan struct{})
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-answered
		r.URL.Path = "/" + a.pool.UserPoolID + "/.well-known/jwks.json"
		a.pool.ServeHTTP(w, r)
	}))
	t.Cleanup(keys.Close)
	slow := newApp(t, a.pool, func(cfg *cookiestore.Config) { cfg.Pool.JWKSURL = keys.URL })
	read := make(chan error, 1)
	b.visit(t.Context(), slow.store, func(ctx context.Context, w http.ResponseWriter) {
		go func() {
			_, err := slow.session(ctx).CurrentUser(ctx)
			read <- err
		}()
		<-asked
		w.WriteHeader(http.StatusNoContent)
	})
	close(answered)
	require.NoError(t, <-read, "not if the wait ended with the fetch's timeout")
}
