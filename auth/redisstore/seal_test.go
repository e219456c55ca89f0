package redisstore_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

func TestWrongKey(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	right := open(t, client, redisstore.Config{Key: newKey()})
	saved := save(t, right, "alice", "data")
	stranger := open(t, client, redisstore.Config{Key: newKey()})
	_, err := stranger.Load(t.Context(), "alice")
	assertSealError(t, err)
	_, err = stranger.Save(t.Context(), "alice", auth.Record{Data: []byte("intruder")})
	require.ErrorIs(t, err, auth.ErrRecordConflict)

	r, err := right.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, saved.Version, r.Version, "the stranger changed nothing")
	_, err = stranger.Load(t.Context(), "bob")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)

	require.NoError(t, stranger.Delete(t.Context(), "alice"), "the way out for somebody who lost the key")
	save(t, stranger, "alice", "new")
}

func TestSwappedValues(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	key := newKey()
	store := open(t, client, redisstore.Config{Key: key})
	save(t, store, "bob", "bob's")
	names := client.Keys(t.Context(), "*").Val()
	require.Len(t, names, 1)
	require.NoError(t, client.Rename(t.Context(), names[0], alices).Err())
	_, err := store.Load(t.Context(), "alice")
	assertSealError(t, err)
}

// TestDamage flips a bit of every byte and cuts the value at every byte.
func TestDamage(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey()})
	save(t, store, "alice", "data")
	good := client.Get(t.Context(), alices).Val()
	damaged := []string{good + "\x00", "\x00" + good, strings.Repeat("\x00", len(good))}
	for i := range good {
		damaged = append(damaged, good[:i]+string([]byte{good[i] ^ 1})+good[i+1:], good[:i]+good[i+1:])
		if i > 0 {
			damaged = append(damaged, good[:i])
		}
	}
	for _, value := range damaged {
		require.NoError(t, client.Set(t.Context(), alices, value, 0).Err())
		r, err := store.Load(t.Context(), "alice")
		assertSealError(t, err)
		assert.Empty(t, r.Data)
		assert.Empty(t, r.Version)
		_, err = store.Save(t.Context(), "alice", auth.Record{Data: []byte("intruder")})
		require.ErrorIs(t, err, auth.ErrRecordConflict)
		require.Equal(t, value, client.Get(t.Context(), alices).Val())
	}
}

func TestSealError_says(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey()})
	reasons := map[string]string{
		"\x01":                                  "it has no version",
		"\x02":                                  "its format is 2, and only 1 is known",
		"\x01" + strings.Repeat("x", 100):       "it was sealed under another key, or changed since",
		"\x01" + strings.Repeat("x", 2<<20):     "it is longer than",
		"{\"refreshToken\": \"not encrypted\"}": "its format is 123",
	}
	for value, reason := range reasons {
		require.NoError(t, client.Set(t.Context(), alices, value, 0).Err())
		_, err := store.Load(t.Context(), "alice")
		assertSealError(t, err)
		require.ErrorContains(t, err, alices+" does not open: "+reason)
	}
}

func assertSealError(t *testing.T, err error) {
	t.Helper()
	var sealed *redisstore.SealError
	require.ErrorAs(t, err, &sealed)
	require.Error(t, sealed.Err)
	require.NotErrorIs(t, err, auth.ErrRecordNotFound)
	require.NotErrorIs(t, err, auth.ErrRecordConflict)
}
