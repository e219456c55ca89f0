package keyringstore

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

// Config says where the records and their key are.
type Config struct {
	// Dir is the directory of the records, as for [filestore.New]. Do not use it with another
	// Service or Account. Required.
	Dir string
	// Service is the name of the program, under which the user finds the key in the keyring.
	// Required.
	Service string
	// Account distinguishes several keys of one Service, such as those of profiles. Default:
	// "default".
	Account string
}

// Open returns the Store of the records in cfg.Dir. They are sealed under the key in the keyring
// for cfg.Service and cfg.Account. Open creates that key if neither the keyring has a key nor the
// directory a record. It waits at most three seconds for the keyring, twice as long on first use.
//
// In case of an error, no record was changed.
//
// Errors:
//   - [*KeyringError]: the keyring is absent or locked, or does not answer in time
//   - [ErrKeyLost]: the directory has records, but the keyring has no key
//   - [ErrNotAKey]: the entry in the keyring is not a key
//   - the error of ctx, if it is done before the keyring is asked
//   - an error of [filestore.New]
func Open(ctx context.Context, cfg Config) (*filestore.Store, error) {
	return systemRing().open(ctx, cfg, checkEmpty)
}

// Reset is Open for a directory whose key was lost: it removes the records that the key in the
// keyring does not open, and creates a key if there is none. Everybody whose record is removed
// signs in again. Call it when the person has agreed to that, after [ErrKeyLost] or an
// auth.ErrRecordUnreadable. Records that open stay.
//
// Nothing is removed if the keyring does not answer. Reset does not overwrite the entry of the
// keyring. Errors are those of Open, without [ErrKeyLost], and of
// [filestore.Store.RemoveUnreadable].
func Reset(ctx context.Context, cfg Config) (*filestore.Store, error) {
	return systemRing().reset(ctx, cfg)
}

func (r ring) reset(ctx context.Context, cfg Config) (*filestore.Store, error) {
	store, err := r.open(ctx, cfg, func(Config) error { return nil })
	if err != nil {
		return nil, err
	}
	if _, err := store.RemoveUnreadable(ctx); err != nil {
		return nil, fmt.Errorf("keyringstore: %w", err)
	}
	return store, nil
}

// open opens the Store. It creates a key only if mayCreate returns nil.
func (r ring) open(ctx context.Context, cfg Config, mayCreate func(Config) error) (*filestore.Store, error) {
	if cfg.Dir == "" || cfg.Service == "" {
		return nil, errors.New("keyringstore: Config needs a Dir and a Service")
	}
	cfg.Account = cmp.Or(cfg.Account, "default")
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("keyringstore: %w", err)
	}
	text, err := within(ctx, "read the key", func(context.Context) (string, error) { return r.read(cfg) })
	if errors.Is(err, keyring.ErrNotFound) {
		text, err = r.firstUse(ctx, cfg, mayCreate)
	}
	if err != nil {
		return nil, err
	}
	key, err := decode(cfg, text)
	if err != nil {
		return nil, err
	}
	return filestore.New(cfg.Dir, key)
}

// firstUse stores a new key in the keyring, unless another process does so first, and returns the
// stored one. It holds a lease in the directory until the keyring has answered, even if Open has
// returned: a key that is stored late must not replace one that is in use.
func (r ring) firstUse(ctx context.Context, cfg Config, mayCreate func(Config) error) (string, error) {
	key, err := filestore.NewKey()
	if err != nil {
		return "", fmt.Errorf("keyringstore: %w", err)
	}
	store, err := filestore.New(cfg.Dir, key)
	if err != nil {
		return "", err
	}
	return within(ctx, "store a key", func(ctx context.Context) (string, error) {
		release, err := store.Lease(ctx, "keyringstore")
		if err != nil {
			return "", err
		}
		defer release()
		return r.create(ctx, cfg, mayCreate, encode(key))
	})
}

// create stores text unless there is a key, and returns what the keyring then holds. Its caller
// holds the lease.
func (r ring) create(ctx context.Context, cfg Config, mayCreate func(Config) error, text string) (string, error) {
	found, err := r.read(cfg)
	if !errors.Is(err, keyring.ErrNotFound) {
		return found, err
	}
	if err := mayCreate(cfg); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err // Open has returned
	}
	if err := r.set(cfg.Service, cfg.Account, text); err != nil {
		return "", &KeyringError{Op: "store a key", Err: err}
	}
	return r.read(cfg)
}

func (r ring) read(cfg Config) (string, error) {
	text, err := r.get(cfg.Service, cfg.Account)
	if err != nil {
		return "", &KeyringError{Op: "read the key", Err: err}
	}
	return text, nil
}

// checkEmpty returns [ErrKeyLost] if the directory has records, which a new key would not open.
func checkEmpty(cfg Config) error {
	entries, err := os.ReadDir(cfg.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keyringstore: %w", err)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".sealed") {
			return fmt.Errorf("%w (service %q, account %q): the records in %s cannot be opened; "+
				"remove them with Reset and sign in again",
				ErrKeyLost, cfg.Service, cfg.Account, cfg.Dir)
		}
	}
	return nil
}

// patience is how long Open waits for the keyring to return the key. On first use, it waits as long
// again for the keyring to store one.
const patience = 3 * time.Second

// A ring is a keyring. Tests replace its functions.
type ring struct {
	get func(service, account string) (string, error)
	set func(service, account, text string) error
}

func systemRing() ring {
	return ring{get: keyring.Get, set: keyring.Set}
}

// within returns what ask returns, or a [*KeyringError] if ctx or patience ends first. Its
// goroutine then continues until ask returns.
func within(ctx context.Context, op string, ask func(context.Context) (string, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := ask(ctx)
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		if done := ctx.Err(); done != nil && errors.Is(a.err, done) {
			return "", noAnswer(ctx, op)
		}
		return a.text, a.err
	case <-ctx.Done():
		return "", noAnswer(ctx, op)
	}
}

func noAnswer(ctx context.Context, op string) error {
	return &KeyringError{Op: op, Err: fmt.Errorf("no answer: %w", ctx.Err())}
}

func encode(key []byte) string {
	return base64.StdEncoding.EncodeToString(key)
}

func decode(cfg Config, text string) ([]byte, error) {
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(key) != filestore.KeySize {
		return nil, fmt.Errorf("%w (service %q, account %q): delete the entry if nothing else needs it",
			ErrNotAKey, cfg.Service, cfg.Account)
	}
	return key, nil
}

// Errors that [Open] wraps.
var (
	// ErrKeyLost means that the directory has records, but the keyring has no key.
	ErrKeyLost = errors.New("keyringstore: the key is not in the keyring")
	// ErrNotAKey means that the entry in the keyring is not a key of this package.
	ErrNotAKey = errors.New("keyringstore: the entry in the keyring is not a key of 32 bytes")
)

// A KeyringError reports that the system's keyring is absent or locked, or does not answer.
type KeyringError struct {
	Op  string // "read the key" or "store a key"
	Err error  // the error of the keyring or of the context
}

// Error returns the operation, the reason, and what the user can do.
func (e *KeyringError) Error() string {
	return "keyringstore: " + e.Op + ": " + e.Err.Error() +
		"; unlock the keyring and try again, or use filestore with your own key if there is no keyring"
}

// Unwrap returns e.Err.
func (e *KeyringError) Unwrap() error { return e.Err }
