package authtest

import (
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// tickets are values that a client holds a handle for, an unguessable string, until they expire.
// They are kept by the hash of the handle.
type tickets[V any] struct {
	clock  *clock
	life   time.Duration
	byHash map[[sha256.Size]byte]ticket[V]
	size   int // at which they are swept next
}

type ticket[V any] struct {
	value   V
	expires time.Time
}

func newTickets[V any](c *clock, life time.Duration) *tickets[V] {
	return &tickets[V]{clock: c, life: life, byHash: map[[sha256.Size]byte]ticket[V]{}}
}

// newHandle returns 256 random bits.
func newHandle() string { return base64.RawURLEncoding.EncodeToString(randomBytes(32)) }

// issue keeps the value under the handle.
func (all *tickets[V]) issue(handle string, value V) {
	sweep(all.byHash, &all.size, func(t ticket[V]) bool { return all.clock.longGone(t.expires) })
	all.byHash[sha256.Sum256([]byte(handle))] = ticket[V]{value, all.clock.now().Add(all.life)}
}

// find returns the value of a handle that has not expired.
func (all *tickets[V]) find(handle string) (value V, found bool) {
	t, found := all.byHash[sha256.Sum256([]byte(handle))]
	if !found || !all.clock.now().Before(t.expires) {
		return value, false
	}
	return t.value, true
}

// expired reports whether there was a value under the handle, which has expired.
func (all *tickets[V]) expired(handle string) bool {
	t, found := all.byHash[sha256.Sum256([]byte(handle))]
	return found && !all.clock.now().Before(t.expires)
}

func (all *tickets[V]) drop(handle string) {
	delete(all.byHash, sha256.Sum256([]byte(handle)))
}
