package auth

import (
	"context"
	"time"
)

// User says who is signed in.
type User struct {
	Username      string        `json:"username"` // Cognito's immutable name for the user, not an alias
	UserID        string        `json:"userId"`   // the sub claim
	SignInDetails SignInDetails `json:"signInDetails"`
}

// SignInDetails says how somebody signed in.
type SignInDetails struct {
	LoginID      string       `json:"loginId"` // the name as it was typed: a user name, an e-mail address, a phone number
	AuthFlowType AuthFlowType `json:"authFlowType"`
}

// CurrentUser says who is signed in. It makes no request, so the access token may have expired. With nobody signed in it returns ErrUserUnAuthenticated.
// Only tokens of ImportTokens, which a browser keeps, are renewed when they have expired; the errors are then those of FetchAuthSession.
//
// Differs from Amplify: nothing else is renewed, and without an ID token the names come from the access token instead of being undefined.
// Amplify: getCurrentUser.
func (s *Session) CurrentUser(ctx context.Context) (User, error) {
	current, err := s.read(ctx, "CurrentUser")
	if err == nil && current.imported && !current.valid(time.Now()) {
		current, err = s.renew(ctx, "CurrentUser", current, FetchAuthSessionInput{})
	}
	if err != nil {
		return User{}, err
	}
	return User{
		Username:      current.session.AccessToken.text("username"),
		UserID:        current.session.UserSub,
		SignInDetails: current.details,
	}, nil
}
