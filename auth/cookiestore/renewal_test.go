package cookiestore_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

const refreshOperation = "GetTokensFromRefreshToken"

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
	assert.Equal(t, before[names[5]], after[names[5]], "signInDetails must not change")
	sent, refused := refreshes(a)
	assert.Equal(t, 1, sent)
	assert.Zero(t, refused)
}

// TestThrottledRefresh_isNotRepeatedByEveryRequest sends several requests with tokens that are
// about to expire to a pool that throttles.
func TestThrottledRefresh_isNotRepeatedByEveryRequest(t *testing.T) {
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
	assert.Less(t, sent, 5, "some requests must use the old tokens")
}

// TestConcurrentRequests_refreshOnce sends concurrent requests of one browser with expired tokens
// and a refresh token that works once. Each response must carry the new tokens.
func TestConcurrentRequests_refreshOnce(t *testing.T) {
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
	tokensOf := func(response reply) map[string]string {
		set := setCookies(response)
		delete(set, sealedName(a)) // it does not change with the tokens
		return set
	}
	want := tokensOf(responses[0])
	require.Len(t, want, 4, "three tokens and the clock drift")
	for _, response := range responses {
		assert.Equal(t, want, tokensOf(response), "every response must carry the same tokens")
		fresh := newBrowser(t)
		fresh.jar.SetCookies(site, b.jarCookies())
		fresh.jar.SetCookies(site, response.Cookies())
		assert.Equal(t, "alice", fresh.who(t, a))
	}
	other.visit(t.Context(), a.store, fetch(t, a))
	assert.NotEqual(t, want[amplifyNames(a, "alice")[1]], other.cookies()[amplifyNames(a, "alice")[1]],
		"another browser of the same person must have its own session")
}

// TestLateRequest_getsTheNewestTokens arrives with the old tokens after they were refreshed:
// browsers send concurrent requests.
func TestLateRequest_getsTheNewestTokens(t *testing.T) {
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
		assert.Equal(t, cookies[name], value, "the response must carry the newest tokens")
	}
	sent, refused := refreshes(a)
	assert.Equal(t, 2, sent)
	assert.Zero(t, refused)
}

// TestSaveWithoutLease_isNotRefusedForARenewal: only who holds the lease yields to another request.
func TestSaveWithoutLease_isNotRefusedForARenewal(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	renew := func() { b.visit(t.Context(), a.store, fetch(t, a)) }
	answer(a.store, b.request(t.Context()), func(ctx context.Context, _ http.ResponseWriter) {
		key := a.store.SessionKey(ctx)
		r, err := a.store.Load(ctx, key)
		require.NoError(t, err)
		renew()
		_, err = a.store.Save(ctx, key, r)
		require.NoError(t, err)
	})
}

// vainLeases counts the calls of Lease that have ended with their context.
type vainLeases struct {
	*cookiestore.Store
	count atomic.Int32
}

func (s *vainLeases) Lease(ctx context.Context, key string) (func(), error) {
	release, err := s.Store.Lease(ctx, key)
	if err != nil {
		s.count.Add(1)
	}
	return release, err
}

// TestSlowRefresh_isNotRepeatedAtOnce has two more requests wait for a refresh, for longer than an
// auth.Client waits for a lease that may be of a dead process. If the refresh fails, one of them
// repeats it.
func TestSlowRefresh_isNotRepeatedAtOnce(t *testing.T) {
	t.Parallel()
	for name, failures := range map[string]int{"succeeds": 0, "fails": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appWith(t, rotating)
			b := expired(t, a)
			store := &vainLeases{Store: a.store}
			var err error
			a.client, err = auth.NewClient(auth.Config{
				UserPoolID: a.pool.UserPoolID, ClientID: a.pool.ClientID, Endpoint: a.pool.URL, Store: store,
			})
			require.NoError(t, err)
			release := a.pool.Hold(refreshOperation)
			defer release()
			var requests sync.WaitGroup
			visit := func(handle func(context.Context, http.ResponseWriter)) {
				r := b.request(t.Context())
				requests.Go(func() { answer(a.store, r, handle) })
			}
			visit(func(ctx context.Context, _ http.ResponseWriter) {
				_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				assert.Equal(t, failures > 0, err != nil)
			})
			require.Eventually(t, func() bool { sent, _ := refreshes(a); return sent == 1 }, patience, time.Millisecond)
			visit(fetch(t, a))
			visit(fetch(t, a))
			require.Eventually(t, func() bool { return store.count.Load() >= 2 }, patience, time.Millisecond)
			if failures > 0 {
				a.pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "InvalidLambdaResponseException"})
			}
			release()
			requests.Wait()
			sent, failed := refreshes(a)
			assert.Equal(t, 1+failures, sent)
			assert.Equal(t, failures, failed)
		})
	}
}

// TestCanceledRequest_leavesItsTokens cancels a request during its refresh. The next request must
// get the new tokens.
func TestCanceledRequest_leavesItsTokens(t *testing.T) {
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

// TestSignOut_isFinal lets requests arrive after a sign-out that were sent before it.
func TestSignOut_isFinal(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	first := b.request(t.Context())
	b.visit(t.Context(), a.store, fetch(t, a))
	second := b.request(t.Context())
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
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

// TestSignOut_winsOverARefresh signs out in one request while another refreshes: the later save
// must not sign in again.
func TestSignOut_winsOverARefresh(t *testing.T) {
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
		// Otherwise the refresh would fail.
		a.pool.Fail(authtest.Fault{Operation: "RevokeToken", Code: "InternalErrorException", Times: 10})
		require.ErrorIs(t, errOf(session.SignOut(ctx, auth.SignOutInput{})), auth.ErrSignOutIncomplete)
	})
	release()
	for name, value := range setCookies(<-answered) {
		assert.Empty(t, value, name)
	}
	assert.Empty(t, b.who(t, a))
}

// TestNewSession_isNotShared replaces a session by another one. Requests with the tokens of the old
// one must not get it.
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

// TestPlantedSession_doesNotFollowTheVictim plants the session of mallory in a browser. When its
// user signs in there, requests with the planted cookies must not see that.
func TestPlantedSession_doesNotFollowTheVictim(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	addUser(t, a.pool, "mallory")
	planted := newBrowser(t)
	planted.signInAs(t, a, "mallory")
	victim := newBrowser(t)
	victim.jar.SetCookies(site, planted.jarCookies())
	victim.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
		assert.Empty(t, with(t, planted, unchanged).who(t, a)) //nolint:contextcheck // a request of its own
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
		assert.Empty(t, with(t, planted, unchanged).who(t, a)) //nolint:contextcheck // a request of its own
	})
	assert.Equal(t, "alice", victim.who(t, a))
	assert.Empty(t, planted.who(t, a), "the planted session must be signed out")
}

// TestBrowsersStayApart refreshes the tokens of two people concurrently.
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
					assert.Equal(t, want, got.AccessToken.Username)
				})
			})
		}
	}
	release()
	done.Wait()
	_, refused := refreshes(a)
	assert.Zero(t, refused)
}
