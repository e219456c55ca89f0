package storetest_test

import (
	"context"
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
