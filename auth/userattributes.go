package auth

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// UpdateUserAttributesInput is the input of UpdateUserAttributes.
type UpdateUserAttributesInput struct {
	redacted
	// UserAttributes are the new values by Cognito's names, such as "email". An empty value deletes
	// the attribute.
	UserAttributes map[string]string
	ClientMetadata map[string]string // for the pool's triggers
}

// UpdateUserAttributeInput is the input of UpdateUserAttribute.
type UpdateUserAttributeInput struct {
	redacted
	AttributeKey   string            // required, Cognito's name, such as "email"
	Value          string            // the new value; an empty one deletes the attribute
	ClientMetadata map[string]string // for the pool's triggers
}

// UpdateUserAttributeOutput says what became of one attribute. It marshals to Amplify's JSON.
type UpdateUserAttributeOutput struct {
	// IsUpdated is false while a code is awaited. The new value may be in force all the same,
	// unverified: that is a setting of the pool (AttributesRequireVerificationBeforeUpdate).
	IsUpdated bool                `json:"isUpdated"`
	NextStep  AttributeUpdateStep `json:"nextStep"`
}

// DeleteUserAttributesInput is the input of DeleteUserAttributes.
type DeleteUserAttributesInput struct {
	UserAttributeKeys []string // required, Cognito's names
}

// FetchUserAttributes asks Cognito for the attributes of the person who is signed in, by name. All
// values are text, also "email_verified": "true". Those that the app client may not read are left
// out. The claims of an ID token are as old as the token; this is not.
//
// Errors: [ErrUserUnAuthenticated], [ErrNotAuthorized], [ErrUserNotFound]. Cognito: GetUser.
// Amplify: fetchUserAttributes.
func (s *Session) FetchUserAttributes(ctx context.Context) (map[string]string, error) {
	const verb = "FetchUserAttributes"
	attributes := map[string]string{}
	err := s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		out, err := api.GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: &accessToken})
		if err != nil {
			return err
		}
		for _, a := range out.UserAttributes {
			if name := aws.ToString(a.Name); name != "" {
				attributes[name] = aws.ToString(a.Value)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return attributes, nil
}

// UpdateUserAttributes changes attributes of the person who is signed in, all or none of them.
// Where the pool verifies an attribute that changed, Cognito sends a code to the new address or
// number, and the attribute's NextStep is ConfirmAttributeWithCode: answer with
// ConfirmUserAttribute. To have another code sent, see SendUserAttributeVerificationCode. The
// session's ID token keeps the old values until FetchAuthSession is called with ForceRefresh.
//
// Errors: [ErrNotAuthorized] for an attribute that the app client may not write,
// [ErrInvalidParameter] for a value that the pool does not take, [ErrAliasExists] for an address
// that somebody else signs in with, [ErrCodeDeliveryFailure], [ErrUserUnAuthenticated],
// [ErrOutcomeUnknown]: FetchUserAttributes tells. Cognito: UpdateUserAttributes. Amplify:
// updateUserAttributes.
func (s *Session) UpdateUserAttributes(
	ctx context.Context, in UpdateUserAttributesInput,
) (map[string]UpdateUserAttributeOutput, error) {
	return s.updateAttributes(ctx, "UpdateUserAttributes", in)
}

// UpdateUserAttribute is UpdateUserAttributes for one attribute. Cognito: UpdateUserAttributes.
// Amplify: updateUserAttribute.
func (s *Session) UpdateUserAttribute(
	ctx context.Context, in UpdateUserAttributeInput,
) (UpdateUserAttributeOutput, error) {
	out, err := s.updateAttributes(ctx, "UpdateUserAttribute", UpdateUserAttributesInput{
		UserAttributes: map[string]string{in.AttributeKey: in.Value}, ClientMetadata: in.ClientMetadata,
	})
	return out[in.AttributeKey], err
}

func (s *Session) updateAttributes(
	ctx context.Context, verb string, in UpdateUserAttributesInput,
) (map[string]UpdateUserAttributeOutput, error) {
	outputs := map[string]UpdateUserAttributeOutput{}
	err := s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		out, err := api.UpdateUserAttributes(ctx, &cognitoidentityprovider.UpdateUserAttributesInput{
			AccessToken: &accessToken,
			// The AWS SDK takes an empty list, as Amplify sends it, but not nil.
			UserAttributes: append([]types.AttributeType{}, attributeList(in.UserAttributes)...),
			ClientMetadata: in.ClientMetadata,
		})
		if err != nil {
			return err
		}
		for name := range in.UserAttributes {
			outputs[name] = UpdateUserAttributeOutput{IsUpdated: true, NextStep: DoneAttributeUpdateStep{}}
		}
		for _, sent := range out.CodeDeliveryDetailsList {
			if name := aws.ToString(sent.AttributeName); name != "" {
				outputs[name] = UpdateUserAttributeOutput{NextStep: ConfirmAttributeWithCode{deliveryDetails(&sent)}}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outputs, nil
}

// DeleteUserAttributes removes attributes of the person who is signed in. Removing what is not
// there is fine.
//
// Errors: [ErrInvalidParameter] for an attribute that every user of the pool must have,
// [ErrNotAuthorized] for one that the app client may not write, [ErrUserUnAuthenticated]. Cognito:
// DeleteUserAttributes. Amplify: deleteUserAttributes.
func (s *Session) DeleteUserAttributes(ctx context.Context, in DeleteUserAttributesInput) error {
	const verb = "DeleteUserAttributes"
	return s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.DeleteUserAttributes(ctx, &cognitoidentityprovider.DeleteUserAttributesInput{
			AccessToken: &accessToken, UserAttributeNames: in.UserAttributeKeys,
		})
		return err
	})
}

// AttributeUpdateStepName is Amplify's name of a step of an attribute's update.
type AttributeUpdateStepName string

// Amplify's names of the steps of an attribute's update.
const (
	AttributeUpdateStepConfirmWithCode AttributeUpdateStepName = "CONFIRM_ATTRIBUTE_WITH_CODE"
	AttributeUpdateStepDone            AttributeUpdateStepName = "DONE"
)

// An AttributeUpdateStep says what has to happen next to an attribute that was updated. Amplify
// calls it updateAttributeStep. The set may grow: keep a default case.
//
//sumtype:decl
type AttributeUpdateStep interface {
	// Name is Amplify's name of the step.
	Name() AttributeUpdateStepName
	isAttributeUpdateStep()
}

// ConfirmAttributeWithCode asks for the code that was sent to the new address or number:
// ConfirmUserAttribute.
type ConfirmAttributeWithCode struct {
	CodeDeliveryDetails CodeDeliveryDetails
}

// DoneAttributeUpdateStep says that the attribute has its new value.
type DoneAttributeUpdateStep struct{}

// Name returns AttributeUpdateStepConfirmWithCode.
func (ConfirmAttributeWithCode) Name() AttributeUpdateStepName {
	return AttributeUpdateStepConfirmWithCode
}

// Name returns AttributeUpdateStepDone.
func (DoneAttributeUpdateStep) Name() AttributeUpdateStepName { return AttributeUpdateStepDone }

func (ConfirmAttributeWithCode) isAttributeUpdateStep() {}
func (DoneAttributeUpdateStep) isAttributeUpdateStep()  {}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmAttributeWithCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{UpdateAttributeStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON returns Amplify's JSON.
func (s DoneAttributeUpdateStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{UpdateAttributeStep: s.Name()})
}

// SendUserAttributeVerificationCodeInput is the input of SendUserAttributeVerificationCode.
type SendUserAttributeVerificationCodeInput struct {
	UserAttributeKey string            // required: "email" or "phone_number"
	ClientMetadata   map[string]string // for the pool's triggers
}

// ConfirmUserAttributeInput is the input of ConfirmUserAttribute.
type ConfirmUserAttributeInput struct {
	redacted
	UserAttributeKey string // required: "email" or "phone_number"
	ConfirmationCode string // required
}

// SendUserAttributeVerificationCode has Cognito send a code to the e-mail address or phone number
// that the person has, for ConfirmUserAttribute; the codes before it stop working. Cognito allows
// five an hour, then [ErrLimitExceeded].
//
// In a pool that keeps the old value until the new one is verified
// (AttributesRequireVerificationBeforeUpdate), the value that the person has is the old one, and
// the code goes there. To have another one sent to the new value, call UpdateUserAttributes with it
// once more.
//
// Other errors: [ErrInvalidParameter] for an attribute that is not there or that no code can
// verify, [ErrCodeDeliveryFailure], [ErrUserUnAuthenticated], [ErrOutcomeUnknown]: a code may have
// been sent. Cognito: GetUserAttributeVerificationCode. Amplify: sendUserAttributeVerificationCode.
func (s *Session) SendUserAttributeVerificationCode(
	ctx context.Context, in SendUserAttributeVerificationCodeInput,
) (CodeDeliveryDetails, error) {
	const verb = "SendUserAttributeVerificationCode"
	var details CodeDeliveryDetails
	err := s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		request := &cognitoidentityprovider.GetUserAttributeVerificationCodeInput{
			AccessToken: &accessToken, AttributeName: &in.UserAttributeKey, ClientMetadata: in.ClientMetadata,
		}
		out, err := api.GetUserAttributeVerificationCode(ctx, request)
		if err != nil {
			return err
		}
		details = deliveryDetails(out.CodeDeliveryDetails)
		return nil
	})
	return details, err
}

// ConfirmUserAttribute verifies an e-mail address or phone number with the code that was sent
// there. In a pool that keeps the old value until then, the new one takes its place.
//
// A wrong code is [ErrCodeMismatch] and may be corrected; with [ErrExpiredCode] have another one
// sent. Other errors: [ErrEmptyConfirmUserAttributeCode], [ErrAliasExists] for an address that
// somebody else signs in with, [ErrLimitExceeded], [ErrUserUnAuthenticated], [ErrOutcomeUnknown]:
// FetchUserAttributes tells. Cognito: VerifyUserAttribute. Amplify: confirmUserAttribute.
func (s *Session) ConfirmUserAttribute(ctx context.Context, in ConfirmUserAttributeInput) (err error) {
	const verb = "ConfirmUserAttribute"
	defer nameVerb(verb, &err)
	if in.ConfirmationCode == "" {
		return fail(ErrEmptyConfirmUserAttributeCode, "the confirmation code is empty")
	}
	return s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.VerifyUserAttribute(ctx, &cognitoidentityprovider.VerifyUserAttributeInput{
			AccessToken: &accessToken, AttributeName: &in.UserAttributeKey, Code: &in.ConfirmationCode,
		})
		return err
	})
}
