package authtest

import (
	"time"
)

type signUpInput struct {
	signedOutCall
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

// signUpCodeValidity is how long a confirmation code is valid.
const signUpCodeValidity = 24 * time.Hour

// registration are the operations of users who have not signed in: sign-up and password recovery.
type registration struct {
	*core
	sessions *challengeSessions
	hidden   *hiddenUsers
}

func (r *registration) signUp(in signUpInput) (any, error) {
	c, err := r.callingClient(in.signedOutCall)
	if err != nil {
		return nil, err
	}
	if create := r.settings.shown.AdminCreateUserConfig; create != nil && create.AllowAdminCreateUserOnly {
		return nil, notAuthorized("SignUp is not permitted for this user pool")
	}
	if err := r.passwords.checkSignUp(in.Password); err != nil {
		return nil, err
	}
	if err := r.settings.checkClientAttributes(c, attributeMap(in.UserAttributes), signUpReport()); err != nil {
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
		UserConfirmed:       u.status == statusConfirmed,
		UserSub:             u.sub,
		CodeDeliveryDetails: sent,
		Session:             r.signUpSession(c, u),
	}, nil
}

// signedUp adds the new user to the directory, unless PreSignUp refuses.
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
	if err := r.users.reserveAlias(u, attrPreferredUsername, values[attrPreferredUsername], false); err != nil {
		return nil, err // other aliases are claimed when they are verified
	}
	if in.Password != "" {
		r.passwords.set(u, in.Password)
	}
	u.status = statusUnconfirmed
	if err := r.obeyPreSignUp(u, said); err != nil {
		return nil, err
	}
	r.users.add(u)
	return u, nil
}

// checkSignUp requires a password, unless users can sign in without one.
func (ps *passwords) checkSignUp(password string) error {
	switch {
	case password != "":
		return ps.checkNew(password)
	case ps.settings.factors().passwordless():
		return nil
	}
	return malformed(codeInvalidParameter, "1 validation error detected: %s", missing("password"))
}
