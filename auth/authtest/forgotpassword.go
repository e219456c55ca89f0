package authtest

import (
	"slices"
	"time"
)

type forgotPasswordInput struct {
	namedCall
}

type forgotPasswordOutput struct {
	CodeDeliveryDetails *delivery
}

const (
	resetCodeValidity   = time.Hour
	forgotPasswordLimit = 5 // calls per user and hour
)

// forgotPassword sends a code to the contact by which the account is recovered. Where the pool
// hides who exists, everybody seems to have one.
func (r *registration) forgotPassword(in forgotPasswordInput) (any, error) {
	c, err := r.callingClient(in.namedCall)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
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
		u = r.hidden.stranger(in.Username)
	case u.status == statusForceChangePassword:
		return nil, notAuthorized(textPasswordResetForbidden)
	}
	if !u.allow("ForgotPassword", forgotPasswordLimit, r.clock.now()) {
		return nil, refuse(codeLimitExceeded, textAttemptLimitExceeded)
	}
	// Both are made in either case, so that the time taken says nothing about the user.
	code, simulated := newCode(), r.hidden.simulatedDelivery(in.Username)
	if unrecoverable != nil {
		return forgotPasswordOutput{CodeDeliveryDetails: simulated}, nil
	}
	sent, err := r.outbox.sendResetCode(u, code, in.caller())
	return forgotPasswordOutput{CodeDeliveryDetails: sent}, err
}

// checkRecoverable refuses users, or nil for none, whom a code cannot be sent to.
func (st *settings) checkRecoverable(u *user) error {
	switch {
	case u == nil:
		return refuse(codeUserNotFound, textCombinationNotFound)
	case u.disabled:
		return notAuthorized(textUserDisabled)
	case u.status == statusForceChangePassword:
		return nil // who must change a temporary password is told so, whatever contact there is
	case st.recoveryAttribute(u) == "":
		return refuse(codeInvalidParameter, textNoRecoveryContact)
	case u.status == statusUnconfirmed:
		return notAuthorized(textPasswordResetForbidden)
	}
	return nil
}

// sendResetCode sends the code to the user's recovery contact, of which there must be one. Codes
// before it stop working.
func (ob *outbox) sendResetCode(u *user, code string, from caller) (*delivery, error) {
	attribute := ob.settings.recoveryAttribute(u)
	address := u.attributes[attribute]
	u.resetCode = sentCode{code: code, attribute: attribute, address: address, expires: ob.clock.now().Add(resetCodeValidity)}
	sent := deliveryTo(attribute, address)
	return sent, ob.send(u, Message{
		Medium: sent.DeliveryMedium, Destination: address, Code: code, Kind: kindResetPassword,
	}, from)
}

type confirmForgotPasswordInput struct {
	namedCall
	ConfirmationCode string `wire:"ConfirmationCode,Code,required"`
	Password         string `wire:"Password,Password,required"`
}

// confirmForgotPasswordLimit is how many calls are allowed per user and hour. The service allows 5
// to 20, by the risk that it sees.
const confirmForgotPasswordLimit = 5

func (r *registration) confirmForgotPassword(in confirmForgotPasswordInput) (any, error) {
	c, err := r.callingClient(in.namedCall)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	u := r.users.find(in.Username)
	switch {
	case c.hideUsers && (u == nil || u.disabled):
		u = r.hidden.stranger(in.Username)
	case u == nil:
		return nil, refuse(codeUserNotFound, textCombinationNotFound)
	case u.disabled:
		return nil, notAuthorized(textUserDisabled)
	}
	if err := r.checkResetCode(u, in.ConfirmationCode); err != nil {
		return nil, err
	}
	if err := r.passwords.checkAnsweredPassword(u, in.Password); err != nil {
		return nil, err // the code is still good
	}
	r.resetPassword(u, in.Password)
	return struct{}{}, r.lambdas.postConfirmation(u, sourceConfirmForgot, in.caller())
}

func (r *registration) checkResetCode(u *user, code string) error {
	switch {
	case !u.allow("ConfirmForgotPassword", confirmForgotPasswordLimit, r.clock.now()):
		return refuse(codeLimitExceeded, textAttemptLimitExceeded)
	case u.resetCode.code == "" || !r.clock.now().Before(u.resetCode.expires):
		return refuse(codeExpiredCode, textExpiredCode)
	case !sameSecret(u.resetCode.code, code):
		return refuse(codeCodeMismatch, textWrongVerificationCode)
	}
	return nil
}

// resetPassword ends a recovery. The contact that the code reached counts as verified, unless
// somebody else has claimed it.
func (r *registration) resetPassword(u *user, password string) {
	_ = r.users.verifyContact(u, u.resetCode.attribute, u.resetCode.address, false)
	r.passwords.setPassword(u, password)
	u.resetCode = sentCode{}
	delete(r.passwords.lockouts, u.username)
}

// recoveryAttribute is the verified contact by which the user's password is reset, or "". It is
// none by which the user gets codes at sign-in, or one stolen phone would do for both. Without a
// setting the phone comes first and nothing is kept back, as in old pools.
func (st *settings) recoveryAttribute(u *user) string {
	order := st.cfg.AccountRecovery
	if len(order) == 0 {
		order = []string{recoveryPhone, recoveryEmail}
	}
	attributes := map[string]string{recoveryPhone: attrPhone, recoveryEmail: attrEmail}
	for _, mechanism := range order {
		attribute := attributes[mechanism]
		second := len(st.cfg.AccountRecovery) > 0 && slices.Contains(u.mfa, factorOf(attribute))
		if !second && attribute != "" && u.attributes[attribute] != "" && u.attributes[attribute+verifiedSuffix] == "true" {
			return attribute
		}
	}
	return ""
}

// factorOf is the second factor that sends its codes to the contact.
func factorOf(contact string) string {
	if contact == attrPhone {
		return challengeSMS
	}
	return challengeEmail
}
