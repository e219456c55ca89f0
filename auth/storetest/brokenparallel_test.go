package storetest_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// compareThenReplace lets other callers run between comparing and replacing.
func compareThenReplace(b *broken) {
	var mu sync.Mutex
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		current, err := b.leaser.Load(ctx, key)
		if err == nil && current.Version != r.Version || err != nil && r.Version != "" {
			return auth.Record{}, auth.ErrRecordConflict
		}
		letOthersIn()
		mu.Lock()
		defer mu.Unlock()
		current, _ = b.leaser.Load(ctx, key)
		r.Version = current.Version
		return b.leaser.Save(ctx, key, r)
	}
}

// letOthersIn pauses a broken Store between two steps that should be atomic.
func letOthersIn() { <-time.After(time.Millisecond) }

// bringBack retries a save that conflicts with a Delete as a creation.
func bringBack(b *broken) {
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if current, _ := b.leaser.Load(ctx, key); current.Version != r.Version {
			return auth.Record{}, auth.ErrRecordConflict
		}
		letOthersIn()
		saved, err := b.leaser.Save(ctx, key, r)
		if _, missing := b.leaser.Load(ctx, key); errors.Is(err, auth.ErrRecordConflict) && missing != nil {
			return b.leaser.Save(ctx, key, auth.Record{Data: r.Data})
		}
		return saved, err
	}
}

func lookThenCreate(b *broken) {
	var mu sync.Mutex
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if _, err := b.leaser.Load(ctx, key); err == nil || r.Version != "" {
			return b.leaser.Save(ctx, key, r)
		}
		letOthersIn()
		mu.Lock()
		defer mu.Unlock()
		current, _ := b.leaser.Load(ctx, key)
		r.Version = current.Version
		return b.leaser.Save(ctx, key, r)
	}
}
