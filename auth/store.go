package auth

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"sync"
)

// Errors of a [Store]. Implementations wrap them.
var (
	// ErrRecordNotFound means that nothing is stored under the key.
	ErrRecordNotFound = errors.New("auth: no record under this key")
	// ErrRecordConflict means that the stored version differs from the version passed to Save.
	ErrRecordConflict = errors.New("auth: the record was changed meanwhile")
)

// A Store keeps one [Record] per key. Under a session key that is the tokens of a signed-in user or
// an unfinished sign-in. Under the key "device/<app client id>/<device scope>" it is the secrets of
// the devices of that scope. Records hold secrets: a Store that leaves the process should encrypt
// them.
//
// Keys are not empty, hold any characters and have up to 1024 bytes. A Store must accept records of
// up to 256 KiB; most have a few KiB. All methods must be safe for concurrent use, and must return
// the context's error when the context is done. Package storetest checks all of this.
type Store interface {
	// Load returns the record saved under key, or an error that wraps [ErrRecordNotFound].
	Load(ctx context.Context, key string) (Record, error)
	// Save stores r under key if the stored version still equals r.Version. An empty version means
	// that nothing may be stored yet. Save returns r with its new version, or an error that wraps
	// [ErrRecordConflict]. It must not retain r.Data.
	Save(ctx context.Context, key string, r Record) (Record, error)
	// Delete removes the record stored under key. Deleting an absent record is not an error.
	Delete(ctx context.Context, key string) error
}

// A Leaser is a [Store] that several processes share and that can make them take turns. A [Session]
// uses it to refresh tokens in one process at a time. Leases only save requests: correctness
// depends on Save alone.
type Leaser interface {
	// Lease waits until no one else holds the lease of key, then holds it until release is called.
	// Calling release more than once is allowed. A process that dies loses its leases. Lease
	// returns the context's error if the context is done first.
	Lease(ctx context.Context, key string) (release func(), err error)
}

// A Record is what a [Store] keeps: opaque bytes, and the version that Save compares.
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

// A MemoryStore is a [Store] in memory, and the default one. Its records end with the process. It
// never removes a record by itself, so unfinished sign-ins pile up in a web back end: use another
// Store there. The zero value is ready to use.
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

// Save stores a copy of r if the stored version equals r.Version.
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

// Delete removes the record stored under key.
func (m *MemoryStore) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, key)
	return nil
}
