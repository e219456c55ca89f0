package auth

import (
	"context"
	"encoding/base64"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clientThatRemembers returns a Client that caches up to limit sessions, and its Store.
func clientThatRemembers(t *testing.T, limit int) (*Client, *MemoryStore) {
	t.Helper()
	store := &MemoryStore{}
	client, err := NewClient(Config{
		UserPoolID: "us-east-1_Script", ClientID: "client", Store: store, SessionCacheSize: limit,
	})
	require.NoError(t, err)
	return client, store
}

// signIn stores tokens under key that are valid for an hour and have key as their sub.
func signIn(t *testing.T, store Store, key string) {
	t.Helper()
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(`{"alg":"RS256"}`)) + "." + encode(fmt.Appendf(nil, `{"sub":%q}`, key)) + "." + encode(
		[]byte("x"))
	now, ctx := time.Now(), context.Background()
	data, err := encodeState(state{Tokens: &tokens{
		AccessToken: token,
		lifetime:    lifetime{ReceivedAt: now, RenewAt: now.Add(time.Hour), ValidUntil: now.Add(time.Hour)},
	}})
	assert.NoError(t, err)
	old, _ := store.Load(ctx, key) // there may be none
	_, err = store.Save(ctx, key, Record{Data: data, Version: old.Version})
	assert.NoError(t, err)
}

// remembers returns the cached keys, and checks that the cache's list and map agree.
func remembers(t *testing.T, r *sessionCache) []string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	keys := []string{}
	for e := r.order.Front(); e != nil; e = e.Next() {
		key := e.Value.(*cachedSession).key
		assert.Same(t, e, r.byKey[key])
		keys = append(keys, key)
	}
	assert.Len(t, r.byKey, len(keys))
	return keys
}

func fetch(t *testing.T, client *Client, key string) {
	t.Helper()
	got, err := client.Session(key).FetchAuthSession(t.Context(), FetchAuthSessionInput{})
	require.NoError(t, err)
	require.Equal(t, key, got.UserSub)
}

func TestCacheKeepsTheSessionsUsedLast(t *testing.T) {
	t.Parallel()
	client, store := clientThatRemembers(t, 2)
	for _, key := range []string{"a", "b", "c"} {
		signIn(t, store, key)
	}
	for _, key := range []string{"a", "b", "a", "c"} {
		fetch(t, client, key)
	}
	assert.ElementsMatch(t, []string{"c", "a"}, remembers(t, client.cache))
}

// TestCacheKeepsTheNewSession although all others were used since they came.
func TestCacheKeepsTheNewSession(t *testing.T) {
	t.Parallel()
	for limit := range 4 {
		client, store := clientThatRemembers(t, limit+1)
		for i := range 2 * (limit + 1) {
			key := fmt.Sprint("session ", i)
			signIn(t, store, key)
			fetch(t, client, key)
			assert.Contains(t, remembers(t, client.cache), key)
			fetch(t, client, key)
		}
	}
}

func TestCacheCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	client, store := clientThatRemembers(t, -1)
	signIn(t, store, "a")
	fetch(t, client, "a")
	fetch(t, client, "a")
	assert.Empty(t, remembers(t, client.cache))
}

func TestCacheDropsEndedSessions(t *testing.T) {
	t.Parallel()
	changes := map[string]func(t *testing.T, client *Client, store *MemoryStore){
		"signed out": func(t *testing.T, client *Client, _ *MemoryStore) {
			require.NoError(t, errOf(client.Session("a").SignOut(t.Context(), SignOutInput{})))
		},
		"found gone": func(t *testing.T, client *Client, store *MemoryStore) {
			r, err := store.Load(t.Context(), "a")
			require.NoError(t, err)
			require.NoError(t, store.Delete(t.Context(), "a", r))
			_, err = client.Session("a").CurrentUser(t.Context())
			require.ErrorIs(t, err, ErrUserUnAuthenticated)
		},
		"found unreadable": func(t *testing.T, client *Client, store *MemoryStore) {
			r, err := store.Load(t.Context(), "a")
			require.NoError(t, err)
			_, err = store.Save(t.Context(), "a", Record{Data: r.Data[1:], Version: r.Version})
			require.NoError(t, err)
			_, err = client.Session("a").CurrentUser(t.Context())
			require.ErrorIs(t, err, ErrCorruptRecord)
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, store := clientThatRemembers(t, defaultSessionCacheSize)
			signIn(t, store, "a")
			signIn(t, store, "b")
			fetch(t, client, "a")
			fetch(t, client, "b")
			change(t, client, store)
			assert.Equal(t, []string{"b"}, remembers(t, client.cache))
		})
	}
}

func TestCacheDropsExpiredTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newSessionCache(defaultSessionCacheSize)
		long := &decodedSession{lifetime: lifetime{ReceivedAt: time.Now(), ValidUntil: time.Now().Add(time.Hour)}}
		over := &decodedSession{lifetime: lifetime{ReceivedAt: time.Now(), ValidUntil: time.Now().Add(-time.Second)}}
		soon := &decodedSession{lifetime: lifetime{ReceivedAt: time.Now(), ValidUntil: time.Now().Add(time.Minute)}}
		r.put("over", "mark", over, 0)
		r.put("soon", "mark", soon, 0)
		r.put("long", "mark", long, 0)
		assert.Equal(t, []string{"long", "soon"}, remembers(t, r))
		time.Sleep(time.Minute)
		r.put("other", "mark", long, 0)
		assert.Equal(t, []string{"other", "long"}, remembers(t, r))
	})
}

// TestCacheIsEmptyAfterSignOut reads sessions while they end. A reader that loaded the record
// before must not cache it afterwards.
func TestCacheIsEmptyAfterSignOut(t *testing.T) {
	t.Parallel()
	client, store := clientThatRemembers(t, defaultSessionCacheSize)
	ctx := context.Background()
	var wg sync.WaitGroup
	for i := range 200 {
		key := fmt.Sprint("session ", i)
		signIn(t, store, key)
		for range 4 {
			wg.Go(func() {
				for range 3 {
					got, err := client.Session(key).FetchAuthSession(ctx, FetchAuthSessionInput{})
					if err == nil {
						assert.Equal(t, key, got.UserSub)
						continue
					}
					assert.ErrorIs(t, err, ErrUserUnAuthenticated)
				}
			})
		}
		wg.Go(func() { assert.NoError(t, errOf(client.Session(key).SignOut(ctx, SignOutInput{}))) })
	}
	wg.Wait()
	assert.Empty(t, remembers(t, client.cache))
}

// TestManySessionsShareASmallCache has ten times as many sessions as cache entries, and changes
// their records while they are read.
func TestManySessionsShareASmallCache(t *testing.T) {
	t.Parallel()
	const people, reads, room = 1000, 100, 100
	client, store := clientThatRemembers(t, room)
	var wg sync.WaitGroup
	for i := range people {
		key := fmt.Sprint("session ", i)
		signIn(t, store, key)
		wg.Go(func() {
			for n := range reads {
				got, err := client.Session(key).FetchAuthSession(context.Background(), FetchAuthSessionInput{})
				if err != nil || got.UserSub != key {
					t.Errorf("%s: sub %q, %v", key, got.UserSub, err)
				}
				if n%10 == 0 {
					signIn(t, store, key)
				}
				runtime.Gosched() // lets another session replace this entry
			}
		})
	}
	wg.Wait()
	assert.Len(t, remembers(t, client.cache), room)
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }
