package cookiestore_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestOldToken_isNobody has somebody who found an access token of alice's, long expired, pass for
// her.
func TestOldToken_isNobody(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	addUser(t, a.pool, "mallory")
	alice, mallory := expired(t, a), newBrowser(t)
	mallory.signInAs(t, a, "mallory")
	refresh := amplifyNames(a, "alice")[3]
	tests := map[string]struct {
		tamper func(map[string]string)
		want   error
	}{
		"nothing to renew it with":     {func(c map[string]string) { delete(c, refresh) }, auth.ErrUserUnAuthenticated},
		"a refresh token that is none": {func(c map[string]string) { c[refresh] = "x" }, auth.ErrNotAuthorized},
		"another person's": {func(c map[string]string) {
			c[refresh] = mallory.cookies()[amplifyNames(a, "mallory")[3]]
		}, auth.ErrUnexpectedResponse},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with(t, alice, tc.tamper).do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				user, err := session.CurrentUser(ctx)
				require.ErrorIs(t, err, tc.want)
				assert.Empty(t, user)
			})
		})
	}
}

// TestCurrentUser_renews has the pool vouch for a person whose tokens have expired, once per
// response.
func TestCurrentUser_renews(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	assert.Equal(t, "alice", b.who(t, a))
	assert.Equal(t, "alice", b.who(t, a))
	sent, refused := refreshes(a)
	assert.Equal(t, 1, sent)
	assert.Zero(t, refused)
}

// TestOldIDToken_doesNotCount has somebody keep an ID token of better days beside a good access
// token.
func TestOldIDToken_doesNotCount(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, a *app, b *browser){
		"nothing to renew it with": func(t *testing.T, a *app, b *browser) {
			noRefresh := func(c map[string]string) { delete(c, amplifyNames(a, "alice")[3]) }
			with(t, b, noRefresh).do(t.Context(), a, hasNoIDToken(t))
		},
		"it is renewed": func(t *testing.T, a *app, b *browser) {
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.NoError(t, err)
				assert.True(t, got.IDToken.ExpiresAt.After(time.Now()))
			})
		},
		"it cannot be renewed now": func(t *testing.T, a *app, b *browser) {
			a.pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "TooManyRequestsException", Times: 10})
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.ErrorIs(t, err, auth.ErrTooManyRequests)
			})
		},
		"after the headers": func(t *testing.T, a *app, b *browser) {
			b.visit(t.Context(), a.store, func(ctx context.Context, w http.ResponseWriter) {
				w.WriteHeader(http.StatusOK)
				_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.ErrorIs(t, err, auth.ErrTokenRefresh)
			})
		},
	}
	for name, check := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appWith(t, authtest.Config{})
			old, b := expired(t, a), newBrowser(t)
			b.signIn(t, a)
			id := amplifyNames(a, "alice")[2]
			check(t, a, with(t, b, func(c map[string]string) { c[id] = old.cookies()[id] }))
		})
	}
}
