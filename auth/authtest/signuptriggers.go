package authtest

import "maps"

// PreSignUpEvent is what PreSignUp is called with.
type PreSignUpEvent = Event[PreSignUpRequest, PreSignUpResponse]

// PreSignUpRequest is a sign-up to judge. ValidationData is what the client gave for that purpose.
type PreSignUpRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData,omitempty"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// PreSignUpResponse confirms the user, or addresses of the user, at once. An address to verify must be among the attributes.
type PreSignUpResponse struct {
	AutoConfirmUser bool `json:"autoConfirmUser"`
	AutoVerifyEmail bool `json:"autoVerifyEmail"`
	AutoVerifyPhone bool `json:"autoVerifyPhone"`
}

// PostConfirmationEvent is what PostConfirmation is called with. The user is confirmed by then, whatever the trigger returns.
type PostConfirmationEvent = Event[PostConfirmationRequest, struct{}]

// PostConfirmationRequest describes who was confirmed.
type PostConfirmationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// The sources of sign-up triggers.
const (
	sourceSignUp          = "PreSignUp_SignUp"
	sourceAdminCreateUser = "PreSignUp_AdminCreateUser"
	sourceConfirmSignUp   = "PostConfirmation_ConfirmSignUp"
	sourceConfirmForgot   = "PostConfirmation_ConfirmForgotPassword"
)

// preSignUp asks the trigger about a user who is not in the directory yet.
func (p *Pool) preSignUp(u *user, source string, validation []attribute, c caller) (PreSignUpResponse, error) {
	run := p.cfg.Triggers.PreSignUp
	if run == nil {
		return PreSignUpResponse{}, nil
	}
	o := occasion{trigger: "PreSignUp", source: source, username: u.username, clientID: c.clientID}
	return fire(p, o, run, PreSignUpRequest{
		UserAttributes: maps.Clone(u.attributes), ValidationData: attributeMap(validation), ClientMetadata: maps.Clone(c.metadata),
	})
}

// obeyPreSignUp does what the trigger wants.
func (p *Pool) obeyPreSignUp(u *user, said PreSignUpResponse) error {
	for attribute, verify := range map[string]bool{attrEmail: said.AutoVerifyEmail, attrPhone: said.AutoVerifyPhone} {
		if !verify {
			continue
		}
		if u.attributes[attribute] == "" {
			return refuse(codeInvalidLambdaResponse, "PreSignUp verified %s, which the user does not have.", attribute)
		}
		if err := p.verifyContact(u, attribute, u.attributes[attribute], false); err != nil {
			return err
		}
	}
	if said.AutoConfirmUser {
		u.status = statusConfirmed
	}
	return nil
}

// postConfirmation tells the trigger of a user who has been confirmed. The caller holds the pool's lock.
func (p *Pool) postConfirmation(u *user, source string, c caller) error {
	run := p.cfg.Triggers.PostConfirmation
	if run == nil {
		return nil
	}
	o := occasion{trigger: "PostConfirmation", source: source, username: u.username, clientID: c.clientID}
	_, err := fire(p, o, run, PostConfirmationRequest{
		UserAttributes: u.eventAttributes(), ClientMetadata: maps.Clone(c.metadata),
	})
	return err
}
