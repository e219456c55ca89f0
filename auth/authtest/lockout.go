package authtest

import (
	"time"
)

// lockout counts the wrong passwords for one user name.
type lockout struct {
	failures int
	last     time.Time
}

// lockouts are kept by internal user name, also for simulated users.
type lockouts map[string]lockout

const (
	freeFailures   = 5
	longestLock    = 15 * time.Minute
	quietTimeReset = 15 * time.Minute
	// failuresOfLongestLock double a second to more than the longest lock.
	failuresOfLongestLock = freeFailures + 10
)

// locked reports whether passwords of the user are refused now.
func (l lockouts) locked(username string, now time.Time) bool {
	entry := l[username]
	return entry.failures >= freeFailures && now.Before(entry.last.Add(entry.duration()))
}

// duration returns how long the latest failure locks: one second for the fifth, doubled by each
// further one. After the longest lock without a failure the count starts anew.
func (l lockout) duration() time.Duration {
	return min(time.Second<<(l.failures-freeFailures), longestLock)
}

// fail counts a wrong password, unless a concurrent one has just locked the user.
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

// checkGates refuses a user who may not try a password now. Who knows a password that must be reset
// may try it, and is told only then.
func (ps *passwords) checkGates(u *user) error {
	mustReset := u.status == statusResetRequired && u.hasPassword()
	if err := u.checkStatus(); err != nil && !mustReset {
		return err
	}
	if ps.lockouts.locked(u.username, ps.clock.now()) {
		return notAuthorized("Password attempts exceeded")
	}
	return nil
}

// checkStatus refuses a user who has to do something else before signing in.
func (u *user) checkStatus() error {
	switch u.status {
	case statusUnconfirmed:
		return refuse(codeUserNotConfirmed, "User is not confirmed.")
	case statusResetRequired:
		return refuse(codePasswordResetRequired, "Password reset required for the user")
	}
	return nil
}

// failed counts a wrong password.
func (ps *passwords) failed(username string) {
	sweep(ps.lockouts, &ps.size, func(l lockout) bool { return ps.clock.longGone(l.last) })
	ps.lockouts.fail(username, ps.clock.now())
}
