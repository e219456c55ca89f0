package auth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// A Session is one person's: signed out, in the middle of a sign-in, or signed in. It is a handle
// on one record in the Store, which is replaced as a whole, so that another process can continue
// where this one stopped. It is safe for concurrent use.
type Session struct {
	redacted
	client      *Client
	key         string
	deviceScope string
	// replacesUnreadable means that a record which cannot be read counts as none: nobody can be
	// signed in there, and a sign-in may take its place.
	replacesUnreadable bool
}

// Call runs fn with Cognito's API and this session's access token, refreshed if it has expired. It
// is for every operation that has no verb here; packages mfa, device and passkey are built on it.
//
// The API is anonymous, so it is only fit for operations that Cognito lets anyone call. Operations
// that must not be carried out twice are not sent twice. If Cognito refuses the access token
// because it has expired by Cognito's clock, the token is renewed and fn runs a second time: fn
// should make one request, or only such as may be repeated.
//
// An error of fn becomes an [*Error] whose Op is op, as [APIError] makes it. If it says that
// Cognito has ended the session, the session ends here too.
//
// Errors:
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrSessionExpired]: Cognito has ended the session; sign in again
//   - [ErrUserChanged]: somebody else signed in to the session while the tokens were renewed
func (s *Session) Call(ctx context.Context, op string,
	fn func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error,
) error {
	current, err := s.freshTokens(ctx, op, FetchAuthSessionInput{})
	if err != nil {
		return inVerb(op, err)
	}
	current, err = s.send(ctx, op, current, fn)
	return inVerb(op, s.endedBy(ctx, op, current, err))
}

// OnDevice returns a handle on the same session with another device scope. Sign-ins with the same
// scope are on the same device, which Cognito can then remember. The default scope is the session's
// key, which suits a program that is installed on one machine. In a web back end, where each
// sign-in has its own session key, pass a long-lived random id that the browser keeps in a cookie.
// Device records remain after sign-out. Not in Amplify.
func (s *Session) OnDevice(scope string) *Session {
	other := *s
	other.deviceScope = scope
	return &other
}

// Key returns the key that was passed to [Client.Session]. Not in Amplify.
func (s *Session) Key() string { return s.key }
