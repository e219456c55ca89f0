package authtest

import (
	"slices"
	"time"
)

// sentCode is the newest code for one purpose.
type sentCode struct {
	code, attribute, address string
	expires                  time.Time
}

// check refuses a code other than the one that was sent, and one that has expired or was never sent.
func (sent sentCode) check(code string, now time.Time) error {
	switch {
	case sent.code == "" || !now.Before(sent.expires):
		return refuse(codeExpiredCode, textExpiredCode)
	case !sameSecret(sent.code, code):
		return refuse(codeCodeMismatch, textWrongVerificationCode)
	}
	return nil
}

// allow counts a call of an operation and refuses it above the operation's limit per hour.
func (u *user) allow(operation string, limit int, now time.Time) error {
	recent := slices.DeleteFunc(u.tries[operation], func(at time.Time) bool { return now.Sub(at) >= time.Hour })
	var err error
	if len(recent) < limit {
		recent = append(recent, now)
	} else {
		err = refuse(codeLimitExceeded, textAttemptLimitExceeded)
	}
	if u.tries == nil {
		u.tries = map[string][]time.Time{}
	}
	u.tries[operation] = recent
	return err
}

// idle reports whether no hourly limit depends on the user's calls any more.
func (u *user) idle(now time.Time) bool {
	for _, tries := range u.tries {
		if len(tries) > 0 && now.Sub(tries[len(tries)-1]) < time.Hour {
			return false
		}
	}
	return true
}
