package auth

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// User says who is signed in.
type User struct {
	Username      string        `json:"username"` // Cognito's immutable name for the user, not an alias
	UserID        string        `json:"userId"`   // the sub claim
	SignInDetails SignInDetails `json:"signInDetails"`
}

// CurrentUser says who is signed in. It makes no request, so the access token may have expired.
// With nobody signed in it returns [ErrUserUnAuthenticated]. Only tokens of ImportTokens, which a
// browser keeps, are renewed when they have expired; the errors are then those of FetchAuthSession.
//
// Differs from Amplify: nothing else is renewed, and without an ID token the names come from the
// access token instead of being undefined. Amplify: getCurrentUser.
func (s *Session) CurrentUser(ctx context.Context) (user User, err error) {
	defer nameVerb("CurrentUser", &err)
	current, err := s.read(ctx)
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

// DeleteUser deletes the person who is signed in at Cognito, for good, and then forgets here the
// session and the device that the person had in this session's device scope. Other sessions of the
// person find out when they next need Cognito; tokens that somebody copied stay acceptable to
// whoever verifies them offline until they expire. A person who is gone already counts as deleted,
// so that calling again is the way on after [ErrOutcomeUnknown].
//
// If Cognito refuses, or its answer is lost ([ErrOutcomeUnknown]), the session stays as it is. An
// error without a code that wraps one of the Store says that the person is deleted but not
// forgotten here; SignOut does that. Other errors: [ErrUserUnAuthenticated], [ErrNotAuthorized].
// Cognito: DeleteUser.
//
// Differs from Amplify: no request is made to revoke the refresh token, which died with the person;
// and Amplify fails if the person is gone already. Amplify: deleteUser.
func (s *Session) DeleteUser(ctx context.Context) (err error) {
	const verb = "DeleteUser"
	defer nameVerb(verb, &err)
	user, err := s.CurrentUser(ctx)
	if err != nil {
		return err
	}
	err = s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.DeleteUser(ctx, &cognitoidentityprovider.DeleteUserInput{AccessToken: &accessToken})
		return err
	})
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return err
	}
	if err := s.forget(ctx, user.Username); err != nil {
		return &Error{Message: "the user is deleted, but not forgotten here", Recovery: "Call SignOut.", Err: err}
	}
	s.client.tell(ctx, Event{Name: EventSignedOut, SessionKey: s.key})
	return nil
}

// forget empties the session of a user who is no more, and drops the user's device.
func (s *Session) forget(ctx context.Context, username string) error {
	// Cognito cannot be asked a second time, so a caller who stops waiting does not stop this.
	ctx, cancel := outlive(ctx)
	defer cancel()
	_, err := s.removeTokens(ctx)
	return errors.Join(err, s.forgetDevice(ctx, username))
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

// forgetUser removes the device of that user, and every name that leads to it.
func (r *deviceRecord) forgetUser(username string) {
	r.Devices, r.Aliases = cloned(r.Devices), cloned(r.Aliases)
	delete(r.Devices, username)
	maps.DeleteFunc(r.Aliases, func(_, to string) bool { return to == username })
}
