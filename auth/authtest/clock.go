package authtest

import (
	"sync/atomic"
	"time"
)

// clock runs at the pace of the wall clock, at a distance that can be changed.
type clock struct {
	offset atomic.Int64
}

func (c *clock) now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load()))
}

// Now returns the time of the clock of all pools behind the pool's address, which runs on like the wall clock. It is safe for concurrent use.
func (p *Pool) Now() time.Time {
	return p.service.clock.now()
}

// Advance moves that clock by d; a negative d moves it back. Sessions, codes, TOTP steps, locks, temporary
// passwords and tokens follow. It is safe for concurrent use.
func (p *Pool) Advance(d time.Duration) {
	p.service.clock.offset.Add(int64(d))
}
