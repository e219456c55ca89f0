package storetest_test

import (
	"context"
	"errors"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func hideUnreadable(b *broken) {
	b.load = func(ctx context.Context, key string) (auth.Record, error) {
		r, err := b.leaser.Load(ctx, key)
		if errors.Is(err, auth.ErrRecordUnreadable) {
			return auth.Record{}, auth.ErrRecordNotFound
		}
		return r, err
	}
}

func keepUnreadable(b *broken) {
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if _, err := b.leaser.Load(ctx, key); errors.Is(err, auth.ErrRecordUnreadable) {
			return auth.Record{}, auth.ErrRecordConflict
		}
		return b.leaser.Save(ctx, key, r)
	}
}

func holdUnreadable(b *broken) {
	b.delete = func(ctx context.Context, key string, r auth.Record) error {
		if _, err := b.leaser.Load(ctx, key); errors.Is(err, auth.ErrRecordUnreadable) {
			return err
		}
		return b.leaser.Delete(ctx, key, r)
	}
}

// oneVersion has the same version for all unreadable records.
func oneVersion(b *broken) {
	const version = "garbage"
	b.load = func(ctx context.Context, key string) (auth.Record, error) {
		r, err := b.leaser.Load(ctx, key)
		if errors.Is(err, auth.ErrRecordUnreadable) {
			r.Version = version
		}
		return r, err
	}
	real := func(ctx context.Context, key string, r auth.Record) auth.Record {
		if current, err := b.leaser.Load(ctx, key); r.Version == version && errors.Is(err, auth.ErrRecordUnreadable) {
			r.Version = current.Version
		}
		return r
	}
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		return b.leaser.Save(ctx, key, real(ctx, key, r))
	}
	b.delete = func(ctx context.Context, key string, r auth.Record) error {
		return b.leaser.Delete(ctx, key, real(ctx, key, r))
	}
}
