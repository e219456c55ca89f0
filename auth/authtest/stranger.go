package authtest

import (
	"math"
	"time"
)

// stranger is the stand-in for a user who does not exist, or seems not to. Calls about it are counted as about a real user, and
// no code is ever the right one.
func (p *Pool) stranger(name string) *user {
	name = p.users.fold(name)
	u := p.strangers[name]
	if u == nil {
		code := sentCode{code: randomText(32, alphanumeric), expires: p.Now().Add(math.MaxInt64)}
		u = &user{status: statusUnconfirmed, signUpCode: code, resetCode: code}
		sweep(p.strangers, &p.sizes.strangers, func(u *user) bool { return u.idle(p.Now()) })
		p.strangers[name] = u
	}
	return u
}

// idle reports whether no limit per hour depends any more on what the user did.
func (u *user) idle(now time.Time) bool {
	for _, tries := range u.tries {
		if len(tries) > 0 && now.Sub(tries[len(tries)-1]) < time.Hour {
			return false
		}
	}
	return true
}
