package auth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

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

// SendUserAttributeVerificationCode has Cognito send a code to the e-mail address or phone number that the person has, for
// ConfirmUserAttribute; the codes before it stop working. Cognito allows five an hour, then ErrLimitExceeded.
//
// In a pool that keeps the old value until the new one is verified (AttributesRequireVerificationBeforeUpdate), the value that
// the person has is the old one, and the code goes there. To have another one sent to the new value, call UpdateUserAttributes
// with it once more.
//
// Other errors: ErrInvalidParameter for an attribute that is not there or that no code can verify, ErrCodeDeliveryFailure,
// ErrUserUnAuthenticated, ErrOutcomeUnknown: a code may have been sent. Cognito: GetUserAttributeVerificationCode.
// Amplify: sendUserAttributeVerificationCode.
func (s *Session) SendUserAttributeVerificationCode(
	ctx context.Context, in SendUserAttributeVerificationCodeInput,
) (CodeDeliveryDetails, error) {
	const op = "SendUserAttributeVerificationCode"
	var details CodeDeliveryDetails
	err := s.Call(ctx, op, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		out, err := api.GetUserAttributeVerificationCode(ctx, &cognitoidentityprovider.GetUserAttributeVerificationCodeInput{
			AccessToken: &accessToken, AttributeName: &in.UserAttributeKey, ClientMetadata: in.ClientMetadata,
		})
		if err != nil {
			return err
		}
		details = deliveryDetails(out.CodeDeliveryDetails)
		return nil
	})
	return details, err
}

// ConfirmUserAttribute verifies an e-mail address or phone number with the code that was sent there. In a pool that keeps the old
// value until then, the new one takes its place.
//
// A wrong code is ErrCodeMismatch and may be corrected; with ErrExpiredCode have another one sent. Other errors:
// ErrEmptyConfirmUserAttributeCode, ErrAliasExists for an address that somebody else signs in with, ErrLimitExceeded,
// ErrUserUnAuthenticated, ErrOutcomeUnknown: FetchUserAttributes tells. Cognito: VerifyUserAttribute.
// Amplify: confirmUserAttribute.
func (s *Session) ConfirmUserAttribute(ctx context.Context, in ConfirmUserAttributeInput) error {
	const op = "ConfirmUserAttribute"
	if in.ConfirmationCode == "" {
		return fail(op, ErrEmptyConfirmUserAttributeCode, "the confirmation code is empty")
	}
	return s.Call(ctx, op, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.VerifyUserAttribute(ctx, &cognitoidentityprovider.VerifyUserAttributeInput{
			AccessToken: &accessToken, AttributeName: &in.UserAttributeKey, Code: &in.ConfirmationCode,
		})
		return err
	})
}
