package storetest_test

import (
	"context"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func deleteAnything(b *broken) {
	b.delete = func(ctx context.Context, key string, r auth.Record) error {
		if r.Version != "" {
			current, _ := b.leaser.Load(ctx, key)
			r.Version = current.Version
		}
		return b.leaser.Delete(ctx, key, r)
	}
}

func deleteUnseen(b *broken) {
	b.delete = func(ctx context.Context, key string, r auth.Record) error {
		if r.Version == "" {
			current, _ := b.leaser.Load(ctx, key)
			r.Version = current.Version
		}
		return b.leaser.Delete(ctx, key, r)
	}
}
