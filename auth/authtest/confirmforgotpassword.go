package authtest

type confirmForgotPasswordInput struct {
	namedCall
	ConfirmationCode string `wire:"ConfirmationCode,Code,required"`
	Password         string `wire:"Password,Password,required"`
}

// confirmForgotPasswordLimit is how many calls are allowed per user and hour. The service allows 5 to 20, by the risk that it
// sees.
const confirmForgotPasswordLimit = 5

func (p *Pool) confirmForgotPassword(in confirmForgotPasswordInput) (any, error) {
	c, err := p.callingClient(in.namedCall)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.users.find(in.Username)
	switch {
	case c.hideUsers && (u == nil || u.disabled):
		u = p.stranger(in.Username)
	case u == nil:
		return nil, refuse(codeUserNotFound, textCombinationNotFound)
	case u.disabled:
		return nil, notAuthorized(textUserDisabled)
	}
	if err := p.checkResetCode(u, in.ConfirmationCode); err != nil {
		return nil, err
	}
	if err := p.checkAnsweredPassword(u, in.Password); err != nil {
		return nil, err // the code is still good
	}
	p.resetPassword(u, in.Password)
	return struct{}{}, p.postConfirmation(u, sourceConfirmForgot, in.caller())
}

func (p *Pool) checkResetCode(u *user, code string) error {
	switch {
	case !u.allow("ConfirmForgotPassword", confirmForgotPasswordLimit, p.Now()):
		return refuse(codeLimitExceeded, textAttemptLimitExceeded)
	case u.resetCode.code == "" || !p.Now().Before(u.resetCode.expires):
		return refuse(codeExpiredCode, textExpiredCode)
	case !sameSecret(u.resetCode.code, code):
		return refuse(codeCodeMismatch, textWrongVerificationCode)
	}
	return nil
}

// resetPassword ends a recovery. The contact that the code reached counts as verified, unless somebody else has claimed it.
func (p *Pool) resetPassword(u *user, password string) {
	_ = p.verifyContact(u, u.resetCode.attribute, u.resetCode.address, false)
	p.setPassword(u, password)
	u.resetCode = sentCode{}
	delete(p.lockouts, u.username)
}
