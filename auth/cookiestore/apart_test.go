package cookiestore_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestNewSession_isNotShared saves another session over one that others may hold the tokens of:
// they get nothing of it.
func TestNewSession_isNotShared(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		username       string
		duringARenewal bool
	}{
		"a sign-in":                              {"alice", false},
		"another person's, while one is renewed": {"bob", true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appWith(t, authtest.Config{})
			addUser(t, a.pool, "bob")
			first, second := newBrowser(t), newBrowser(t)
			first.signIn(t, a)
			second.signInAs(t, a, tc.username)
			old := with(t, first, unchanged)
			var other auth.Record
			second.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
				var err error
				other, err = a.store.Load(ctx, a.store.SessionKey(ctx))
				require.NoError(t, err)
			})
			first.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
				key := a.store.SessionKey(ctx)
				if tc.duringARenewal {
					release, err := a.store.Lease(ctx, key)
					require.NoError(t, err)
					defer release()
				}
				there, err := a.store.Load(ctx, key)
				require.NoError(t, err)
				_, err = a.store.Save(ctx, key, auth.Record{Data: other.Data, Version: there.Version})
				require.NoError(t, err)
			})
			assert.Equal(t, tc.username, first.who(t, a))
			before := old.cookies()
			assert.Equal(t, "alice", old.who(t, a))
			assert.Equal(t, before, old.cookies())
		})
	}
}

// TestPlantedSession returns a browser the tokens of somebody else's session. Signing in there must
// not show in requests with the planted cookies.
func TestPlantedSession(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	addUser(t, a.pool, "mallory")
	planted := newBrowser(t)
	planted.signInAs(t, a, "mallory")
	victim := newBrowser(t)
	victim.jar.SetCookies(site, planted.jarCookies())
	victim.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
		assert.Empty(t, with(t, planted, unchanged).who(t, a)) //nolint:contextcheck // a request of its own
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
		assert.Empty(t, with(t, planted, unchanged).who(t, a)) //nolint:contextcheck // a request of its own
	})
	assert.Equal(t, "alice", victim.who(t, a))
	assert.Empty(t, planted.who(t, a), "that session was signed out")
}

func unchanged(map[string]string) {}

// TestBrowsersStayApart renews the tokens of two people at once.
func TestBrowsersStayApart(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	addUser(t, a.pool, "bob")
	alice, bob := expired(t, a), newBrowser(t)
	a.pool.Advance(-2 * time.Hour)
	bob.signInAs(t, a, "bob")
	a.pool.Advance(2 * time.Hour)
	release := a.pool.Hold(refreshOperation)
	var done sync.WaitGroup
	for range 4 {
		for want, visitor := range map[string]*browser{"alice": alice, "bob": bob} {
			r := visitor.request(t.Context())
			done.Go(func() {
				answer(a.store, r, func(ctx context.Context, _ http.ResponseWriter) {
					got, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
					assert.NoError(t, err)
					assert.Equal(t, want, got.AccessToken.Claims["username"])
				})
			})
		}
	}
	release()
	done.Wait()
	_, refused := refreshes(a)
	assert.Zero(t, refused)
}
