package authtest

import (
	"maps"
	"time"
)

// What a pool keeps at most, so that one which serves for hours does not fill the memory.
const (
	keptRequests      = 20_000
	keptMessages      = 1_000 // per user
	keptUnconfirmed   = 100   // device keys per user that ConfirmDevice has not seen
	keptBeforeSweep   = 10_000
	keptAfterTheirEnd = time.Hour
)

// sweep removes the dead entries of a map that has reached the size, and sets the size at which it
// sweeps next to twice what is left.
func sweep[K comparable, V any](entries map[K]V, size *int, dead func(V) bool) {
	if len(entries) < max(*size, keptBeforeSweep) {
		return
	}
	maps.DeleteFunc(entries, func(_ K, v V) bool { return dead(v) })
	*size = 2 * len(entries)
}

// newest cuts the list down to the last entries once it is a tenth longer.
func newest[T any](list []T, kept int) []T {
	if len(list) <= kept+kept/10 {
		return list
	}
	return append([]T(nil), list[len(list)-kept:]...)
}

// longGone reports whether something ended so long ago that it can be forgotten. It leaves time for
// a clock that is moved back.
func (c *clock) longGone(end time.Time) bool {
	return c.now().After(end.Add(keptAfterTheirEnd))
}
