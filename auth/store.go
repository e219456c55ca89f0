package auth

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"sync"
)

// Errors of a Store. Adapters wrap them.
var (
	// ErrNotFound is what Load wraps when nothing is stored under the key.
	ErrNotFound = errors.New("auth: no record under this key")
	// ErrConflict is what Save wraps when the stored version is not the one given.
	ErrConflict = errors.New("auth: the record was changed meanwhile")
)

// A Store keeps one record per session key: the tokens of somebody signed in, or a sign-in that is half done. Records
// hold secrets, so a Store that leaves the process should encrypt them. All methods must be safe for concurrent use.
type Store interface {
	// Load returns the record saved under key, or an error that wraps ErrNotFound.
	Load(ctx context.Context, key string) (Record, error)
	// Save stores r under key if the stored version still equals r.Version; an empty version means that nothing may be
	// stored yet. It returns r with its new version, or an error that wraps ErrConflict. It must not keep r.Data.
	Save(ctx context.Context, key string, r Record) (Record, error)
	// Delete removes what is stored under key. Deleting what is absent is fine.
	Delete(ctx context.Context, key string) error
}

// A Record is what a Store keeps: bytes that mean nothing to it, and the version that compare-and-swap goes by.
type Record struct {
	redacted
	Data    []byte
	Version string // chosen by the Store, never empty once saved
}

// MemoryStore is the default Store: it lives as long as the process. The zero value is ready to use.
type MemoryStore struct {
	mu      sync.Mutex
	records map[string]Record
	saves   uint64
}

// Load returns a copy of the record saved under key.
func (m *MemoryStore) Load(_ context.Context, key string) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[key]
	if !ok {
		return Record{}, ErrNotFound
	}
	r.Data = bytes.Clone(r.Data)
	return r, nil
}

// Save stores a copy of r if its version is the stored one.
func (m *MemoryStore) Save(_ context.Context, key string, r Record) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[key].Version != r.Version {
		return Record{}, ErrConflict
	}
	if m.records == nil {
		m.records = make(map[string]Record)
	}
	m.saves++
	r.Version = strconv.FormatUint(m.saves, 10)
	m.records[key] = Record{Data: bytes.Clone(r.Data), Version: r.Version}
	return r, nil
}

// Delete removes what is stored under key.
func (m *MemoryStore) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, key)
	return nil
}
