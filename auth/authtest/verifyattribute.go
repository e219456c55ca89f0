package authtest

import (
	"slices"
	"time"
)

type getUserAttributeVerificationCodeInput struct {
	AccessToken    string            `wire:"AccessToken,Token,required"`
	AttributeName  string            `wire:"AttributeName,AttributeName,required"`
	ClientMetadata map[string]string `wire:"ClientMetadata"`
}

type getUserAttributeVerificationCodeOutput struct {
	CodeDeliveryDetails *delivery
}

type verifyUserAttributeInput struct {
	AccessToken   string `wire:"AccessToken,Token,required"`
	AttributeName string `wire:"AttributeName,AttributeName,required"`
	Code          string `wire:"Code,Code,required"`
}

const (
	attributeCodeValidity = 24 * time.Hour

	// The calls allowed per user and hour.
	attributeCodeLimit   = 5
	verifyAttributeLimit = 15
)

// getUserAttributeVerificationCode sends a code to the contact that the user has. One that waits for its code is not that yet:
// updating once more sends another code there.
func (p *Pool) getUserAttributeVerificationCode(in getUserAttributeVerificationCodeInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, claims, err := p.tokenOwner(in.AccessToken)
	if err != nil {
		return nil, err
	}
	address := u.attributes[in.AttributeName]
	switch {
	case !slices.Contains(contacts(), in.AttributeName):
		return nil, refuse(codeInvalidParameter, textNotVerifiable, in.AttributeName)
	case address == "":
		return nil, refuse(codeInvalidParameter, "User does not have the attribute %s.", in.AttributeName)
	case !u.allow("GetUserAttributeVerificationCode", attributeCodeLimit, p.Now()):
		return nil, refuse(codeLimitExceeded, textAttemptLimitExceeded)
	}
	from := caller{clientID: claims.ClientID, metadata: in.ClientMetadata}
	sent, err := p.sendAttributeCode(u, attribute{in.AttributeName, address}, kindVerifyAttribute, from)
	return getUserAttributeVerificationCodeOutput{CodeDeliveryDetails: sent}, err
}

// sendAttributeCode sends a code that verifies the contact. Codes before it, for the same attribute, stop working.
func (p *Pool) sendAttributeCode(u *user, contact attribute, kind string, from caller) (*delivery, error) {
	if u.attributeCodes == nil {
		u.attributeCodes = map[string]sentCode{}
	}
	code := newCode()
	u.attributeCodes[contact.Name] = sentCode{
		code: code, attribute: contact.Name, address: contact.Value, expires: p.Now().Add(attributeCodeValidity),
	}
	sent := deliveryTo(contact.Name, contact.Value)
	return sent, p.send(u, Message{
		Medium: sent.DeliveryMedium, Destination: contact.Value, Code: code, Kind: kind,
	}, from)
}

func (p *Pool) verifyUserAttribute(in verifyUserAttributeInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := p.checkAttributeCode(u, in.AttributeName, in.Code); err != nil {
		return nil, err
	}
	address := u.attributeCodes[in.AttributeName].address
	if err := p.claimAlias(u, in.AttributeName, address, false); err != nil {
		return nil, err
	}
	u.attributes[in.AttributeName] = address
	u.attributes[in.AttributeName+verifiedSuffix] = "true"
	u.modified = p.Now()
	delete(u.attributeCodes, in.AttributeName)
	return struct{}{}, nil
}

// checkAttributeCode refuses a code that does not verify the attribute. One that went to an address which an administrator has
// replaced since is as good as expired.
func (p *Pool) checkAttributeCode(u *user, attribute, code string) error {
	sent := u.attributeCodes[attribute]
	replaced := sent.address != u.attributes[attribute] && !p.verifiesFirst(attribute)
	switch {
	case !slices.Contains(contacts(), attribute):
		return refuse(codeInvalidParameter, textNotVerifiable, attribute)
	case !u.allow("VerifyUserAttribute", verifyAttributeLimit, p.Now()):
		return refuse(codeLimitExceeded, textAttemptLimitExceeded)
	case sent.code == "" || replaced || !p.Now().Before(sent.expires):
		return refuse(codeExpiredCode, textExpiredCode)
	case !sameSecret(sent.code, code):
		return refuse(codeCodeMismatch, textWrongVerificationCode)
	}
	return nil
}
