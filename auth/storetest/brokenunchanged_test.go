package storetest_test

import (
	"context"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func denyUnchanged(b *broken) {
	b.unchanged = func(ctx context.Context, _, _ string) (bool, error) { return false, ctx.Err() }
}

func rememberAll(b *broken) {
	h := remember(b)
	b.unchanged = func(ctx context.Context, key, version string) (bool, error) {
		_, err := b.leaser.Load(ctx, key)
		h.mu.Lock()
		defer h.mu.Unlock()
		return err == nil && h.all[key+version], ctx.Err()
	}
}

func rememberDeleted(b *broken) {
	h := remember(b)
	b.unchanged = func(ctx context.Context, key, version string) (bool, error) {
		r, expired := h.expired(key)
		return version != "" && r.Version == version && !expired, ctx.Err()
	}
}

func ignoreEnd(b *broken) {
	h := remember(b)
	b.delete = func(ctx context.Context, key string, r auth.Record) error {
		err := b.leaser.Delete(ctx, key, r)
		if err == nil {
			h.forget(key)
		}
		return err
	}
	b.unchanged = func(ctx context.Context, key, version string) (bool, error) {
		return version != "" && h.of(key).Version == version, ctx.Err()
	}
}
