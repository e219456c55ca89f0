package storetest_test

import (
	"context"
	"errors"
	"sync"
	"time"
)

// impatience bounds the waits of broken Stores.
const impatience = 200 * time.Millisecond

func refuseLease(b *broken) {
	b.leaseOf = func(ctx context.Context, key string) (func(), error) {
		select {
		case b.held(key) <- struct{}{}:
			return sync.OnceFunc(func() { <-b.held(key) }), ctx.Err()
		default:
			return nil, errors.New("somebody else holds it")
		}
	}
}

func freeAnyLease(b *broken) {
	b.leaseOf = func(ctx context.Context, key string) (func(), error) {
		if _, err := b.leaser.Lease(ctx, key); err != nil {
			return nil, err
		}
		return func() {
			select {
			case <-b.held(key):
			default:
			}
		}, nil
	}
}

func waitRegardless(b *broken) {
	b.leaseOf = func(ctx context.Context, key string) (func(), error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), impatience)
		defer cancel()
		return b.leaser.Lease(ctx, key)
	}
}

func letGo(b *broken) {
	b.leaseOf = func(ctx context.Context, key string) (func(), error) {
		release, err := b.leaser.Lease(ctx, key)
		if err == nil {
			context.AfterFunc(ctx, release)
		}
		return release, err
	}
}
