package auth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// SendUserAttributeVerificationCodeInput is the input of
// [Session.SendUserAttributeVerificationCode].
type SendUserAttributeVerificationCodeInput struct {
	UserAttributeKey string            // required: "email" or "phone_number"
	ClientMetadata   map[string]string // for the pool's triggers
}

// ConfirmUserAttributeInput is the input of [Session.ConfirmUserAttribute].
type ConfirmUserAttributeInput struct {
	redacted
	UserAttributeKey string // required: "email" or "phone_number"
	ConfirmationCode string // required
}

// SendUserAttributeVerificationCode sends a code to the e-mail address or phone number of the
// signed-in user, and returns where. Pass it to [Session.ConfirmUserAttribute]. Earlier codes stop
// working.
//
// In a pool that keeps the old value until the new one is verified
// (AttributesRequireVerificationBeforeUpdate), the code goes to the old value. To send another one
// to the new value, call [Session.UpdateUserAttributes] with it again.
//
// Errors:
//   - [ErrInvalidParameter]: the user does not have the attribute, or a code cannot verify it
//   - [ErrLimitExceeded]: more than five codes in an hour
//   - [ErrCodeDeliveryFailure]: the code could not be sent
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrOutcomeUnknown]: the answer was lost; a code may have been sent
//
// Cognito: GetUserAttributeVerificationCode. Amplify: sendUserAttributeVerificationCode.
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
// there. In a pool that keeps the old value until then, the new value replaces it.
//
// Errors:
//   - [ErrEmptyConfirmUserAttributeCode]: the code is empty
//   - [ErrCodeMismatch]: the code is wrong; it may be corrected
//   - [ErrExpiredCode]: the code is too old; have another one sent
//   - [ErrAliasExists]: another user signs in with the address or number
//   - [ErrLimitExceeded]: there were too many tries in an hour
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrOutcomeUnknown]: the answer was lost; call FetchUserAttributes to find out
//
// Cognito: VerifyUserAttribute. Amplify: confirmUserAttribute.
func (s *Session) ConfirmUserAttribute(ctx context.Context, in ConfirmUserAttributeInput) (err error) {
	const verb = "ConfirmUserAttribute"
	defer nameVerb(verb, &err)
	in.ConfirmationCode = typed.Code(in.ConfirmationCode)
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
