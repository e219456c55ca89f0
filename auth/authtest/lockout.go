package authtest

import "time"

// lockout counts the wrong passwords for one user name.
type lockout struct {
	failures int
	last     time.Time
}

// lockouts are kept by internal user name, also for names that only seem to exist.
type lockouts map[string]lockout

const (
	freeFailures   = 5
	longestLock    = 15 * time.Minute
	quietTimeReset = 15 * time.Minute
)

// locked reports whether the password may not be tried now.
func (l lockouts) locked(username string, now time.Time) bool {
	entry := l[username]
	return entry.failures >= freeFailures && now.Before(entry.last.Add(entry.duration()))
}

// duration is how long the latest failure locks: one second for the fifth, doubled by each one after it. The longest lock is
// also a quiet time that starts the count anew.
func (l lockout) duration() time.Duration {
	return min(time.Second<<(l.failures-freeFailures), longestLock)
}

// fail counts a wrong password, unless one that was tried at the same time has just locked the user.
func (l lockouts) fail(username string, now time.Time) {
	if l.locked(username, now) {
		return
	}
	entry := l[username]
	if now.Sub(entry.last) >= quietTimeReset {
		entry.failures = 0
	}
	l[username] = lockout{failures: entry.failures + 1, last: now}
}
