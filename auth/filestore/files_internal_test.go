//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filestore

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

var errDisk = errors.New("the disk failed")

// TestSaveAndDelete_reachTheDisk: the content first, and then the directory that names it.
func TestSaveAndDelete_reachTheDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "sessions")
	store, err := New(dir, bytes.Repeat([]byte{1}, KeySize))
	require.NoError(t, err)
	var flushed []string
	failing := 0 // the number of the flush that fails
	store.sync = func(f *os.File) error {
		if flushed = append(flushed, filepath.Ext(f.Name())); len(flushed) == failing {
			return errDisk
		}
		return f.Sync()
	}
	const directory, content = "", ".tmp"
	saved, err := store.Save(t.Context(), "alice", auth.Record{Data: []byte("data")})
	require.NoError(t, err)
	assert.Equal(t, []string{content, directory}, flushed)
	flushed, failing = nil, 1
	require.ErrorIs(t, store.Delete(t.Context(), "alice", saved), errDisk)
	assert.Equal(t, []string{directory}, flushed)
	for failing = 1; failing <= 2; failing++ {
		flushed = nil
		_, err = store.Save(t.Context(), "bob", auth.Record{})
		require.ErrorIs(t, err, errDisk)
		left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
		require.NoError(t, err)
		assert.Empty(t, left)
	}
}

// TestSave_replacesFilesThatAreOpen: a reader who has opened the file reads the old record.
func TestSave_replacesFilesThatAreOpen(t *testing.T) {
	t.Parallel()
	store, saved := storeWithRecord(t)
	reader, err := openFile(store.path(fileName("alice"), recordSuffix), os.O_RDONLY)
	require.NoError(t, err)
	defer func() { _ = reader.Close() }()
	_, err = store.Save(t.Context(), "alice", saved)
	require.NoError(t, err)
	content, err := io.ReadAll(reader)
	require.NoError(t, err)
	assert.Equal(t, saved.Version, aead.VersionOf(content))
}

func TestInterruptedCall_isRepeated(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]error{"success": nil, "failure": syscall.EWOULDBLOCK} {
		calls := 0
		err := uninterrupted(func() error {
			if calls++; calls < 3 {
				return syscall.EINTR
			}
			return want
		})
		require.ErrorIs(t, err, want, name)
		assert.Equal(t, 3, calls, name)
	}
}
