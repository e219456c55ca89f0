package auth

import (
	"cmp"
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// Reauthenticate has the person who is signed in prove again who they are, before something that
// matters: a step-up. It runs like [Session.SignIn], with the same flows and steps, beside the
// tokens that are there, which stay in use meanwhile. [Session.ConfirmSignIn] answers its steps,
// from any process; [Status] has Reauthenticating. A Reauthenticate replaces one that is pending.
//
// No device is presented, so a remembered device never replaces a second factor. Once all is
// proved, new tokens replace the old ones, whose refresh token is revoked, and
// [AuthSession].Factors has the new proofs. Somebody without a second factor can only prove the
// first one again: the factors say so. Where the pool tracks devices, the tokens belong to a new
// device, which takes the place of the session's own, remembered if that was.
//
// Username may be empty: it is the person's own. Errors are those of SignIn and, from here or from
// ConfirmSignIn:
//   - [ErrAnotherUser]: the proof is another person's; whoever is signed in stays so
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrSessionExpired]: the session is over; sign in
//   - [ErrSignIn]: the person was signed out meanwhile
//
// Cognito: InitiateAuth, RespondToAuthChallenge, RevokeToken. Not in Amplify.
func (s *Session) Reauthenticate(ctx context.Context, in SignInInput) (out SignInOutput, err error) {
	defer nameVerb("Reauthenticate", &err, &out.NewDevice.Err)
	current, err := s.freshTokens(ctx, "Reauthenticate", FetchAuthSessionInput{})
	if err != nil {
		return SignInOutput{}, err
	}
	in.Username = cmp.Or(typed.Name(in.Username), current.session.AccessToken.Username)
	flow, err := in.flow()
	if err != nil {
		return SignInOutput{}, err
	}
	st, err := s.load(ctx)
	if err != nil {
		return SignInOutput{}, err
	}
	a, err := s.newAttempt(ctx, in)
	if err != nil {
		return SignInOutput{}, err
	}
	a.pending.Subject, a.device = current.session.UserSub, signInDevice{session: s, absent: true}
	if err := a.checkPlace(&st); err != nil {
		return SignInOutput{}, err
	}
	a.begin = func(ctx context.Context) (answer, error) { return flow(ctx, a, in) }
	return a.signInOrDrop(ctx, st.Pending)
}

// reauthenticates reports whether the sign-in is a second one of the person who is signed in.
func (p *pendingSignIn) reauthenticates() bool { return p != nil && p.Subject != "" }

// isOf reports whether the subject may sign in again: it is signed in, or Cognito has ended the
// session meanwhile.
func (st *state) isOf(subject string) bool {
	if st.Tokens == nil {
		return st.Expired
	}
	access, err := decodeToken(st.Tokens.AccessToken)
	return err == nil && access.Subject == subject
}

// completeAgain ends a reauthentication: it replaces the tokens of the same person by got. The
// metadata is of the device that Cognito took for a new one, because none was presented.
func (a *attempt) completeAgain(
	ctx context.Context, got *tokens, session AuthSession, metadata *types.NewDeviceMetadataType,
) (SignInOutput, error) {
	if session.UserSub != a.pending.Subject {
		a.session.discard(ctx, got)
		return SignInOutput{}, fail(ErrAnotherUser, "the proof is another person's than the one who is signed in")
	}
	replaced, err := a.replaceTokens(ctx, got, func(st *state) {
		st.reauthenticated(got, session.AccessToken.Username)
	})
	if err != nil {
		return SignInOutput{}, err
	}
	a.session.client.tell(ctx, Event{Name: EventReauthenticated, SessionKey: a.session.key})
	done := SignInOutput{IsSignedIn: true, NextStep: DoneSignInStep{}}
	if metadata != nil {
		reg := a.registration(session, metadata)
		if replaced != nil {
			reg.replaces = replaced.deviceKey()
		}
		var unconfirmed error
		done.NewDevice, unconfirmed = a.session.registerDevice(ctx, reg)
		if errors.Is(unconfirmed, errDeviceOccupied) {
			unconfirmed = a.session.confirmUnused(ctx, reg)
			done.NewDevice.Err = unconfirmed
		}
		a.session.noteConfirmation(ctx, got.AccessToken, metadata, false, unconfirmed)
	}
	if replaced != nil {
		a.session.discard(ctx, replaced)
	}
	return done, nil
}

// reauthenticated makes got the tokens, with the proofs of before and those of now.
func (st *state) reauthenticated(got *tokens, username string) {
	renewed := *got
	if old := st.Tokens; old != nil {
		renewed.Factors = old.Factors.with(got.Factors...)
		renewed.ManagedLogin = old.ManagedLogin
		if got.LoginID == username { // nothing was typed
			renewed.LoginID = cmp.Or(old.LoginID, username)
		}
	}
	st.Tokens, st.Pending, st.Expired, st.Refused = &renewed, nil, false, ""
	st.Renewal, st.Unconfirmed = nil, nil // those of the older tokens
}

// rememberAgain has the pool trust a device that took the place of one that the person had
// remembered.
func (s *Session) rememberAgain(ctx context.Context, reg registration) error {
	_, err := s.client.cognito.UpdateDeviceStatus(ctx, &cognitoidentityprovider.UpdateDeviceStatusInput{
		AccessToken: &reg.accessToken, DeviceKey: reg.metadata.DeviceKey,
		DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered,
	})
	return err
}
