package auth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// UpdatePasswordInput is the input of UpdatePassword.
type UpdatePasswordInput struct {
	redacted
	OldPassword string // may be empty for a user who has none yet
	NewPassword string // required
}

// UpdatePassword changes the password of the person who is signed in. This session goes on. That others of the person end is not
// documented; SignOut with Global ends them all.
//
// A wrong old password is ErrNotAuthorized, and so is a session that was ended elsewhere. Other errors: ErrEmptyUpdatePassword, ErrInvalidPassword,
// ErrPasswordHistoryViolation, ErrLimitExceeded after five tries in an hour, ErrUserUnAuthenticated, ErrOutcomeUnknown: the
// password may be the new one. Cognito: ChangePassword.
//
// Differs from Amplify: the old password may be empty, so that a user who signs in without one can get one. Where there is one,
// Cognito refuses. Amplify: updatePassword.
func (s *Session) UpdatePassword(ctx context.Context, in UpdatePasswordInput) error {
	if in.NewPassword == "" {
		return fail("UpdatePassword", ErrEmptyUpdatePassword, "the new password is empty")
	}
	return s.Call(ctx, "UpdatePassword", func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		request := &cognitoidentityprovider.ChangePasswordInput{AccessToken: &accessToken, ProposedPassword: &in.NewPassword}
		if in.OldPassword != "" {
			request.PreviousPassword = &in.OldPassword
		}
		_, err := api.ChangePassword(ctx, request)
		return err
	})
}
