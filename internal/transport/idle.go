package transport

import (
	"net/http"
	"sync"
	"time"
)

const (
	// shortestIdle is how long a connection must have been idle for its end to count as a drop: no
	// server drops idle connections sooner.
	shortestIdle = 5 * time.Millisecond
	// dropMemory is how long a drop is remembered. It may have been a restart.
	dropMemory = time.Minute
)

// An idleLimit learns from drops how long a server lets connections be idle, where that is shorter
// than idleTimeout. It is safe for concurrent use. Times are of the wall clock.
type idleLimit struct {
	transport *http.Transport // nil if the program has one of its own kind, which is left alone

	mu    sync.Mutex
	limit time.Duration
	until time.Time // the limit's end; zero if nothing was dropped
	used  time.Time // when a connection was used last
}

// enforce closes the idle connections if all of them have been idle for longer than the limit:
// net/http takes the one that was used last.
func (l *idleLimit) enforce() {
	now := time.Now().Round(0)
	l.mu.Lock()
	exceeded := now.Before(l.until) && now.Sub(l.used) > l.limit
	l.mu.Unlock()
	if exceeded {
		l.transport.CloseIdleConnections()
	}
}

// use notes that a connection is in use.
func (l *idleLimit) use() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used = time.Now().Round(0)
}

// learn notes that a connection was dropped after it had been idle for so long, and closes the
// others, which may have been dropped with it.
func (l *idleLimit) learn(idle time.Duration) {
	if l.transport == nil || idle < shortestIdle {
		return
	}
	now := time.Now().Round(0)
	l.mu.Lock()
	if l.limit > idle/2 || !now.Before(l.until) {
		l.limit = idle / 2
	}
	l.until = now.Add(dropMemory)
	l.mu.Unlock()
	l.transport.CloseIdleConnections()
}
