package auth

import (
	"sync"
	"time"
)

// How long a session rests after a refresh that failed, first and at most.
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// maxPauses bounds how many sessions rest at once. When there are more, the oldest failures are not what matters.
const maxPauses = 4096

// pauses keep a Client from asking again at once what has just failed, so that a service in trouble is not asked by every
// request of every session whose tokens are still good.
type pauses struct {
	mu    sync.Mutex
	byKey map[string]pause
}

type pause struct {
	length time.Duration
	end    time.Time
}

// rests reports whether the session's last refresh failed a short while ago.
func (p *pauses) rests(key string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.byKey[key].end)
}

// failed lets the session rest, twice as long as after the failure before.
func (p *pauses) failed(key string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey == nil || len(p.byKey) >= maxPauses {
		p.byKey = make(map[string]pause)
	}
	length := min(max(firstPause, 2*p.byKey[key].length), maxPause)
	p.byKey[key] = pause{length: length, end: now.Add(length)}
}

// over ends the session's rest.
func (p *pauses) over(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.byKey, key)
}
