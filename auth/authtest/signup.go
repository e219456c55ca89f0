package authtest

import (
	"slices"
	"time"
)

type signUpInput struct {
	namedCall
	Password       string      `wire:"Password,Password"`
	UserAttributes []attribute `wire:"UserAttributes"`
	ValidationData []attribute `wire:"ValidationData"`
}

type signUpOutput struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails *delivery `json:",omitempty"`
	Session             string    `json:",omitempty"`
}

// signUpCodeValidity is how long a confirmation code is good for.
const signUpCodeValidity = 24 * time.Hour

// registration are the operations of users who have not signed in: sign-up and password recovery.
type registration struct {
	*core
	sessions *challengeSessions
	hidden   *hiddenUsers
}

func (r *registration) signUp(in signUpInput) (any, error) {
	c, err := r.callingClient(in.namedCall)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if create := r.settings.shown.AdminCreateUserConfig; create != nil && create.AllowAdminCreateUserOnly {
		return nil, notAuthorized("SignUp is not permitted for this user pool")
	}
	if err := r.passwords.checkSignUpPassword(in.Password); err != nil {
		return nil, err
	}
	if err := r.settings.checkClientAttributes(c, attributeMap(in.UserAttributes)); err != nil {
		return nil, err
	}
	u, err := r.signedUp(in)
	if err != nil {
		return nil, err
	}
	var sent *delivery
	if u.status == statusConfirmed {
		err = r.lambdas.postConfirmation(u, sourceConfirmSignUp, in.caller())
	} else {
		sent, err = r.outbox.sendSignUpCode(u, kindSignUp, in.caller())
	}
	if err != nil {
		return nil, err
	}
	return signUpOutput{
		UserConfirmed: u.status == statusConfirmed, UserSub: u.sub, CodeDeliveryDetails: sent, Session: r.signUpSession(c, u),
	}, nil
}

// signedUp puts the user into the directory whom PreSignUp lets in.
func (r *registration) signedUp(in signUpInput) (*user, error) {
	values := attributeMap(in.UserAttributes)
	u, err := r.users.newUser(in.Username, values)
	if err != nil {
		return nil, err
	}
	if err := r.settings.checkRequired(u.attributes); err != nil {
		return nil, err
	}
	u.status = statusUnconfirmed
	said, err := r.lambdas.preSignUp(u, sourceSignUp, in.ValidationData, in.caller())
	if err != nil {
		return nil, err
	}
	// Somebody else may have come while the trigger ran.
	if _, err := r.users.newUser(in.Username, values); err != nil {
		return nil, err
	}
	if err := r.users.claimAlias(u, attrPreferredUsername, values[attrPreferredUsername], false); err != nil {
		return nil, err // other aliases are claimed when they are verified
	}
	if in.Password != "" {
		r.passwords.setPassword(u, in.Password)
	}
	u.status = statusUnconfirmed
	if err := r.obeyPreSignUp(u, said); err != nil {
		return nil, err
	}
	r.users.add(u)
	return u, nil
}

// checkSignUpPassword wants a password, unless there are other ways to sign in.
func (ps *passwords) checkSignUpPassword(password string) error {
	switch {
	case password != "":
		return ps.checkNewPassword(password)
	case ps.settings.factors().passwordless():
		return nil
	}
	return malformed(codeInvalidParameter, "1 validation error detected: %s", missing("password"))
}

// newUser makes a user who is not in the directory yet, or says why there cannot be one of that
// name.
func (d *directory) newUser(name string, values map[string]string) (*user, error) {
	now := d.clock.now()
	u := &user{username: name, sub: newUUID(), created: now, modified: now, attributes: map[string]string{}}
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

// nameByAttribute names a user of a pool whose users sign up with an address or a number: that
// becomes an attribute, and the sub is the user name.
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

// sendSignUpCode sends a code to the attribute that the pool verifies, to the phone where it could
// be either. It returns nil if the user has none.
func (ob *outbox) sendSignUpCode(u *user, kind string, from caller) (*delivery, error) {
	for _, attribute := range []string{attrPhone, attrEmail} {
		address := u.attributes[attribute]
		if address == "" || !slices.Contains(ob.settings.cfg.AutoVerifiedAttributes, attribute) {
			continue
		}
		u.signUpCode = sentCode{
			code: newCode(), attribute: attribute, address: address, expires: ob.clock.now().Add(signUpCodeValidity),
		}
		sent := deliveryTo(attribute, address)
		return sent, ob.send(u, Message{
			Medium: sent.DeliveryMedium, Destination: address, Code: u.signUpCode.code, Kind: kind,
		}, from)
	}
	return nil, nil
}
