// Package leasing has what the leases of the Stores have in common: the pauses of a process that waits
// for one, and the goroutine that keeps one.
package leasing

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	firstPause   = 10 * time.Millisecond
	longestPause = 200 * time.Millisecond
)

// A Backoff spaces out the tries to get a lease. The zero value is ready to use.
type Backoff struct{ mean time.Duration }

// Wait pauses for 10 milliseconds at first, and for twice as long each time, up to 200. A random
// half more or less keeps the waiting processes apart. It returns early if ctx is done.
func (b *Backoff) Wait(ctx context.Context) {
	b.mean = min(max(2*b.mean, firstPause), longestPause)
	Pause(ctx, b.mean/2+rand.N(b.mean)) //nolint:gosec // not a secret
}

// Pause waits for d or until ctx is done.
func Pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Keep runs extend in the background, and free when that has returned. The function that it returns
// ends the context of extend and waits for free; further calls do nothing. The end of ctx does not
// matter: it bounds the wait for a lease, and not how long it is held.
func Keep(ctx context.Context, extend, free func(context.Context)) (release func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	freed := make(chan struct{})
	go func() {
		defer close(freed)
		extend(ctx)
		free(ctx)
	}()
	return sync.OnceFunc(func() {
		stop()
		<-freed
	})
}
