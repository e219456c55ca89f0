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

const refreshOperation = "GetTokensFromRefreshToken"

// rotating is a pool whose refresh tokens work once.
var rotating = authtest.Config{RefreshTokenRotation: true}

// expired signs alice in with tokens that have expired since.
func expired(t *testing.T, a *app) *browser {
	t.Helper()
	b := newBrowser(t)
	a.pool.Advance(-2 * time.Hour)
	b.signIn(t, a)
	a.pool.Advance(2 * time.Hour)
	a.pool.ResetRequests()
	return b
}

func refreshes(a *app) (sent, refused int) {
	for _, request := range a.pool.Requests() {
		if request.Operation == refreshOperation {
			sent++
			if request.ErrorCode != "" {
				refused++
			}
		}
	}
	return sent, refused
}

// fetch is a handler that needs good tokens; a second call must not renew again.
func fetch(t *testing.T, a *app) func(context.Context, http.ResponseWriter) {
	return func(ctx context.Context, _ http.ResponseWriter) {
		for range 2 {
			got, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			assert.NoError(t, err)
			assert.True(t, got.AccessToken.ExpiresAt.After(time.Now()))
		}
	}
}

func TestRefresh_setsTheRotatedTokens(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	before := b.cookies()
	for range 3 {
		b.visit(t.Context(), a.store, fetch(t, a))
	}
	after := b.cookies()
	names := amplifyNames(a, "alice")
	for _, name := range names[1:4] {
		assert.NotEqual(t, before[name], after[name], name)
	}
	assert.Equal(t, before[names[5]], after[names[5]], "signInDetails stay")
	sent, refused := refreshes(a)
	assert.Equal(t, 1, sent)
	assert.Zero(t, refused)
}

// TestThrottledRefresh has one browser make several requests while its tokens are near their end
// and the pool is throttled.
func TestThrottledRefresh(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	b := newBrowser(t)
	a.pool.Advance(-time.Hour + 30*time.Second)
	b.signIn(t, a)
	a.pool.ResetRequests()
	a.pool.Fail(authtest.Fault{
		Operation: refreshOperation, Code: "TooManyRequestsException", Message: "Rate exceeded", Times: -1,
	})
	for range 5 {
		b.visit(t.Context(), a.store, fetch(t, a))
	}
	sent, _ := refreshes(a)
	assert.Less(t, sent, 5, "the others make do with the old tokens")
}

// TestRequestsAtOnce has many requests of one browser meet expired tokens, whose refresh token
// works once. All get the new ones into their own response.
func TestRequestsAtOnce(t *testing.T) {
	t.Parallel()
	const requests = 12
	a := appWith(t, rotating)
	b := expired(t, a)
	other := expired(t, a)
	release := a.pool.Hold(refreshOperation)
	responses := make([]reply, requests)
	var started, done sync.WaitGroup
	for i := range requests {
		started.Add(1)
		r := b.request(t.Context())
		done.Go(func() {
			responses[i] = answer(a.store, r, func(ctx context.Context, w http.ResponseWriter) {
				started.Done()
				fetch(t, a)(ctx, w)
			})
		})
	}
	started.Wait()
	release()
	done.Wait()
	sent, refused := refreshes(a)
	assert.Equal(t, 1, sent)
	assert.Zero(t, refused)
	want := setCookies(responses[0])
	require.Len(t, want, 4, "three tokens and the clock drift")
	for _, response := range responses {
		got := setCookies(response)
		assert.Equal(t, want, got, "every response carries the same tokens")
		fresh := newBrowser(t)
		fresh.jar.SetCookies(site, b.jarCookies())
		fresh.jar.SetCookies(site, response.Cookies())
		assert.Equal(t, "alice", fresh.who(t, a))
	}
	other.visit(t.Context(), a.store, fetch(t, a))
	assert.NotEqual(t, want[amplifyNames(a, "alice")[1]], other.cookies()[amplifyNames(a, "alice")[1]],
		"another browser of the same person has a session of its own")
}

// TestRequestSentBeforeTheAnswer comes with the tokens of before, after they were renewed: browsers
// send requests at once.
func TestRequestSentBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	late := b.request(t.Context())
	b.visit(t.Context(), a.store, fetch(t, a))
	b.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
		_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		assert.NoError(t, err)
	})
	response := answer(a.store, late, fetch(t, a))
	cookies := b.cookies()
	for name, value := range setCookies(response) {
		assert.Equal(t, cookies[name], value, "it gets the newest")
	}
	sent, refused := refreshes(a)
	assert.Equal(t, 2, sent)
	assert.Zero(t, refused)
}

// TestAbandonedRequest is answered to nobody: the tokens that it was given are kept for the next
// one.
func TestAbandonedRequest(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	release := a.pool.Hold(refreshOperation)
	defer release()
	ctx, leave := context.WithCancel(t.Context())
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		answer(a.store, b.request(ctx), func(ctx context.Context, _ http.ResponseWriter) {
			_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			assert.ErrorIs(t, err, context.Canceled)
		})
	}()
	require.Eventually(t, func() bool { sent, _ := refreshes(a); return sent == 1 }, patience, time.Millisecond)
	leave()
	<-answered
	next := make(chan struct{})
	go func() {
		defer close(next)
		b.visit(t.Context(), a.store, fetch(t, a))
	}()
	release()
	<-next
	sent, refused := refreshes(a)
	assert.Equal(t, 1, sent)
	assert.Zero(t, refused)
	assert.Equal(t, "alice", b.who(t, a))
}

func TestRefusedRefresh_endsTheSession(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	a.pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "NotAuthorizedException", Message: "Refresh Token has been revoked"})
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.ErrorIs(t, err, auth.ErrNotAuthorized)
	})
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.ErrorIs(t, err, auth.ErrSessionExpired)
	})
	cookies := b.cookies()
	for _, name := range amplifyNames(a, "alice") {
		assert.NotContains(t, cookies, name)
	}
}

func setCookies(response reply) map[string]string {
	set := map[string]string{}
	for _, c := range response.Cookies() {
		set[c.Name] = c.Value
	}
	return set
}

// jarCookies returns the cookies in a form that another jar takes.
func (b *browser) jarCookies() []*http.Cookie {
	cookies := b.jar.Cookies(site)
	for _, c := range cookies {
		c.Secure, c.Path = true, "/"
	}
	return cookies
}
