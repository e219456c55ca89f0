//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filestore_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

func TestNew_makesPrivateDirectory(t *testing.T) {
	t.Parallel()
	parent := filepath.Join(t.TempDir(), "state")
	dir := filepath.Join(parent, "tool")
	open(t, dir, newKey(t))
	assert.Equal(t, fs.FileMode(0o700), mode(t, parent))
	assert.Equal(t, fs.FileMode(0o700), mode(t, dir))
}

func TestNew_refusesDirectoryOpenToOthers(t *testing.T) {
	t.Parallel()
	for _, perm := range []fs.FileMode{0o755, 0o750, 0o701, 0o710, 0o720, 0o704, 0o777} {
		dir := filepath.Join(t.TempDir(), "tool")
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.Chmod(dir, perm))
		_, err := filestore.New(dir, newKey(t))
		require.ErrorContains(t, err, dir, "%o", perm)
		require.ErrorContains(t, err, "want 0700", "%o", perm)
		assert.Equal(t, perm, mode(t, dir), "New must not change the directory")
	}
}

func TestFiles_arePrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "tool")
	store := open(t, dir, newKey(t))
	first := save(t, store, "alice", "first")
	assert.Equal(t, fs.FileMode(0o600), mode(t, sealedFile(t, dir)))
	_, err := store.Save(t.Context(), "alice", first)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), mode(t, sealedFile(t, dir)))

	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	defer release()
	leases, err := filepath.Glob(filepath.Join(dir, "*.lease"))
	require.NoError(t, err)
	require.Len(t, leases, 1)
	assert.Equal(t, fs.FileMode(0o600), mode(t, leases[0]))
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode().Perm()
}

// TestSave_waitsNoLongerThanItsContext locks a record, as a process that hangs would.
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
	save(t, store, "bob", "not locked")
	_, err = store.Save(ctx, "alice", saved)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, store.Delete(ctx, "alice", saved), context.DeadlineExceeded)
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err, "Load must not need the lock")
	assert.Equal(t, saved.Version, r.Version)

	require.NoError(t, lock.Close())
	_, err = store.Save(t.Context(), "alice", saved)
	require.NoError(t, err)
}

// TestNew_leavesExpiredRecordInUse locks an expired record, as a process that replaces it does.
func TestNew_leavesExpiredRecordInUse(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir()+"/store", newKey(t)
	_, err := open(t, dir, key).Save(t.Context(), "alice", auth.Record{ExpiresAt: time.Now().Add(-time.Hour)})
	require.NoError(t, err)
	sealed := sealedFile(t, dir)
	lock, err := os.OpenFile(strings.TrimSuffix(sealed, ".sealed")+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	require.NoError(t, err)
	require.NoError(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	open(t, dir, key)
	assert.FileExists(t, sealed)

	require.NoError(t, lock.Close())
	open(t, dir, key)
	assert.NoFileExists(t, sealed)
}
