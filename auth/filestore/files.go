package filestore

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// leftoverAge is the age at which a temporary file counts as left behind by a writer that died. A
// writer that is merely slow then fails to rename it.
const leftoverAge = time.Hour

// readFile returns at most maxFile+1 bytes, enough to detect a file that is too long.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // a hashed name in the Store's directory
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return content, errors.Join(err, f.Close())
}

// replaceFile atomically replaces the file at path. Readers see the old content or the new, even
// after a power cut.
func replaceFile(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // readable to its owner only
	if err != nil {
		return err
	}
	if err := writeThrough(temp, content); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return syncDir(filepath.Dir(path))
}

// writeThrough writes content, flushes it to disk and closes f.
func writeThrough(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync() // otherwise a power cut may leave an empty file under the new name
	}
	return errors.Join(err, f.Close())
}

// removeFile removes the file at path, if there is one.
func removeFile(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// removeLeftovers removes old temporary files from dir. It ignores errors: the files do no harm.
func removeLeftovers(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if temporary, _ := filepath.Match("*.sealed.*.tmp", entry.Name()); !temporary {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > leftoverAge {
			_ = os.Remove(filepath.Join(dir, entry.Name())) // another process may have removed it
		}
	}
}

const (
	firstPoll = 5 * time.Millisecond
	lastPoll  = 50 * time.Millisecond
)

// lock locks the file at path until release is called or the process dies. It polls, because a
// blocking system call would not end when ctx is done.
func lock(ctx context.Context, path string) (release func(), err error) {
	for wait := firstPoll; ; wait = min(2*wait, lastPoll) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := tryLock(path)
		if err != nil {
			return nil, err
		}
		if f != nil {
			return sync.OnceFunc(func() { unlock(f) }), nil
		}
		pause(ctx, wait)
	}
}

// pause waits for d or until ctx is done.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// tryLock returns nil if the lock is held elsewhere.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // a hashed name in the Store's directory
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
	if replacesOpenFiles {
		_ = os.Remove(f.Name()) // a leftover empty file does no harm
	}
	_ = f.Close() // frees the lock; nothing was written
}
