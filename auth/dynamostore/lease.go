package dynamostore

import (
	"cmp"
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/leasing"
)

const (
	// freeTimeout bounds the request that frees a lease. If it fails, the lease is free after its
	// time to live.
	freeTimeout = time.Second
	// leaseKept is how long DynamoDB keeps the item of a holder that died.
	leaseKept = time.Hour
)

// Lease waits until no one else holds the lease of key, and holds it until release is called. It
// renews the lease in the background for as long as that takes. It also waits while DynamoDB is
// unavailable: who holds a lease is about to save. Another error of DynamoDB ends the wait. If ctx
// ends it during an outage, the error wraps [ErrUnavailable] as well.
//
// A lease has no end that clocks of several machines would have to agree on. It is over when a
// waiter has seen it without a renewal for Config.LeaseTTL by its own clock. So a holder that
// cannot reach DynamoDB for that long loses the lease without notice. The lease does not block
// Save, and Save compares versions, so a late holder cannot overwrite newer data.
func (s *Store) Lease(ctx context.Context, key string) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, failed(ctx, "lease", err)
	}
	l := &lease{items: s.items, id: idOf(key) + ":lease", holder: rand.Text() + ".", ttl: s.leaseTTL}
	over := true // most leases are free
	var backoff leasing.Backoff
	for {
		if over {
			held, err := l.acquire(ctx)
			if held {
				return leasing.Keep(ctx, l.renew, l.free), nil
			}
			if l.unsure = l.unsure || err != nil; l.ends(ctx, err) {
				return nil, l.abandon(ctx, err)
			}
		}
		backoff.Wait(ctx)
		over, err = l.look(ctx)
		if l.ends(ctx, err) {
			return nil, l.abandon(ctx, err)
		}
	}
}

// ends reports whether err ends the wait, and remembers an outage, which does not.
func (l *lease) ends(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return true
	}
	l.outage = nil
	if transient.IsErrorRetryable(err) {
		l.outage = err
	}
	return err != nil && l.outage == nil
}

// abandon returns the error of a wait that has ended.
func (l *lease) abandon(ctx context.Context, err error) error {
	if l.unsure {
		l.free(ctx) // the lease may be set although the answer was lost
	}
	return failed(ctx, "lease", cmp.Or(l.outage, err, ctx.Err()))
}

// A lease is an item whose version is its holder and the count of its renewals, or the wait for it.
type lease struct {
	items    items
	id       string
	holder   string // random, with a period
	renewals int
	ttl      time.Duration

	seen   string    // the version that the waiter has seen last, empty if the lease was free
	since  time.Time // when the waiter saw it first
	outage error     // why the last request failed
	unsure bool      // a request to acquire the lease has failed
}

// look reads the lease, and reports whether it is free, over or the waiter's own.
func (l *lease) look(ctx context.Context) (over bool, err error) {
	i, err := l.items.get(ctx, l.id)
	if err != nil {
		return false, err
	}
	if i.version() != l.seen {
		l.seen, l.since = i.version(), time.Now()
	}
	return l.seen == "" || strings.HasPrefix(l.seen, l.holder) || time.Since(l.since) >= l.ttl, nil
}

// acquire takes the lease if it is free, or if its version is still that of a lease that is over.
// It succeeds if the lease is held already: then the client has sent the request again because the
// first answer was lost.
func (l *lease) acquire(ctx context.Context) (bool, error) {
	c := l.held().or("attribute_not_exists(version)", nil)
	if l.seen != "" {
		c = c.or("version = :seen", item{":seen": text(l.seen)})
	}
	return l.put(ctx, c)
}

func (l *lease) put(ctx context.Context, c condition) (bool, error) {
	version := l.holder + strconv.Itoa(l.renewals)
	return l.items.put(ctx, newItem(l.id, version, time.Now().Add(l.ttl+leaseKept).Unix()), c)
}

// held is true for the holder, whose version may be that of a renewal whose answer was lost.
func (l *lease) held() condition {
	return condition{expression: "begins_with(version, :holder)", values: item{":holder": text(l.holder)}}
}

// renew changes the lease's version again and again. It returns when ctx is done or the lease is
// lost. It retries after errors of DynamoDB, which may end before the lease does.
func (l *lease) renew(ctx context.Context) {
	due := time.NewTicker(l.ttl / 3)
	defer due.Stop()
	for {
		select {
		case <-due.C:
		case <-ctx.Done():
			return
		}
		l.renewals++
		attempt, cancel := context.WithTimeout(ctx, l.ttl/3)
		held, err := l.put(attempt, l.held())
		cancel()
		if err == nil && !held {
			return
		}
	}
}

// free deletes the lease. It ignores errors: a lease that is not deleted is over some time later.
func (l *lease) free(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), freeTimeout)
	defer cancel()
	_, _ = l.items.remove(ctx, l.id, l.held())
}
