package auth

import (
	"sync"
	"time"
)

// How long tokens rest after a refresh of them that failed, first and at most.
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// maxPauses bounds how many tokens rest at once. When there are more, the oldest failures are not what matters.
const maxPauses = 4096

// pauses keep a Client from asking again at once what has just failed, so that a service in trouble is not asked by every
// request of everybody whose tokens are still good. They go by the fingerprints of access tokens.
type pauses struct {
	mu      sync.Mutex
	byToken map[string]pause
}

type pause struct {
	length time.Duration
	end    time.Time
}

// rests reports whether the last refresh of the tokens failed a short while ago.
func (p *pauses) rests(which string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.byToken[which].end)
}

// failed lets the tokens rest, twice as long as after the failure before.
func (p *pauses) failed(which string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byToken == nil || len(p.byToken) >= maxPauses {
		p.byToken = make(map[string]pause)
	}
	length := min(max(firstPause, 2*p.byToken[which].length), maxPause)
	p.byToken[which] = pause{length: length, end: now.Add(length)}
}

// over ends their rest.
func (p *pauses) over(which string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.byToken, which)
}
