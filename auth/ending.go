package auth

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// finalRefusals are the messages of NotAuthorizedException that end a session. Cognito returns the
// same code for mistakes of the configuration, such as a wrong client secret, which must sign
// nobody out.
var finalRefusals = []string{
	"Refresh Token has been revoked",
	"Refresh Token has expired",
	"Invalid Refresh Token",
	userIsDisabled,
}

// endsSession reports whether a refused refresh is final, so that only a new sign-in helps. The
// list is closed: any other failure may pass, however often it occurs.
//
// Differs from Amplify: there every NotAuthorizedException signs out.
func endsSession(err error) bool {
	e := failureOf(err)
	if e == nil {
		return false
	}
	if e.Is(ErrUserUnAuthenticated) {
		return true // another process has ended the session
	}
	switch e.Code {
	case ErrUserNotFound, ErrPasswordResetRequired, ErrUserNotConfirmed, ErrRefreshTokenReuse:
		return true
	default:
		return e.refused(finalRefusals)
	}
}

// accessRefusals are the messages of NotAuthorizedException, in answer to a request with an access
// token, that end a session. The same code is that of a wrong old password, of a scope that the
// token does not have, and of a token that has only expired: those end nothing.
var accessRefusals = []string{
	"Access Token has been revoked",
	userIsDisabled,
}

// endsAccess reports whether the refusal of a request with an access token is final, as that of a
// refresh would be: the user was signed out everywhere, disabled or deleted, or must set a new
// password. The list is closed.
//
// Differs from Amplify: there a session ends at its next refresh only.
func endsAccess(err error) bool {
	e := failureOf(err)
	if e == nil {
		return false
	}
	switch e.Code {
	case ErrUserNotFound:
		return strings.Contains(e.Message, "User does not exist") // the token's, not one of another operation
	case ErrPasswordResetRequired, ErrUserNotConfirmed:
		return true
	default:
		return e.refused(accessRefusals)
	}
}

// refused reports whether e is a NotAuthorizedException with one of the messages.
func (e *Error) refused(messages []string) bool {
	return e.Is(ErrNotAuthorized) && slices.ContainsFunc(messages, func(text string) bool {
		return strings.Contains(e.Message, text)
	})
}

// accessExpired reports whether Cognito refused an access token that has expired by its clock.
// Nothing was carried out.
func accessExpired(err error) bool {
	e := failureOf(err)
	return e != nil && e.refused([]string{"Access Token has expired"})
}

// failureOf returns the *Error in err, or nil. Without an error it allocates nothing.
func failureOf(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	errors.As(err, &e)
	return e
}

// ended returns the state of a session that Cognito has ended. If the refusal of a refresh token
// ended it, refused is its fingerprint.
func (st *state) ended(refused string) state {
	return state{Expired: true, Refused: refused, Pending: st.Pending, Redirects: st.Redirects}
}

// asSessionExpired returns the error of the call that finds the session over: ErrSessionExpired,
// which is also Cognito's code.
func asSessionExpired(failure error) error {
	e := failureOf(failure)
	if e == nil || e.Is(ErrUserUnAuthenticated) {
		return failure
	}
	ended := *e
	ended.refines = append([]ErrorCode{e.Code, ErrUserUnAuthenticated}, e.refines...)
	ended.Code, ended.Recovery = ErrSessionExpired, recoveries[ErrSessionExpired]
	return &ended
}

// sessionOver reports that the session has ended, and returns the error to say so.
func (s *Session) sessionOver(ctx context.Context, verb string, failure error) error {
	s.client.cache.forget(s.key)
	failure = asSessionExpired(failure)
	s.client.tell(ctx, Event{Name: EventSessionExpired, SessionKey: s.key, Err: inVerb(verb, failure)})
	return failure
}

// apiCall is a request with an access token.
type apiCall func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error

// send makes a request with the access token of current, or with that of newer tokens of the same
// person if Cognito refuses it as expired: this machine's clock may have been set back. It returns
// the tokens that it used last.
func (s *Session) send(
	ctx context.Context, op string, current *decodedSession, fn apiCall,
) (used *decodedSession, err error) {
	if !current.session.hasUserScope() {
		return current, inVerb(op, scopeNotGranted())
	}
	err = APIError(ctx, op, fn(ctx, s.client.cognito, current.session.AccessToken.Raw))
	if !accessExpired(err) {
		return current, err
	}
	renewed, err := s.renew(ctx, op, current, FetchAuthSessionInput{ForceRefresh: true})
	if err != nil {
		return current, err
	}
	return renewed, APIError(ctx, op, fn(ctx, s.client.cognito, renewed.session.AccessToken.Raw))
}

// endedBy ends the session if refusal, the answer to a request with the access token of used, says
// so, and the session still has that token. It returns the error of the verb.
func (s *Session) endedBy(ctx context.Context, verb string, used *decodedSession, refusal error) error {
	if !endsAccess(refusal) {
		return refusal
	}
	err := s.finish(ctx, func(st *state) error {
		switch {
		case st.Tokens == nil:
			return st.signedOut()
		case !used.sameUser(st.Tokens):
			return userChanged(refusal)
		case st.Tokens.AccessToken != used.session.AccessToken.Raw:
			return refusal // it says nothing about the newer tokens
		}
		*st = st.ended("")
		return nil
	})
	switch {
	case storeFailed(err):
		return alongside(asSessionExpired(refusal), err)
	case errors.Is(err, ErrSessionExpired):
		return asSessionExpired(refusal) // another call was faster
	case err != nil:
		return err
	}
	return s.sessionOver(ctx, verb, refusal)
}

// hasUserScope reports whether Cognito takes the access token. One without any scopes is not from
// Cognito.
func (s AuthSession) hasUserScope() bool {
	scopes := s.AccessToken.Scopes
	return len(scopes) == 0 || slices.Contains(scopes, scopeUserAdmin)
}

func scopeNotGranted() error {
	missing := fail(ErrScopeNotGranted, "the access token lacks the scope "+scopeUserAdmin)
	missing.refines = []ErrorCode{ErrNotAuthorized}
	return missing
}
