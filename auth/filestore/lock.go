package filestore

import (
	"context"
	"os"
	"sync"
	"time"
)

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
