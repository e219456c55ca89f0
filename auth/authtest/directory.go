package authtest

import (
	"maps"
	"slices"
	"strings"
)

// directory holds the users and knows by which names they go.
type directory struct {
	clock         *clock
	caseSensitive bool
	// usernameAttributes and aliasAttributes are those of the Config.
	usernameAttributes, aliasAttributes []string
	byName                              map[string]*user
	bySub                               map[string]*user
	// links are the users that people at identity providers sign in as.
	links map[providerSubject]*user
}

func newDirectory(cfg Config, clock *clock) *directory {
	return &directory{
		clock:              clock,
		caseSensitive:      cfg.CaseSensitive,
		usernameAttributes: cfg.UsernameAttributes,
		aliasAttributes:    cfg.AliasAttributes,
		byName:             map[string]*user{},
		bySub:              map[string]*user{},
		links:              map[providerSubject]*user{},
	}
}

// fold returns a name in the form in which names are compared.
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
	maps.DeleteFunc(d.links, func(_ providerSubject, owner *user) bool { return owner == u })
}

// has reports whether the user still exists.
func (d *directory) has(u *user) bool {
	return d.byName[d.fold(u.username)] == u
}

// find returns the user who signs in with the name, or nil.
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

// anyName is like find and also accepts a sub.
func (d *directory) anyName(name string) *user {
	if u := d.find(name); u != nil {
		return u
	}
	return d.bySub[name]
}

// owner returns a user, other than except, who has the value in the attribute, or nil. With
// verified, only a verified value counts.
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

// list returns all users by user name.
func (d *directory) list() []*user {
	return slices.SortedFunc(
		maps.Values(d.byName),
		func(a, b *user) int { return strings.Compare(a.username, b.username) },
	)
}

// reserveAlias makes sure that nobody else signs in with a contact that is about to become the
// user's. With force the other user loses the contact as an alias.
func (d *directory) reserveAlias(u *user, attribute, address string, force bool) error {
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

// reserveAliases reserves every contact with which the user signs in.
func (d *directory) reserveAliases(u *user, force bool) error {
	for _, attribute := range slices.Concat(d.usernameAttributes, d.aliasAttributes) {
		value := u.attributes[attribute]
		signsIn := attribute == attrPreferredUsername || len(d.usernameAttributes) > 0 ||
			u.attributes[attribute+verifiedSuffix] == "true"
		if value == "" || !signsIn {
			continue
		}
		if err := d.reserveAlias(u, attribute, value, force); err != nil {
			return err
		}
	}
	return nil
}

// verifyContact makes an address that a code reached the user's verified one. If the user has
// another address by now, the code proves nothing about that one, and nothing changes.
func (d *directory) verifyContact(u *user, attribute, address string, force bool) error {
	if current := u.attributes[attribute]; current != "" && current != address {
		return nil
	}
	return d.setVerified(u, attribute, address, force)
}

// setVerified makes the address the user's verified one, replacing any other.
func (d *directory) setVerified(u *user, attribute, address string, force bool) error {
	if err := d.reserveAlias(u, attribute, address, force); err != nil {
		return err
	}
	u.attributes[attribute] = address
	u.attributes[attribute+verifiedSuffix] = "true"
	u.modified = d.clock.now()
	return nil
}

// newUser returns a user who is not in the directory yet, or an error if the name is invalid or
// taken.
func (d *directory) newUser(name string, values map[string]string) (*user, error) {
	now := d.clock.now()
	u := &user{username: d.fold(name), sub: newUUID(), created: now, modified: now, attributes: map[string]string{}}
	u.setAttributes(values)
	if len(d.usernameAttributes) > 0 {
		return u, d.nameByAttribute(u, name)
	}
	switch {
	case slices.Contains(d.aliasAttributes, attrEmail) && isEmail(name):
		return nil, refuse(codeInvalidParameter,
			"Username cannot be of email format, since user pool is configured for email alias.")
	case slices.Contains(d.aliasAttributes, attrPhone) && isPhone(name):
		return nil, refuse(codeInvalidParameter,
			"Username cannot be of phone number format, since user pool is configured for phone number alias.")
	case d.byName[d.fold(name)] != nil:
		return nil, refuse(codeUsernameExists, "User already exists")
	}
	return u, nil
}

// nameByAttribute names a user of a pool whose users sign up with an address or a number: the name
// becomes an attribute, and the sub becomes the user name.
func (d *directory) nameByAttribute(u *user, name string) error {
	attribute := attrEmail
	if isPhone(name) {
		attribute = attrPhone
	}
	switch allowed := d.usernameAttributes; {
	case (isEmail(name) || isPhone(name)) && slices.Contains(allowed, attribute):
	case len(allowed) > 1:
		return refuse(codeInvalidParameter, "Username should be either an email or a phone number.")
	case allowed[0] == attrEmail:
		return refuse(codeInvalidParameter, "Username should be an email.")
	default:
		return refuse(codeInvalidParameter, "Username should be a phone number.")
	}
	u.username = u.sub
	u.attributes[attribute] = name
	for _, attribute := range d.usernameAttributes {
		if d.owner(attribute, u.attributes[attribute], nil, false) != nil {
			return refuse(codeUsernameExists, "An account with the given %s already exists.", attribute)
		}
	}
	return nil
}

// hasPasskey reports whether any user has the passkey.
func (d *directory) hasPasskey(id []byte) bool {
	for _, u := range d.byName {
		if u.passkeys.find(id) != nil {
			return true
		}
	}
	return false
}
