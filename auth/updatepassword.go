package auth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// UpdatePasswordInput is the input of [Session.UpdatePassword].
type UpdatePasswordInput struct {
	redacted
	OldPassword string // may be empty for a user who has none yet
	NewPassword string // required
}

// UpdatePassword changes the password of the signed-in user. This session stays signed in. Whether
// the user's other sessions end is not documented; [Session.SignOut] with Global ends them all.
//
// Errors:
//   - [ErrEmptyUpdatePassword]: the new password is empty
//   - [ErrNotAuthorized]: the old password is wrong, or the session was ended elsewhere
//   - [ErrInvalidPassword], [ErrPasswordHistoryViolation]: the pool refuses the new password
//   - [ErrLimitExceeded]: more than five tries in an hour
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrOutcomeUnknown]: the answer was lost; the password may be the new one
//
// Differs from Amplify: the old password may be empty, so that a user who has none can set one. If
// there is one, Cognito refuses.
//
// Cognito: ChangePassword. Amplify: updatePassword.
func (s *Session) UpdatePassword(ctx context.Context, in UpdatePasswordInput) (err error) {
	const verb = "UpdatePassword"
	defer nameVerb(verb, &err)
	if in.NewPassword == "" {
		return fail(ErrEmptyUpdatePassword, "the new password is empty")
	}
	return s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		request := &cognitoidentityprovider.ChangePasswordInput{
			AccessToken: &accessToken, ProposedPassword: &in.NewPassword,
		}
		if in.OldPassword != "" {
			request.PreviousPassword = &in.OldPassword
		}
		_, err := api.ChangePassword(ctx, request)
		return err
	})
}
