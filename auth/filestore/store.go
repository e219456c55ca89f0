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
	"slices"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

const (
	// KeySize is the length in bytes of the keys that [New] takes.
	KeySize = aead.KeySize
	// MaxData is the largest size of a record's data in bytes: four times what [auth.Store]
	// requires.
	MaxData = 1 << 20
)

type redacted = redact.Secret

// A Store is an [auth.Store], [auth.Leaser] and [auth.Revalidator] that keeps each record in an
// encrypted file. It is safe for concurrent use and need not be closed.
type Store struct {
	redacted
	dir   string
	seal  sealer
	locks locks
	sync  func(*os.File) error // flushes a file or a directory; tests replace it
}

// NewKey returns a random key for [New]. Store it in a keyring.
func NewKey() ([]byte, error) {
	key := make([]byte, KeySize)
	_, err := rand.Read(key)
	return key, err
}

// New returns the Store of the records in dir, sealed under key, which is [KeySize] random bytes,
// such as those of [NewKey]. It also opens records that were sealed under oldKeys: to change the
// key, pass the new one and then the old one, until no record is left that is worth keeping.
//
// New creates dir and its parents if they do not exist. It returns an error if dir belongs to
// another user, also when this one is root, or if other users can access it. It removes temporary
// files that processes left behind when they died, and some of the records that have expired. A
// wrong key is not noticed before a record is loaded.
func New(dir string, key []byte, oldKeys ...[]byte) (*Store, error) {
	keys, err := aead.NewKeys(key, oldKeys...)
	if err != nil {
		return nil, fmt.Errorf("filestore: %w", err)
	}
	dir, err = makePrivate(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, seal: sealer{keys: keys}, locks: locks{queues: map[string]*queue{}}, sync: (*os.File).Sync}
	s.sweep()
	return s, nil
}

// Load returns the record saved under key.
//
// Errors:
//   - [auth.ErrRecordNotFound]: there is no record, or it has expired
//   - [*SealError], which is an [auth.ErrRecordUnreadable]: the file does not open. The Record has
//     a Version, by which Save replaces the file and Delete removes it
//   - the error of ctx, if it is done
func (s *Store) Load(ctx context.Context, key string) (auth.Record, error) {
	if err := ctx.Err(); err != nil {
		return auth.Record{}, fmt.Errorf("filestore: load: %w", err)
	}
	r, err := s.read(key)
	if errors.Is(err, errExpired) {
		s.forget(fileName(key))
	}
	if err != nil && !errors.Is(err, auth.ErrRecordUnreadable) {
		err = fmt.Errorf("filestore: load: %w", err)
	}
	return r, err
}

// Unchanged reports whether the record under key still has that version and has not expired. It
// reads the first bytes of the file and decrypts nothing: anyone who can forge them can also
// restore the whole file.
func (s *Store) Unchanged(ctx context.Context, key, version string) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("filestore: unchanged: %w", err)
	}
	header, err := readHeader(s.path(fileName(key), recordSuffix))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("filestore: unchanged: %w", err)
	}
	return string(header) == aead.Header(version) && !aead.Expired(version), nil
}

// Save seals r in a file, if r has the version of the stored record, and returns r with its new
// version. It waits for other calls that save or delete the same record.
//
// Errors:
//   - [auth.ErrRecordConflict]: the stored record has another version
//   - the error of ctx, if it is done before the record is locked
func (s *Store) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if len(r.Data) > MaxData {
		return auth.Record{}, fmt.Errorf("filestore: save: %d bytes of data are more than %d", len(r.Data), MaxData)
	}
	unlock, err := s.lock(ctx, key, r.Version)
	if err != nil {
		return auth.Record{}, fmt.Errorf("filestore: save: %w", err)
	}
	defer unlock()
	r.Version = aead.NewVersion(r.ExpiresAt)
	file, err := s.seal.seal(fileName(key), r)
	if err != nil {
		return auth.Record{}, fmt.Errorf("filestore: save: %w", err)
	}
	if err := s.replace(s.path(fileName(key), recordSuffix), file); err != nil {
		return auth.Record{}, fmt.Errorf("filestore: save: %w", err)
	}
	return r, nil
}

// Delete removes the record under key if it has the version of r. It waits for other calls that
// save or delete the same record.
//
// Errors:
//   - [auth.ErrRecordConflict]: the stored record has another version
//   - the error of ctx, if it is done before the record is locked
func (s *Store) Delete(ctx context.Context, key string, r auth.Record) error {
	unlock, err := s.lock(ctx, key, r.Version, "")
	if err != nil {
		return fmt.Errorf("filestore: delete: %w", err)
	}
	defer unlock()
	if err := s.remove(s.path(fileName(key), recordSuffix)); err != nil {
		return fmt.Errorf("filestore: delete: %w", err)
	}
	return nil
}

// Lease waits until no one else, in this process or another, holds the lease of key. The lease does
// not block Load, Save or Delete. The system frees it if the process dies.
func (s *Store) Lease(ctx context.Context, key string) (release func(), err error) {
	release, err = s.locks.lock(ctx, s.path(fileName(key), leaseSuffix), func() error { return nil })
	if err != nil {
		return nil, fmt.Errorf("filestore: lease: %w", err)
	}
	return release, nil
}

// lock locks the record under key, whose version is one of the given ones; otherwise the error is
// [auth.ErrRecordConflict].
func (s *Store) lock(ctx context.Context, key string, versions ...string) (unlock func(), err error) {
	return s.locks.lock(ctx, s.path(fileName(key), lockSuffix), func() error {
		current, err := s.version(key)
		if err == nil && !slices.Contains(versions, current) {
			err = auth.ErrRecordConflict
		}
		return err
	})
}

// version returns the version of what is stored under key, also if it is unreadable, and "" if that
// is nothing or has expired.
func (s *Store) version(key string) (string, error) {
	r, err := s.read(key)
	if err != nil && !errors.Is(err, auth.ErrRecordNotFound) && !errors.Is(err, auth.ErrRecordUnreadable) {
		return "", err
	}
	return r.Version, nil
}

// errExpired is an [auth.ErrRecordNotFound] with a file.
var errExpired = fmt.Errorf("%w: it has expired", auth.ErrRecordNotFound)

func (s *Store) read(key string) (auth.Record, error) {
	path := s.path(fileName(key), recordSuffix)
	file, err := readFile(path, maxFile+1)
	if errors.Is(err, fs.ErrNotExist) {
		return auth.Record{}, auth.ErrRecordNotFound
	}
	if err != nil {
		return auth.Record{}, err
	}
	r, err := s.seal.open(fileName(key), file)
	if err != nil {
		return auth.Record{Version: aead.UnreadableVersion(file)}, &SealError{Path: path, Err: err}
	}
	if aead.Expired(r.Version) {
		return auth.Record{}, errExpired
	}
	return r, nil
}

const (
	recordSuffix = ".sealed"
	lockSuffix   = ".lock"
	leaseSuffix  = ".lease"
	// temporarySuffix ends the names of files that are not renamed yet.
	temporarySuffix = ".tmp"
)

// fileName returns the name of the files of the record under key, without a suffix. It hashes key,
// so that every key is a valid file name and no file name reveals a key.
func fileName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func (s *Store) path(name, suffix string) string {
	return s.dir + string(filepath.Separator) + name + suffix
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
	if ofAnotherUser(info) {
		return "", fmt.Errorf("filestore: %s belongs to another user", dir)
	}
	if openToOthers(info) {
		return "", fmt.Errorf("filestore: users other than the owner can access %s (mode %04o, want 0700)",
			dir, info.Mode().Perm())
	}
	return dir, nil
}
