package auth

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// A User is a signed-in user.
type User struct {
	Username      string        `json:"username"`               // Cognito's immutable name for the user, not an alias
	UserID        string        `json:"userId"`                 // the sub claim
	SignInDetails SignInDetails `json:"signInDetails,omitzero"` // zero after a managed login
}

// CurrentUser returns the signed-in user. It makes no request, so the access token may have
// expired.
//
// Tokens of [ImportTokens], which a browser keeps, are the exception: expired ones are renewed
// first, with the errors of [Session.FetchAuthSession].
//
// Errors:
//   - [ErrUserUnAuthenticated]: nobody is signed in
//
// Differs from Amplify: tokens of a sign-in are not renewed; without an ID token the names come
// from the access token instead of being undefined.
//
// Amplify: getCurrentUser.
func (s *Session) CurrentUser(ctx context.Context) (user User, err error) {
	const verb = "CurrentUser"
	defer nameVerb(verb, &err)
	current, err := s.read(ctx, verb)
	if err == nil && current.imported && !current.valid(time.Now()) {
		current, err = s.renew(ctx, verb, current, FetchAuthSessionInput{})
	}
	if err != nil {
		return User{}, err
	}
	return User{
		Username:      current.session.AccessToken.Username,
		UserID:        current.session.UserSub,
		SignInDetails: current.session.SignInDetails,
	}, nil
}

// DeleteUser deletes the signed-in user's account at Cognito for good. Then it signs this session
// out and removes the user's device from its device scope. A user who is deleted already counts as
// deleted, so that the call can be repeated after [ErrOutcomeUnknown].
//
// The user's other sessions fail at their next request to Cognito. Copies of tokens stay valid for
// services that verify them offline, until they expire.
//
// If Cognito refuses, or its answer is lost, the session does not change. If somebody else signs in
// to the session meanwhile, their account, session and device stay as they are.
//
// Errors:
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrUserChanged]: somebody else signed in before the request; nothing was deleted
//   - [ErrStore]: the user was deleted, but the session could not be removed; call
//     [Session.SignOut]
//   - [ErrNotAuthorized]: Cognito refused
//   - [ErrOutcomeUnknown]: the answer was lost; call DeleteUser again
//
// Differs from Amplify: a user who is deleted already is no failure, and no request revokes the
// refresh token, which ended with the user.
//
// Cognito: DeleteUser. Amplify: deleteUser.
func (s *Session) DeleteUser(ctx context.Context) (err error) {
	const verb = "DeleteUser"
	defer nameVerb(verb, &err)
	user, err := s.read(ctx, verb)
	if err != nil {
		return err
	}
	used, err := s.freshened(ctx, verb, user, FetchAuthSessionInput{})
	if err == nil {
		used, err = s.send(ctx, verb, used, deleteUser)
	}
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return s.endedBy(ctx, verb, cmp.Or(used, user), err)
	}
	if err := s.forget(ctx, user); err != nil {
		return &Error{
			Code: ErrStore, Message: "the user was deleted, but the session could not be removed",
			Recovery: "Call SignOut.", Err: err,
		}
	}
	s.client.tell(ctx, Event{Name: EventSignedOut, SessionKey: s.key})
	return nil
}

func deleteUser(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
	_, err := api.DeleteUser(ctx, &cognitoidentityprovider.DeleteUserInput{AccessToken: &accessToken})
	return err
}

// forget empties the session of a deleted user, unless somebody else has begun to use it, and
// removes the user's device.
func (s *Session) forget(ctx context.Context, deleted *decodedSession) error {
	// The user is deleted by now, so a caller that stops waiting must not stop this.
	ctx, cancel := outlive(ctx)
	defer cancel()
	_, err := s.removeTokens(ctx, func(st state) bool {
		return st.Tokens == nil && st.Expired && st.Pending == nil || st.Tokens != nil && deleted.sameUser(st.Tokens)
	})
	return errors.Join(err, s.forgetDevice(ctx, deleted.session.AccessToken.Username))
}

func (s *Session) forgetDevice(ctx context.Context, username string) error {
	devices, _, err := s.loadDevices(ctx)
	if _, known := devices.Devices[username]; err != nil || !known {
		return err
	}
	return s.updateDevices(ctx, func(r *deviceRecord) error {
		r.forgetUser(username)
		return nil
	})
}

// forgetUser removes username's device and every alias of that user.
func (r *deviceRecord) forgetUser(username string) {
	r.Devices, r.Aliases = cloned(r.Devices), cloned(r.Aliases)
	delete(r.Devices, username)
	maps.DeleteFunc(r.Aliases, func(_, to string) bool { return to == username })
}
