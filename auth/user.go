package auth

import "context"

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

// CurrentUser says who is signed in. It makes no request. With nobody signed in it returns ErrUserUnAuthenticated.
//
// Differs from Amplify: without an ID token the names come from the access token instead of being undefined.
// Amplify: getCurrentUser.
func (s *Session) CurrentUser(ctx context.Context) (User, error) {
	st, _, err := s.load(ctx, "CurrentUser")
	if err != nil {
		return User{}, err
	}
	if st.Tokens == nil {
		return User{}, errSignedOut("CurrentUser")
	}
	session, err := st.Tokens.decode("CurrentUser")
	if err != nil {
		return User{}, err
	}
	return User{
		Username:      session.AccessToken.text("username"),
		UserID:        session.UserSub,
		SignInDetails: st.Tokens.SignInDetails,
	}, nil
}

// SignOut forgets this session's tokens and any sign-in under way, on this side only: it makes no request, and the
// tokens stay valid until they expire. Signing out twice is fine. Device records are not touched.
//
// Differs from Amplify: the refresh token is not revoked at Cognito. Amplify: signOut.
func (s *Session) SignOut(ctx context.Context) error {
	if s.key == "" {
		return fail("SignOut", ErrInvalidParameter, "the session's key is empty")
	}
	return wrap("SignOut", s.client.store.Delete(ctx, s.key))
}
