package keyringstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zalando/go-keyring"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// memory is a keyring in memory.
type memory struct {
	mu    sync.Mutex
	texts map[string]string
	sets  int
}

func (m *memory) ring() ring { return ring{get: m.get, set: m.set} }

func (m *memory) get(service, account string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	text, ok := m.texts[service+"/"+account]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return text, nil
}

func (m *memory) set(service, account, text string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.texts == nil {
		m.texts = make(map[string]string)
	}
	m.texts[service+"/"+account] = text
	m.sets++
	return nil
}

func TestOpen_stopsWaitingForAKeyringThatHangs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan struct{})
		hangs := ring{get: func(string, string) (string, error) {
			<-answer
			return "", keyring.ErrNotFound
		}}
		start := time.Now()
		_, err := hangs.open(t.Context(), Config{Dir: dir, Service: "mytool"}, checkEmpty)
		assert.Equal(t, 3*time.Second, time.Since(start))
		requireNoAnswer(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "unlock the keyring")

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		_, err = hangs.open(ctx, Config{Dir: dir, Service: "mytool"}, checkEmpty)
		assert.Equal(t, time.Second, time.Since(start))
		requireNoAnswer(t, err, context.DeadlineExceeded)

		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err = hangs.open(ctx, Config{Dir: dir, Service: "mytool"}, checkEmpty)
		requireNoAnswer(t, err, context.Canceled)
		close(answer) // synctest fails if a goroutine is left after this
	})
	assert.NoDirExists(t, dir)
}

// TestOpen_storesNoKeyWhileOneIsPending uses a keyring that hangs while it stores a key, as one
// that asks for a password. Meanwhile no one else may store a key, and afterwards all use the late
// one.
func TestOpen_storesNoKeyWhileOneIsPending(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	synctest.Test(t, func(t *testing.T) {
		var shared memory
		answer := make(chan struct{})
		slow := shared.ring()
		slow.set = func(service, account, text string) error {
			<-answer
			return shared.set(service, account, text)
		}
		cfg := Config{Dir: dir, Service: "mytool"}
		_, err := slow.open(t.Context(), cfg, checkEmpty)
		requireNoAnswer(t, err, context.DeadlineExceeded)
		_, err = shared.ring().open(t.Context(), cfg, checkEmpty)
		requireNoAnswer(t, err, context.DeadlineExceeded)
		assert.Zero(t, shared.sets)

		close(answer)
		synctest.Wait()
		store, err := shared.ring().open(t.Context(), cfg, checkEmpty)
		require.NoError(t, err)
		_, err = store.Save(t.Context(), "alice", auth.Record{Data: []byte("data")})
		require.NoError(t, err)
		assert.Equal(t, 1, shared.sets)
	})
}

// TestOpen_storesNoKeyAfterItHasReturned lets Open return during its second look for a key.
func TestOpen_storesNoKeyAfterItHasReturned(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	synctest.Test(t, func(t *testing.T) {
		var shared memory
		answer := make(chan struct{})
		slow, gets := shared.ring(), 0
		slow.get = func(string, string) (string, error) {
			if gets++; gets > 1 {
				<-answer
			}
			return "", keyring.ErrNotFound
		}
		_, err := slow.open(t.Context(), Config{Dir: dir, Service: "mytool"}, checkEmpty)
		requireNoAnswer(t, err, context.DeadlineExceeded)
		close(answer)
		synctest.Wait()
		assert.Zero(t, shared.sets)
	})
}

func TestOpen_createsOneKeyOnConcurrentFirstUse(t *testing.T) {
	t.Parallel()
	var shared memory
	cfg := Config{Dir: t.TempDir() + "/store", Service: "mytool"}
	const processes = 16
	errs := make(chan error, processes)
	for i := range processes {
		go func() {
			store, err := shared.ring().open(t.Context(), cfg, checkEmpty)
			if err == nil {
				_, err = store.Save(t.Context(), string(rune('a'+i)), auth.Record{Data: []byte("data")})
			}
			errs <- err
		}()
	}
	for range processes {
		require.NoError(t, <-errs)
	}
	assert.Equal(t, 1, shared.sets)
	store, err := shared.ring().open(t.Context(), cfg, checkEmpty)
	require.NoError(t, err)
	for i := range processes {
		_, err := store.Load(t.Context(), string(rune('a'+i)))
		require.NoError(t, err, "all records must be sealed under one key")
	}
}

// TestOpen_usesTheKeyThatItReadsBack lets a process that uses another directory store its key.
func TestOpen_usesTheKeyThatItReadsBack(t *testing.T) {
	t.Parallel()
	var shared memory
	other := encode(make([]byte, 32))
	raced := shared.ring()
	raced.set = func(service, account, _ string) error { return shared.set(service, account, other) }
	cfg := Config{Dir: t.TempDir() + "/store", Service: "mytool"}
	store, err := raced.open(t.Context(), cfg, checkEmpty)
	require.NoError(t, err)
	_, err = store.Save(t.Context(), "alice", auth.Record{Data: []byte("data")})
	require.NoError(t, err)

	store, err = shared.ring().open(t.Context(), cfg, checkEmpty)
	require.NoError(t, err)
	_, err = store.Load(t.Context(), "alice")
	require.NoError(t, err)
}

// TestOpen_createsNoKeyWithoutTheLease puts a directory where the file of the lease would be.
func TestOpen_createsNoKeyWithoutTheLease(t *testing.T) {
	t.Parallel()
	var shared memory
	dir := t.TempDir() + "/store"
	name := sha256.Sum256([]byte("keyringstore"))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, hex.EncodeToString(name[:])+".lease"), 0o700))
	_, err := shared.ring().open(t.Context(), Config{Dir: dir, Service: "mytool"}, checkEmpty)
	require.ErrorContains(t, err, "filestore: lease: ")
	require.NotErrorIs(t, err, ErrNotAKey)
	assert.Zero(t, shared.sets)
}

// TestOpen_needsAKeyringThatStores uses a keyring that is read-only, and one that stores nothing.
func TestOpen_needsAKeyringThatStores(t *testing.T) {
	t.Parallel()
	refusal := errors.New("the keyring is read-only")
	for name, tc := range map[string]struct{ says, want error }{
		"read-only": {refusal, refusal},
		"forgets":   {nil, keyring.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var shared memory
			broken := shared.ring()
			broken.set = func(string, string, string) error { return tc.says }
			dir := t.TempDir() + "/store"
			_, err := broken.open(t.Context(), Config{Dir: dir, Service: "mytool"}, checkEmpty)
			var keyringErr *KeyringError
			require.ErrorAs(t, err, &keyringErr)
			require.ErrorIs(t, err, tc.want)
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Empty(t, entries)
		})
	}
}

func requireNoAnswer(t *testing.T, err, reason error) {
	t.Helper()
	var keyringErr *KeyringError
	require.ErrorAs(t, err, &keyringErr)
	require.ErrorIs(t, err, reason)
	require.ErrorContains(t, err, "no answer")
}
