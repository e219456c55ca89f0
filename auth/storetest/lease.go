package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const (
	soon     = 50 * time.Millisecond // to see that something does not happen
	patience = 2 * time.Minute       // for what must happen, on a busy machine too
)

func leaseCases() []testCase {
	return []testCase{
		{
			"lease excludes others",
			"While a caller holds the lease of a key, no other may get it, in this process or another: " +
				"tokens must be refreshed once.",
			onLeasers(leaseExcludes),
		},
		{
			"lease passes on",
			"Every caller that waits for a lease must eventually get it, one at a time.",
			onLeasers(leasePassesOn),
		},
		{
			"release twice",
			"Releasing a lease a second time must do nothing: it must not free the lease of the next holder.",
			onLeasers(releaseTwice),
		},
		{
			"canceled waiter",
			"When its context is done, a waiting Lease must return the context's error and must not hold the lease.",
			onLeasers(canceledWaiter),
		},
		{
			"lease with a context that is done",
			"Lease must return the error of a context that is done, even if the lease is free, and must not hold it.",
			onLeasers(leaseRefuses),
		},
		{
			"lease outlives its context",
			"A lease must be held until it is released: the context bounds the wait only.",
			onLeasers(leaseOutlivesContext),
		},
		{
			"leases of different keys",
			"Leases of different keys must not block each other: people must not wait for one another.",
			onLeasers(leasesOfDifferentKeys),
		},
		{
			"lease is not a lock",
			"A lease must not block Load, Save or Delete: " +
				"its holder saves under it, and sign-out does not wait for it.",
			leaseIsNoLock,
		},
	}
}

func onLeasers(check func(t *testing.T, a, b auth.Leaser)) func(t *testing.T, a, b auth.Store) {
	return func(t *testing.T, a, b auth.Store) {
		x, ok := a.(auth.Leaser)
		y, also := b.(auth.Leaser)
		if !ok || !also {
			t.Fatal("one view is an auth.Leaser and the other is not")
		}
		check(t, x, y)
	}
}

// lease returns the release function of a lease that must be free.
func lease(t *testing.T, l auth.Leaser, key string) (release func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	release, err := l.Lease(ctx, key)
	if err != nil {
		t.Fatalf("Lease(%q), which is free: %v", key, err)
	}
	return release
}

// held checks that the lease of key is held elsewhere.
func held(t *testing.T, l auth.Leaser) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	release, err := l.Lease(ctx, key)
	if err == nil {
		release()
		t.Errorf("Lease(%q) succeeded while another caller held it", key)
		return
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Lease(%q): error %v, want one that wraps %q", key, err, context.DeadlineExceeded)
	}
}

func leaseExcludes(t *testing.T, a, b auth.Leaser) {
	release := lease(t, a, key)
	held(t, a)
	held(t, b)
	release()
	lease(t, b, key)()
	lease(t, a, key)()
}

func leasePassesOn(t *testing.T, a, b auth.Leaser) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	views := []auth.Leaser{a, b}
	first := lease(t, a, key)
	var holders atomic.Int32
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			release, err := views[i%len(views)].Lease(ctx, key)
			if err != nil {
				t.Errorf("Lease: %v", err)
				return
			}
			defer release()
			if n := holders.Add(1); n != 1 {
				t.Errorf("%d callers hold the same lease", n)
			}
			holders.Add(-1)
		})
	}
	held(t, b) // meanwhile all begin to wait
	first()
	wg.Wait()
}

func releaseTwice(t *testing.T, a, b auth.Leaser) {
	first := lease(t, a, key)
	first()
	first()
	second := lease(t, b, key)
	defer second()
	first()
	held(t, a)
	held(t, b)
}

func canceledWaiter(t *testing.T, a, b auth.Leaser) {
	release := lease(t, a, key)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		release, err := b.Lease(ctx, key)
		if err == nil {
			release()
		}
		left <- err
	}()
	held(t, a) // meanwhile the other begins to wait
	cancel()
	select {
	case err := <-left:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Lease: error %v, want one that wraps %q", err, context.Canceled)
		}
	case <-time.After(patience):
		t.Fatal("Lease still waits after its context is done")
	}
	release()
	lease(t, a, key)()
}

func leaseRefuses(t *testing.T, a, b auth.Leaser) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if release, err := a.Lease(ctx, key); !errors.Is(err, context.Canceled) {
		if err == nil {
			release()
		}
		t.Errorf("Lease: error %v, want one that wraps %q", err, context.Canceled)
	}
	lease(t, b, key)()
}

func leaseOutlivesContext(t *testing.T, a, b auth.Leaser) {
	ctx, cancel := context.WithCancel(t.Context())
	release, err := a.Lease(ctx, key)
	if err != nil {
		t.Fatalf("Lease: %v", err)
	}
	defer release()
	cancel()
	held(t, b)
	held(t, a)
}

func leasesOfDifferentKeys(t *testing.T, a, b auth.Leaser) {
	keys := []string{key, "bob", "Alice", "alice/", "device/x/y", "../alice"}
	for i, k := range keys {
		defer lease(t, []auth.Leaser{a, b}[i%2], k)()
	}
}

func leaseIsNoLock(t *testing.T, a, b auth.Store) {
	defer lease(t, a.(auth.Leaser), key)()
	saved := create(t, a, key, "data")
	holds(t, b, key, saved)
	saved = replace(t, b, saved, "more")
	holds(t, a, key, saved)
	remove(t, b, key, saved)
}
