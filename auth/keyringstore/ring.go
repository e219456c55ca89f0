package keyringstore

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

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
