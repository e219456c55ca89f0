package redisstore

import (
	"sync"
	"time"
)

// maxDueTimes bounds how many times a Store remembers. One takes about 200 bytes.
const maxDueTimes = 1 << 16

// dueTimes remembers, by the name of a record, until when its time to live need not be renewed. A
// record that was replaced meanwhile has more of it left.
type dueTimes struct {
	mu sync.RWMutex
	at map[string]time.Time
}

// later reports whether the time of the record has not come. It returns false if the time is not
// known.
func (d *dueTimes) later(name string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	at, ok := d.at[name]
	return ok && time.Now().Before(at)
}

// set remembers a time. If there are too many, it forgets all: they cost one command each.
func (d *dueTimes) set(name string, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.at) >= maxDueTimes {
		clear(d.at)
	}
	d.at[name] = at
}
