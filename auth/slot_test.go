package auth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func setSlot(t *testing.T, session *auth.Session, name, data string) {
	t.Helper()
	require.NoError(t, session.UpdateSlot(t.Context(), name, func([]byte) ([]byte, error) { return []byte(data), nil }))
}

func slotOf(t *testing.T, session *auth.Session, name string) string {
	t.Helper()
	data, err := session.Slot(t.Context(), name)
	require.NoError(t, err)
	return string(data)
}

func TestSlotsStayWithThePerson(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	session := newSession(t, pool)
	signIn := func(name string) {
		t.Helper()
		_, err := session.SignIn(t.Context(), auth.SignInInput{Username: name, Password: password})
		require.NoError(t, err)
	}
	setSlot(t, session, "return", "/orders")
	signIn("alice")
	assert.Equal(t, "/orders", slotOf(t, session, "return"), "a sign-in keeps what was there before")
	setSlot(t, session, "identity", "of alice")
	_, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err)
	assert.Equal(t, "of alice", slotOf(t, session, "identity"), "a refresh keeps the slots")
	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	assert.Empty(t, slotOf(t, session, "identity"), "a sign-out empties the slots")

	signIn("alice")
	setSlot(t, session, "identity", "of alice")
	pool.Fail(authtest.Fault{
		Operation: "GetTokensFromRefreshToken", Code: "NotAuthorizedException", Message: "Refresh Token has been revoked",
	})
	_, err = session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	assert.Empty(t, slotOf(t, session, "identity"), "the end of a session empties the slots")
	signIn("bob")
	assert.Empty(t, slotOf(t, session, "identity"))
}

func TestSlotsAreBounded(t *testing.T) {
	t.Parallel()
	session := newSession(t, newPool(t, authtest.Config{}))
	keep := func(data []byte) func([]byte) ([]byte, error) {
		return func([]byte) ([]byte, error) { return data, nil }
	}
	for i := range 8 {
		setSlot(t, session, fmt.Sprint(i), "x")
	}
	for name, err := range map[string]error{
		"an empty name": session.UpdateSlot(t.Context(), "", keep([]byte("x"))),
		"a long name":   session.UpdateSlot(t.Context(), strings.Repeat("n", 65), keep([]byte("x"))),
		"long data":     session.UpdateSlot(t.Context(), "1", keep(bytes.Repeat([]byte("x"), 4097))),
		"a ninth slot":  session.UpdateSlot(t.Context(), "9", keep([]byte("x"))),
		"a name to read": func() error {
			_, err := session.Slot(t.Context(), "")
			return err
		}(),
	} {
		require.ErrorIs(t, err, auth.ErrInvalidParameter, name)
	}
	require.NoError(t, session.UpdateSlot(t.Context(), "1", keep(nil)))
	setSlot(t, session, "9", "x")
	assert.Empty(t, slotOf(t, session, "1"), "nil empties a slot")
	cause := errors.New("not now")
	err := session.UpdateSlot(t.Context(), "2", func([]byte) ([]byte, error) { return nil, cause })
	require.ErrorIs(t, err, cause)
	assert.Equal(t, "x", slotOf(t, session, "2"), "an error changes nothing")
}

func TestParallelUpdatesOfASlotAreNotLost(t *testing.T) {
	t.Parallel()
	session := newSession(t, newPool(t, authtest.Config{}))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := session.UpdateSlot(context.Background(), "count", func(old []byte) ([]byte, error) {
				return append(bytes.Clone(old), '.'), nil
			})
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, "........", slotOf(t, session, "count"))
}

// TestUpdatesOfASlotAtOneMoment save the same data, at the same time: none mistakes the other's save
// for its own.
func TestUpdatesOfASlotAtOneMoment(t *testing.T) {
	t.Parallel()
	cfg, store := configFor(newPool(t, authtest.Config{})), &hookedStore{}
	cfg.Store = store
	synctest.Test(t, func(t *testing.T) {
		session := newClient(t, cfg).Session("test")
		add := func() {
			require.NoError(t, session.UpdateSlot(t.Context(), "count", func(old []byte) ([]byte, error) {
				return append(bytes.Clone(old), '.'), nil
			}))
		}
		store.before = add
		add()
		assert.Equal(t, "..", slotOf(t, session, "count"))
	})
}

// A crampedStore refuses every record that it may.
type crampedStore struct {
	auth.MemoryStore
	refused int
}

func (s *crampedStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if r.Refusable {
		s.refused++
		return auth.Record{}, fmt.Errorf("cramped: %w", auth.ErrRecordTooLarge)
	}
	return s.MemoryStore.Save(ctx, key, r)
}

// TestStoreWithoutRoom_refusesOnlySlots that are large, and that become larger. To wait does not
// help, so nothing is tried again.
func TestStoreWithoutRoom_refusesOnlySlots(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	cfg, store := configFor(pool), &crampedStore{}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	set := func(name string, size int) error {
		return session.UpdateSlot(t.Context(), name, func([]byte) ([]byte, error) { return make([]byte, size), nil })
	}
	require.NoError(t, set("a", 600))
	require.NoError(t, set("b", 424))
	require.Zero(t, store.refused)
	for i, name := range []string{"a", "c"} {
		err := set(name, 601)
		require.ErrorIs(t, err, auth.ErrRecordTooLarge)
		require.ErrorIs(t, err, auth.ErrInvalidParameter)
		assert.False(t, auth.Retryable(err))
		assert.Equal(t, i+1, store.refused)
	}
	assert.Len(t, slotOf(t, session, "a"), 600)
	require.NoError(t, set("a", 600), "as large as before")
	_, err = session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err)
	_, err = session.Reauthenticate(t.Context(), auth.SignInInput{Password: password})
	require.NoError(t, err)
	assert.Equal(t, 2, store.refused)
	assert.Len(t, slotOf(t, session, "a"), 600)
}
