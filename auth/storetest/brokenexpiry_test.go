package storetest_test

import (
	"context"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func forgetEnd(b *broken) {
	b.load = func(ctx context.Context, key string) (auth.Record, error) {
		r, err := b.leaser.Load(ctx, key)
		r.ExpiresAt = time.Time{}
		return r, err
	}
}

// loseEnds returns the end of a record, and does nothing else with it.
func loseEnds(b *broken) {
	h := &history{last: make(map[string]auth.Record), all: make(map[string]bool)}
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		end := r.ExpiresAt
		r.ExpiresAt = time.Time{}
		saved, err := b.leaser.Save(ctx, key, r)
		saved.ExpiresAt = end
		if err == nil {
			h.note(key, saved)
		}
		return saved, err
	}
	b.load = func(ctx context.Context, key string) (auth.Record, error) {
		r, err := b.leaser.Load(ctx, key)
		if err == nil {
			r.ExpiresAt = h.of(key).ExpiresAt
		}
		return r, err
	}
}

// roundUp keeps every record for a minute at least.
func roundUp(b *broken) {
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if !r.ExpiresAt.IsZero() && r.ExpiresAt.Before(time.Now()) {
			r.ExpiresAt = time.Now().Add(time.Minute)
		}
		return b.leaser.Save(ctx, key, r)
	}
}

func conflictWithExpired(b *broken) {
	h := remember(b)
	save := b.save
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if _, expired := h.expired(key); expired && r.Version == "" {
			return auth.Record{}, auth.ErrRecordConflict
		}
		return save(ctx, key, r)
	}
}

func bringExpiredBack(b *broken) {
	h := remember(b)
	save := b.save
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if old, expired := h.expired(key); expired && r.Version == old.Version {
			r.Version = ""
		}
		return save(ctx, key, r)
	}
}

func compareExpired(b *broken) {
	h := remember(b)
	b.delete = func(ctx context.Context, key string, r auth.Record) error {
		if old, expired := h.expired(key); expired && r.Version != old.Version {
			return auth.ErrRecordConflict
		}
		return b.leaser.Delete(ctx, key, r)
	}
}

func keepFirstEnd(b *broken) {
	h := remember(b)
	save := b.save
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if old := h.of(key); r.Version != "" && r.Version == old.Version && !old.ExpiresAt.IsZero() {
			r.ExpiresAt = old.ExpiresAt
		}
		return save(ctx, key, r)
	}
}

func keepEnd(b *broken) {
	h := remember(b)
	save := b.save
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		if old := h.of(key); r.ExpiresAt.IsZero() && r.Version != "" && r.Version == old.Version {
			r.ExpiresAt = old.ExpiresAt
		}
		return save(ctx, key, r)
	}
}
