package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

var errKilled = errors.New("the process was killed")

// mortalStore carries out a number of writes, and then none: the process was killed.
type mortalStore struct {
	*auth.MemoryStore
	mu     sync.Mutex
	writes int
	killed bool
}

func (s *mortalStore) write(work func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writes == 0 {
		s.killed = true
		return &auth.Error{Code: auth.ErrInternal, Err: errKilled} // a Store's own error would be tried again
	}
	s.writes--
	return work()
}

func (s *mortalStore) Save(ctx context.Context, key string, r auth.Record) (saved auth.Record, err error) {
	err = s.write(func() (err error) { saved, err = s.MemoryStore.Save(ctx, key, r); return err })
	return saved, err
}

func (s *mortalStore) Delete(ctx context.Context, key string, r auth.Record) error {
	return s.write(func() error { return s.MemoryStore.Delete(ctx, key, r) })
}

// TestMoveToSurvivesADeathAtAnyWrite: afterwards the session is under one key, or under the old one
// that leads to the new one, and a sign-out there leaves nobody signed in.
func TestMoveToSurvivesADeathAtAnyWrite(t *testing.T) {
	t.Parallel()
	for writes := 0; ; writes++ {
		pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
		kept := &auth.MemoryStore{}
		cfg := configFor(pool)
		cfg.Store = kept
		_, err := newClient(t, cfg).Session("old").SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
		mortal := &mortalStore{MemoryStore: kept, writes: writes}
		cfg.Store = mortal
		_, _ = newClient(t, cfg).Session("old").MoveTo(t.Context(), auth.MoveToInput{Key: "new"})

		cfg.Store = kept
		alive := newClient(t, cfg)
		require.Equal(t, auth.StateSignedIn, stateOf(t, alive.Session("old")), "%d writes", writes)
		_, err = alive.Session("old").FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
		if mortal.killed && writes < 2 {
			require.Equal(t, auth.StateSignedOut, stateOf(t, alive.Session("new")), "%d writes: one of them is live", writes)
			moved, err := alive.Session("old").MoveTo(t.Context(), auth.MoveToInput{Key: "new"})
			require.NoError(t, err, "again, with the same key")
			require.Equal(t, auth.StateSignedIn, stateOf(t, moved))
		}
		require.Equal(t, accessToken(t, alive.Session("old")), accessToken(t, alive.Session("new")))
		require.NoError(t, errOf(alive.Session("old").SignOut(t.Context(), auth.SignOutInput{})))
		assert.Equal(t, auth.StateSignedOut, stateOf(t, alive.Session("old")))
		assert.Equal(t, auth.StateSignedOut, stateOf(t, alive.Session("new")))
		if !mortal.killed {
			assert.GreaterOrEqual(t, writes, 3)
			return
		}
	}
}

func TestMoveToUnderParallelRequests(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice()) // a refresh token is good once
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	here, elsewhere := newClient(t, cfg), newClient(t, cfg)
	_, err := here.Session("old").SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	var requests sync.WaitGroup
	begun, moved := make(chan struct{}, 100), make(chan struct{})
	for i := range 100 {
		requests.Go(func() {
			client := here
			if i%2 == 1 {
				client = elsewhere
			}
			session := client.Session("old")
			const refreshes = 3 // the move may find no gap between ever new ones
			for calls, after := 0, false; ; calls++ {
				_, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{
					ForceRefresh: i%10 == 0 && (calls < refreshes || after),
				})
				if !assert.NoError(t, err) || after {
					return
				}
				select {
				case begun <- struct{}{}:
				default:
				}
				select {
				case <-moved:
					after = true
				default:
				}
			}
		})
	}
	<-begun
	session, err := here.Session("old").MoveTo(t.Context(), auth.MoveToInput{Key: "new"})
	close(moved)
	requests.Wait()
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedIn, stateOf(t, session))
	assert.Equal(t, auth.StateSignedIn, stateOf(t, elsewhere.Session("new")))
}

// TestMoveToWaitsForARefreshOfAnotherProcess: the answer to that must find the session.
func TestMoveToWaitsForARefreshOfAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, atOnce := range map[string]bool{"with a forward": false, "at once": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, authtest.Config{NoListener: true, RefreshTokenRotation: true}, alice())
				session, store := signedInWithStore(t, pool)
				time.Sleep(2 * time.Hour)
				cfg := configFor(pool)
				cfg.Store = onlyStore{store}
				elsewhere := newClient(t, cfg)
				release, refreshed := heldRefresh(t.Context(), t, pool, elsewhere.Session("test"))
				moved := make(chan error, 1)
				go func() {
					moved <- errOf(session.MoveTo(context.Background(), auth.MoveToInput{Key: "new", AtOnce: atOnce}))
				}()
				assert.Never(t, func() bool { return len(moved) > 0 }, 50*time.Millisecond, 10*time.Millisecond)
				release()
				require.NoError(t, <-refreshed)
				require.NoError(t, <-moved)
				assert.Equal(t, atOnce, stateOf(t, elsewhere.Session("test")) == auth.StateSignedOut)
				requireSignedIn(t, elsewhere.Session("new"), "alice")
			})
		})
	}
}

func TestMoveToAtOnceLeavesNothingUnderTheOldKey(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	client := newClient(t, configFor(pool))
	planted := client.Session("planted")
	out, err := planted.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.NoError(t, planted.UpdateSlot(t.Context(), "back", func([]byte) ([]byte, error) { return []byte("/cart"), nil }))
	session, err := planted.MoveTo(t.Context(), auth.MoveToInput{Key: "random", AtOnce: true})
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedOut, stateOf(t, planted))
	done, err := session.ConfirmSignIn(t.Context(), answerTo(out.StepID, nextTOTP(t, pool, totpSecret)))
	require.NoError(t, err)
	assert.True(t, done.IsSignedIn)
	_, err = planted.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	require.NoError(t, errOf(planted.SignOut(t.Context(), auth.SignOutInput{})))
	assert.Equal(t, auth.StateSignedIn, stateOf(t, client.Session("random")))
	slot, err := session.Slot(t.Context(), "back")
	require.NoError(t, err)
	assert.Equal(t, "/cart", string(slot))
}

func TestMoveToTakesTheDevicesAlong(t *testing.T) {
	t.Parallel()
	for name, scope := range map[string]string{"the key is the scope": "", "a scope of its own": "browser"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := trackingPool(t, authtest.DevicesAlways)
			client := newClient(t, configFor(pool))
			on := func(key string) *auth.Session {
				if scope == "" {
					return client.Session(key)
				}
				return client.Session(key).OnDevice(scope)
			}
			signInOn(t, pool, on("old"), login{"alice", auth.AuthFlowUserSRP})
			moved, err := on("old").MoveTo(t.Context(), auth.MoveToInput{Key: "new"})
			require.NoError(t, err)
			for _, session := range []*auth.Session{moved, on("new")} {
				require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
				_, asked := signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
				assert.False(t, asked, "the device is known")
			}
		})
	}
}

func TestMoveToRefusals(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	client := newClient(t, configFor(pool))
	for _, key := range []string{"alice", "taken"} {
		_, err := client.Session(key).SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
	}
	for _, key := range []string{"", "alice", "taken", "device/x", strings.Repeat("x", 1025)} {
		_, err := client.Session("alice").MoveTo(t.Context(), auth.MoveToInput{Key: key})
		require.ErrorIs(t, err, auth.ErrInvalidParameter, key)
	}
	assert.Equal(t, auth.StateSignedIn, stateOf(t, client.Session("alice")))
	assert.Equal(t, auth.StateSignedIn, stateOf(t, client.Session("taken")))
	nobody, err := client.Session("nobody").MoveTo(t.Context(), auth.MoveToInput{Key: "still-nobody"})
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedOut, stateOf(t, nobody))
}

func TestOldKeyLeadsToTheNewOneForTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, auth.Config{UserPoolID: "us-east-1_Example", ClientID: "client", Store: &auth.MemoryStore{}})
		slot := func(key string) string {
			data, err := client.Session(key).Slot(t.Context(), "note")
			require.NoError(t, err)
			return string(data)
		}
		write := func(key, text string) {
			require.NoError(t, client.Session(key).UpdateSlot(t.Context(), "note",
				func([]byte) ([]byte, error) { return []byte(text), nil }))
		}
		write("old", "mine")
		_, err := client.Session("old").MoveTo(t.Context(), auth.MoveToInput{Key: "new"})
		require.NoError(t, err)
		time.Sleep(9 * time.Second)
		assert.Equal(t, "mine", slot("old"))
		write("old", "mine still")
		assert.Equal(t, "mine still", slot("new"), "what is written by the old key is under the new one")
		time.Sleep(time.Second)
		assert.Empty(t, slot("old"))
		write("old", "another's")
		assert.Equal(t, "mine still", slot("new"))
		time.Sleep(time.Hour)
		assert.Equal(t, "mine still", slot("new"), "the new record does not end with the move")
		assert.Equal(t, "another's", slot("old"))
	})
}

// TestMoveToRefusesAKeyThatLeadsElsewhere, even if nothing is left there.
func TestMoveToRefusesAKeyThatLeadsElsewhere(t *testing.T) {
	t.Parallel()
	client := newClient(t, auth.Config{UserPoolID: "us-east-1_Example", ClientID: "client", Store: &auth.MemoryStore{}})
	setSlot(t, client.Session("old"), "note", "mine")
	setSlot(t, client.Session("used"), "note", "another's")
	elsewhere, err := client.Session("used").MoveTo(t.Context(), auth.MoveToInput{Key: "elsewhere"})
	require.NoError(t, err)
	require.NoError(t, elsewhere.UpdateSlot(t.Context(), "note", func([]byte) ([]byte, error) { return nil, nil }))
	_, err = client.Session("old").MoveTo(t.Context(), auth.MoveToInput{Key: "used"})
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
	assert.Equal(t, "mine", slotOf(t, client.Session("old"), "note"))
	assert.Empty(t, slotOf(t, client.Session("elsewhere"), "note"))
}
