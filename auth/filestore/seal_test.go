package filestore_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

func TestWrongKey_opensNothing(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir()+"/store", newKey(t)
	right := open(t, dir, key)
	saved := save(t, right, "alice", "data")
	stranger := open(t, dir, newKey(t))
	doesNotOpen(t, stranger, sealedFile(t, dir))
	_, err := stranger.Save(t.Context(), "alice", saved)
	require.ErrorIs(t, err, auth.ErrRecordConflict)
	require.ErrorIs(t, stranger.Delete(t.Context(), "alice", saved), auth.ErrRecordConflict)

	r, err := right.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, saved.Version, r.Version, "another key must change nothing")
	_, err = stranger.Load(t.Context(), "bob")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)

	unreadable, err := stranger.Load(t.Context(), "alice")
	assertSealError(t, err)
	require.NoError(t, stranger.Delete(t.Context(), "alice", unreadable), "Delete must work without the key")
	save(t, stranger, "alice", "new")
}

func TestSwappedFiles_doNotOpen(t *testing.T) {
	t.Parallel()
	dir, other, key := t.TempDir()+"/store", t.TempDir()+"/other", newKey(t)
	save(t, open(t, other, key), "bob", "bob's")
	store := open(t, dir, key)
	save(t, store, "alice", "alice's")
	alices := sealedFile(t, dir)
	bobs, err := os.ReadFile(sealedFile(t, other))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(alices, bobs, 0o600))
	doesNotOpen(t, store, alices)
}

// TestDamagedFile_doesNotOpen flips every bit and truncates the file at every byte.
func TestDamagedFile_doesNotOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, newKey(t))
	save(t, store, "alice", "data")
	path := sealedFile(t, dir)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Len(t, good, 1+26+15+12+len("data")+16, "the documented format")

	damaged := [][]byte{{}, append(bytes.Clone(good), 0), append([]byte{0}, good...), make([]byte, len(good)), bytes.Repeat(good, 1<<15)}
	for i := range good {
		damaged = append(damaged, good[:i], good[i+1:])
		for bit := range 8 {
			flipped := bytes.Clone(good)
			flipped[i] ^= 1 << bit
			damaged = append(damaged, flipped)
		}
	}
	for _, content := range damaged {
		require.NoError(t, os.WriteFile(path, content, 0o600))
		doesNotOpen(t, store, path)
	}
	require.NoError(t, os.WriteFile(path, good, 0o600))
	_, err = store.Load(t.Context(), "alice")
	require.NoError(t, err)
}

func TestSealError_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, newKey(t))
	save(t, store, "alice", "data")
	path := sealedFile(t, dir)
	reasons := map[string]string{
		"":                                      "it is empty",
		"\x01":                                  "its format is 1, and only 2 is known",
		"\x02":                                  "it has no version",
		"\x02" + strings.Repeat("x", 100):       "it was sealed under another key, or changed since",
		"\x02" + string(make([]byte, 2<<20)):    "it is longer than",
		"{\"refreshToken\": \"not encrypted\"}": "its format is 123",
	}
	for content, reason := range reasons {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := store.Load(t.Context(), "alice")
		require.ErrorContains(t, err, path+" does not open: "+reason)
	}
}

// FuzzLoad replaces the file of a record: nothing but the original may open.
func FuzzLoad(f *testing.F) {
	dir := f.TempDir() + "/store"
	store := open(f, dir, newKey(f)) // each of the fuzzing processes has its own
	save(f, store, "alice", "data")
	path := sealedFile(f, dir)
	good, err := os.ReadFile(path)
	require.NoError(f, err)
	for _, seed := range [][]byte{nil, {1}, {2}, good, good[:len(good)-1], good[:42], bytes.Repeat([]byte{2}, 70), []byte("{}")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		require.NoError(t, os.WriteFile(path, content, 0o600))
		if bytes.Equal(content, good) {
			r, err := store.Load(t.Context(), "alice")
			require.NoError(t, err)
			assert.Equal(t, "data", string(r.Data))
			return
		}
		doesNotOpen(t, store, path)
	})
}

// doesNotOpen checks that Load returns a SealError for alice, and that Save does not replace the
// file unseen.
func doesNotOpen(t *testing.T, store *filestore.Store, path string) {
	t.Helper()
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	r, err := store.Load(t.Context(), "alice")
	assertSealError(t, err)
	assert.Empty(t, r.Data)
	assert.NotEmpty(t, r.Version)
	_, err = store.Save(t.Context(), "alice", auth.Record{Data: []byte("intruder")})
	require.ErrorIs(t, err, auth.ErrRecordConflict)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(before, after), "%s changed", filepath.Base(path))
}

func assertSealError(t *testing.T, err error) {
	t.Helper()
	var sealed *filestore.SealError
	require.ErrorAs(t, err, &sealed)
	require.ErrorIs(t, err, auth.ErrRecordUnreadable)
	require.Error(t, sealed.Err)
	require.NotErrorIs(t, err, auth.ErrRecordNotFound)
	require.NotErrorIs(t, err, auth.ErrRecordConflict)
}
