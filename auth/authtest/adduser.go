package authtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A User describes a user to add with [Pool.AddUser]. Unless one of the flags is set, the user is
// confirmed and signs in with Password.
type User struct {
	// Username is the name the user signs up with: an e-mail address or phone number in a pool with
	// UsernameAttributes. The pool stores it in lower case, unless it is case-sensitive.
	Username string
	// Sub is the user's id. The default is a random UUID.
	Sub string
	// Password must satisfy the pool's policy. It may be empty if [Config].AllowedFirstAuthFactors
	// has EMAIL_OTP or SMS_OTP.
	Password string
	// Attributes are the attributes of the user. "email_verified" and "phone_number_verified" are
	// "true" or "false".
	Attributes map[string]string

	// Unconfirmed leaves the sign-up unconfirmed and sends the code: status UNCONFIRMED.
	Unconfirmed bool
	// TemporaryPassword makes Password one to change at the first sign-in: status
	// FORCE_CHANGE_PASSWORD.
	TemporaryPassword bool
	// ResetRequired makes Password unusable until it is reset: status RESET_REQUIRED. Who signs in
	// with it is told so.
	ResetRequired bool
	// Disabled prevents the user from signing in.
	Disabled bool

	// TOTPSecret is the base32 secret of a verified authenticator app.
	TOTPSecret string
	// MFA is the UserMFASettingList: SMS_MFA, SOFTWARE_TOKEN_MFA and EMAIL_OTP. They require a
	// phone number, a TOTPSecret and an e-mail address.
	MFA []string
	// PreferredMFA is the PreferredMfaSetting, one of MFA.
	PreferredMFA string

	// Groups are the groups that the user is in. [Pool.AddUser] creates those that the pool lacks.
	Groups []string
}

// AddUser adds a user in any state, for which the administrator's operations need several calls.
// The error says what is wrong with u.
func (p *Pool) AddUser(u User) error {
	if err := p.addUser(u); err != nil {
		return fmt.Errorf("authtest: AddUser %q: %w", u.Username, err)
	}
	return nil
}

func (p *Pool) addUser(add User) error {
	if err := add.check(); err != nil {
		return err
	}
	o := p.userAdmin()
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.passwords.checkSignUp(add.Password); err != nil {
		return err
	}
	if err := o.settings.checkAdminAttributes(add.Attributes, givenReport()); err != nil {
		return err
	}
	u, err := o.users.newUser(add.Username, add.Attributes)
	if err != nil {
		return err
	}
	if err := o.users.reserveAliases(u, false); err != nil {
		return err
	}
	if err := o.users.setSub(u, add.Sub); err != nil {
		return err
	}
	u.disabled = add.Disabled
	if err := u.enroll(add); err != nil {
		return err
	}
	o.users.add(u)
	for _, name := range add.Groups {
		u.join(p.groups.named(name, u.created))
	}
	return o.setInitialPassword(u, add)
}

func (u User) check() error {
	states := 0
	for _, state := range []bool{u.Unconfirmed, u.TemporaryPassword, u.ResetRequired} {
		if state {
			states++
		}
	}
	_, badSecret := TOTPCode(u.TOTPSecret, time.Time{}.AddDate(2000, 0, 0))
	switch {
	case !onlyRunes(u.Username, isPrintable):
		return errors.New("the user name is empty or has spaces")
	case u.Sub != "" && !onlyRunes(u.Sub, isPrintable):
		return errors.New("the sub has spaces")
	case slices.ContainsFunc(u.Groups, func(name string) bool { return !onlyRunes(name, isPrintable) }):
		return errors.New("the name of a group is empty or has spaces")
	case u.TemporaryPassword && u.Password == "":
		return errors.New("the temporary password is empty")
	case states > 1:
		return errors.New("only one of Unconfirmed, TemporaryPassword and ResetRequired is possible")
	case u.TOTPSecret != "" && badSecret != nil:
		return errors.New("the TOTP secret is not base32")
	case u.PreferredMFA != "" && !slices.Contains(u.MFA, u.PreferredMFA):
		return errors.New("the preferred factor is not in MFA")
	}
	return nil
}

// setSub gives a new user the id, unless it is empty.
func (d *directory) setSub(u *user, sub string) error {
	switch {
	case sub == "":
		return nil
	case d.bySub[sub] != nil:
		return errors.New("another user has the sub")
	case u.username == u.sub:
		u.username = sub
	}
	u.sub = sub
	return nil
}

// enroll sets the MFA factors of add.
func (u *user) enroll(add User) error {
	u.totp.secret = add.TOTPSecret
	for _, factor := range add.MFA {
		if !slices.Contains(factors(), factor) {
			return fmt.Errorf("factor %q is not one of %s", factor, strings.Join(factors(), ", "))
		}
		if !u.hasDelivery(factor) {
			return fmt.Errorf("the user has nothing to use %s with", factor)
		}
	}
	u.mfa = slices.DeleteFunc(factors(), func(f string) bool { return !slices.Contains(add.MFA, f) })
	u.preferredMFA = add.PreferredMFA
	return nil
}

func (o *userAdmin) setInitialPassword(u *user, add User) error {
	if add.TemporaryPassword {
		o.passwords.setTemporary(u, add.Password)
		return nil
	}
	u.status = statusConfirmed
	if add.Password != "" {
		o.passwords.set(u, add.Password)
	}
	switch {
	case add.Unconfirmed:
		u.status = statusUnconfirmed
		_, err := o.outbox.sendSignUpCode(u, kindSignUp, administrator(nil))
		return err
	case add.ResetRequired:
		u.status = statusResetRequired
	}
	return nil
}
