package auth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// ResetPasswordInput is the input of ResetPassword.
type ResetPasswordInput struct {
	Username       string            // required
	ClientMetadata map[string]string // for the pool's triggers
	UserContext    UserContext       // for the pool's threat protection
}

// ResetPasswordOutput is the output of ResetPassword. It marshals to Amplify's JSON.
type ResetPasswordOutput struct {
	IsPasswordReset bool              `json:"isPasswordReset"` // false: the code comes first
	NextStep        PasswordResetStep `json:"nextStep"`
}

// ConfirmResetPasswordInput is the input of ConfirmResetPassword.
type ConfirmResetPasswordInput struct {
	redacted
	Username         string            // required, as given to ResetPassword
	NewPassword      string            // required
	ConfirmationCode string            // required
	ClientMetadata   map[string]string // for the pool's triggers
	UserContext      UserContext       // for the pool's threat protection
}

// ResetPassword has Cognito send a code to somebody who has forgotten the password, for ConfirmResetPassword; the codes before
// it stop working. It changes nothing in the session.
//
// A pool that hides who exists answers as if a code had been sent to everybody. Show the person the same page in any case, and
// say that the code comes if there is such an account. Other pools give ErrUserNotFound, and ErrInvalidParameter for a user
// without a verified contact. Other errors: ErrEmptyResetPasswordUsername, ErrNotAuthorized for a user whose password an
// administrator must reset, ErrLimitExceeded, ErrCodeDeliveryFailure, ErrOutcomeUnknown: a code may have been sent.
// Cognito: ForgotPassword. Amplify: resetPassword.
func (s *Session) ResetPassword(ctx context.Context, in ResetPasswordInput) (ResetPasswordOutput, error) {
	if in.Username == "" {
		return ResetPasswordOutput{}, fail("ResetPassword", ErrEmptyResetPasswordUsername, "the user name is empty")
	}
	out, err := s.client.cognito.ForgotPassword(ctx, &cognitoidentityprovider.ForgotPasswordInput{
		ClientId:        &s.client.clientID,
		SecretHash:      s.client.secretHash(in.Username),
		Username:        &in.Username,
		ClientMetadata:  in.ClientMetadata,
		UserContextData: in.UserContext.wire(),
	})
	if err != nil {
		return ResetPasswordOutput{}, apiError(ctx, "ResetPassword", err)
	}
	return ResetPasswordOutput{
		NextStep: ConfirmResetPasswordWithCode{CodeDeliveryDetails: deliveryDetails(out.CodeDeliveryDetails)},
	}, nil
}

// ConfirmResetPassword sets a new password with the code that Cognito sent. It signs nobody in; SignIn does. That it ends sessions
// which are signed in elsewhere is not documented; SignOut with Global does, after that sign-in.
//
// A code that is wrong (ErrCodeMismatch) may be corrected, and a password that the pool refuses (ErrInvalidPassword,
// ErrPasswordHistoryViolation) leaves the code good. With ErrExpiredCode, which is also the answer if none was sent, start over
// with ResetPassword. Other errors: ErrEmptyConfirmResetPasswordUsername, ErrEmptyConfirmResetPasswordNewPassword,
// ErrEmptyConfirmResetPasswordConfirmationCode, ErrLimitExceeded, ErrUserNotFound (only from pools that tell),
// ErrOutcomeUnknown: the password may be the new one, so try to sign in with it. In a pool that hides who exists, an unknown user
// gives ErrCodeMismatch, and a known one who asked for no code ErrExpiredCode: show the person one message for both.
// Cognito: ConfirmForgotPassword. Amplify: confirmResetPassword.
func (s *Session) ConfirmResetPassword(ctx context.Context, in ConfirmResetPasswordInput) error {
	const op = "ConfirmResetPassword"
	switch {
	case in.Username == "":
		return fail(op, ErrEmptyConfirmResetPasswordUsername, "the user name is empty")
	case in.NewPassword == "":
		return fail(op, ErrEmptyConfirmResetPasswordNewPassword, "the new password is empty")
	case in.ConfirmationCode == "":
		return fail(op, ErrEmptyConfirmResetPasswordConfirmationCode, "the confirmation code is empty")
	}
	_, err := s.client.cognito.ConfirmForgotPassword(ctx, &cognitoidentityprovider.ConfirmForgotPasswordInput{
		ClientId:         &s.client.clientID,
		SecretHash:       s.client.secretHash(in.Username),
		Username:         &in.Username,
		Password:         &in.NewPassword,
		ConfirmationCode: &in.ConfirmationCode,
		ClientMetadata:   in.ClientMetadata,
		UserContextData:  in.UserContext.wire(),
	})
	if err != nil {
		return apiError(ctx, op, err)
	}
	return nil
}
