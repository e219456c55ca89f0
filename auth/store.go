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
	// ErrRecordNotFound is what Load wraps when nothing is stored under the key.
	ErrRecordNotFound = errors.New("auth: no record under this key")
	// ErrRecordConflict is what Save wraps when the stored version is not the one given.
	ErrRecordConflict = errors.New("auth: the record was changed meanwhile")
)

// A Store keeps one record per session key: the tokens of somebody signed in, or a sign-in that is
// half done; and one per device scope, under "device/", the app client's id, "/" and the scope:
// what devices prove themselves with. Records hold secrets, so a Store that leaves the process
// should encrypt them.
//
// Keys are not empty and hold any characters, up to 1024 bytes. A Store must take records of up to
// 256 KiB; they are mostly a few KiB. All methods must be safe for concurrent use and return the
// context's error when it is done. Package storetest checks all this.
type Store interface {
	// Load returns the record saved under key, or an error that wraps ErrRecordNotFound.
	Load(ctx context.Context, key string) (Record, error)
	// Save stores r under key if the stored version still equals r.Version; an empty version means
	// that nothing may be stored yet. It returns r with its new version, or an error that wraps
	// ErrRecordConflict. It must not keep r.Data.
	Save(ctx context.Context, key string, r Record) (Record, error)
	// Delete removes what is stored under key. Deleting what is absent is fine.
	Delete(ctx context.Context, key string) error
}

// A Leaser is a Store that several processes share and that can keep them apart for a while.
// Session uses it to refresh tokens in one process at a time. It saves requests; what is right does
// not depend on it, but on Save.
type Leaser interface {
	// Lease waits until nobody else holds the lease of key, and holds it until release is called,
	// which may be done more than once. A process that dies loses its leases. It returns the
	// context's error if that is done first.
	Lease(ctx context.Context, key string) (release func(), err error)
}

// A Record is what a Store keeps: bytes that mean nothing to it, and the version that
// compare-and-swap goes by.
type Record struct {
	redacted
	Data    []byte
	Version string // chosen by the Store, never empty once saved
}

var errRecordJSON = errors.New("auth: a Record has no JSON form: store its Data, encrypted, and its Version")

// MarshalJSON returns an error: a record holds secrets, and would otherwise be encoded as
// "[redacted]", which loses it without a word. A Store encodes Data and Version itself.
func (Record) MarshalJSON() ([]byte, error) { return nil, errRecordJSON }

// UnmarshalJSON returns an error, as MarshalJSON does.
func (*Record) UnmarshalJSON([]byte) error { return errRecordJSON }

// MemoryStore is the default Store: it lives as long as the process. It forgets nothing by itself,
// so half-done sign-ins pile up in a web back end; take another Store there. The zero value is
// ready to use.
type MemoryStore struct {
	redacted
	mu      sync.Mutex
	records map[string]Record
	saves   uint64
}

// Load returns a copy of the record saved under key.
func (m *MemoryStore) Load(ctx context.Context, key string) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[key]
	if !ok {
		return Record{}, ErrRecordNotFound
	}
	r.Data = bytes.Clone(r.Data)
	return r, nil
}

// Save stores a copy of r if its version is the stored one.
func (m *MemoryStore) Save(ctx context.Context, key string, r Record) (Record, error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[key].Version != r.Version {
		return Record{}, ErrRecordConflict
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
func (m *MemoryStore) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, key)
	return nil
}
