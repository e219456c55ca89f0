package auth_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A storeFault is what goes wrong in one call of a Store.
type storeFault struct {
	name    string
	carried bool  // the call is carried out all the same
	err     error // what its caller is told
	leave   bool  // the caller of the verb stops waiting at that moment
}

func storeFaults() []storeFault {
	return []storeFault{
		{name: "refused", err: errBroken},
		{name: "answer lost", carried: true, err: errBroken},
		{name: "save sent twice", carried: true, err: auth.ErrRecordConflict},
		{name: "caller left", carried: true, leave: true},
	}
}

// faultyStore has the fault in call number at, counted from 1. With at 0 it works.
type faultyStore struct {
	auth.MemoryStore
	fault storeFault
	mu    sync.Mutex
	at    int
	calls int
	leave context.CancelFunc
}

// begin restarts the count, and returns the number of calls since the last time.
func (s *faultyStore) begin(at int, leave context.CancelFunc) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.at, s.calls, s.leave = at, 0, leave
	return calls
}

func (s *faultyStore) hit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.calls == s.at && s.fault.leave {
		s.leave()
	}
	return s.calls == s.at
}

// call makes one call of the Store, with or without the fault.
func (s *faultyStore) call(work func() error) error {
	if !s.hit() {
		return work()
	}
	if !s.fault.carried {
		return s.fault.err
	}
	return errors.Join(work(), s.fault.err)
}

func (s *faultyStore) Load(ctx context.Context, key string) (record auth.Record, err error) {
	err = s.call(func() (err error) { record, err = s.MemoryStore.Load(ctx, key); return err })
	if errors.Is(err, auth.ErrRecordConflict) {
		err = nil // only Save says so
	}
	return record, err
}

func (s *faultyStore) Save(ctx context.Context, key string, r auth.Record) (saved auth.Record, err error) {
	err = s.call(func() (err error) { saved, err = s.MemoryStore.Save(ctx, key, r); return err })
	return saved, err
}

func (s *faultyStore) Delete(ctx context.Context, key string, r auth.Record) error {
	err := s.call(func() error { return s.MemoryStore.Delete(ctx, key, r) })
	if errors.Is(err, auth.ErrRecordConflict) {
		err = nil
	}
	return err
}

// A storeFlow is a call of a verb during which the Store fails.
type storeFlow struct {
	name    string
	pool    authtest.Config
	user    authtest.User
	arrange func(t *testing.T, pool *authtest.Pool, session *auth.Session)
	act     func(ctx context.Context, t *testing.T, pool *authtest.Pool, session *auth.Session) error
	after   auth.SessionState // once act has succeeded
	check   func(t *testing.T, pool *authtest.Pool)
}

func storeFlows() []storeFlow {
	plain := alice(func(u *authtest.User) { u.TOTPSecret = "" })
	tracking := authtest.Config{Devices: authtest.DevicesAlways}
	return []storeFlow{
		{
			name:    "sign-in",
			pool:    tracking,
			user:    plain,
			arrange: fromScratch,
			act:     enterPassword,
			after:   auth.StateSignedIn,
		},
		{
			name:    "a code",
			pool:    authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways},
			user:    aliceWithTOTP(),
			arrange: passwordEntered,
			act:     enterCode,
			after:   auth.StateSignedIn,
		},
		{
			name: "an app's first code",
			pool: authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			user: authtest.User{
				Username: "alice", Password: password,
			},
			arrange: passwordEntered,
			act:     enterFirstCode,
			after:   auth.StateSignedIn,
		},
		{
			name:    "refresh",
			pool:    authtest.Config{RefreshTokenRotation: true},
			user:    plain,
			arrange: signedIn,
			act:     forceRefresh,
			after:   auth.StateSignedIn,
		},
		{
			name: "sign-out", user: plain, arrange: signedIn, act: signOutHere, after: auth.StateSignedOut,
			check: func(t *testing.T, pool *authtest.Pool) {
				t.Helper()
				assert.Equal(t, 1, count(pool, "RevokeToken"), "the tokens in the record are revoked")
			},
		},
		{
			name:    "sign-in after a sign-up",
			pool:    withChoice(),
			arrange: signedUp,
			act:     signInAfterSignUp,
			after:   auth.StateSignedIn,
			user:    plain,
		},
		{
			name:    "a password that was chosen",
			pool:    withChoice(),
			user:    plain,
			arrange: passwordChosen,
			act:     confirmPassword,
			after:   auth.StateSignedIn,
		},
		{
			name:    "reauthentication",
			pool:    tracking,
			user:    plain,
			arrange: signedIn,
			act:     proveAgain,
			after:   auth.StateSignedIn,
		},
		{
			name:    "deletion",
			pool:    tracking,
			user:    plain,
			arrange: signedIn,
			act:     deleteAccount,
			after:   auth.StateSignedOut,
		},
	}
}

func fromScratch(*testing.T, *authtest.Pool, *auth.Session) {}

func passwordEntered(t *testing.T, pool *authtest.Pool, session *auth.Session) {
	t.Helper()
	require.NoError(t, enterPassword(context.Background(), t, pool, session))
}

func signedIn(t *testing.T, pool *authtest.Pool, session *auth.Session) {
	t.Helper()
	passwordEntered(t, pool, session)
	pool.ResetRequests()
}

func enterPassword(ctx context.Context, _ *testing.T, _ *authtest.Pool, session *auth.Session) error {
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	return err
}

func enterCode(ctx context.Context, t *testing.T, pool *authtest.Pool, session *auth.Session) error {
	t.Helper()
	_, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
	return err
}

func enterFirstCode(ctx context.Context, t *testing.T, pool *authtest.Pool, session *auth.Session) error {
	t.Helper()
	status, err := session.Status(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	_, err = session.ConfirmSignIn(ctx, respondWithNewTOTP(t, pool, status.NextStep))
	return err
}

func forceRefresh(ctx context.Context, _ *testing.T, _ *authtest.Pool, session *auth.Session) error {
	_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	return err
}

func withChoice() authtest.Config {
	return authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"}, Devices: authtest.DevicesAlways,
	}
}

func signedUp(t *testing.T, pool *authtest.Pool, session *auth.Session) {
	t.Helper()
	signUpBob(t, session, &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth})
	confirmBob(t, session, pool)
}

func signInAfterSignUp(ctx context.Context, _ *testing.T, _ *authtest.Pool, session *auth.Session) error {
	_, err := session.AutoSignIn(ctx, auth.AutoSignInInput{})
	return err
}

func passwordChosen(t *testing.T, _ *authtest.Pool, session *auth.Session) {
	t.Helper()
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth})
	require.NoError(t, err)
	_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(auth.AuthFactorPasswordSRP)})
	require.NoError(t, err)
}

func confirmPassword(ctx context.Context, _ *testing.T, _ *authtest.Pool, session *auth.Session) error {
	_, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: password})
	return err
}

func signOutHere(ctx context.Context, _ *testing.T, _ *authtest.Pool, session *auth.Session) error {
	return errOf(session.SignOut(ctx, auth.SignOutInput{}))
}

func proveAgain(ctx context.Context, _ *testing.T, _ *authtest.Pool, session *auth.Session) error {
	return errOf(session.Reauthenticate(ctx, auth.SignInInput{Password: password}))
}

func deleteAccount(ctx context.Context, _ *testing.T, _ *authtest.Pool, session *auth.Session) error {
	return session.DeleteUser(ctx)
}

// TestAnyCallOfTheStoreMayFail fails each call of the Store in a verb in turn, in each way.
func TestAnyCallOfTheStoreMayFail(t *testing.T) {
	t.Parallel()
	for _, flow := range storeFlows() {
		for _, fault := range storeFaults() {
			t.Run(flow.name+"/"+fault.name, func(t *testing.T) {
				t.Parallel()
				for at := 1; flow.hit(t, fault, at); at++ {
				}
			})
		}
	}
}

// hit has one call of the Store fail, and reports whether there was one.
func (f storeFlow) hit(t *testing.T, fault storeFault, at int) bool {
	t.Helper()
	pool := newPool(t, f.pool, f.user)
	defer pool.Close()
	cfg := configFor(pool)
	store := &faultyStore{fault: fault}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	f.arrange(t, pool, session)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	store.begin(at, cancel)
	err := f.act(ctx, t, pool, session)
	reached := store.begin(0, nil) >= at
	if err != nil {
		var e *auth.Error
		require.ErrorAs(t, err, &e, "call %d", at)
		switch {
		case fault.leave:
			require.ErrorIs(t, err, context.Canceled, "call %d", at)
		default:
			require.ErrorIs(t, err, auth.ErrStore, "call %d", at)
			require.ErrorIs(t, err, fault.err, "call %d: the Store's own error", at)
		}
		require.NotErrorIs(t, err, auth.ErrStepInProgress, "call %d: no other process changed the session", at)
		require.NotErrorIs(t, err, auth.ErrSignInExpired, "call %d", at)
	}
	if stateOf(t, session) != f.after {
		require.Error(t, err, "call %d", at)
		require.NoError(t, f.act(context.Background(), t, pool, session), "call %d, again after %v", at, err)
	}
	assert.Equal(t, f.after, stateOf(t, session), "call %d: %v", at, err)
	if f.after == auth.StateSignedIn {
		require.NoError(t, forceRefresh(context.Background(), t, pool, session), "call %d, the first refresh", at)
	}
	if f.check != nil && !errors.Is(err, auth.ErrSignOutIncomplete) {
		f.check(t, pool)
	}
	return reached
}

// hangingStore does not answer a Save until its context ends, while it hangs.
type hangingStore struct {
	auth.MemoryStore
	hangs atomic.Bool
}

func (s *hangingStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if s.hangs.Load() {
		<-ctx.Done()
	}
	return s.MemoryStore.Save(ctx, key, r)
}

// TestHangingStoreIsAFailureOfTheStore, also where it has all the time that this package allows.
func TestHangingStoreIsAFailureOfTheStore(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		afterRefresh bool // it hangs once the refresh is answered, and before anything is done otherwise
		act          func(context.Context, *testing.T, *authtest.Pool, *auth.Session) error
		requests     []string
	}{
		"before a refresh": {act: forceRefresh},
		"after a refresh":  {act: forceRefresh, afterRefresh: true, requests: []string{refreshOperation}},
		"during a move": {act: func(ctx context.Context, _ *testing.T, _ *authtest.Pool, s *auth.Session) error {
			return errOf(s.MoveTo(ctx, auth.MoveToInput{Key: "next"}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, authtest.Config{RefreshTokenRotation: true}, func(t *testing.T, b bubble) {
				store, network := &hangingStore{}, inProcess{b.pool}
				session, _ := signedInWithStore(t, b.pool, func(cfg *auth.Config) {
					cfg.Store = store
					cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
						response, err := network.RoundTrip(r)
						if tt.afterRefresh && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+refreshOperation) {
							store.hangs.Store(true)
							time.Sleep(time.Second) // the flight began before this request
						}
						return response, err
					})}
				})
				b.pool.ResetRequests()
				store.hangs.Store(!tt.afterRefresh)
				err := tt.act(t.Context(), t, b.pool, session)
				require.ErrorIs(t, err, auth.ErrStore)
				require.ErrorIs(t, err, context.DeadlineExceeded, "the Store's own error")
				assert.True(t, auth.Retryable(err))
				assert.Equal(t, tt.requests, operations(b.pool), "what was renewed is not revoked")

				store.hangs.Store(false)
				require.NoError(t, errOf(session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})))
				tt.afterRefresh = false
				require.NoError(t, tt.act(t.Context(), t, b.pool, session))
			})
		})
	}
}
