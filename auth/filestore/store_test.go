package filestore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) auth.Store {
		dir := t.TempDir() + "/store"
		return spoiler{open(t, dir, newKey(t)), dir}
	})
}

// A spoiler is a Store whose files storetest damages.
type spoiler struct {
	*filestore.Store
	dir string
}

func (s spoiler) Spoil(t *testing.T, _ string) {
	t.Helper()
	path := sealedFile(t, s.dir)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, content[:len(content)-1], 0o600))
}

func TestStore_shared(t *testing.T) {
	t.Parallel()
	storetest.RunShared(t, func(t *testing.T) (a, b auth.Store) {
		dir, key := t.TempDir()+"/store", newKey(t)
		return open(t, dir, key), open(t, dir, key)
	})
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	good := make([]byte, filestore.KeySize)
	cases := map[string]struct {
		dir  string
		key  []byte
		want string
	}{
		"no key":                 {t.TempDir(), nil, "the key is 0 bytes long, want 32"},
		"short key":              {t.TempDir(), good[1:], "the key is 31 bytes long, want 32"},
		"long key":               {t.TempDir(), make([]byte, 64), "the key is 64 bytes long, want 32"},
		"no directory":           {"", good, "no directory given"},
		"a file for a directory": {file, good, file},
		"below a file":           {filepath.Join(file, "sub"), good, file},
		"a zero byte":            {"\x00", good, "invalid"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := filestore.New(tc.dir, tc.key)
			assert.ErrorContains(t, err, tc.want)
		})
	}
}

func TestNew_doesNotDependOnTheWorkingDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	store := open(t, "relative", newKey(t))
	save(t, store, "alice", "data")
	t.Chdir(t.TempDir())
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, "data", string(r.Data))
}

func TestNew_removesLeftovers(t *testing.T) {
	t.Parallel()
	dir, key := filepath.Join(t.TempDir(), "[odd] name"), newKey(t)
	save(t, open(t, dir, key), "alice", "data")
	sealed := sealedFile(t, dir)
	name := strings.TrimSuffix(sealed, ".sealed")
	aged := map[string]time.Duration{
		sealed + ".456.tmp": 30 * time.Minute,

		sealed + ".123.tmp": 2 * time.Hour,
		name + ".lock":      2 * time.Hour,
		name + ".lease":     2 * time.Hour,

		filepath.Join(dir, "somebody else's.tmp"): 2 * time.Hour,
		filepath.Join(dir, "yarn.lock"):           2 * time.Hour,
	}
	for path, age := range aged {
		require.NoError(t, os.WriteFile(path, []byte("half"), 0o600))
		then := time.Now().Add(-age)
		require.NoError(t, os.Chtimes(path, then, then))
	}
	then := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(sealed, then, then))

	r, err := open(t, dir, key).Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, "data", string(r.Data))
	assert.NoFileExists(t, sealed+".123.tmp")
	assert.FileExists(t, sealed+".456.tmp", "its writer may still be running")
	assert.NoFileExists(t, name+".lock")
	assert.NoFileExists(t, name+".lease")
	assert.FileExists(t, filepath.Join(dir, "somebody else's.tmp"))
	assert.FileExists(t, filepath.Join(dir, "yarn.lock"))
}

// TestUnknownKeys_leaveTheDirectoryAsItIs looks at the time of the directory, which also tells of
// files that were made and removed.
func TestUnknownKeys_leaveTheDirectoryAsItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, newKey(t))
	then := time.Now().Add(-time.Hour).Truncate(time.Second)
	require.NoError(t, os.Chtimes(dir, then, then))
	_, err := store.Load(t.Context(), "made up")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)
	same, err := store.Unchanged(t.Context(), "made up", "1")
	require.NoError(t, err)
	assert.False(t, same)
	_, err = store.Save(t.Context(), "made up", auth.Record{Version: "1"})
	require.ErrorIs(t, err, auth.ErrRecordConflict)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.True(t, then.Equal(info.ModTime()), info.ModTime())
}

func TestRemoveUnreadable_removesWhatDoesNotOpen(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir()+"/store", newKey(t)
	store, lost := open(t, dir, key), open(t, dir, newKey(t))
	save(t, store, "alice", "data")
	save(t, lost, "bob", "data")
	save(t, lost, "carol", "data")
	foreign := filepath.Join(dir, "notes")
	require.NoError(t, os.WriteFile(foreign, []byte("not a record"), 0o600))
	require.NoError(t, os.Mkdir(foreign+".lock", 0o700)) // who takes notes for a record fails

	removed, err := store.RemoveUnreadable(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, removed)
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, "data", string(r.Data))
	for _, key := range []string{"bob", "carol"} {
		_, err = lost.Load(t.Context(), key)
		require.ErrorIs(t, err, auth.ErrRecordNotFound, key)
	}
	assert.FileExists(t, foreign)
	assert.DirExists(t, foreign+".lock")
}

func TestCanceledContext_changesAndConfirmsNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store, lost := open(t, dir, newKey(t)), open(t, dir, newKey(t))
	saved := save(t, lost, "bob", "data")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	removed, err := store.RemoveUnreadable(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, removed)
	same, err := lost.Unchanged(ctx, "bob", saved.Version)
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, same)
	_, err = lost.Load(t.Context(), "bob")
	require.NoError(t, err)
}

func TestSave_refusesMoreThanMaxData(t *testing.T) {
	t.Parallel()
	store := open(t, t.TempDir()+"/store", newKey(t))
	saved := save(t, store, "alice", strings.Repeat("x", filestore.MaxData))
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Len(t, r.Data, filestore.MaxData)
	_, err = store.Save(t.Context(), "alice", auth.Record{Data: make([]byte, filestore.MaxData+1), Version: saved.Version})
	require.ErrorContains(t, err, "1048577 bytes of data are more than 1048576")
	_, err = store.Load(t.Context(), "alice")
	assert.NoError(t, err)
}

func TestDelete_leavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, newKey(t))
	saved := save(t, store, "alice", "data")
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	release()
	require.NoError(t, store.Delete(t.Context(), "alice", saved))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestErrors_nameTheDirectory(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	store := open(t, dir, newKey(t))
	require.NoError(t, os.Remove(dir))
	_, saveErr := store.Save(t.Context(), "alice", auth.Record{})
	_, leaseErr := store.Lease(t.Context(), "alice")
	for _, err := range []error{saveErr, leaseErr, store.Delete(t.Context(), "alice", auth.Record{})} {
		require.ErrorIs(t, err, os.ErrNotExist)
		assert.NotErrorIs(t, err, auth.ErrRecordNotFound)
		assert.ErrorContains(t, err, dir)
	}
}

func TestFiles_revealNothing(t *testing.T) {
	t.Parallel()
	const secret = "refresh-token-of-alice"
	dir, key := t.TempDir()+"/store", newKey(t)
	store := open(t, dir, key)
	save(t, store, "alice", secret)
	path := sealedFile(t, dir)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, kept := range []string{secret, "alice", string(key)} {
		assert.NotContains(t, path, kept)
		assert.NotContains(t, string(content), kept)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		assert.Equal(t, "[redacted]", fmt.Sprintf(verb, store))
	}
}

func TestNewKey_isRandom(t *testing.T) {
	t.Parallel()
	first, second := newKey(t), newKey(t)
	assert.Len(t, first, filestore.KeySize)
	assert.NotEqual(t, first, second)
}

func open(tb testing.TB, dir string, key []byte) *filestore.Store {
	tb.Helper()
	store, err := filestore.New(dir, key)
	require.NoError(tb, err)
	return store
}

func newKey(tb testing.TB) []byte {
	tb.Helper()
	key, err := filestore.NewKey()
	require.NoError(tb, err)
	return key
}

// save creates a record.
func save(tb testing.TB, store *filestore.Store, key, data string) auth.Record {
	tb.Helper()
	saved, err := store.Save(tb.Context(), key, auth.Record{Data: []byte(data)})
	require.NoError(tb, err)
	return saved
}

// sealedFile returns the path of the only record in dir.
func sealedFile(tb testing.TB, dir string) string {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(tb, err)
	require.Len(tb, entries, 1)
	return filepath.Join(dir, entries[0].Name())
}
