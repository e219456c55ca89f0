package filestore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

const (
	// leftoverAge is the age at which a temporary file counts as left behind by a writer that died.
	// A writer that is merely slow then fails to rename it.
	leftoverAge = time.Hour
	// maxSweep bounds the records that one New looks at.
	maxSweep = 256
)

// sweep removes old temporary files and old locks that nobody holds, and records that have expired:
// at most maxSweep of them, from a random one on. It ignores errors: the files do no harm.
func (s *Store) sweep() {
	entries, _ := os.ReadDir(s.dir)
	var names []string
	for _, entry := range entries {
		switch name, suffix := cutSuffix(entry.Name()); {
		case name == "":
			continue
		case suffix == recordSuffix:
			names = append(names, name)
		case isOld(entry):
			removeLeftover(filepath.Join(s.dir, entry.Name()), suffix)
		}
	}
	if len(names) == 0 {
		return
	}
	first := mathrand.IntN(len(names)) //nolint:gosec // spreads the work; not a secret
	for i := range min(len(names), maxSweep) {
		if name := names[(first+i)%len(names)]; s.expired(name) {
			s.forget(name)
		}
	}
}

// cutSuffix cuts the name of a Store's file. The name is empty if the file is not one.
func cutSuffix(file string) (name, suffix string) {
	name, suffix, _ = strings.Cut(file, ".")
	if sum, err := hex.DecodeString(name); err != nil || len(sum) != sha256.Size {
		return "", ""
	}
	return name, "." + suffix
}

func isOld(entry fs.DirEntry) bool {
	info, err := entry.Info()
	return err == nil && time.Since(info.ModTime()) > leftoverAge
}

// removeLeftover removes a file that a process left behind when it died.
func removeLeftover(path, suffix string) {
	switch {
	case suffix == lockSuffix, suffix == leaseSuffix:
		if f, err := tryLock(path); err == nil && f != nil {
			unlock(f)
		}
	case strings.HasPrefix(suffix, recordSuffix) && strings.HasSuffix(suffix, temporarySuffix):
		_ = remove(path) // another process may have removed it
	}
}

// expired reports whether the header of a record says that it has expired.
func (s *Store) expired(name string) bool {
	header, err := readHeader(s.path(name, recordSuffix))
	return err == nil && aead.Expired(aead.VersionOf(header))
}

// forget removes a record that has expired, unless somebody else works on it. It ignores errors, as
// sweep does.
func (s *Store) forget(name string) {
	f, err := tryLock(s.path(name, lockSuffix))
	if err != nil || f == nil {
		return
	}
	defer unlock(f)
	if s.expired(name) {
		_ = remove(s.path(name, recordSuffix))
	}
}

// RemoveUnreadable removes the records that do not open under the keys of this Store, and returns
// how many these were. It is for programs whose key was lost or changed: each person whose record
// it removes signs in again, and each remembered device is remembered no longer. Records that open
// stay.
//
// It looks at every record once, and waits for others that save or delete it. It stops at the first
// error, or when ctx is done.
func (s *Store) RemoveUnreadable(ctx context.Context) (removed int, err error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return 0, fmt.Errorf("filestore: remove unreadable: %w", err)
	}
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), recordSuffix)
		if !ok {
			continue
		}
		gone, err := s.removeUnreadable(ctx, name)
		if err != nil {
			return removed, fmt.Errorf("filestore: remove unreadable: %w", err)
		}
		if gone {
			removed++
		}
	}
	return removed, nil
}

func (s *Store) removeUnreadable(ctx context.Context, name string) (bool, error) {
	unlock, err := s.locks.lock(ctx, s.path(name, lockSuffix), func() error { return nil })
	if err != nil {
		return false, err
	}
	defer unlock()
	path := s.path(name, recordSuffix)
	file, err := readFile(path, maxFile+1)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	}
	if _, err := s.seal.open(name, file); err == nil {
		return false, nil
	}
	return true, s.remove(path)
}
