package authtest

import (
	"math"
	"slices"
	"time"
)

type forgotPasswordInput struct {
	ClientID   string `wire:"ClientId,ClientId,required"`
	Username   string `wire:"Username,Username,required"`
	SecretHash string `wire:"SecretHash,SecretHash"`
	callContext
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
	c, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	if err := c.checkSecretHash(in.SecretHash, in.Username); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Equal(p.cfg.AccountRecovery, []string{recoveryAdmin}) {
		return nil, notAuthorized("Contact administrator to reset password.")
	}
	from := caller{clientID: c.id, metadata: in.ClientMetadata}
	if err := p.migrate(in.Username, "", sourceMigrateForgotPassword, from); err != nil {
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
	sent, err := p.sendResetCode(u, code, from)
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

// stranger is the stand-in for a user who does not exist, or seems not to. Calls about it are counted as about a real user, and
// no code is ever the right one.
func (p *Pool) stranger(name string) *user {
	name = p.users.fold(name)
	if p.strangers == nil {
		p.strangers = map[string]*user{}
	}
	u := p.strangers[name]
	if u == nil {
		u = &user{resetCode: sentCode{code: randomText(32, alphanumeric), expires: p.Now().Add(math.MaxInt64)}}
		p.strangers[name] = u
	}
	return u
}
