package authtest

import (
	"maps"
	"slices"
	"time"
)

const (
	statusUnconfirmed         = "UNCONFIRMED"
	statusConfirmed           = "CONFIRMED"
	statusResetRequired       = "RESET_REQUIRED"
	statusForceChangePassword = "FORCE_CHANGE_PASSWORD"
)

// user is one user of the pool.
type user struct {
	// username is the internal user name: what the user signed up with, in lower case unless the
	// pool is case-sensitive, or the sub where e-mail addresses or phone numbers are user names.
	username, sub     string
	status            string
	disabled          bool
	created, modified time.Time
	attributes        map[string]string
	// signedIn says that the user has signed in at least once.
	signedIn bool
	// simulated users are stand-ins for names that nobody has.
	simulated bool

	// password is empty for a user who signs in without one.
	password verifier
	// temporaryUntil ends a temporary password.
	temporaryUntil time.Time
	// pastPasswords are those before it that the policy bars, the newest first.
	pastPasswords []verifier
	// signUpCode confirms the sign-up, resetCode a new password.
	signUpCode, resetCode sentCode
	// attributeCodes verify contacts, by attribute.
	attributeCodes map[string]sentCode
	// tries are the recent calls of the operations that are limited per hour.
	tries map[string][]time.Time

	totp softwareToken
	// mfa is the UserMFASettingList, preferredMFA the PreferredMfaSetting.
	mfa          []string
	preferredMFA string

	// identities are the people at identity providers who sign in as the user.
	identities []userIdentity

	// logins are the sign-ins that can be revoked.
	logins userLogins

	groups   []*userGroup
	passkeys passkeys

	// events are the history of sign-ins, and eventsSeen counts them.
	events     []*authEvent
	eventsSeen int

	// devices are in the order in which their keys were issued, and issued counts them.
	devices []*device
	issued  int
}

// attributeList returns the user's attributes as the API lists them: sub first, the rest by name.
func (u *user) attributeList() []attribute {
	list := []attribute{{Name: attrSub, Value: u.sub}}
	for _, name := range slices.Sorted(maps.Keys(u.attributes)) {
		list = append(list, attribute{Name: name, Value: u.attributes[name]})
	}
	return list
}

func (u *user) hasPassword() bool { return u.password.v != nil }
