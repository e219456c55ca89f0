package auth

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// UpdateUserAttributesInput is the input of [Session.UpdateUserAttributes].
type UpdateUserAttributesInput struct {
	redacted
	// UserAttributes are the new values by Cognito's names, such as "email". An empty value deletes
	// the attribute.
	UserAttributes map[string]string
	ClientMetadata map[string]string // for the pool's triggers
}

// UpdateUserAttributeInput is the input of [Session.UpdateUserAttribute].
type UpdateUserAttributeInput struct {
	redacted
	AttributeKey   string            // required, Cognito's name, such as "email"
	Value          string            // the new value; an empty one deletes the attribute
	ClientMetadata map[string]string // for the pool's triggers
}

// An UpdateUserAttributeOutput is the result of updating one attribute. It marshals to Amplify's
// JSON.
type UpdateUserAttributeOutput struct {
	// IsUpdated is false until a code is confirmed. The new value may be in use already,
	// unverified: that depends on the pool's AttributesRequireVerificationBeforeUpdate.
	IsUpdated bool                `json:"isUpdated"`
	NextStep  AttributeUpdateStep `json:"nextStep"`
}

// DeleteUserAttributesInput is the input of [Session.DeleteUserAttributes].
type DeleteUserAttributesInput struct {
	UserAttributeKeys []string // required, Cognito's names
}

// FetchUserAttributes returns the attributes of the signed-in user by name, as Cognito has them
// now; the claims of an ID token are as old as the token. All values are strings, such as "true"
// for "email_verified". Attributes that the app client may not read are left out.
//
// Errors:
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrNotAuthorized]: the session was ended elsewhere
//   - [ErrUserNotFound]: the user was deleted
//
// Cognito: GetUser. Amplify: fetchUserAttributes.
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

// UpdateUserAttributes changes attributes of the signed-in user, all of them or none, and returns
// the result of each by name. If the pool verifies an attribute, Cognito sends a code to the new
// address or number, and the attribute's NextStep is [ConfirmAttributeWithCode]: call
// [Session.ConfirmUserAttribute]. For another code see [Session.SendUserAttributeVerificationCode].
//
// The session's ID token keeps the old values until [Session.FetchAuthSession] is called with
// ForceRefresh.
//
// Errors:
//   - [ErrNotAuthorized]: the app client may not write an attribute
//   - [ErrInvalidParameter]: the pool does not accept a value
//   - [ErrAliasExists]: another user signs in with the address or number
//   - [ErrCodeDeliveryFailure]: the code could not be sent
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrOutcomeUnknown]: the answer was lost; call FetchUserAttributes to find out
//
// Cognito: UpdateUserAttributes. Amplify: updateUserAttributes.
func (s *Session) UpdateUserAttributes(
	ctx context.Context, in UpdateUserAttributesInput,
) (map[string]UpdateUserAttributeOutput, error) {
	return s.updateAttributes(ctx, "UpdateUserAttributes", in)
}

// UpdateUserAttribute is [Session.UpdateUserAttributes] for one attribute.
//
// Cognito: UpdateUserAttributes. Amplify: updateUserAttribute.
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
			// The AWS SDK accepts an empty list, which Amplify sends too, but not nil.
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

// attributeList returns attributes in Cognito's form, sorted by name, so that equal inputs make
// equal requests.
func attributeList(attributes map[string]string) []types.AttributeType {
	list := make([]types.AttributeType, 0, len(attributes))
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributeValue(name, attributes[name])
		list = append(list, types.AttributeType{Name: aws.String(name), Value: &value})
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// attributeValue returns the value of an attribute to send, without blanks around an address.
func attributeValue(name, value string) string {
	if name == "email" || name == "phone_number" {
		return typed.Name(value)
	}
	return value
}

// DeleteUserAttributes removes attributes of the signed-in user. Removing an absent attribute is
// not an error.
//
// Errors:
//   - [ErrInvalidParameter]: every user of the pool must have the attribute
//   - [ErrNotAuthorized]: the app client may not write the attribute
//   - [ErrUserUnAuthenticated]: nobody is signed in
//
// Cognito: DeleteUserAttributes. Amplify: deleteUserAttributes.
func (s *Session) DeleteUserAttributes(ctx context.Context, in DeleteUserAttributesInput) error {
	const verb = "DeleteUserAttributes"
	return s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.DeleteUserAttributes(ctx, &cognitoidentityprovider.DeleteUserAttributesInput{
			AccessToken: &accessToken, UserAttributeNames: in.UserAttributeKeys,
		})
		return err
	})
}

// An AttributeUpdateStepName is Amplify's name of a step of an attribute's update.
type AttributeUpdateStepName string

// The names of the steps of an attribute's update.
const (
	AttributeUpdateStepConfirmWithCode AttributeUpdateStepName = "CONFIRM_ATTRIBUTE_WITH_CODE"
	AttributeUpdateStepDone            AttributeUpdateStepName = "DONE"
)

// An AttributeUpdateStep says what has to happen next to an updated attribute. The set may grow:
// keep a default case.
//
// Amplify: updateAttributeStep.
//
//sumtype:decl
type AttributeUpdateStep interface {
	// Name returns Amplify's name of the step.
	Name() AttributeUpdateStepName
	isAttributeUpdateStep()
}

// ConfirmAttributeWithCode asks for the code that was sent to the new address or number. Pass it to
// [Session.ConfirmUserAttribute].
type ConfirmAttributeWithCode struct {
	CodeDeliveryDetails CodeDeliveryDetails
}

// DoneAttributeUpdateStep means that the attribute has its new value.
type DoneAttributeUpdateStep struct{}

// Name returns [AttributeUpdateStepConfirmWithCode].
func (ConfirmAttributeWithCode) Name() AttributeUpdateStepName {
	return AttributeUpdateStepConfirmWithCode
}

// Name returns [AttributeUpdateStepDone].
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
