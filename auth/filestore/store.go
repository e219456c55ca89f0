package filestore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

const (
	// KeySize is the length in bytes of the key that [New] takes.
	KeySize = aead.KeySize
	// MaxData is the largest size of a record's data in bytes: four times what [auth.Store]
	// requires.
	MaxData = 1 << 20
)

type redacted = redact.Secret

// A Store is an [auth.Store] and [auth.Leaser] that keeps each record in an encrypted file. It is
// safe for concurrent use and need not be closed.
type Store struct {
	redacted
	dir  string
	seal sealer
}

// NewKey returns a random key for [New]. Store it in a keyring.
func NewKey() ([]byte, error) {
	key := make([]byte, KeySize)
	_, err := rand.Read(key)
	return key, err
}

// New returns the Store of the records in dir, sealed under key, which is [KeySize] random bytes,
// such as those of [NewKey].
//
// New creates dir and its parents if they do not exist. It returns an error if users other than the
// owner can access dir. It removes temporary files that processes left behind when they died. A
// wrong key is not noticed before a record is loaded.
func New(dir string, key []byte) (*Store, error) {
	keys, err := aead.NewKeys(key)
	if err != nil {
		return nil, fmt.Errorf("filestore: %w", err)
	}
	dir, err = makePrivate(dir)
	if err != nil {
		return nil, err
	}
	removeLeftovers(dir)
	return &Store{dir: dir, seal: sealer{keys: keys}}, nil
}

// Load returns the record saved under key. Errors:
//   - [auth.ErrRecordNotFound]: there is no record
//   - [*SealError]: the file does not open
//   - the error of ctx, if it is done
func (s *Store) Load(ctx context.Context, key string) (auth.Record, error) {
	if err := ctx.Err(); err != nil {
		return auth.Record{}, fmt.Errorf("filestore: load: %w", err)
	}
	if !replacesOpenFiles {
		unlock, err := lock(ctx, s.path(key, ".lock"))
		if err != nil {
			return auth.Record{}, fmt.Errorf("filestore: load: %w", err)
		}
		defer unlock()
	}
	return s.read(key)
}

// Save seals r in a file, if r has the version of the stored record, and returns r with its new
// version. It waits for other calls that save or delete the same record. Errors:
//   - [auth.ErrRecordConflict]: the stored record has another version
//   - [*SealError]: the stored file does not open; Save does not replace it
//   - the error of ctx, if it is done before the record is locked
func (s *Store) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if len(r.Data) > MaxData {
		return auth.Record{}, fmt.Errorf("filestore: save: %d bytes of data are more than %d", len(r.Data), MaxData)
	}
	unlock, err := lock(ctx, s.path(key, ".lock"))
	if err != nil {
		return auth.Record{}, fmt.Errorf("filestore: save: %w", err)
	}
	defer unlock()
	current, err := s.read(key)
	if err != nil && !errors.Is(err, auth.ErrRecordNotFound) {
		return auth.Record{}, err
	}
	if current.Version != r.Version {
		return auth.Record{}, fmt.Errorf("filestore: save: %w", auth.ErrRecordConflict)
	}
	r.Version = rand.Text()
	file, err := s.seal.seal(key, r)
	if err != nil {
		return auth.Record{}, fmt.Errorf("filestore: save: %w", err)
	}
	if err := replaceFile(s.path(key, ".sealed"), file); err != nil {
		return auth.Record{}, fmt.Errorf("filestore: save: %w", err)
	}
	return r, nil
}

// Delete removes the record under key, even if its file does not open. It waits for other calls
// that save or delete the same record.
func (s *Store) Delete(ctx context.Context, key string) error {
	unlock, err := lock(ctx, s.path(key, ".lock"))
	if err != nil {
		return fmt.Errorf("filestore: delete: %w", err)
	}
	defer unlock()
	if err := removeFile(s.path(key, ".sealed")); err != nil {
		return fmt.Errorf("filestore: delete: %w", err)
	}
	return nil
}

// Lease waits until no one else, in this process or another, holds the lease of key. The lease does
// not block Load, Save or Delete. The system frees it if the process dies.
func (s *Store) Lease(ctx context.Context, key string) (release func(), err error) {
	release, err = lock(ctx, s.path(key, ".lease"))
	if err != nil {
		return nil, fmt.Errorf("filestore: lease: %w", err)
	}
	return release, nil
}

func (s *Store) read(key string) (auth.Record, error) {
	path := s.path(key, ".sealed")
	file, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return auth.Record{}, fmt.Errorf("filestore: %w", auth.ErrRecordNotFound)
	}
	if err != nil {
		return auth.Record{}, fmt.Errorf("filestore: %w", err)
	}
	r, err := s.seal.open(key, file)
	if err != nil {
		return auth.Record{}, &SealError{Path: path, Err: err}
	}
	return r, nil
}

// path returns the name of a file of the record under key. It hashes key, so that every key is a
// valid file name and no file name reveals a key.
func (s *Store) path(key, suffix string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:])+suffix)
}

// makePrivate creates dir if it does not exist, and returns its absolute path, so that the Store
// does not depend on the working directory.
func makePrivate(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("filestore: no directory given")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("filestore: %w", err)
	}
	if err = os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("filestore: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("filestore: %w", err)
	}
	if openToOthers(info) {
		return "", fmt.Errorf("filestore: users other than the owner can access %s (mode %04o, want 0700)",
			dir, info.Mode().Perm())
	}
	return dir, nil
}

const (
	purpose     = "amplify-auth-go filestore 1"
	versionSize = 26 // of rand.Text
	maxFile     = MaxData + 1<<10
)

// A SealError reports a record that does not open: it was sealed under another key, or its file is
// damaged. The file stays until [Store.Delete] is called.
type SealError struct {
	Path string // of the file
	Err  error  // the reason
}

// Error returns the path and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("filestore: %s does not open: %v", e.Path, e.Err)
}

// Unwrap returns e.Err.
func (e *SealError) Unwrap() error { return e.Err }

// A sealer converts records to the contents of files and back. All records of a Store share an AES
// key, which is good for 2^32 saves.
type sealer struct {
	keys aead.Keys
}

func (s sealer) seal(key string, r auth.Record) ([]byte, error) {
	plain := append([]byte(r.Version), r.Data...)
	return s.keys.Seal(aead.Binding{Purpose: purpose, Name: key}, []byte{aead.Format}, plain)
}

func (s sealer) open(key string, file []byte) (auth.Record, error) {
	if err := aead.CheckRecord(file, maxFile); err != nil {
		return auth.Record{}, err
	}
	plain, err := s.keys.Open(aead.Binding{Purpose: purpose, Name: key}, 1, file)
	if err != nil {
		return auth.Record{}, err
	}
	if len(plain) < versionSize {
		return auth.Record{}, errors.New("it has no version")
	}
	return auth.Record{Data: plain[versionSize:], Version: string(plain[:versionSize])}, nil
}
