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

// forgotPassword sends a code to the contact by which the account is recovered. Where the pool hides who exists, everybody seems
// to have one.
func (p *Pool) forgotPassword(in forgotPasswordInput) (any, error) {
	c, err := p.callingClient(in.namedCall)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Equal(p.cfg.AccountRecovery, []string{recoveryAdmin}) {
		return nil, notAuthorized("Contact administrator to reset password.")
	}
	if err := p.migrate(in.Username, "", sourceMigrateForgotPassword, in.caller()); err != nil {
		return nil, err
	}
	u := p.users.find(in.Username)
	unrecoverable := p.checkRecoverable(u)
	switch {
	case unrecoverable != nil && !c.hideUsers:
		return nil, unrecoverable
	case unrecoverable != nil:
		u = p.stranger(in.Username)
	case u.status == statusForceChangePassword:
		return nil, notAuthorized(textPasswordResetForbidden)
	}
	if !u.allow("ForgotPassword", forgotPasswordLimit, p.Now()) {
		return nil, refuse(codeLimitExceeded, textAttemptLimitExceeded)
	}
	// Both are made in either case, so that the time taken says nothing about the user.
	code, simulated := newCode(), p.simulatedDelivery(in.Username)
	if unrecoverable != nil {
		return forgotPasswordOutput{CodeDeliveryDetails: simulated}, nil
	}
	sent, err := p.sendResetCode(u, code, in.caller())
	return forgotPasswordOutput{CodeDeliveryDetails: sent}, err
}

// checkRecoverable refuses users, or nil for none, whom a code cannot be sent to.
func (p *Pool) checkRecoverable(u *user) error {
	switch {
	case u == nil:
		return refuse(codeUserNotFound, textCombinationNotFound)
	case u.disabled:
		return notAuthorized(textUserDisabled)
	case u.status == statusForceChangePassword:
		return nil // who must change a temporary password is told so, whatever contact there is
	case p.recoveryAttribute(u) == "":
		return refuse(codeInvalidParameter, textNoRecoveryContact)
	case u.status == statusUnconfirmed:
		return notAuthorized(textPasswordResetForbidden)
	}
	return nil
}

// sendResetCode sends the code to the user's recovery contact, of which there must be one. Codes before it stop working.
func (p *Pool) sendResetCode(u *user, code string, from caller) (*delivery, error) {
	attribute := p.recoveryAttribute(u)
	address := u.attributes[attribute]
	u.resetCode = sentCode{code: code, attribute: attribute, address: address, expires: p.Now().Add(resetCodeValidity)}
	sent := deliveryTo(attribute, address)
	return sent, p.send(u, Message{
		Medium: sent.DeliveryMedium, Destination: address, Code: code, Kind: kindResetPassword,
	}, from)
}
