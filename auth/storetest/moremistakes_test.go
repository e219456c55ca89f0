package storetest_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// history is what a broken Store remembers of its records.
type history struct {
	mu   sync.Mutex
	last map[string]auth.Record // as they were saved last
	all  map[string]bool        // keys and versions that were saved
}

// remember lets a broken Store remember what it saves.
func remember(b *broken) *history {
	h := &history{last: make(map[string]auth.Record), all: make(map[string]bool)}
	b.save = func(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
		saved, err := b.leaser.Save(ctx, key, r)
		if err == nil {
			h.note(key, saved)
		}
		return saved, err
	}
	return h
}

func (h *history) note(key string, saved auth.Record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last[key] = saved
	h.all[key+saved.Version] = true
}

func (h *history) forget(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.last, key)
}

func (h *history) of(key string) auth.Record {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last[key]
}

// expired returns the record that was saved last under key, if that has expired.
func (h *history) expired(key string) (auth.Record, bool) {
	r := h.of(key)
	return r, !r.ExpiresAt.IsZero() && time.Now().After(r.ExpiresAt)
}

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
