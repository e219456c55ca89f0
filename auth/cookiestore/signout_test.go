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

// TestSignOut_isFinal has requests that were sent before arrive after a sign-out.
func TestSignOut_isFinal(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	first := b.request(t.Context())
	b.visit(t.Context(), a.store, fetch(t, a))
	second := b.request(t.Context())
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
	})
	for _, late := range []*http.Request{first, second} {
		response := answer(a.store, late, func(ctx context.Context, _ http.ResponseWriter) {
			_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
		})
		for name, value := range setCookies(response) {
			assert.Empty(t, value, name)
		}
	}
}

// TestSignOut_duringARefresh has one request sign out while another renews: whoever comes later
// yields.
func TestSignOut_duringARefresh(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	release := a.pool.Hold(refreshOperation)
	defer release()
	r := b.request(t.Context())
	answered := make(chan reply)
	go func() {
		answered <- answer(a.store, r, func(ctx context.Context, _ http.ResponseWriter) {
			_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
		})
	}()
	require.Eventually(t, func() bool { sent, _ := refreshes(a); return sent == 1 }, patience, time.Millisecond)
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		a.pool.Fail(authtest.Fault{Operation: "RevokeToken", Code: "InternalErrorException", Times: 10}) // or the refresh would fail
		require.ErrorIs(t, session.SignOut(ctx, auth.SignOutInput{}), auth.ErrSignOutIncomplete)
	})
	release()
	for name, value := range setCookies(<-answered) {
		assert.Empty(t, value, name)
	}
	assert.Empty(t, b.who(t, a))
}
