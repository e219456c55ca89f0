package auth

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// SessionActive asks Cognito whether the session of an access token is still valid: it is not once
// the user was signed out everywhere, disabled or deleted, or must reset the password. A service
// asks before what must not go wrong; package jwt takes the method as it is:
//
//	guard := jwt.Guard{Session: jwt.SessionCheck(client.SessionActive).Cached(5 * time.Second)}
//
// The token needs the scope aws.cognito.signin.user.admin, which those of machines do not have:
// Cognito refuses them, so SessionActive returns false. Verify the token first.
//
// Errors:
//   - [ErrNetwork], [ErrTooManyRequests]: there was no answer
//
// Cognito: GetUser.
func (c *Client) SessionActive(ctx context.Context, accessToken string) (bool, error) {
	_, err := c.cognito.GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: &accessToken})
	err = APIError(ctx, "SessionActive", err)
	for _, ended := range []ErrorCode{
		ErrNotAuthorized, ErrUserNotFound, ErrUserNotConfirmed, ErrPasswordResetRequired,
	} {
		if errors.Is(err, ended) {
			return false, nil
		}
	}
	return err == nil, err
}
