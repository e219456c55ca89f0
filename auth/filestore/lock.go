package filestore

import (
	"context"
	mathrand "math/rand/v2"
	"os"
	"sync"
	"time"
)

// locks are the locks of a Store. Its calls wait for each other in a queue, one for each lock. Only
// the first in it looks whether other processes, or other Stores, have freed the lock of the file.
type locks struct {
	mu     sync.Mutex
	queues map[string]*queue
}

type queue struct {
	first chan struct{} // full while somebody is the first
	size  int
}

// lock locks the file at path until release is called or the process dies. It calls check before
// and after it waits for other processes: where check fails, nobody waits in vain and no file is
// made.
func (l *locks) lock(ctx context.Context, path string, check func() error) (release func(), err error) {
	leave, err := l.enter(ctx, path)
	if err != nil {
		return nil, err
	}
	if err = check(); err != nil {
		leave()
		return nil, err
	}
	f, err := lockPath(ctx, path)
	if err != nil {
		leave()
		return nil, err
	}
	release = sync.OnceFunc(func() { unlock(f); leave() })
	if err = check(); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// enter waits until the caller is the first in the queue of path, and stays so until it calls
// leave.
func (l *locks) enter(ctx context.Context, path string) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q := l.join(path)
	select {
	case q.first <- struct{}{}:
		return func() { <-q.first; l.quit(path, q) }, nil
	case <-ctx.Done():
		l.quit(path, q)
		return nil, ctx.Err()
	}
}

func (l *locks) join(path string) *queue {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.queues[path]
	if q == nil {
		q = &queue{first: make(chan struct{}, 1)}
		l.queues[path] = q
	}
	q.size++
	return q
}

func (l *locks) quit(path string, q *queue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if q.size--; q.size == 0 {
		delete(l.queues, path)
	}
}

// lockPath locks the file at path. It polls, because a blocking system call would not end when ctx
// is done.
func lockPath(ctx context.Context, path string) (*os.File, error) {
	for ctx.Err() == nil {
		f, err := openFile(path, os.O_RDWR|os.O_CREATE)
		if err != nil {
			return nil, err
		}
		locked, err := lockFile(f)
		for ; !locked && err == nil && ctx.Err() == nil; locked, err = lockFile(f) {
			pause(ctx)
		}
		if locked && isAt(f, path) {
			return f, nil
		}
		_ = f.Close() // nothing was written
		if err != nil {
			return nil, err
		}
	}
	return nil, ctx.Err()
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
