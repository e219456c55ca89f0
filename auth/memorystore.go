package auth

import (
	"bytes"
	"context"
	"strconv"
	"sync"
)

// MemoryStore is the default [Store]. It lives as long as the process, and forgets records that have
// expired. Records without an end stay: a web back end takes another Store. The zero value is ready
// to use. It offers [Revalidator].
type MemoryStore struct {
	redacted
	mu      sync.RWMutex
	records map[string]Record
	saves   uint64
	sweepAt int // how many records there are when those that have expired are removed next
}

// minSweep keeps a small MemoryStore from looking for expired records all the time.
const minSweep = 1024

// Load returns a copy of the record saved under key.
func (m *MemoryStore) Load(ctx context.Context, key string) (Record, error) {
	r, err := m.view(ctx, key)
	r.Data = bytes.Clone(r.Data)
	return r, err
}

// view is Load without a copy, for callers that change nothing in the record.
func (m *MemoryStore) view(ctx context.Context, key string) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	r, ok := m.records[key]
	if !ok || r.expired() {
		return Record{}, ErrRecordNotFound
	}
	return r, nil
}

// Unchanged reports whether the record under key has that version.
func (m *MemoryStore) Unchanged(ctx context.Context, key, version string) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	r, ok := m.records[key]
	return ok && r.Version == version && !r.expired(), nil
}

// Save stores a copy of r if its version is the stored one.
func (m *MemoryStore) Save(ctx context.Context, key string, r Record) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version(key) != r.Version {
		return Record{}, ErrRecordConflict
	}
	if m.records == nil {
		m.records = make(map[string]Record)
	}
	m.saves++
	r.Version = strconv.FormatUint(m.saves, 10)
	m.records[key] = Record{Data: bytes.Clone(r.Data), Version: r.Version, ExpiresAt: r.ExpiresAt}
	m.sweep()
	return r, nil
}

// Delete removes what is stored under key if it has the version of r.
func (m *MemoryStore) Delete(ctx context.Context, key string, r Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch m.version(key) {
	case "", r.Version:
		delete(m.records, key)
		return nil
	default:
		return ErrRecordConflict
	}
}

// version returns the version of what is stored under key, or "" if that is nothing.
func (m *MemoryStore) version(key string) string {
	r := m.records[key]
	if r.expired() {
		return ""
	}
	return r.Version
}

// sweep removes what has expired, when the records have doubled since the last time.
func (m *MemoryStore) sweep() {
	if len(m.records) < max(m.sweepAt, minSweep) {
		return
	}
	for key, r := range m.records {
		if r.expired() {
			delete(m.records, key)
		}
	}
	m.sweepAt = 2 * len(m.records)
}
