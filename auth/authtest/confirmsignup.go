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

// resendConfirmationCode sends a new code, which makes the old ones useless.
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

// checkResendable refuses users, or nil for none, who need no other code.
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

// The steps between a sign-up and the sign-in that follows it have sessions like challenges, under
// names that no answer can have.
const (
	stepSignedUp  = "sign-up"
	stepConfirmed = "confirmed sign-up"
)

// signUpSession is what carries a sign-up over to the next step, where the client may begin
// USER_AUTH.
func (r *registration) signUpSession(c *appClient, u *user) string {
	if !c.allows(flowUser) {
		return ""
	}
	step := stepConfirmed
	if u.status == statusUnconfirmed {
		step = stepSignedUp
	}
	return r.sessions.open(challengeSession{challenge: step, signIn: signIn{user: u, client: c}})
}

// checkSignUpSession wants the session that came out of the user's sign-up, if any comes in:
// Amplify sends none.
func (r *registration) checkSignUpSession(c *appClient, u *user, token string) error {
	if token == "" {
		return nil
	}
	_, err := r.sessions.pendingAt(stepSignedUp, c, u, token)
	return err
}

// autoSignIn takes a sign-up that has just been confirmed for the first factor of the user's first
// sign-in.
func (o *authOperations) autoSignIn(in signIn, token string) (outcome, error) {
	s, err := o.sessions.pendingAt(stepConfirmed, in.client, in.user, token)
	switch {
	case err != nil:
		return outcome{}, err
	case in.signedIn:
		return outcome{}, notAuthorized(textInvalidSession)
	}
	s.used = true
	out, err := o.proceed(in)
	s.used = err == nil
	return out, err
}
