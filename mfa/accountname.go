package mfa

import (
	"cmp"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// accountName returns what the person calls the account: the name typed at sign-in, else what the
// tokens say.
func accountName(session auth.AuthSession) string {
	var claims struct {
		Email string `json:"email"`
		Phone string `json:"phone_number"`
	}
	// A name that is not there or has another type is no reason to refuse the set-up.
	_ = session.IDToken.Claims(&claims)
	return cmp.Or(session.SignInDetails.LoginID, claims.Email, claims.Phone, session.AccessToken.Username)
}
