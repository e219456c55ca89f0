package storetest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func keepSlice(b *broken) {
	var mu sync.Mutex
	kept := make(map[string][]byte)
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		saved, err := b.leaser.Save(ctx, key, r)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			kept[key+saved.Version] = r.Data
		}
		return saved, err
	}
	b.load = func(ctx context.Context, key string) (auth.Record, error) {
		r, err := b.leaser.Load(ctx, key)
		mu.Lock()
		defer mu.Unlock()
		r.Data = kept[key+r.Version]
		return r, err
	}
}

// overwrite accepts one version regardless of that of the stored record.
func overwrite(b *broken, version string) {
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if current, err := b.leaser.Load(ctx, key); err == nil && r.Version == version {
			r.Version = current.Version
		}
		return b.leaser.Save(ctx, key, r)
	}
}

func createAnyway(b *broken) {
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if _, err := b.leaser.Load(ctx, key); errors.Is(err, auth.ErrRecordNotFound) {
			r.Version = ""
		}
		return b.leaser.Save(ctx, key, r)
	}
}

func hashVersions(b *broken) {
	version := func(data []byte) string {
		sum := sha256.Sum256(data)
		return hex.EncodeToString(sum[:])
	}
	b.load = func(ctx context.Context, key string) (auth.Record, error) {
		r, err := b.leaser.Load(ctx, key)
		r.Version = version(r.Data)
		return r, err
	}
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		current, err := b.leaser.Load(ctx, key)
		if err == nil && version(current.Data) != r.Version || errors.Is(err, auth.ErrRecordNotFound) && r.Version != "" {
			return auth.Record{}, auth.ErrRecordConflict
		}
		r.Version = current.Version
		saved, err := b.leaser.Save(ctx, key, r)
		saved.Version = version(r.Data)
		return saved, err
	}
}

// countVersions numbers the versions of each record from 1, and again after Delete.
func countVersions(b *broken) {
	var mu sync.Mutex
	stores := make(map[string]*auth.MemoryStore)
	of := func(key string) *auth.MemoryStore {
		mu.Lock()
		defer mu.Unlock()
		if stores[key] == nil {
			stores[key] = &auth.MemoryStore{}
		}
		return stores[key]
	}
	b.load = func(ctx context.Context, key string) (auth.Record, error) { return of(key).Load(ctx, key) }
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		return of(key).Save(ctx, key, r)
	}
	b.delete = func(ctx context.Context, key string, _ auth.Record) error {
		mu.Lock()
		defer mu.Unlock()
		delete(stores, key)
		return ctx.Err()
	}
}

func renameKeys(b *broken, rename func(string) string) {
	b.load = func(ctx context.Context, key string) (auth.Record, error) { return b.leaser.Load(ctx, rename(key)) }
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		return b.leaser.Save(ctx, rename(key), r)
	}
	b.delete = func(ctx context.Context, key string, r auth.Record) error {
		return b.leaser.Delete(ctx, rename(key), r)
	}
}

func ignoreContext(b *broken) {
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		return b.leaser.Save(context.WithoutCancel(ctx), key, r)
	}
}

func ownError(b *broken) {
	b.delete = func(ctx context.Context, key string, r auth.Record) error {
		if ctx.Err() != nil {
			return errors.New("timed out")
		}
		return b.leaser.Delete(ctx, key, r)
	}
}
