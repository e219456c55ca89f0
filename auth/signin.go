package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// SignInInput is the input of [Session.SignIn].
type SignInInput struct {
	redacted
	// Username is the user name, or an alias that the pool accepts. Required. Blanks around it are
	// removed. Differs from Amplify: there somebody with a blank after the name does not exist.
	Username string
	// Password is required, with two exceptions: AuthFlowCustomWithoutSRP must have none, and
	// AuthFlowUserAuth uses it only if PreferredChallenge is one of the two password factors.
	Password     string
	AuthFlowType AuthFlowType // default: AuthFlowUserSRP
	// PreferredChallenge is how the person wants to sign in, in AuthFlowUserAuth. If it is empty,
	// or the pool does not offer it to this person, the next step lets them choose.
	PreferredChallenge AuthFactorType
	// ClientMetadata is passed to the pool's triggers with every request of the sign-in, including
	// those of ConfirmSignIn unless it has its own. Differs from Amplify: it forgets this metadata
	// after SignIn.
	ClientMetadata map[string]string
	// DeviceName is the name that the device is registered under, where the pool tracks devices.
	// Default: that of the [Config].
	DeviceName string
}

// SignInOutput is the output of [Session.SignIn], [Session.ConfirmSignIn] and
// [Session.AutoSignIn]. It marshals to Amplify's JSON.
type SignInOutput struct {
	IsSignedIn bool       `json:"isSignedIn"`
	NextStep   SignInStep `json:"nextStep"` // never nil without an error
	// StepID is the id of a step that waits for [Session.ConfirmSignIn]: new whenever the step is
	// another one, a repeated custom challenge too, and the same after a wrong answer. Give it back
	// in [ConfirmSignInInput], so that a late second click does not answer the step after. Differs
	// from Amplify: it has none.
	StepID    string    `json:"stepId,omitempty"`
	NewDevice NewDevice `json:"-"` // the device, if the sign-in registered it
}

// LogValue implements slog.LogValuer with the name of the step: its JSON may hold a TOTP secret.
func (o SignInOutput) LogValue() slog.Value {
	if o.NextStep == nil {
		return slog.GroupValue()
	}
	return slog.GroupValue(slog.Bool("isSignedIn", o.IsSignedIn), slog.String("signInStep", string(o.NextStep.Name())))
}

// SignIn starts a sign-in, usually with a user name and a password. The output's NextStep says what
// comes next: usually a second factor, to be answered with [Session.ConfirmSignIn], or
// [DoneSignInStep]. The tokens, or the pending sign-in, are in the Store before SignIn returns.
//
// A SignIn replaces a pending sign-in, even if it fails. Somebody who is signed in, or would be
// after a refresh, must sign out first. A user who is not confirmed, or must reset the password, is
// no error: the step is [ConfirmSignUpBeforeSignIn] or [ResetPasswordBeforeSignIn].
//
// Errors:
//   - [ErrNotAuthorized]: the user name or the password is wrong
//   - [ErrTemporaryPasswordExpired], [ErrUserDisabled]: only an administrator can help
//   - [ErrLockedOut]: too many wrong passwords; wait
//   - [ErrEmptySignInUsername], [ErrEmptySignInPassword]: the field is empty
//   - [ErrCustomAuthSignInPassword]: AuthFlowCustomWithoutSRP has no password
//   - [ErrUserAlreadyAuthenticated]: somebody is signed in
//   - [ErrSignIn]: another sign-in or a sign-out took its place
//   - [ErrStore]: the tokens could not be stored; they were revoked
//   - [ErrUserNotFound]: there is no such user; only pools that do not hide who exists say so
//   - [ErrInvalidParameter]: the app client does not allow the flow
//   - [ErrTooManyRequests], [ErrNetwork], [ErrOutcomeUnknown], [ErrUnexpectedResponse]
//   - [ErrCaptchaRequired]: the web firewall asks for a CAPTCHA; see [WithWAFToken]
//
// Differs from Amplify: a known device is presented in AuthFlowUserAuth too, and may prove itself
// after any step.
//
// Cognito: InitiateAuth, RespondToAuthChallenge, AssociateSoftwareToken. Amplify: signIn.
func (s *Session) SignIn(ctx context.Context, in SignInInput) (out SignInOutput, err error) {
	defer nameVerb("SignIn", &err, &out.NewDevice.Err)
	in.Username = typed.Name(in.Username)
	flow, err := in.flow()
	if err != nil {
		return SignInOutput{}, err
	}
	s = s.replacingUnreadable()
	st, err := s.load(ctx)
	if err != nil {
		return SignInOutput{}, err
	}
	a, err := s.newAttempt(ctx, in)
	if err != nil {
		return SignInOutput{}, err
	}
	if err := s.refuseSignedIn(ctx, "SignIn", st); err != nil {
		return SignInOutput{}, err
	}
	a.begin = func(ctx context.Context) (answer, error) { return flow(ctx, a, in) }
	return a.signInOrDrop(ctx, st.Pending)
}

// signInOrDrop runs the sign-in up to its first step. If it fails, the older one that it was to
// replace ends all the same.
func (a *attempt) signInOrDrop(ctx context.Context, older *pendingSignIn) (SignInOutput, error) {
	out, err := a.signIn(ctx)
	if err == nil {
		return out, nil
	}
	if storeErr := errors.Join(a.release(ctx, unchanged), a.dropOlder(ctx, older)); storeErr != nil {
		return SignInOutput{}, alongside(err, storeErr)
	}
	return stepOrError(err)
}

// replacingUnreadable returns a handle on the same session for a sign-in, which takes the place of
// a record that cannot be read.
func (s *Session) replacingUnreadable() *Session {
	other := *s
	other.replacesUnreadable = true
	return &other
}

// refuseSignedIn returns an error if somebody is signed in, or would be after a refresh.
func (s *Session) refuseSignedIn(ctx context.Context, verb string, st state) error {
	if st.Tokens == nil {
		return nil
	}
	if _, err := s.freshTokens(ctx, verb, FetchAuthSessionInput{}); err == nil {
		return fail(ErrUserAlreadyAuthenticated, "somebody is signed in; sign out first")
	}
	return nil
}

// signIn runs the sign-in up to its first step. If the pool does not recognize the device, it
// starts over once without it.
func (a *attempt) signIn(ctx context.Context) (SignInOutput, error) {
	next, err := a.begin(ctx)
	if errors.Is(err, ErrDeviceNotRecognized) {
		if err := a.device.giveUp(ctx, a.pending.Username, err); err != nil {
			return SignInOutput{}, err
		}
		next, err = a.begin(ctx)
	}
	if err != nil {
		return SignInOutput{}, err
	}
	return a.proceed(ctx, next)
}

func (s *Session) newAttempt(ctx context.Context, in SignInInput) (*attempt, error) {
	person, err := userContext(ctx)
	if err != nil {
		return nil, err
	}
	device, err := s.signInDevice(ctx)
	if err != nil {
		return nil, err
	}
	pending := pendingSignIn{
		ID:            rand.Text(),
		Username:      in.Username,
		Metadata:      in.ClientMetadata,
		Person:        person,
		DeviceName:    s.client.nameDevice(in.DeviceName),
		SignInDetails: SignInDetails{LoginID: in.Username, AuthFlowType: cmp.Or(in.AuthFlowType, AuthFlowUserSRP)},
	}
	return &attempt{
		storedSignIn: storedSignIn{session: s, pending: pending},
		device:       device, metadata: in.ClientMetadata, person: person,
	}, nil
}

// stepOrError returns a step for the two refusals that Amplify reports as steps.
func stepOrError(err error) (SignInOutput, error) {
	switch {
	case errors.Is(err, ErrUserNotConfirmed):
		return SignInOutput{NextStep: ConfirmSignUpBeforeSignIn{}}, nil
	case errors.Is(err, ErrPasswordResetRequired):
		return SignInOutput{NextStep: ResetPasswordBeforeSignIn{}}, nil
	default:
		return SignInOutput{}, err
	}
}

// SignInDetails says how a user signed in.
type SignInDetails struct {
	LoginID      string       `json:"loginId"` // as it was typed: a user name, an e-mail address, a phone number
	AuthFlowType AuthFlowType `json:"authFlowType"`
}
