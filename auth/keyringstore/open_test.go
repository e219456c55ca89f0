package keyringstore_test

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zalando/go-keyring"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/keyringstore"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

const service = "amplify-auth-go test"

// The tests in this file are not parallel: they share one mocked keyring.

func TestStore(t *testing.T) {
	keyring.MockInit()
	storetest.RunShared(t, func(t *testing.T) (a, b auth.Store) {
		cfg := config(t)
		cfg.Account = cfg.Dir
		return open(t, cfg), open(t, cfg)
	})
}

func TestOpen_keepsTheKeyInTheKeyring(t *testing.T) {
	keyring.MockInit()
	cfg := config(t)
	_, err := open(t, cfg).Save(t.Context(), "alice", auth.Record{Data: []byte("data")})
	require.NoError(t, err)

	text, err := keyring.Get(service, "default")
	require.NoError(t, err)
	key, err := base64.StdEncoding.DecodeString(text)
	require.NoError(t, err)
	assert.Len(t, key, filestore.KeySize)
	entries, err := os.ReadDir(cfg.Dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "the directory must hold only the record")
	content, err := os.ReadFile(filepath.Join(cfg.Dir, entries[0].Name()))
	require.NoError(t, err)
	assert.NotContains(t, string(content), string(key))

	r, err := open(t, cfg).Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, "data", string(r.Data))
}

func TestOpen_accountsHaveTheirOwnKeys(t *testing.T) {
	keyring.MockInit()
	for _, account := range []string{"work", "home"} {
		cfg := config(t)
		cfg.Account = account
		open(t, cfg)
	}
	work, err := keyring.Get(service, "work")
	require.NoError(t, err)
	home, err := keyring.Get(service, "home")
	require.NoError(t, err)
	assert.NotEqual(t, work, home)
}

func TestOpen_withoutKeyring(t *testing.T) {
	locked := errors.New("the name is not activatable")
	keyring.MockInitWithError(locked)
	cfg := config(t)
	_, err := keyringstore.Open(t.Context(), cfg)
	var keyringErr *keyringstore.KeyringError
	require.ErrorAs(t, err, &keyringErr)
	require.ErrorIs(t, err, locked)
	assert.EqualError(t, err, "keyringstore: read the key: the name is not activatable; unlock the keyring and try again, "+
		"or use filestore with your own key if there is no keyring")
	assert.NoDirExists(t, cfg.Dir)
}

func TestOpen_lostKey(t *testing.T) {
	keyring.MockInit()
	cfg := config(t)
	_, err := open(t, cfg).Save(t.Context(), "alice", auth.Record{Data: []byte("data")})
	require.NoError(t, err)
	require.NoError(t, keyring.Delete(service, "default"))

	_, err = keyringstore.Open(t.Context(), cfg)
	require.ErrorIs(t, err, keyringstore.ErrKeyLost)
	require.ErrorContains(t, err, cfg.Dir)
	_, err = keyring.Get(service, "default")
	require.ErrorIs(t, err, keyring.ErrNotFound, "no key must be created")

	require.NoError(t, os.RemoveAll(cfg.Dir))
	open(t, cfg)
}

func TestReset_removesWhatDoesNotOpen(t *testing.T) {
	keyring.MockInit()
	cfg := config(t)
	_, err := open(t, cfg).Save(t.Context(), "alice", auth.Record{Data: []byte("lost")})
	require.NoError(t, err)
	require.NoError(t, keyring.Delete(service, "default"))

	store, err := keyringstore.Reset(t.Context(), cfg)
	require.NoError(t, err)
	_, err = store.Load(t.Context(), "alice")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)
	_, err = store.Save(t.Context(), "bob", auth.Record{Data: []byte("new")})
	require.NoError(t, err)
	for _, open := range []func(context.Context, keyringstore.Config) (*filestore.Store, error){
		keyringstore.Reset, keyringstore.Open,
	} {
		store, err := open(t.Context(), cfg)
		require.NoError(t, err)
		r, err := store.Load(t.Context(), "bob")
		require.NoError(t, err)
		assert.Equal(t, "new", string(r.Data), "a record that opens must stay")
	}
}

func TestReset_withoutKeyringRemovesNothing(t *testing.T) {
	keyring.MockInit()
	cfg := config(t)
	store := open(t, cfg)
	_, err := store.Save(t.Context(), "alice", auth.Record{Data: []byte("data")})
	require.NoError(t, err)
	locked := errors.New("the keyring is locked")
	keyring.MockInitWithError(locked)
	_, err = keyringstore.Reset(t.Context(), cfg)
	require.ErrorIs(t, err, locked)
	_, err = store.Load(t.Context(), "alice")
	require.NoError(t, err)
}

func TestOpen_notAKey(t *testing.T) {
	for name, text := range map[string]string{
		"empty":      "",
		"a password": "hunter2 hunter2",
		"too short":  base64.StdEncoding.EncodeToString(make([]byte, 31)),
		"too long":   base64.StdEncoding.EncodeToString(make([]byte, 33)),
		"other bits": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
	} {
		t.Run(name, func(t *testing.T) {
			keyring.MockInit()
			require.NoError(t, keyring.Set(service, "default", text))
			cfg := config(t)
			_, err := keyringstore.Open(t.Context(), cfg)
			require.ErrorIs(t, err, keyringstore.ErrNotAKey)
			if text != "" {
				assert.NotContains(t, err.Error(), text)
			}
			kept, err := keyring.Get(service, "default")
			require.NoError(t, err)
			assert.Equal(t, text, kept)
			assert.NoDirExists(t, cfg.Dir)
		})
	}
}

func TestOpen_refuses(t *testing.T) {
	keyring.MockInit()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	cases := map[string]struct {
		cfg  keyringstore.Config
		want string
	}{
		"no directory":           {keyringstore.Config{Service: service}, "needs a Dir and a Service"},
		"no service":             {keyringstore.Config{Dir: t.TempDir()}, "needs a Dir and a Service"},
		"a file for a directory": {keyringstore.Config{Dir: file, Service: service}, file},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := keyringstore.Open(t.Context(), tc.cfg)
			require.ErrorContains(t, err, tc.want)
			_, err = keyring.Get(service, "default")
			require.ErrorIs(t, err, keyring.ErrNotFound, "no key must be created")
		})
	}
}

func TestOpen_contextIsDone(t *testing.T) {
	keyring.MockInit()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cfg := config(t)
	_, err := keyringstore.Open(ctx, cfg)
	require.ErrorIs(t, err, context.Canceled)
	var keyringErr *keyringstore.KeyringError
	require.NotErrorAs(t, err, &keyringErr, "the keyring must not be asked")
	assert.NoDirExists(t, cfg.Dir)
}

func config(t *testing.T) keyringstore.Config {
	t.Helper()
	return keyringstore.Config{Dir: filepath.Join(t.TempDir(), "store"), Service: service}
}

func open(t *testing.T, cfg keyringstore.Config) *filestore.Store {
	t.Helper()
	store, err := keyringstore.Open(t.Context(), cfg)
	require.NoError(t, err)
	return store
}
