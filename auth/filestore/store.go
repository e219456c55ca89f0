package filestore

import (
	"context"
	"crypto/cipher"
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
	// KeySize is how long the key of New is, in bytes.
	KeySize = aead.KeySize
	// MaxData is how much data a record may hold, in bytes: four times what auth.Store asks for.
	MaxData = 1 << 20
)

type redacted = redact.Secret

// A Store is an auth.Store and auth.Leaser of sealed files. It is safe for concurrent use, and
// needs no closing.
type Store struct {
	redacted
	dir  string
	seal sealer
}

// NewKey makes a random key for New, to be kept in a keyring.
func NewKey() ([]byte, error) {
	key := make([]byte, KeySize)
	_, err := rand.Read(key)
	return key, err
}

// New returns the Store of the records in dir, which are sealed under key: 32 random bytes, see
// NewKey. It makes the directory, with its parents, if there is none, and refuses one that others
// than its owner can access. It removes what writers that died have left there. A wrong key shows
// only when a record is loaded.
func New(dir string, key []byte) (*Store, error) {
	seal, err := newSealer(key)
	if err != nil {
		return nil, err
	}
	dir, err = ownDir(dir)
	if err != nil {
		return nil, err
	}
	removeLeftovers(dir)
	return &Store{dir: dir, seal: seal}, nil
}

// Load returns the record saved under key. If there is one that does not open, the error is a
// *SealError.
func (s *Store) Load(ctx context.Context, key string) (auth.Record, error) {
	if err := ctx.Err(); err != nil {
		return auth.Record{}, fmt.Errorf("filestore: load: %w", err)
	}
	if !openFilesMove {
		unlock, err := lock(ctx, s.path(key, ".lock"))
		if err != nil {
			return auth.Record{}, fmt.Errorf("filestore: load: %w", err)
		}
		defer unlock()
	}
	return s.read(key)
}

// Save seals r in a file if the version of what is stored is the one of r. It waits for others that
// are saving the same record. It does not replace a record that does not open: the error is a
// *SealError then.
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
	if err := replaceFile(s.path(key, ".sealed"), s.seal.seal(key, r)); err != nil {
		return auth.Record{}, fmt.Errorf("filestore: save: %w", err)
	}
	return r, nil
}

// Delete removes the record under key, even one that does not open. It waits for others that are
// saving it.
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

// Lease waits until no one else, in this process or another, holds the lease of key. It keeps
// nobody from saving.
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

// path hashes key, so that any key makes a name and no name gives a key away.
func (s *Store) path(key, suffix string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:])+suffix)
}

// ownDir makes dir if need be, and returns it as an absolute path, so that the records stay where
// they are when the process moves.
func ownDir(dir string) (string, error) {
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
		return "", fmt.Errorf("filestore: others than the owner can access %s (mode %04o, want 0700)", dir, info.Mode().Perm())
	}
	return dir, nil
}

const (
	format      = 1
	purpose     = "amplify-auth-go filestore 1"
	versionSize = 26 // of rand.Text
	maxFile     = MaxData + 1<<10
)

// A SealError says that there is a record, but that it does not open: the key is another one, or
// the file is damaged. The file stays as it is until somebody calls Delete.
type SealError struct {
	Path string // of the file
	Err  error  // why
}

// Error names the file and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("filestore: %s does not open: %v", e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *SealError) Unwrap() error { return e.Err }

// A sealer turns records into the contents of files and back.
type sealer struct {
	aead cipher.AEAD
}

// newSealer derives a key of its own, so that the same key may serve other purposes, too. With
// random nonces it is good for 2^32 saves.
func newSealer(key []byte) (sealer, error) {
	sealing, err := aead.New(key, purpose)
	if err != nil {
		return sealer{}, fmt.Errorf("filestore: %w", err)
	}
	return sealer{aead: sealing}, nil
}

func (s sealer) seal(key string, r auth.Record) []byte {
	plain := append([]byte(r.Version), r.Data...)
	return s.aead.Seal([]byte{format}, nil, plain, binding(key)) //nolint:gosec // this AEAD makes its nonces itself
}

func (s sealer) open(key string, file []byte) (auth.Record, error) {
	switch {
	case len(file) == 0:
		return auth.Record{}, errors.New("it is empty")
	case file[0] != format:
		return auth.Record{}, fmt.Errorf("its format is %d, and only %d is known", file[0], format)
	case len(file) > maxFile:
		return auth.Record{}, fmt.Errorf("it is longer than %d bytes", maxFile)
	}
	plain, err := s.aead.Open(nil, nil, file[1:], binding(key))
	if err != nil {
		return auth.Record{}, errors.New("it was sealed under another key, or changed since")
	}
	if len(plain) < versionSize {
		return auth.Record{}, errors.New("it has no version")
	}
	return auth.Record{Data: plain[versionSize:], Version: string(plain[:versionSize])}, nil
}

// binding keeps a file from opening under another key's name.
func binding(key string) []byte {
	return append([]byte{format}, key...)
}
