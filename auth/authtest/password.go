package authtest

import (
	"strings"
	"time"
	"unicode"
)

// PasswordPolicy is what the pool requires of passwords.
type PasswordPolicy struct {
	// MinimumLength is 6 to 99 characters.
	MinimumLength                                                      int
	RequireUppercase, RequireLowercase, RequireNumbers, RequireSymbols bool
	// PasswordHistorySize is how many of the user's latest passwords, including the current one,
	// cannot be used again: up to 24. The default is 0.
	PasswordHistorySize int `json:",omitempty"`
	// TemporaryPasswordValidityDays is how many days a temporary password is valid: up to 365. The
	// default is 7.
	TemporaryPasswordValidityDays int
}

func (p PasswordPolicy) withDefaults() PasswordPolicy {
	days, history := p.TemporaryPasswordValidityDays, p.PasswordHistorySize
	p.TemporaryPasswordValidityDays, p.PasswordHistorySize = 0, 0
	if p == (PasswordPolicy{}) {
		p = PasswordPolicy{
			MinimumLength:    8,
			RequireUppercase: true,
			RequireLowercase: true,
			RequireNumbers:   true,
			RequireSymbols:   true,
		}
	}
	fill(&days, 7)
	p.TemporaryPasswordValidityDays, p.PasswordHistorySize = days, history
	return p
}

func (p PasswordPolicy) check() error {
	if p.MinimumLength < 6 || p.MinimumLength > 99 {
		return badField("PasswordPolicy.MinimumLength", "%d is not between 6 and 99", p.MinimumLength)
	}
	if days := p.TemporaryPasswordValidityDays; days < 1 || days > 365 {
		return badField("PasswordPolicy.TemporaryPasswordValidityDays", "%d is not between 1 and 365", days)
	}
	if size := p.PasswordHistorySize; size < 0 || size > 24 {
		return badField("PasswordPolicy.PasswordHistorySize", "%d is not between 0 and 24", size)
	}
	return nil
}

const symbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "

// complaint returns the first rule that the password breaks, or "".
func (p PasswordPolicy) complaint(password string) string {
	has := func(is func(rune) bool) bool { return strings.ContainsFunc(password, is) }
	switch {
	case len([]rune(password)) < p.MinimumLength:
		return "Password not long enough"
	case p.RequireUppercase && !has(unicode.IsUpper):
		return "Password must have uppercase characters"
	case p.RequireLowercase && !has(unicode.IsLower):
		return "Password must have lowercase characters"
	case p.RequireNumbers && !has(isDigit):
		return "Password must have numeric characters"
	case p.RequireSymbols && !strings.ContainsAny(password, symbols):
		return "Password must have symbol characters"
	}
	return ""
}

// passwords checks and sets the passwords of users, and counts wrong ones.
type passwords struct {
	clock    *clock
	identity identity
	settings *settings
	group    group
	lockouts lockouts
	size     int // at which the lockouts are swept next
}

// checkNew refuses a password that does not satisfy the policy.
func (ps *passwords) checkNew(password string) error {
	if complaint := ps.settings.cfg.PasswordPolicy.complaint(password); complaint != "" {
		return refuse(codeInvalidPassword, "Password did not conform with policy: %s", complaint)
	}
	return nil
}

// checkAnswered is like checkNew for a password that comes with a code or answers a challenge, for
// which the service has another text. It also refuses past passwords of the user.
func (ps *passwords) checkAnswered(u *user, password string) error {
	if complaint := ps.settings.cfg.PasswordPolicy.complaint(password); complaint != "" {
		return refuse(codeInvalidPassword, "Password does not conform to policy: %s", complaint)
	}
	return ps.checkHistory(u, password)
}

// set sets a permanent password.
func (ps *passwords) set(u *user, password string) {
	ps.keep(u)
	u.password = ps.group.newVerifier(ps.identity.name, u.username, password)
	u.status = statusConfirmed
	u.temporaryUntil = time.Time{}
	u.modified = ps.clock.now()
}

// setTemporary sets a password that the user has to change at the next sign-in.
func (ps *passwords) setTemporary(u *user, password string) {
	ps.set(u, password)
	u.status = statusForceChangePassword
	u.temporaryUntil = ps.clock.now().Add(
		time.Duration(ps.settings.cfg.PasswordPolicy.TemporaryPasswordValidityDays) * day,
	)
}

// newTemporary returns a random password that satisfies every policy.
func (ps *passwords) newTemporary() string {
	length := max(8, ps.settings.cfg.PasswordPolicy.MinimumLength)
	return "Aa1!" + randomText(length-4, alphanumeric)
}

// keep adds the current password to the past ones, as many as the policy remembers.
func (ps *passwords) keep(u *user) {
	size := ps.settings.cfg.PasswordPolicy.PasswordHistorySize
	if size == 0 || !u.hasPassword() {
		return
	}
	u.pastPasswords = append([]verifier{u.password}, u.pastPasswords...)
	u.pastPasswords = u.pastPasswords[:min(size-1, len(u.pastPasswords))]
}

// checkHistory refuses the user's current password and past ones that the policy remembers.
func (ps *passwords) checkHistory(u *user, password string) error {
	if ps.settings.cfg.PasswordPolicy.PasswordHistorySize == 0 || !u.hasPassword() {
		return nil
	}
	for _, used := range append([]verifier{u.password}, u.pastPasswords...) {
		if ps.group.matches(used, ps.identity.name, u.username, password) {
			return refuse(codePasswordHistory, "Password has previously been used.")
		}
	}
	return nil
}

// checkChange refuses a new password for a user against the policy and the user's earlier passwords.
func (ps *passwords) checkChange(u *user, password string) error {
	if err := ps.checkNew(password); err != nil {
		return err
	}
	return ps.checkHistory(u, password)
}

// match reports whether the password is the user's.
func (ps *passwords) match(u *user, password string) bool {
	return ps.group.matches(u.password, ps.identity.name, u.username, password)
}
