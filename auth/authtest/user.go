package authtest

import (
	"maps"
	"slices"
	"strings"
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
	// username is the internal user name: what the user signed up with, or the sub where e-mail
	// addresses or phone numbers are user names.
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

	groups   []*userGroup
	passkeys passkeys

	// devices are in the order in which their keys were issued, and issued counts them.
	devices []*device
	issued  int
}

// sentCode is the newest code for one purpose.
type sentCode struct {
	code, attribute, address string
	expires                  time.Time
}

// directory holds the users and knows by which names they go.
type directory struct {
	clock         *clock
	caseSensitive bool
	// usernameAttributes and aliasAttributes are those of the Config.
	usernameAttributes, aliasAttributes []string
	byName                              map[string]*user
	bySub                               map[string]*user
}

func newDirectory(cfg Config, clock *clock) *directory {
	return &directory{
		clock:              clock,
		caseSensitive:      cfg.CaseSensitive,
		usernameAttributes: cfg.UsernameAttributes,
		aliasAttributes:    cfg.AliasAttributes,
		byName:             map[string]*user{},
		bySub:              map[string]*user{},
	}
}

// fold brings a name into the form in which names are compared.
func (d *directory) fold(name string) string {
	if d.caseSensitive {
		return name
	}
	return strings.ToLower(name)
}

func (d *directory) add(u *user) {
	d.byName[d.fold(u.username)] = u
	d.bySub[u.sub] = u
}

func (d *directory) remove(u *user) {
	delete(d.byName, d.fold(u.username))
	delete(d.bySub, u.sub)
}

// has reports whether the user was not deleted.
func (d *directory) has(u *user) bool {
	return d.byName[d.fold(u.username)] == u
}

// find returns the user who signs in with name, or nil.
func (d *directory) find(name string) *user {
	if u := d.byName[d.fold(name)]; u != nil {
		return u
	}
	for _, attribute := range d.usernameAttributes {
		if u := d.owner(attribute, name, nil, false); u != nil {
			return u
		}
	}
	for _, attribute := range d.aliasAttributes {
		if u := d.owner(attribute, name, nil, attribute != attrPreferredUsername); u != nil {
			return u
		}
	}
	return nil
}

// anyName is find, and takes a sub as well.
func (d *directory) anyName(name string) *user {
	if u := d.find(name); u != nil {
		return u
	}
	return d.bySub[name]
}

// owner returns the user other than except who has the value in the attribute, verified or not as
// wanted.
func (d *directory) owner(attribute, value string, except *user, verified bool) *user {
	for _, u := range d.byName {
		if u == except || d.fold(u.attributes[attribute]) != d.fold(value) || value == "" {
			continue
		}
		if !verified || u.attributes[attribute+verifiedSuffix] == "true" {
			return u
		}
	}
	return nil
}

// aliasOwner returns the other user who signs in with this value of the attribute, or nil.
func (d *directory) aliasOwner(attribute, value string, except *user) *user {
	switch {
	case slices.Contains(d.usernameAttributes, attribute):
		return d.owner(attribute, value, except, false)
	case slices.Contains(d.aliasAttributes, attribute):
		return d.owner(attribute, value, except, attribute != attrPreferredUsername)
	}
	return nil
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

// allow counts a call of an operation and reports whether it is within its limit per hour.
func (u *user) allow(operation string, limit int, now time.Time) bool {
	recent := slices.DeleteFunc(u.tries[operation], func(at time.Time) bool { return now.Sub(at) >= time.Hour })
	allowed := len(recent) < limit
	if allowed {
		recent = append(recent, now)
	}
	if u.tries == nil {
		u.tries = map[string][]time.Time{}
	}
	u.tries[operation] = recent
	return allowed
}

// list is everybody, by user name.
func (d *directory) list() []*user {
	return slices.SortedFunc(maps.Values(d.byName), func(a, b *user) int { return strings.Compare(a.username, b.username) })
}

// claimAlias makes sure that nobody else signs in with a contact which is about to become the
// user's. With force the other user loses it.
func (d *directory) claimAlias(u *user, attribute, address string, force bool) error {
	other := d.aliasOwner(attribute, address, u)
	switch {
	case other == nil:
		return nil
	case !force:
		return refuse(codeAliasExists, "An account with the %s already exists.", attribute)
	}
	delete(other.attributes, attribute+verifiedSuffix)
	return nil
}

// claimAll claims every contact with which the user signs in.
func (d *directory) claimAll(u *user, force bool) error {
	for _, attribute := range slices.Concat(d.usernameAttributes, d.aliasAttributes) {
		value := u.attributes[attribute]
		signsIn := attribute == attrPreferredUsername || len(d.usernameAttributes) > 0 ||
			u.attributes[attribute+verifiedSuffix] == "true"
		if value == "" || !signsIn {
			continue
		}
		if err := d.claimAlias(u, attribute, value, force); err != nil {
			return err
		}
	}
	return nil
}

// verifyContact makes an address that a code reached the user's verified one. If the user has
// another one by now, the code says nothing about that.
func (d *directory) verifyContact(u *user, attribute, address string, force bool) error {
	if current := u.attributes[attribute]; current != "" && current != address {
		return nil
	}
	if err := d.claimAlias(u, attribute, address, force); err != nil {
		return err
	}
	u.attributes[attribute] = address
	u.attributes[attribute+verifiedSuffix] = "true"
	u.modified = d.clock.now()
	return nil
}

type deleteUserInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

// ownAccount are the operations of signed-in users on their own account.
type ownAccount struct {
	*core
	sessions *challengeSessions
}

// deleteUser has users delete themselves.
func (o *ownAccount) deleteUser(in deleteUserInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	o.removeUser(u)
	return noOutput{}, nil
}

// removeUser removes the user with all devices. The name is free again, but what was issued to the
// old user stays useless.
func (k *core) removeUser(u *user) {
	k.users.remove(u)
	delete(k.passwords.lockouts, u.username)
}

type getUserInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

type getUserOutput struct {
	Username            string
	UserAttributes      []attribute
	UserMFASettingList  []string `json:",omitempty"`
	PreferredMfaSetting string   `json:",omitempty"`
}

func (o *ownAccount) getUser(in getUserInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	u, token, err := o.tokenOwner(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return getUserOutput{
		Username: u.username, UserAttributes: readable(u.attributeList(), token.client),
		UserMFASettingList: u.mfa, PreferredMfaSetting: u.preferredMFA,
	}, nil
}

// readable are the attributes that the client shows to the user.
func readable(list []attribute, c *appClient) []attribute {
	return slices.DeleteFunc(list, func(a attribute) bool { return !c.mayRead(a.Name) })
}
