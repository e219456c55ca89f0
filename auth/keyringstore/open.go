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

// A Config says where the records and their key are.
type Config struct {
	// Dir is the directory of the records, as for filestore.New. No other Service and Account may
	// use it.
	Dir string
	// Service is the name of the program, by which people find the key in their keyring. It is
	// required.
	Service string
	// Account tells several keys of one Service apart, such as those of profiles. The default is
	// "default".
	Account string
}

// Open returns the Store of the records in cfg.Dir, which are sealed under the key that the keyring
// holds for cfg.Service and cfg.Account. It makes the key if neither the keyring nor the directory
// holds anything yet.
//
// The error is a *KeyringError if the keyring does not do its part, and wraps [ErrKeyLost] or
// [ErrNotAKey] if the key is not what it should be; in all these cases no record was touched. Other
// errors are those of filestore.New.
func Open(ctx context.Context, cfg Config) (*filestore.Store, error) {
	return systemRing().open(ctx, cfg)
}

func (r ring) open(ctx context.Context, cfg Config) (*filestore.Store, error) {
	if cfg.Dir == "" || cfg.Service == "" {
		return nil, errors.New("keyringstore: Config needs a Dir and a Service")
	}
	cfg.Account = cmp.Or(cfg.Account, "default")
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("keyringstore: %w", err)
	}
	text, err := within(ctx, "read the key", func(context.Context) (string, error) { return r.read(cfg) })
	if errors.Is(err, keyring.ErrNotFound) {
		text, err = r.firstUse(ctx, cfg)
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

// firstUse stores a new key, unless somebody else does so first. Whoever stores one holds a lease
// in the directory, even when nobody waits for the keyring any more: a key that arrives late must
// not replace one that others already use.
func (r ring) firstUse(ctx context.Context, cfg Config) (string, error) {
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
		return r.create(ctx, cfg, encode(key))
	})
}

// create returns what the keyring holds in the end. Its caller keeps others out.
func (r ring) create(ctx context.Context, cfg Config, text string) (string, error) {
	found, err := r.read(cfg)
	if !errors.Is(err, keyring.ErrNotFound) {
		return found, err
	}
	if err := checkEmpty(cfg); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err // nobody waits any more
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

// checkEmpty refuses a directory with records, which a new key would not open.
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
			return fmt.Errorf("%w (service %q, account %q): nothing opens the records in %s any more; delete it and sign in again",
				ErrKeyLost, cfg.Service, cfg.Account, cfg.Dir)
		}
	}
	return nil
}

// patience is how long Open waits for the keyring: for the key, and at first use as long again for
// storing one.
const patience = 3 * time.Second

// A ring is a keyring.
type ring struct {
	get func(service, account string) (string, error)
	set func(service, account, text string) error
}

func systemRing() ring {
	return ring{get: keyring.Get, set: keyring.Set}
}

// within waits for what ask returns, but not longer than ctx and patience allow. The goroutine that
// is left behind then ends when ask returns.
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
		return nil, fmt.Errorf("%w (service %q, account %q): it is left as it is; delete it if nothing else needs it",
			ErrNotAKey, cfg.Service, cfg.Account)
	}
	return key, nil
}

// Errors of Open about the key.
var (
	// ErrKeyLost is what Open wraps when there are records, but no key in the keyring.
	ErrKeyLost = errors.New("keyringstore: the key is not in the keyring")
	// ErrNotAKey is what Open wraps when the keyring holds something that this package did not put
	// there.
	ErrNotAKey = errors.New("keyringstore: what the keyring holds is not a key of 32 bytes")
)

// A KeyringError says that the system's keyring is absent or locked, or does not answer.
type KeyringError struct {
	Op  string // what was tried
	Err error  // what the keyring said, or the context's error
}

// Error says what the person can do about it, too.
func (e *KeyringError) Error() string {
	return "keyringstore: " + e.Op + ": " + e.Err.Error() +
		"; unlock the keyring and try again, or, where there is none, choose filestore with a key of your own"
}

// Unwrap returns Err.
func (e *KeyringError) Unwrap() error { return e.Err }
