package auth

import (
	"context"
	"errors"
	"sync"
	"time"
)

// flightTimeout bounds a refresh, which no caller can cancel, until its request is sent.
const flightTimeout = 30 * time.Second

// flights are the refreshes under way in this Client, at most one for the same tokens.
type flights struct {
	mu   sync.Mutex
	byID map[flightID]*flight
}

// flightID says whose tokens a flight renews: a session may change hands while it is under way.
type flightID struct {
	session string // its key
	token   string // fingerprint of the access token
}

// flight is one refresh, which any number of callers wait for.
type flight struct {
	done   chan struct{} // closed when result and err are set
	result *decodedSession
	err    error
}

// join waits for the flight with that id, and starts it if there is none. The flight continues if
// the caller leaves, because its result may be the only copy of a rotated refresh token.
func (f *flights) join(
	ctx context.Context, id flightID, work func(context.Context) (*decodedSession, error),
) (*decodedSession, error) {
	joined := f.start(ctx, id, work)
	select {
	case <-joined.done:
		return joined.result, joined.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *flights) start(
	ctx context.Context, id flightID, work func(context.Context) (*decodedSession, error),
) *flight {
	f.mu.Lock()
	defer f.mu.Unlock()
	if under, ok := f.byID[id]; ok {
		return under
	}
	if f.byID == nil {
		f.byID = make(map[flightID]*flight)
	}
	started := &flight{done: make(chan struct{})}
	f.byID[id] = started
	detached, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), flightTimeout, errTimeUp)
	go func() {
		defer cancel()
		defer f.finish(id, started)
		started.result, started.err = work(detached)
	}()
	return started
}

var errRefreshDied = errors.New("the refresh did not come to its end")

// finish ends a flight, also after a panic in the caller's Store or callback: from this goroutine
// nobody else could recover it, and it would end the process.
func (f *flights) finish(id flightID, ended *flight) {
	if failure := recover(); failure != nil || ended.result == nil && ended.err == nil {
		ended.result, ended.err = nil, errRefreshDied
	}
	f.mu.Lock()
	delete(f.byID, id)
	f.mu.Unlock()
	close(ended.done)
}

// How long tokens are not renewed after a failed refresh: after the first failure, and at most.
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// maxPauses bounds the pauses that are kept. Beyond that all are dropped.
const maxPauses = 4096

// pauses keep a Client from repeating at once a refresh that has just failed. Otherwise each
// request of everybody whose tokens are still valid would ask a service in trouble again. They are
// keyed by the fingerprints of access tokens.
type pauses struct {
	mu      sync.Mutex
	byToken map[string]pause
}

type pause struct {
	length time.Duration
	end    time.Time
}

// active reports whether the tokens are in a pause.
func (p *pauses) active(token string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.byToken[token].end)
}

// failed starts a pause, twice as long as the one before.
func (p *pauses) failed(token string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byToken == nil || len(p.byToken) >= maxPauses {
		p.byToken = make(map[string]pause)
	}
	length := min(max(firstPause, 2*p.byToken[token].length), maxPause)
	p.byToken[token] = pause{length: length, end: now.Add(length)}
}

// over ends the pause, and the count of failures.
func (p *pauses) over(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.byToken, token)
}
