package authtest

import (
	"sync/atomic"
	"time"
)

// clock runs at the pace of the wall clock, at an offset that can change.
type clock struct {
	offset atomic.Int64
}

func (c *clock) now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load()))
}

// Now returns the time of the clock that all pools behind the address share.
func (p *Pool) Now() time.Time {
	return p.service.clock.now()
}

// Advance moves the clock by d, backwards if d is negative. Sessions, codes, TOTP steps, lockouts,
// temporary passwords and tokens follow it.
func (p *Pool) Advance(d time.Duration) {
	p.service.clock.offset.Add(int64(d))
}
