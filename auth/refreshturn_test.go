package auth_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
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

// refusingStore takes no writes while refuse is set, like a full disk or a Redis that has lost its
// master. It offers no leases.
type refusingStore struct {
	auth.MemoryStore
	refuse atomic.Bool
	reason error // default: errBroken
}

func (s *refusingStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if s.refuse.Load() {
		return auth.Record{}, cmp.Or(s.reason, errBroken)
	}
	return s.MemoryStore.Save(ctx, key, r)
}

// eventsOf collects the names of events.
func eventsOf(events *[]auth.EventName) func(*auth.Config) {
	return func(cfg *auth.Config) {
		cfg.OnEvent = func(_ context.Context, e auth.Event) { *events = append(*events, e.Name) }
	}
}

// TestNoRefreshTokenIsSpentOnAStoreThatTakesNoWrites: the new one could not be kept.
func TestNoRefreshTokenIsSpentOnAStoreThatTakesNoWrites(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true, RefreshTokenRotation: true}, alice())
		store := &refusingStore{}
		var events []auth.EventName
		session, _ := signedInWithStore(t, pool, eventsOf(&events), func(cfg *auth.Config) { cfg.Store = store })
		time.Sleep(59*time.Minute + 30*time.Second)
		before, err := session.CurrentUser(t.Context())
		require.NoError(t, err)
		store.refuse.Store(true)

		got, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
		require.NoError(t, err, "the old tokens are still good")
		assert.Equal(t, before.UserID, got.UserSub)
		err = forceRefresh(t.Context(), t, pool, session)
		require.ErrorIs(t, err, auth.ErrStore)
		require.ErrorIs(t, err, errBroken, "the Store's own error")
		assert.True(t, auth.Retryable(err))
		assert.Zero(t, count(pool, refreshOperation))
		assert.Equal(t, []auth.EventName{auth.EventSignedIn, auth.EventStoreFailure, auth.EventStoreFailure}, events)

		store.refuse.Store(false)
		require.NoError(t, forceRefresh(t.Context(), t, pool, session))
	})
}

// loseResult has the Store stop taking writes while a forced refresh of the session is under way.
// It takes them again afterwards.
func loseResult(t *testing.T, pool *authtest.Pool, session *auth.Session, store *refusingStore) {
	t.Helper()
	before := count(pool, refreshOperation)
	release := pool.Hold(refreshOperation)
	done := make(chan error, 1)
	go func() { done <- forceRefresh(context.Background(), t, pool, session) }()
	require.Eventually(t, func() bool { return count(pool, refreshOperation) == before+1 }, time.Minute, time.Millisecond)
	store.refuse.Store(true)
	release()
	err := <-done
	require.ErrorIs(t, err, auth.ErrStore)
	require.True(t, auth.Retryable(err))
	store.refuse.Store(false)
}

// TestResultThatTheStoreDidNotTakeIsSavedLater: the old refresh token is spent, and the pool takes
// it only once.
func TestResultThatTheStoreDidNotTakeIsSavedLater(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		force     bool
		old       time.Duration
		refreshes int
		reason    error
	}{
		"before anything else":       {old: 2 * time.Hour, refreshes: 1},
		"whatever the reason":        {old: 2 * time.Hour, refreshes: 1, reason: auth.ErrRecordTooLarge},
		"and then renewed if forced": {force: true, refreshes: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, authtest.Config{NoListener: true, RefreshTokenRotation: true}, alice())
				store := &refusingStore{reason: tt.reason}
				var events []auth.EventName
				session, _ := signedInWithStore(t, pool, eventsOf(&events), func(cfg *auth.Config) { cfg.Store = store })
				time.Sleep(tt.old)
				loseResult(t, pool, session, store)
				assert.Contains(t, events, auth.EventStoreFailure)

				start := time.Now()
				_, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: tt.force})
				require.NoError(t, err)
				assert.Less(t, time.Since(start), 10*time.Second, "the hold was this process's own")
				assert.Equal(t, tt.refreshes, count(pool, refreshOperation))
				require.NoError(t, forceRefresh(t.Context(), t, pool, session), "the Store has the newest refresh token")
			})
		})
	}
}

// TestResultThatTheStoreDidNotTakeRestoresTheSession: meanwhile another process has found the old
// refresh token spent.
func TestResultThatTheStoreDidNotTakeRestoresTheSession(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
	store := &refusingStore{}
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
	loseResult(t, pool, session, store)
	removeHold(t, &store.MemoryStore)

	cfg := configFor(pool)
	cfg.Store = store
	other := newClient(t, cfg).Session("test")
	err := forceRefresh(t.Context(), t, pool, other)
	require.ErrorIs(t, err, auth.ErrSessionExpired)
	require.ErrorIs(t, err, auth.ErrRefreshTokenReuse)
	_, err = session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedIn, stateOf(t, other))
}

// TestFailureToRestoreIsToldWithItsVerb: the Store still takes no writes.
func TestFailureToRestoreIsToldWithItsVerb(t *testing.T) {
	t.Parallel()
	for verb, use := range map[string]func(*auth.Session) error{
		"CurrentUser": func(s *auth.Session) error { return errOf(s.CurrentUser(t.Context())) },
		"FetchAuthSession": func(s *auth.Session) error {
			return errOf(s.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{}))
		},
		"DeleteUser": func(s *auth.Session) error { return s.DeleteUser(t.Context()) },
	} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
			store := &refusingStore{}
			var told []error
			session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) {
				cfg.Store = store
				cfg.OnEvent = func(_ context.Context, e auth.Event) {
					if e.Name == auth.EventStoreFailure {
						told = append(told, e.Err)
					}
				}
			})
			loseResult(t, pool, session, store)
			removeHold(t, &store.MemoryStore)
			cfg := configFor(pool)
			cfg.Store = store
			require.ErrorIs(t, forceRefresh(t.Context(), t, pool, newClient(t, cfg).Session("test")), auth.ErrSessionExpired)

			told = nil
			store.refuse.Store(true)
			require.ErrorIs(t, use(session), auth.ErrSessionExpired)
			require.Len(t, told, 1)
			var e *auth.Error
			require.ErrorAs(t, told[0], &e)
			assert.Equal(t, verb, e.Op)
		})
	}
}

// changeRecord changes the JSON of the session's record.
func changeRecord(t *testing.T, store *auth.MemoryStore, change func(map[string]any)) {
	t.Helper()
	record, err := store.Load(t.Context(), "test")
	require.NoError(t, err)
	var content map[string]any
	require.NoError(t, json.Unmarshal(record.Data, &content))
	change(content)
	record.Data, err = json.Marshal(content)
	require.NoError(t, err)
	_, err = store.Save(t.Context(), "test", record)
	require.NoError(t, err)
}

func removeHold(t *testing.T, store *auth.MemoryStore) {
	t.Helper()
	changeRecord(t, store, func(record map[string]any) {
		require.Contains(t, record, "renewal")
		delete(record, "renewal")
	})
}

// TestTwoProcessesWithoutLeasesRefreshOnce: the second waits for the first one's hold.
func TestTwoProcessesWithoutLeasesRefreshOnce(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{"success": "", "failure": "TooManyRequestsException"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, authtest.Config{NoListener: true, RefreshTokenRotation: true}, alice())
				session, store := signedInWithStore(t, pool)
				cfg := configFor(pool)
				cfg.Store = onlyStore{store}
				first, second := newClient(t, cfg).Session("test"), newClient(t, cfg).Session("test")
				time.Sleep(2 * time.Hour)
				if code != "" {
					pool.Fail(authtest.Fault{Operation: refreshOperation, Code: code, Message: "x"})
				}
				release, done := heldRefresh(t.Context(), t, pool, first)
				other := make(chan error, 1)
				go func() { other <- errOf(second.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})) }()
				assert.Never(t, func() bool { return count(pool, refreshOperation) > 1 }, 100*time.Millisecond, 10*time.Millisecond)
				release()
				err := <-done
				require.NoError(t, <-other)
				if code == "" {
					require.NoError(t, err)
					assert.Equal(t, 1, count(pool, refreshOperation))
				} else {
					require.ErrorIs(t, err, auth.ErrorCode(code))
					assert.Equal(t, 2, count(pool, refreshOperation), "the hold ended with the failure")
				}
				requireSignedIn(t, session, "alice")
			})
		})
	}
}

// TestFailedRefreshEndsOnlyItsOwnHold: its own may have been taken over meanwhile.
func TestFailedRefreshEndsOnlyItsOwnHold(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(record map[string]any){
		"it is gone":      func(record map[string]any) { delete(record, "renewal") },
		"it is another's": func(record map[string]any) { record["renewal"].(map[string]any)["by"] = "another" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, authtest.Config{NoListener: true}, alice())
				session, store := signedInWithStore(t, pool)
				time.Sleep(2 * time.Hour)
				pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "TooManyRequestsException", Message: "x"})
				release, done := heldRefresh(t.Context(), t, pool, session)
				changeRecord(t, store, meanwhile)
				before, err := store.Load(t.Context(), "test")
				require.NoError(t, err)
				release()
				require.ErrorIs(t, <-done, auth.ErrTooManyRequests)
				after, err := store.Load(t.Context(), "test")
				require.NoError(t, err)
				assert.Equal(t, before, after)
			})
		})
	}
}

// onlyStore hides what else a Store offers.
type onlyStore struct{ auth.Store }

// leases is a Store whose leases are always free, as after the death of their holder.
type leases struct {
	auth.MemoryStore
	taken, released atomic.Int32
}

func (l *leases) Lease(context.Context, string) (func(), error) {
	l.taken.Add(1)
	return sync.OnceFunc(func() { l.released.Add(1) }), nil
}

// panickingStore is a Store with leases that panics in a Save.
type panickingStore struct {
	leases
	panics atomic.Bool
}

func (s *panickingStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if s.panics.Load() {
		panic("a bug of the Store")
	}
	return s.leases.Save(ctx, key, r)
}

// TestPanicOfTheStoreLeavesNoLease, which nobody would give back while this process lives.
func TestPanicOfTheStoreLeavesNoLease(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	store := &panickingStore{}
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
	store.panics.Store(true)
	require.Error(t, forceRefresh(t.Context(), t, pool, session))
	assert.Panics(t, func() { _, _ = session.MoveTo(t.Context(), auth.MoveToInput{Key: "next"}) })
	assert.EqualValues(t, 2, store.taken.Load())
	assert.EqualValues(t, 2, store.released.Load())
}

// brokenLeases is a Store whose leases fail while it takes everything else.
type brokenLeases struct {
	auth.MemoryStore
	broken atomic.Bool
	leases atomic.Int32
}

func (s *brokenLeases) Lease(context.Context, string) (func(), error) {
	s.leases.Add(1)
	if s.broken.Load() {
		return nil, errBroken
	}
	return func() {}, nil
}

// TestNoRefreshTokenIsSpentIfTheLeaseFails: a Store that fails may not take the new tokens.
func TestNoRefreshTokenIsSpentIfTheLeaseFails(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
	store := &brokenLeases{}
	var events []auth.EventName
	session, _ := signedInWithStore(t, pool, eventsOf(&events), func(cfg *auth.Config) { cfg.Store = store })
	store.broken.Store(true)
	err := forceRefresh(t.Context(), t, pool, session)
	require.ErrorIs(t, err, auth.ErrStore)
	require.ErrorIs(t, err, errBroken, "the Store's own error")
	assert.True(t, auth.Retryable(err))
	assert.EqualValues(t, 4, store.leases.Load(), "it was tried again")
	assert.Zero(t, count(pool, refreshOperation))
	assert.Equal(t, []auth.EventName{auth.EventSignedIn, auth.EventStoreFailure}, events)
	err = errOf(session.MoveTo(t.Context(), auth.MoveToInput{Key: "next"}))
	require.ErrorIs(t, err, auth.ErrStore)

	store.broken.Store(false)
	require.NoError(t, forceRefresh(t.Context(), t, pool, session))
}

// TestHoldOfAnotherProcessIsRespectedForALimitedTime, whatever the other machine's clock says.
func TestHoldOfAnotherProcessIsRespectedForALimitedTime(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		end    time.Duration
		leased bool
		leaser bool
		wait   time.Duration
	}{
		"it died just now":                   {end: 15 * time.Second, wait: 15 * time.Second},
		"it died a while ago":                {end: 5 * time.Second, wait: 5 * time.Second},
		"its time is over":                   {end: -time.Second},
		"its clock is half a minute ahead":   {end: 45 * time.Second, wait: 15 * time.Second},
		"its clock is an hour ahead":         {end: time.Hour},
		"it has lost its lease":              {end: 15 * time.Second, leased: true, leaser: true},
		"it is at work without a lease":      {end: 15 * time.Second, leaser: true, wait: 15 * time.Second},
		"it has a lease, and there are none": {end: 15 * time.Second, leased: true, wait: 15 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tokens := `{"AuthenticationResult":{"AccessToken":"` + unsignedToken() + `","RefreshToken":"r",` +
					`"ExpiresIn":3600}}`
				server := &slowServer{answers: []string{tokens, tokens}, delays: make([]time.Duration, 2)}
				store := &leases{}
				var offered auth.Store = onlyStore{store}
				if tt.leaser {
					offered = store
				}
				session := server.client(t, offered).Session("test")
				_, err := session.SignIn(t.Context(),
					auth.SignInInput{Username: "a", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
				require.NoError(t, err)
				changeRecord(t, &store.MemoryStore, func(record map[string]any) {
					record["renewal"] = map[string]any{"until": time.Now().Add(tt.end), "by": "another", "leased": tt.leased}
				})
				start := time.Now()
				require.NoError(t, forceRefresh(t.Context(), t, nil, session))
				assert.InDelta(t, tt.wait.Seconds(), time.Since(start).Seconds(), 1)
				assert.Equal(t, tt.leaser, store.taken.Load() > 0)
				assert.Equal(t, store.taken.Load(), store.released.Load(), "no lease is kept while it waits")
			})
		})
	}
}

// TestHoldOnAStepIsRespectedForALimitedTime: a call on a machine whose clock is an hour ahead died
// while it answered the step.
func TestHoldOnAStepIsRespectedForALimitedTime(t *testing.T) {
	t.Parallel()
	for end, respected := range map[time.Duration]bool{20 * time.Second: true, -time.Second: false, time.Hour: false} {
		t.Run(end.String(), func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, aliceWithTOTP())
			store := &auth.MemoryStore{}
			cfg := configFor(pool)
			cfg.Store = store
			session := newClient(t, cfg).Session("test")
			passwordEntered(t, pool, session)
			changeRecord(t, store, func(record map[string]any) {
				pending := record["pending"].(map[string]any)
				pending["heldUntil"], pending["heldBy"] = time.Now().Add(end), "another"
			})
			err := enterCode(t.Context(), t, pool, session)
			if respected {
				require.ErrorIs(t, err, auth.ErrStepInProgress)
				return
			}
			require.NoError(t, err)
		})
	}
}

// holdingStore takes nothing but holds while only is set, as if new tokens had become too large.
type holdingStore struct {
	auth.MemoryStore
	only atomic.Bool
}

func (s *holdingStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if s.only.Load() && !bytes.Contains(r.Data, []byte(`"renewal"`)) {
		return auth.Record{}, errBroken
	}
	return s.MemoryStore.Save(ctx, key, r)
}

// TestKeptResultIsRenewedIfTheStoreTakesNoOther: it may take other tokens.
func TestKeptResultIsRenewedIfTheStoreTakesNoOther(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
	store := &holdingStore{}
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
	store.only.Store(true)
	for range 2 {
		require.ErrorIs(t, forceRefresh(t.Context(), t, pool, session), auth.ErrStore)
	}
	store.only.Store(false)
	require.NoError(t, forceRefresh(t.Context(), t, pool, session))
	assert.Equal(t, 3, refreshesWithoutRefusal(t, pool)-2, "sign-in, and three refreshes")
}

// slowHolds is a Store that is slow to take a hold. While it is broken it takes nothing else, and
// is slow to say so.
type slowHolds struct {
	auth.MemoryStore
	hold   time.Duration
	broken atomic.Bool
}

func (s *slowHolds) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	switch {
	case bytes.Contains(r.Data, []byte(`"renewal"`)):
		time.Sleep(s.hold)
	case s.broken.Load():
		time.Sleep(5 * time.Second)
		return auth.Record{}, errBroken
	}
	return s.MemoryStore.Save(ctx, key, r)
}

// TestRefreshEndsBeforeItsHold: afterwards another process may send the same refresh token.
func TestRefreshEndsBeforeItsHold(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		store     *slowHolds
		refreshes int
	}{
		"the Store is slow to take the hold":         {store: &slowHolds{hold: 5 * time.Second}, refreshes: 1},
		"a result is kept that the Store never took": {store: &slowHolds{}, refreshes: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, authtest.Config{RefreshTokenRotation: true}, func(t *testing.T, b bubble) {
				network, refreshes := inProcess{b.pool}, 0
				session, _ := signedInWithStore(t, b.pool, func(cfg *auth.Config) {
					cfg.Store = tt.store
					cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
						if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+refreshOperation) {
							refreshes++
							end, limited := r.Context().Deadline()
							assert.True(t, limited)
							assert.Greater(t, time.Until(end), 5*time.Second, "there is time for an answer")
							assert.False(t, end.After(holdEnd(r.Context(), t, tt.store)))
						}
						return network.RoundTrip(r)
					})}
				})
				tt.store.broken.Store(tt.refreshes > 1)
				for range tt.refreshes {
					_ = forceRefresh(t.Context(), t, b.pool, session)
				}
				assert.Equal(t, tt.refreshes, refreshes)
			})
		})
	}
}

// holdEnd returns when the hold in the session's record ends.
func holdEnd(ctx context.Context, t *testing.T, store auth.Store) time.Time {
	t.Helper()
	record, err := store.Load(ctx, "test")
	require.NoError(t, err)
	var content struct {
		Renewal struct{ Until time.Time }
	}
	require.NoError(t, json.Unmarshal(record.Data, &content))
	return content.Renewal.Until
}
