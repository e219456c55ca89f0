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

// leftoverAge is when a temporary file is taken for one whose writer died. A writer that is only
// slow fails to rename it.
const leftoverAge = time.Hour

// readFile reads no more than it takes to see that the file is too long.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // a hash names it, in the directory that New was given
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return content, errors.Join(err, f.Close())
}

// replaceFile puts content in the place of what is at path: whoever reads sees the one or the
// other, even after a power cut.
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

func writeThrough(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync() // or a power cut may leave the new name with nothing in it
	}
	return errors.Join(err, f.Close())
}

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

// removeLeftovers cannot fail: what it leaves behind does no harm.
func removeLeftovers(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if temporary, _ := filepath.Match("*.sealed.*.tmp", entry.Name()); !temporary {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > leftoverAge {
			_ = os.Remove(filepath.Join(dir, entry.Name())) // another process may have been faster
		}
	}
}

const (
	firstPoll = 5 * time.Millisecond
	lastPoll  = 50 * time.Millisecond
)

// lock holds the lock file at path until release is called, or the process dies. It asks again and
// again instead of letting the system wait, which would not stop when ctx is done.
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

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// tryLock returns nil if somebody else holds the lock.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // a hash names it, in the directory that New was given
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

// isAt says whether f is still the file at path: the holder before may have removed it between our
// opening and our locking.
func isAt(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	found, err := os.Lstat(path)
	return err == nil && os.SameFile(opened, found)
}

// unlock removes the file while it is locked, so that no name stays of a record that is gone; who
// waits makes a new one.
func unlock(f *os.File) {
	if openFilesMove {
		_ = os.Remove(f.Name()) // an empty file that stays does no harm
	}
	_ = f.Close() // frees the lock; nothing was written
}
