package authtest

type confirmSignUpInput struct {
	signedOutCall
	ConfirmationCode   string `wire:"ConfirmationCode,Code,required"`
	ForceAliasCreation bool   `wire:"ForceAliasCreation"`
	Session            string `wire:"Session,Session"`
}

type confirmSignUpOutput struct {
	Session string `json:",omitempty"`
}

type resendConfirmationCodeInput struct {
	signedOutCall
}

type resendConfirmationCodeOutput struct {
	CodeDeliveryDetails *delivery
}

// The calls allowed per user and hour.
const (
	confirmSignUpLimit = 15
	resendLimit        = 5
)

func (r *registration) confirmSignUp(in confirmSignUpInput) (any, error) {
	c, err := r.callingClient(in.signedOutCall)
	if err != nil {
		return nil, err
	}
	u := r.users.find(in.Username)
	switch {
	case u == nil && c.hideUsers:
		u = r.hidden.placeholder(in.Username)
	case u == nil:
		return nil, refuse(codeUserNotFound, textCombinationNotFound)
	}
	if err := r.checkSignUpSession(c, u, in.Session); err != nil {
		return nil, err
	}
	if err := r.checkSignUpCode(u, in.ConfirmationCode); err != nil {
		return nil, err
	}
	sent := u.signUpCode
	if err := r.users.verifyContact(u, sent.attribute, sent.address, in.ForceAliasCreation); err != nil {
		return nil, err
	}
	u.status, u.signUpCode = statusConfirmed, sentCode{}
	if err := r.lambdas.postConfirmation(u, sourceConfirmSignUp, in.caller()); err != nil {
		return nil, err
	}
	return confirmSignUpOutput{Session: r.signUpSession(c, u)}, nil
}

func (r *registration) checkSignUpCode(u *user, code string) error {
	if err := u.allow("ConfirmSignUp", confirmSignUpLimit, r.clock.now()); err != nil {
		return err
	}
	if u.status != statusUnconfirmed {
		return refuse(codeNotAuthorized, "User cannot be confirmed. Current status is %s", u.status)
	}
	return u.signUpCode.check(code, r.clock.now())
}

// resendConfirmationCode sends a new code. Earlier codes stop working.
func (r *registration) resendConfirmationCode(in resendConfirmationCodeInput) (any, error) {
	c, err := r.callingClient(in.signedOutCall)
	if err != nil {
		return nil, err
	}
	u := r.users.find(in.Username)
	refused := checkResendable(u)
	switch {
	case refused != nil && !c.hideUsers:
		return nil, refused
	case refused != nil:
		u = r.hidden.placeholder(in.Username)
	}
	if err := u.allow("ResendConfirmationCode", resendLimit, r.clock.now()); err != nil {
		return nil, err
	}
	if refused != nil {
		return resendConfirmationCodeOutput{CodeDeliveryDetails: r.hidden.delivery(in.Username)}, nil
	}
	sent, err := r.outbox.sendSignUpCode(u, kindResend, in.caller())
	switch {
	case err != nil:
		return nil, err
	case sent == nil:
		return nil, refuse(codeInvalidParameter, "Cannot resend codes. Auto verification not turned on.")
	}
	return resendConfirmationCodeOutput{CodeDeliveryDetails: sent}, nil
}

// checkResendable refuses users who need no further code; nil is an unknown user.
func checkResendable(u *user) error {
	switch {
	case u == nil:
		return refuse(codeUserNotFound, textCombinationNotFound)
	case u.disabled:
		return notAuthorized(textUserDisabled)
	case u.status != statusUnconfirmed:
		return refuse(codeInvalidParameter, "User is already confirmed.")
	}
	return nil
}
