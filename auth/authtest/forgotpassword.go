package authtest

import (
	"slices"
	"time"
)

type forgotPasswordInput struct {
	signedOutCall
}

type forgotPasswordOutput struct {
	CodeDeliveryDetails *delivery
}

const (
	resetCodeValidity   = time.Hour
	forgotPasswordLimit = 5 // calls per user and hour
)

// forgotPassword sends a code to the contact by which the account is recovered. If the client hides
// which users exist, every user seems to have one.
func (r *registration) forgotPassword(in forgotPasswordInput) (any, error) {
	c, err := r.callingClient(in.signedOutCall)
	if err != nil {
		return nil, err
	}
	if slices.Equal(r.settings.cfg.AccountRecovery, []string{recoveryAdmin}) {
		return nil, notAuthorized("Contact administrator to reset password.")
	}
	if err := r.migrate(in.Username, "", sourceMigrateForgotPassword, in.caller()); err != nil {
		return nil, err
	}
	u := r.users.find(in.Username)
	unrecoverable := r.settings.checkRecoverable(u)
	switch {
	case unrecoverable != nil && !c.hideUsers:
		return nil, unrecoverable
	case unrecoverable != nil:
		u = r.hidden.placeholder(in.Username)
	case u.status == statusForceChangePassword:
		return nil, notAuthorized(textPasswordResetForbidden)
	}
	if err := u.allow("ForgotPassword", forgotPasswordLimit, r.clock.now()); err != nil {
		return nil, err
	}
	// Both are made in either case, so that the time taken says nothing about the user.
	code, simulated := newCode(), r.hidden.delivery(in.Username)
	if unrecoverable != nil {
		return forgotPasswordOutput{CodeDeliveryDetails: simulated}, nil
	}
	sent, err := r.outbox.sendResetCode(u, code, in.caller())
	return forgotPasswordOutput{CodeDeliveryDetails: sent}, err
}

type confirmForgotPasswordInput struct {
	signedOutCall
	ConfirmationCode string `wire:"ConfirmationCode,Code,required"`
	Password         string `wire:"Password,Password,required"`
}

// confirmForgotPasswordLimit is how many calls are allowed per user and hour. The service allows 5
// to 20, by the risk that it sees.
const confirmForgotPasswordLimit = 5

func (r *registration) confirmForgotPassword(in confirmForgotPasswordInput) (any, error) {
	c, err := r.callingClient(in.signedOutCall)
	if err != nil {
		return nil, err
	}
	u := r.users.find(in.Username)
	switch {
	case c.hideUsers && (u == nil || u.disabled):
		u = r.hidden.placeholder(in.Username)
	case u == nil:
		return nil, refuse(codeUserNotFound, textCombinationNotFound)
	case u.disabled:
		return nil, notAuthorized(textUserDisabled)
	}
	if err := r.checkResetCode(u, in.ConfirmationCode); err != nil {
		return nil, err
	}
	if err := r.passwords.checkAnswered(u, in.Password); err != nil {
		return nil, err // the code is still good
	}
	r.resetPassword(u, in.Password)
	return struct{}{}, r.lambdas.postConfirmation(u, sourceConfirmForgot, in.caller())
}

func (r *registration) checkResetCode(u *user, code string) error {
	if err := u.allow("ConfirmForgotPassword", confirmForgotPasswordLimit, r.clock.now()); err != nil {
		return err
	}
	return u.resetCode.check(code, r.clock.now())
}

// resetPassword ends a recovery. The contact that received the code becomes verified, unless
// another user has it as an alias by now.
func (r *registration) resetPassword(u *user, password string) {
	_ = r.users.verifyContact(u, u.resetCode.attribute, u.resetCode.address, false)
	r.passwords.set(u, password)
	u.resetCode = sentCode{}
	delete(r.passwords.lockouts, u.username)
}
