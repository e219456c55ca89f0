package auth_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestTwoTabs(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	first := f.callback(t, auth.SignInWithRedirectInput{ReturnTo: "/first"})
	second := f.callback(t, auth.SignInWithRedirectInput{ReturnTo: "/second"})
	assert.Equal(t, "/second", f.complete(t, second).ReturnTo)
	assert.Equal(t, "/first", f.complete(t, first).ReturnTo, "the other tab ends where it was to")
	assert.Equal(t, 1, count(f.pool, "RevokeToken"), "the tokens of one tab have replaced those of the other")
}

func TestASixthAttemptReplacesTheOldest(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	var backs []string
	for range 6 {
		backs = append(backs, f.callback(t, auth.SignInWithRedirectInput{}))
	}
	f.fails(t, backs[0], auth.ErrOAuthAttempt)
	for _, back := range backs[1:] {
		f.complete(t, back)
	}
}

// TestLargeAttemptsReplaceTheOldest: what pages of the web can have a session keep has to fit into
// cookies.
func TestLargeAttemptsReplaceTheOldest(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	small := f.callback(t, auth.SignInWithRedirectInput{ReturnTo: "/"})
	var backs []string
	for range 3 {
		backs = append(backs, f.callback(t, auth.SignInWithRedirectInput{ReturnTo: "/" + strings.Repeat("x", 2047)}))
	}
	f.fails(t, small, auth.ErrOAuthAttempt)
	f.fails(t, backs[0], auth.ErrOAuthAttempt)
	for _, back := range backs[1:] {
		f.complete(t, back)
	}
}

// TestFailedAttemptsDisplaceNone: what is left of them is worth less than a tab in which somebody is
// about to sign in.
func TestFailedAttemptsDisplaceNone(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	var backs []string
	for range 2 {
		backs = append(backs, f.callback(t, auth.SignInWithRedirectInput{}))
		for range 5 {
			begun := f.begin(t, auth.SignInWithRedirectInput{})
			f.fails(t, callbackURI+"?code=stale&state="+begun.State, auth.ErrOAuthCode)
		}
	}
	for _, back := range backs {
		f.complete(t, back)
	}
}

func TestBackAndReload(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	back := f.callback(t, auth.SignInWithRedirectInput{})
	f.complete(t, back)
	f.fails(t, back, auth.ErrOAuthAttempt)
	assert.Equal(t, auth.StateSignedIn, stateOf(t, f.Session))
	assert.Equal(t, 1, f.exchanges(), "the code was sent once")

	_, err := f.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	f.fails(t, back, auth.ErrOAuthAttempt)
	assert.Equal(t, auth.StateSignedOut, stateOf(t, f.Session))
}

// TestAnotherProcessCompletesTheSignIn: a restart, or another machine with the same Store.
func TestAnotherProcessCompletesTheSignIn(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	back := f.callback(t, auth.SignInWithRedirectInput{})
	f.Session = newClient(t, f.cfg).Session("test")
	f.complete(t, back)
}

// TestAnotherMachineCannotCompleteTheSignIn: a callback that somebody has sent to somebody else is
// login CSRF, and changes nothing there.
func TestAnotherMachineCannotCompleteTheSignIn(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	back := f.callback(t, auth.SignInWithRedirectInput{})
	for name, victim := range map[string]*auth.Session{
		"another session": newClient(t, f.cfg).Session("victim"),
		"another Store":   newClient(t, loginConfig(f.pool)).Session("test"),
	} {
		_, err := victim.CompleteSignInWithRedirect(t.Context(), back)
		require.ErrorIs(t, err, auth.ErrOAuthAttempt, name)
		assert.Equal(t, auth.StateSignedOut, stateOf(t, victim), name)
	}
	assert.Zero(t, f.exchanges())
	f.complete(t, back)
}

func TestOneOfManyCallsCompletesTheSignIn(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	back := f.callback(t, auth.SignInWithRedirectInput{})
	var done, late atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		session := newClient(t, f.cfg).Session("test")
		all.Go(func() {
			_, err := session.CompleteSignInWithRedirect(t.Context(), back)
			if err == nil {
				done.Add(1)
				return
			}
			assert.ErrorIs(t, err, auth.ErrOAuthAttempt)
			late.Add(1)
		})
	}
	all.Wait()
	assert.EqualValues(t, 1, done.Load())
	assert.EqualValues(t, 7, late.Load())
	assert.Equal(t, 1, f.exchanges())
}

// raceForAnAttempt returns a callback, and a call with it, of another process, that is sending the
// code when start returns, and goes on when finish is called.
func raceForAnAttempt(t *testing.T, f *loginFixture) (back string, start func(), finish func() error) {
	back = f.callback(t, auth.SignInWithRedirectInput{})
	sending, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	cfg := f.cfg
	cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/oauth2/token" {
			close(sending)
			<-goOn
		}
		return f.send(r)
	})}
	other := newClient(t, cfg).Session("test")
	start = func() {
		go func() { done <- errOf(other.CompleteSignInWithRedirect(context.Background(), back)) }()
		<-sending
	}
	return back, start, func() error {
		close(goOn)
		return <-done
	}
}

// TestACallMistakesNoOtherForItself: another one takes the attempt between the Load and the Save of
// the first, and is sending the code when the first looks again.
func TestACallMistakesNoOtherForItself(t *testing.T) {
	t.Parallel()
	store := &hookedStore{}
	f := newLogin(t, authtest.Config{}, func(cfg *auth.Config) { cfg.Store = store })
	back, start, finish := raceForAnAttempt(t, f)
	store.before = start
	f.fails(t, back, auth.ErrOAuthAttempt)
	require.NoError(t, finish())
	assert.Equal(t, 1, f.exchanges(), "the code was sent once")
}

// TestAnAttemptIsGivenBackOnce: whatever comes in between, as its Store saves that.
func TestAnAttemptIsGivenBackOnce(t *testing.T) {
	t.Parallel()
	givenBack := func(t *testing.T, interrupt func(f *loginFixture, store *hookedStore, another func())) (
		f *loginFixture, back string, finish func() error,
	) {
		store := &hookedStore{}
		f = newLogin(t, authtest.Config{}, func(cfg *auth.Config) { cfg.Store = store })
		back, another, finish := raceForAnAttempt(t, f)
		cfg, working := f.cfg, f.Session
		cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path != "/oauth2/token" {
				return f.send(r)
			}
			interrupt(f, store, another)
			return unreachable(r)
		})}
		f.Session = newClient(t, cfg).Session("test")
		require.ErrorIs(t, errOf(f.CompleteSignInWithRedirect(t.Context(), back)), auth.ErrNetwork)
		f.Session = working
		return f, back, finish
	}
	t.Run("another change of the record", func(t *testing.T) {
		t.Parallel()
		f, back, _ := givenBack(t, func(f *loginFixture, store *hookedStore, _ func()) {
			store.before = func() { f.begin(t, auth.SignInWithRedirectInput{}) }
		})
		f.complete(t, back)
		f.fails(t, back, auth.ErrOAuthAttempt)
	})
	t.Run("another call takes it, and the answer of the Store is lost", func(t *testing.T) {
		t.Parallel()
		f, back, finish := givenBack(t, func(_ *loginFixture, store *hookedStore, another func()) {
			store.after = func() error {
				another()
				return errBroken
			}
		})
		f.fails(t, back, auth.ErrOAuthAttempt)
		require.NoError(t, finish())
		assert.Equal(t, 1, f.exchanges(), "the code was sent once")
	})
}

// TestTenMinutesTooLate has the pool and the session in a bubble with one clock.
func TestTenMinutesTooLate(t *testing.T) {
	t.Parallel()
	pool := loginPool(t, authtest.Config{NoListener: true})
	synctest.Test(t, func(t *testing.T) {
		cfg := loginConfig(pool)
		cfg.HTTPClient = &http.Client{Transport: inProcess{pool}}
		session := newClient(t, cfg).Session("test")
		begin := func() auth.SignInWithRedirectOutput {
			out, err := session.SignInWithRedirect(t.Context(), auth.SignInWithRedirectInput{})
			require.NoError(t, err)
			return out
		}
		complete := func(begun auth.SignInWithRedirectOutput, wait time.Duration) error {
			time.Sleep(wait)
			back, err := pool.Authorize(begun.URL, "alice")
			require.NoError(t, err)
			return errOf(session.CompleteSignInWithRedirect(t.Context(), back))
		}
		begun := begin()
		assert.Equal(t, time.Now().Add(10*time.Minute).UTC(), begun.ExpiresAt)
		time.Sleep(9 * time.Minute)
		begin() // in another tab
		err := complete(begun, time.Minute)
		require.ErrorIs(t, err, auth.ErrOAuthAttempt)
		require.ErrorContains(t, err, "ten minutes")

		back, err := pool.Authorize(begin().URL, "alice")
		require.NoError(t, err)
		time.Sleep(6 * time.Minute) // longer than the code lives
		_, err = session.CompleteSignInWithRedirect(t.Context(), back)
		require.ErrorIs(t, err, auth.ErrOAuthCode)

		require.NoError(t, complete(begin(), 9*time.Minute+59*time.Second))
	})
}

func TestAttemptsEndWithASignOut(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	back := f.callback(t, auth.SignInWithRedirectInput{})
	_, err := f.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	f.fails(t, back, auth.ErrOAuthAttempt)
}

// TestAttemptsOutlastWhatHappensMeanwhile: a sign-in with a password in another tab, the end of the
// session, another key.
func TestAttemptsOutlastWhatHappensMeanwhile(t *testing.T) {
	t.Parallel()
	signIn := func(t *testing.T, f *loginFixture) {
		_, err := f.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
	}
	for name, meanwhile := range map[string]func(*testing.T, *loginFixture){
		"a sign-in": signIn,
		"a refresh": func(t *testing.T, f *loginFixture) {
			signIn(t, f)
			_, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
			require.NoError(t, err)
		},
		"the end of the session": func(t *testing.T, f *loginFixture) {
			signIn(t, f)
			f.pool.Fail(authtest.Fault{
				Operation: refreshOperation, Code: "NotAuthorizedException", Message: "Refresh Token has been revoked",
			})
			_, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
			require.ErrorIs(t, err, auth.ErrSessionExpired)
		},
		"another key": func(t *testing.T, f *loginFixture) {
			moved, err := f.MoveTo(t.Context(), auth.MoveToInput{Key: "moved", AtOnce: true})
			require.NoError(t, err)
			f.Session = moved
		},
		"a sign-in that stops half-way": func(t *testing.T, f *loginFixture) {
			_, err := f.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: "Wrong-Password-1"})
			require.ErrorIs(t, err, auth.ErrNotAuthorized)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			back := f.callback(t, auth.SignInWithRedirectInput{})
			meanwhile(t, f)
			f.complete(t, back)
		})
	}
}

// TestAttemptWhoseCodeIsOnItsWay: the code turns out not to have been used, so that the callback
// may come again, unless the attempt has ended meanwhile.
func TestAttemptWhoseCodeIsOnItsWay(t *testing.T) {
	t.Parallel()
	signOut := func(t *testing.T, f *loginFixture) {
		require.NoError(t, errOf(f.SignOut(t.Context(), auth.SignOutInput{})))
	}
	for name, tt := range map[string]struct {
		meanwhile func(*testing.T, *loginFixture)
		ends      bool
	}{
		"nothing happens": {meanwhile: func(*testing.T, *loginFixture) {}},
		"a sign-in in another tab": {meanwhile: func(t *testing.T, f *loginFixture) {
			require.NoError(t, errOf(f.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})))
		}, ends: true},
		"another key": {meanwhile: func(t *testing.T, f *loginFixture) {
			moved, err := f.MoveTo(t.Context(), auth.MoveToInput{Key: "moved"})
			require.NoError(t, err)
			f.Session = moved
		}},
		"a sign-out": {meanwhile: signOut, ends: true},
		"a sign-out, and another attempt": {meanwhile: func(t *testing.T, f *loginFixture) {
			signOut(t, f)
			f.begin(t, auth.SignInWithRedirectInput{})
		}, ends: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			back := f.callback(t, auth.SignInWithRedirectInput{})
			var once sync.Once
			f.cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				send := f.send
				if r.URL.Path == "/oauth2/token" {
					once.Do(func() {
						tt.meanwhile(t, f)
						send = unreachable
					})
				}
				return send(r)
			})}
			f.Session = newClient(t, f.cfg).Session("test")
			_, err := f.CompleteSignInWithRedirect(t.Context(), back)
			require.ErrorIs(t, err, auth.ErrNetwork)
			assert.Zero(t, f.exchanges())
			if tt.ends {
				f.fails(t, back, auth.ErrOAuthAttempt)
				assert.Zero(t, f.exchanges())
				return
			}
			f.complete(t, back)
			f.fails(t, back, auth.ErrOAuthAttempt)
			record, err := f.store.Load(t.Context(), f.Key())
			require.NoError(t, err)
			assert.NotContains(t, string(record.Data), "redirects", "nothing is left of it")
		})
	}
}

// TestRecordOfAnAttemptEnds: a Store can forget people who never come back.
func TestRecordOfAnAttemptEnds(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	begun := f.begin(t, auth.SignInWithRedirectInput{})
	record, err := f.store.Load(t.Context(), "test")
	require.NoError(t, err)
	assert.Equal(t, begun.ExpiresAt, record.ExpiresAt)

	f.fails(t, callbackURI+"?error=access_denied&state="+begun.State, auth.ErrOAuthDenied)
	record, err = f.store.Load(t.Context(), "test")
	require.NoError(t, err)
	assert.False(t, record.ExpiresAt.IsZero(), "nor those who come back without success")
	assert.NotContains(t, string(record.Data), begun.State)
}

// TestRecordsOfOtherAppClientsHaveNoAttempts: the code of one app client must not go to another.
func TestRecordsOfOtherAppClientsHaveNoAttempts(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	back := f.callback(t, auth.SignInWithRedirectInput{})
	f.cfg.ClientID = "another"
	_, err := newClient(t, f.cfg).Session("test").CompleteSignInWithRedirect(t.Context(), back)
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
	assert.Zero(t, f.exchanges())
}

// TestAnUnreadableRecordIsReplaced, as SignIn replaces it.
func TestAnUnreadableRecordIsReplacedByAnAttempt(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	_, err := f.store.Save(t.Context(), "test", auth.Record{Data: []byte("?")})
	require.NoError(t, err)
	_, err = f.CompleteSignInWithRedirect(t.Context(), callbackURI+"?code=c&state=s")
	require.ErrorIs(t, err, auth.ErrCorruptRecord)
	f.signInByRedirect(t, auth.SignInWithRedirectInput{})
}

// TestWhatIsRandomIsNeverTheSame, and what is stored is what the page gets.
func TestEachAttemptHasItsOwnSecrets(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	seen := map[string]bool{}
	for range 20 {
		query := authorizeQuery(t, f.begin(t, auth.SignInWithRedirectInput{}).URL)
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			assert.False(t, seen[query.Get(name)], name)
			seen[query.Get(name)] = true
		}
		record, err := f.store.Load(t.Context(), "test")
		require.NoError(t, err)
		assert.Contains(t, string(record.Data), query.Get("nonce"))
		assert.False(t, strings.Contains(string(record.Data), query.Get("code_challenge")), "the verifier is stored")
	}
}
