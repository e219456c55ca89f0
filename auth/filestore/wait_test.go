//go:build darwin || freebsd || linux || netbsd || openbsd

package filestore_test

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSave_waitsNoLongerThanItsContext keeps the lock of a record, as a process that hangs would.
func TestSave_waitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, newKey(t))
	saved := save(t, store, "alice", "data")
	lock, err := os.OpenFile(strings.TrimSuffix(sealedFile(t, dir), ".sealed")+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	require.NoError(t, err)
	require.NoError(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	save(t, store, "bob", "nobody hangs here")
	_, err = store.Save(ctx, "alice", saved)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, store.Delete(ctx, "alice"), context.DeadlineExceeded)
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err, "reading needs no lock")
	assert.Equal(t, saved.Version, r.Version)

	require.NoError(t, lock.Close())
	_, err = store.Save(t.Context(), "alice", saved)
	require.NoError(t, err)
}
