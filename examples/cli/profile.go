package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/keyringstore"
)

// profileName keeps the names of profiles fit for files, and without surprises in a keyring.
var profileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Where the key of the sessions is. There is no weaker place that the tool takes by itself.
const (
	storageKeyring = "keyring" // the system's: the default
	storageFile    = "file"    // a file that the person names
	storageNone    = "none"    // nothing is kept: the session ends with the process
)

// profileConfig is what a profile remembers between its commands. Nothing of it is secret.
type profileConfig struct {
	UserPoolID string `json:"userPoolId"`
	ClientID   string `json:"clientId"`
	Endpoint   string `json:"endpoint,omitempty"`
	Storage    string `json:"storage"`
	KeyFile    string `json:"keyFile,omitempty"`
	Username   string `json:"username,omitempty"` // who signed in last

	// The pool's managed login, and where the browser comes back to.
	Domain       string   `json:"domain,omitempty"`
	CallbackURLs []string `json:"callbackUrls,omitempty"`
	SignOutURLs  []string `json:"signOutUrls,omitempty"`
}

func (t *tool) profileDir() string { return filepath.Join(t.dir, t.profile) }

func (t *tool) configFile() string { return filepath.Join(t.profileDir(), "profile.json") }

// load reads the profile. One that does not exist is the zero value with the default storage.
func (t *tool) load() (profileConfig, error) {
	cfg := profileConfig{Storage: storageKeyring}
	data, err := os.ReadFile(t.configFile())
	if errors.Is(err, os.ErrNotExist) {
		return cfg, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &cfg)
	}
	if err != nil {
		return cfg, &exitError{exitConfig, "profile", "The profile cannot be read: " + t.configFile(), err}
	}
	return cfg, nil
}

// save replaces the file of the profile as a whole, so that another process never reads half of it.
func (t *tool) save(cfg profileConfig) error {
	data, err := json.MarshalIndent(cfg, "", "  ")
	if err != nil {
		return err
	}
	failed := func(err error) error {
		return &exitError{exitStorage, "storage", "The profile cannot be written: " + t.configFile(), err}
	}
	if err := os.MkdirAll(t.profileDir(), 0o700); err != nil {
		return failed(err)
	}
	file, err := os.CreateTemp(t.profileDir(), "profile*.tmp")
	if err != nil {
		return failed(err)
	}
	defer func() { _ = os.Remove(file.Name()) }() // after the rename there is none
	_, err = file.Write(append(data, '\n'))
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), t.configFile())
	}
	if err != nil {
		return failed(err)
	}
	return nil
}

// store opens the place where the profile's session is kept. With reset it removes sessions whose
// key was lost.
func (t *tool) store(ctx context.Context, cfg profileConfig, reset bool) (auth.Store, error) {
	switch cfg.Storage {
	case storageNone:
		return &auth.MemoryStore{}, nil
	case storageFile:
		return t.storeWithKeyFile(ctx, cfg.KeyFile, reset)
	case storageKeyring:
		open := keyringstore.Open
		if reset {
			open = keyringstore.Reset
		}
		store, err := open(ctx, keyringstore.Config{
			Dir: t.profileDir(), Service: "amplify-auth-go-example", Account: t.profile,
		})
		if err != nil {
			return nil, explainStorage(err)
		}
		return store, nil
	}
	return nil, &exitError{exitUsage, "usage", "--storage is keyring, file or none", nil}
}

// explainStorage says what a person can do. A key that is lost or cannot be reached is no reason to
// choose a weaker place.
func explainStorage(err error) error {
	text := "The session cannot be opened."
	var absent *keyringstore.KeyringError
	switch {
	case errors.Is(err, keyringstore.ErrKeyLost), errors.Is(err, auth.ErrRecordUnreadable):
		text = "The key of this session is lost. Sign in again with: " + appName + " login --reset"
	case errors.As(err, &absent):
		text = "The system's keyring does not answer. Unlock it or, on a machine without one, choose another place: " +
			appName + " login --storage file --key-file FILE"
	}
	return &exitError{exitStorage, "storage", text, err}
}

// storeWithKeyFile takes the key from a file that the person chose. Login has created it.
func (t *tool) storeWithKeyFile(ctx context.Context, name string, reset bool) (auth.Store, error) {
	if name == "" {
		return nil, &exitError{exitUsage, "usage", "--storage file needs a --key-file", nil}
	}
	key, err := readKey(name)
	if errors.Is(err, os.ErrNotExist) {
		err = keyringstore.ErrKeyLost
	}
	if err != nil {
		return nil, explainStorage(err)
	}
	store, err := filestore.New(t.profileDir(), key)
	if err == nil && reset {
		_, err = store.RemoveUnreadable(ctx)
	}
	if err != nil {
		return nil, explainStorage(err)
	}
	return store, nil
}

func readKey(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		return nil, fmt.Errorf("others can read %s: chmod 600 it", name)
	}
	return os.ReadFile(name) //nolint:gosec // the person names the file
}

// createKeyFile creates the key file that a profile names, if that does not exist. It does not
// replace the key of sessions, unless they are to be removed.
func (t *tool) createKeyFile(cfg profileConfig, reset bool) error {
	if cfg.Storage != storageFile || cfg.KeyFile == "" {
		return nil
	}
	if _, err := os.Stat(cfg.KeyFile); !errors.Is(err, os.ErrNotExist) {
		return nil // opening the Store says what is wrong with it
	}
	sealed, err := filepath.Glob(filepath.Join(t.profileDir(), "*.sealed"))
	if err == nil && len(sealed) > 0 && !reset {
		err = keyringstore.ErrKeyLost
	}
	if err == nil {
		err = writeNewKey(cfg.KeyFile)
	}
	if err != nil {
		return explainStorage(err)
	}
	return nil
}

// writeNewKey writes a new key into a file, unless another process has just done so.
func writeNewKey(name string) error {
	key, err := filestore.NewKey()
	if err != nil {
		return err
	}
	// The file appears with the whole key in it.
	file, err := os.CreateTemp(filepath.Dir(name), "key*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(key)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err = os.Link(file.Name(), name); errors.Is(err, os.ErrExist) {
		return nil
	}
	return err
}

// session opens the session of the profile, for every command but login.
func (t *tool) session(ctx context.Context) (*auth.Session, profileConfig, error) {
	cfg, err := t.load()
	if err != nil {
		return nil, cfg, err
	}
	if cfg.UserPoolID == "" {
		text := "Nobody is signed in. Sign in with: " + appName + " login"
		return nil, cfg, &exitError{exitSignIn, "not_signed_in", text, nil}
	}
	store, err := t.store(ctx, cfg, false)
	if err != nil {
		return nil, cfg, err
	}
	session, err := t.connect(cfg, store)
	return session, cfg, err
}

func (t *tool) connect(cfg profileConfig, store auth.Store) (*auth.Session, error) {
	client, err := auth.NewClient(auth.Config{
		UserPoolID: cfg.UserPoolID, ClientID: cfg.ClientID, Endpoint: cfg.Endpoint, Store: store, Logger: t.logger(),
		Domain: cfg.Domain, RedirectSignIn: cfg.CallbackURLs, RedirectSignOut: cfg.SignOutURLs,
	})
	if err != nil {
		text := "The user pool, app client or endpoint is wrong: " + err.Error()
		return nil, &exitError{exitConfig, "configuration", text, err}
	}
	return client.Session(t.profile), nil
}

// profiles lists the profiles.
func profiles(_ context.Context, t *tool, args []string) error {
	if err := t.parse(t.flags("profiles"), args, 0); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(t.dir, "*", "profile.json"))
	if err != nil {
		return err
	}
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, filepath.Base(filepath.Dir(file)))
	}
	return t.print(strings.Join(names, "\n"), names)
}
