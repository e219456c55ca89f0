package admin

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// SignOutUser ends all of a person's sessions: every refresh token is revoked, and Cognito's own operations refuse the access tokens.
// A service that only verifies signatures goes on accepting tokens until they expire.
//
// Errors: auth.ErrUserNotFound. Cognito: AdminUserGlobalSignOut.
func (p *Pool) SignOutUser(ctx context.Context, username string) error {
	return p.signOut(ctx, "SignOutUser", username)
}

func (p *Pool) signOut(ctx context.Context, op, username string) error {
	_, err := p.cognito.AdminUserGlobalSignOut(ctx, &cognitoidentityprovider.AdminUserGlobalSignOutInput{
		UserPoolId: &p.id, Username: &username,
	})
	return shaped(ctx, op, err)
}
