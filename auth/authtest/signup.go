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

func (p *Pool) signUp(in signUpInput) (any, error) {
	c, err := p.callingClient(in.namedCall)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if create := p.settings.AdminCreateUserConfig; create != nil && create.AllowAdminCreateUserOnly {
		return nil, notAuthorized("SignUp is not permitted for this user pool")
	}
	if err := p.checkSignUpPassword(in.Password); err != nil {
		return nil, err
	}
	if err := p.checkClientAttributes(c, attributeMap(in.UserAttributes)); err != nil {
		return nil, err
	}
	u, err := p.signedUp(in)
	if err != nil {
		return nil, err
	}
	var sent *delivery
	if u.status == statusConfirmed {
		err = p.postConfirmation(u, sourceConfirmSignUp, in.caller())
	} else {
		sent, err = p.sendSignUpCode(u, kindSignUp, in.caller())
	}
	if err != nil {
		return nil, err
	}
	return signUpOutput{
		UserConfirmed: u.status == statusConfirmed, UserSub: u.sub, CodeDeliveryDetails: sent, Session: p.signUpSession(c, u),
	}, nil
}

// signedUp puts the user into the directory whom PreSignUp lets in.
func (p *Pool) signedUp(in signUpInput) (*user, error) {
	values := attributeMap(in.UserAttributes)
	u, err := p.newUser(in.Username, values)
	if err != nil {
		return nil, err
	}
	if err := p.checkRequired(u.attributes); err != nil {
		return nil, err
	}
	u.status = statusUnconfirmed
	said, err := p.preSignUp(u, sourceSignUp, in.ValidationData, in.caller())
	if err != nil {
		return nil, err
	}
	// Somebody else may have come while the trigger ran.
	if _, err := p.newUser(in.Username, values); err != nil {
		return nil, err
	}
	if err := p.claimAlias(u, attrPreferredUsername, values[attrPreferredUsername], false); err != nil {
		return nil, err // other aliases are claimed when they are verified
	}
	if in.Password != "" {
		p.setPassword(u, in.Password)
	}
	u.status = statusUnconfirmed
	if err := p.obeyPreSignUp(u, said); err != nil {
		return nil, err
	}
	p.users.add(u)
	return u, nil
}

// checkSignUpPassword wants a password, unless there are other ways to sign in.
func (p *Pool) checkSignUpPassword(password string) error {
	switch {
	case password != "":
		return p.checkNewPassword(password)
	case p.passwordless():
		return nil
	}
	return malformed(codeInvalidParameter, "1 validation error detected: %s", missing("password"))
}

// newUser makes a user who is not in the directory yet, or says why there cannot be one of that
// name.
func (p *Pool) newUser(name string, values map[string]string) (*user, error) {
	now := p.Now()
	u := &user{username: name, sub: newUUID(), created: now, modified: now, attributes: map[string]string{}}
	u.setAttributes(values)
	if len(p.cfg.UsernameAttributes) > 0 {
		return u, p.nameByAttribute(u, name)
	}
	switch {
	case slices.Contains(p.cfg.AliasAttributes, attrEmail) && isEmail(name):
		return nil, refuse(codeInvalidParameter,
			"Username cannot be of email format, since user pool is configured for email alias.")
	case slices.Contains(p.cfg.AliasAttributes, attrPhone) && isPhone(name):
		return nil, refuse(codeInvalidParameter,
			"Username cannot be of phone number format, since user pool is configured for phone number alias.")
	case p.users.byName[p.users.fold(name)] != nil:
		return nil, refuse(codeUsernameExists, "User already exists")
	}
	return u, nil
}

// nameByAttribute names a user of a pool whose users sign up with an address or a number: that
// becomes an attribute, and the sub is the user name.
func (p *Pool) nameByAttribute(u *user, name string) error {
	attribute := attrEmail
	if isPhone(name) {
		attribute = attrPhone
	}
	switch allowed := p.cfg.UsernameAttributes; {
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
	for _, attribute := range p.cfg.UsernameAttributes {
		if p.users.owner(attribute, u.attributes[attribute], nil, false) != nil {
			return refuse(codeUsernameExists, "An account with the given %s already exists.", attribute)
		}
	}
	return nil
}

// sendSignUpCode sends a code to the attribute that the pool verifies, to the phone where it could
// be either. It returns nil if the user has none.
func (p *Pool) sendSignUpCode(u *user, kind string, from caller) (*delivery, error) {
	for _, attribute := range []string{attrPhone, attrEmail} {
		address := u.attributes[attribute]
		if address == "" || !slices.Contains(p.cfg.AutoVerifiedAttributes, attribute) {
			continue
		}
		u.signUpCode = sentCode{
			code: newCode(), attribute: attribute, address: address, expires: p.Now().Add(signUpCodeValidity),
		}
		sent := deliveryTo(attribute, address)
		return sent, p.send(u, Message{
			Medium: sent.DeliveryMedium, Destination: address, Code: u.signUpCode.code, Kind: kind,
		}, from)
	}
	return nil, nil
}
