package filestore

import (
	"context"
	"errors"
	"io"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

var (
	errNotRegular = errors.New("it is not a regular file")
	errNotOurs    = errors.New("it belongs to another user")
)

// openFile opens a file in the Store's directory. It follows no link, does not wait for the other
// end of a FIFO, and refuses what is not a regular file of this user.
func openFile(path string, flag int) (*os.File, error) {
	f, err := openShared(path, flag)
	if err != nil {
		return nil, err
	}
	if err := checkFile(f, path); err != nil {
		return nil, errors.Join(&fs.PathError{Op: "open", Path: path, Err: err}, f.Close())
	}
	return f, nil
}

func checkFile(f *os.File, path string) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular(), opensLinks && isLink(path):
		return errNotRegular
	case ofAnotherUser(info):
		return errNotOurs
	}
	return nil
}

// isLink reports whether what is at path leads elsewhere, on systems where opening follows it.
func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && !info.Mode().IsRegular()
}

// readFile returns at most limit bytes of a file.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := openFile(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, limit))
	return content, errors.Join(err, f.Close())
}

// readHeader returns what [readFile] returns of the header of a record, which takes one system call
// less.
func readHeader(path string) ([]byte, error) {
	f, err := openFile(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	header := make([]byte, aead.HeaderSize)
	n, err := io.ReadFull(f, header)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return header[:n], errors.Join(err, f.Close())
}

// replace atomically replaces the file at path. Readers see the old content or the new, even after a
// power cut.
func (s *Store) replace(path string, content []byte) error {
	temp, err := os.CreateTemp(s.dir, filepath.Base(path)+".*"+temporarySuffix) // readable to its owner only
	if err != nil {
		return err
	}
	if err := s.writeThrough(temp, content); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	if err := rename(temp.Name(), path); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return s.syncDir()
}

// writeThrough writes content, flushes it to disk and closes f.
func (s *Store) writeThrough(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = s.sync(f) // otherwise a power cut may leave an empty file under the new name
	}
	return errors.Join(err, f.Close())
}

// remove removes the file at path, if there is one.
func (s *Store) remove(path string) error {
	err := remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.syncDir()
}

// syncDir flushes renames and removals in the directory to disk.
func (s *Store) syncDir() error {
	if !syncsDirectories {
		return nil
	}
	dir, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	return errors.Join(s.sync(dir), dir.Close())
}

// lock locks the file at path until release is called or the process dies. It calls check before and
// after it waits: where check fails, nobody waits in vain and no file is made. It polls, because a
// blocking system call would not end when ctx is done.
func lock(ctx context.Context, path string, check func() error) (release func(), err error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := check(); err != nil {
			return nil, err
		}
		f, err := tryLock(path)
		if err != nil {
			return nil, err
		}
		if f == nil {
			pause(ctx)
			continue
		}
		if err := check(); err != nil {
			unlock(f)
			return nil, err
		}
		return sync.OnceFunc(func() { unlock(f) }), nil
	}
}

const longestPause = 20 * time.Millisecond

// pause waits for a moment or until ctx is done. The moment is random, so that of many who wait
// nobody is always the last.
func pause(ctx context.Context) {
	timer := time.NewTimer(mathrand.N(longestPause)) //nolint:gosec // spreads the work; not a secret
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// tryLock returns nil if the lock is held elsewhere.
func tryLock(path string) (*os.File, error) {
	f, err := openFile(path, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, err
	}
	locked, err := lockFile(f)
	if err == nil && locked && isAt(f, path) {
		return f, nil
	}
	_ = f.Close() // nothing was written
	return nil, err
}

// isAt reports whether f is still the file at path. The previous holder may have removed it after f
// was opened and before f was locked.
func isAt(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	found, err := os.Lstat(path)
	return err == nil && os.SameFile(opened, found)
}

// unlock removes the lock file before it unlocks it, so that no file is left of a deleted record.
// Waiting callers create a new one.
func unlock(f *os.File) {
	_ = remove(f.Name()) // a leftover empty file does no harm
	_ = f.Close()        // frees the lock; nothing was written
}
