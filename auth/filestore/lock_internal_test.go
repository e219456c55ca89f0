package filestore

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const readers = 20

// TestReaders_waitForNobody lets many read a record while somebody else has locked it, and has its
// lease.
func TestReaders_waitForNobody(t *testing.T) {
	t.Parallel()
	store, saved := storeWithRecord(t)
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	defer release()
	unlock, err := store.lock(t.Context(), "alice", saved.Version)
	require.NoError(t, err)
	defer unlock()
	done := make(chan error, readers)
	for range readers {
		go func() {
			_, err := store.Load(t.Context(), "alice")
			if err == nil {
				_, err = store.Unchanged(t.Context(), "alice", saved.Version)
			}
			done <- err
		}()
	}
	for range readers {
		require.NoError(t, <-done)
	}
}

// TestRemove_takesFilesThatAreOpen removes a record that a reader has open.
func TestRemove_takesFilesThatAreOpen(t *testing.T) {
	t.Parallel()
	store, saved := storeWithRecord(t)
	reader, err := openFile(store.path(fileName("alice"), recordSuffix), os.O_RDONLY)
	require.NoError(t, err)
	require.NoError(t, store.Delete(t.Context(), "alice", saved))
	content, err := io.ReadAll(reader)
	require.NoError(t, err)
	assert.NotEmpty(t, content)
	require.NoError(t, reader.Close())
	left, err := os.ReadDir(store.dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// TestLock_passesFromOneToTheNext has a canceled caller in the queue, who must not block it.
func TestLock_passesFromOneToTheNext(t *testing.T) {
	t.Parallel()
	store, _ := storeWithRecord(t)
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	gone, cancel := context.WithCancel(t.Context())
	done := make(chan error, readers)
	for i := range readers {
		ctx := t.Context()
		if i%2 == 0 {
			ctx = gone
		}
		go func() {
			next, err := store.Lease(ctx, "alice")
			if err == nil {
				next()
			}
			done <- err
		}()
	}
	cancel()
	for range readers / 2 {
		require.ErrorIs(t, <-done, context.Canceled)
	}
	release()
	release() // has no effect
	for range readers / 2 {
		require.NoError(t, <-done)
	}
	assert.Empty(t, store.locks.queues)
}

func storeWithRecord(t *testing.T) (*Store, auth.Record) {
	t.Helper()
	store, err := New(filepath.Join(t.TempDir(), "sessions"), bytes.Repeat([]byte{1}, KeySize))
	require.NoError(t, err)
	saved, err := store.Save(t.Context(), "alice", auth.Record{Data: []byte("data")})
	require.NoError(t, err)
	return store, saved
}
