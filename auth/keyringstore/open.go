package keyringstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

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
