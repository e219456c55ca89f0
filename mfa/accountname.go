package mfa

import (
	"cmp"
	"context"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// accountName returns what the person calls the account: the name typed at sign-in, else what the
// tokens say.
func accountName(ctx context.Context, session *auth.Session) (string, error) {
	current, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err != nil {
		return "", err
	}
	var claims struct {
		Email string `json:"email"`
		Phone string `json:"phone_number"`
	}
	// A name that is not there or has another type is no reason to refuse the set-up.
	_ = current.IDToken.Claims(&claims)
	return cmp.Or(current.SignInDetails.LoginID, claims.Email, claims.Phone, current.AccessToken.Username), nil
}
