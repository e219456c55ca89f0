package admin

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// SignOutUser ends all of a person's sessions: every refresh token is revoked, and Cognito's own
// operations refuse the access tokens. A service that only verifies signatures goes on accepting
// tokens until they expire.
//
// Errors: [auth.ErrUserNotFound]. Cognito: AdminUserGlobalSignOut.
func (c *Client) SignOutUser(ctx context.Context, username string) error {
	return c.signOut(ctx, "SignOutUser", username)
}

func (c *Client) signOut(ctx context.Context, op, username string) error {
	_, err := c.cognito.AdminUserGlobalSignOut(ctx, &cognitoidentityprovider.AdminUserGlobalSignOutInput{
		UserPoolId: &c.id, Username: &username,
	})
	return shaped(ctx, op, err)
}
