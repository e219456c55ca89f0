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

// getUserAttributeVerificationCode sends a code to the user's current contact. For a new contact
// that is not confirmed yet, the user updates the attribute again.
func (o *ownAccount) getUserAttributeVerificationCode(in getUserAttributeVerificationCodeInput) (any, error) {
	u, claims, err := o.tokenOwner(in.AccessToken)
	if err != nil {
		return nil, err
	}
	address := u.attributes[in.AttributeName]
	switch {
	case !slices.Contains(contacts(), in.AttributeName):
		return nil, refuse(codeInvalidParameter, textNotVerifiable, in.AttributeName)
	case address == "":
		return nil, refuse(codeInvalidParameter, "User does not have the attribute %s.", in.AttributeName)
	}
	if err := u.allow("GetUserAttributeVerificationCode", attributeCodeLimit, o.clock.now()); err != nil {
		return nil, err
	}
	from := caller{clientID: claims.ClientID, metadata: in.ClientMetadata}
	sent, err := o.outbox.sendAttributeCode(u, attribute{in.AttributeName, address}, kindVerifyAttribute, from)
	return getUserAttributeVerificationCodeOutput{CodeDeliveryDetails: sent}, err
}

func (o *ownAccount) verifyUserAttribute(in verifyUserAttributeInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := o.checkAttributeCode(u, in.AttributeName, in.Code); err != nil {
		return nil, err
	}
	address := u.attributeCodes[in.AttributeName].address
	if err := o.users.setVerified(u, in.AttributeName, address, false); err != nil {
		return nil, err
	}
	delete(u.attributeCodes, in.AttributeName)
	return struct{}{}, nil
}

// checkAttributeCode refuses a code that does not verify the attribute. A code that was sent to an
// address which an administrator has replaced since counts as expired.
func (o *ownAccount) checkAttributeCode(u *user, attribute, code string) error {
	if !slices.Contains(contacts(), attribute) {
		return refuse(codeInvalidParameter, textNotVerifiable, attribute)
	}
	if err := u.allow("VerifyUserAttribute", verifyAttributeLimit, o.clock.now()); err != nil {
		return err
	}
	sent := u.attributeCodes[attribute]
	if sent.address != u.attributes[attribute] && !o.settings.verifiesFirst(attribute) {
		return refuse(codeExpiredCode, textExpiredCode)
	}
	return sent.check(code, o.clock.now())
}
