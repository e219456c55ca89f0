package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// AutoSignInOptions says how [Session.AutoSignIn] signs in after a sign-up. The zero value is
// valid. Amplify: SignInOptions.
type AutoSignInOptions struct {
	AuthFlowType       AuthFlowType      // default: AuthFlowUserSRP
	PreferredChallenge AuthFactorType    // for AuthFlowUserAuth, as in SignInInput
	ClientMetadata     map[string]string // passed to the pool's triggers with every request of the sign-in
}

// AutoSignInInput is the input of [Session.AutoSignIn].
type AutoSignInInput struct {
	redacted
	// Password is required by the flows that have one: the SDK did not keep that of SignUp.
	// AuthFlowUserAuth needs none during the first minutes after the sign-up.
	Password   string
	DeviceName string // as in SignInInput
}

// autoSignIn is what a sign-up stores for the sign-in that follows it.
type autoSignIn struct {
	unprinted
	Preferred     AuthFactorType `json:"preferred,omitempty"`
	SignUpSession string         `json:"signUpSession,omitempty"` // the challenge session that ConfirmSignUp takes
	Until         time.Time      `json:"until,omitzero"`          // until when it may follow
}

// AutoSignIn signs in the person who has just signed up, where [SignUpInput] has AutoSignIn and the
// step is [CompleteAutoSignInSignUpStep]. In AuthFlowUserAuth Cognito accepts the sign-up as the
// first factor, during the few minutes that a step lasts; later, and in the other flows, this is a
// [Session.SignIn]. The output is that of SignIn.
//
// If the person confirms the sign-up by a link, the SDK is not told: call AutoSignIn every few
// seconds while the step is [ConfirmSignUpBeforeSignIn]. After a failure, call it again: with the
// right password or, after [ErrNotAuthorized] in AuthFlowUserAuth, for a SignIn without the help of
// the sign-up. A SignIn, a SignOut or another SignUp in the session ends this way in. Errors are
// those of SignIn, and:
//   - [ErrAutoSignIn]: no sign-up in this session asked for it, or it is over
//   - [ErrStepInProgress]: another call is doing the same
//
// Differs from Amplify: no password is kept in memory, the way in survives a restart and has no
// timer of its own, and the SDK does not poll.
//
// Cognito: InitiateAuth, RespondToAuthChallenge, AssociateSoftwareToken. Amplify: autoSignIn.
func (s *Session) AutoSignIn(ctx context.Context, in AutoSignInInput) (out SignInOutput, err error) {
	defer nameVerb("AutoSignIn", &err, &out.NewDevice.Err)
	st, err := s.load(ctx)
	if err != nil {
		return SignInOutput{}, err
	}
	switch {
	case !st.autoSignIn():
		return SignInOutput{}, fail(ErrAutoSignIn, "no sign-up in this session asked for a sign-in, or it is over")
	case st.Pending.held():
		return SignInOutput{}, stepInProgress()
	}
	a, err := s.resumeAttempt(ctx, *st.Pending, nil)
	if err != nil {
		return SignInOutput{}, err
	}
	if err := s.refuseSignedIn(ctx, "AutoSignIn", st); err != nil {
		return SignInOutput{}, err
	}
	a.pending.Person, a.pending.DeviceName = a.person, s.client.nameDevice(in.DeviceName)
	out, err = a.autoSignIn(ctx, in.Password)
	if err != nil {
		return a.autoSignInFailed(ctx, err)
	}
	return out, nil
}

func (a *attempt) autoSignIn(ctx context.Context, password string) (SignInOutput, error) {
	if a.pending.Session != "" && time.Now().Before(a.pending.ExpiresAt) {
		next, err := a.initiate(ctx, a.pending.openedBySignUp())
		if err != nil {
			return SignInOutput{}, err
		}
		return a.proceed(ctx, next)
	}
	in := SignInInput{
		Username: a.pending.LoginID, Password: password,
		AuthFlowType: a.pending.AuthFlowType, PreferredChallenge: a.pending.AutoSignIn.Preferred,
	}
	flow, err := in.flow()
	if err != nil {
		return SignInOutput{}, err
	}
	a.begin = func(ctx context.Context) (answer, error) { return flow(ctx, a, in) }
	return a.signIn(ctx)
}

// openedBySignUp returns the request of a sign-in whose first factor is the sign-up. It asks for no
// password, even where that is preferred.
func (p *pendingSignIn) openedBySignUp() opening {
	o := opening{flow: types.AuthFlowTypeUserAuth, once: true, session: p.Session}
	if preferred := p.AutoSignIn.Preferred; preferred != "" && !preferred.isPassword() {
		o.parameters = map[string]string{"PREFERRED_CHALLENGE": string(preferred)}
	}
	return o
}

// autoSignInFailed keeps what the sign-up stored, so that the caller can try again, except a
// challenge session that was refused.
func (a *attempt) autoSignInFailed(ctx context.Context, err error) (SignInOutput, error) {
	refused := a.begin == nil && errors.Is(err, ErrNotAuthorized)
	releaseErr := a.release(ctx, func(p *pendingSignIn) {
		if refused {
			p.Session = ""
		}
	})
	if releaseErr != nil {
		return SignInOutput{}, alongside(err, releaseErr)
	}
	return stepOrError(err)
}

// autoSignIn reports whether a sign-in that follows a sign-up has not begun yet.
func (st *state) autoSignIn() bool { return st.Pending != nil && st.Pending.AutoSignIn != nil }

// prepared returns the sign-in that is to follow this sign-up, or nil.
func (in SignUpInput) prepared(out *cognitoidentityprovider.SignUpOutput, validity time.Duration) *pendingSignIn {
	if in.AutoSignIn == nil {
		return nil
	}
	p := &pendingSignIn{
		ID:         rand.Text(),
		Username:   in.Username,
		Metadata:   in.AutoSignIn.ClientMetadata,
		AutoSignIn: &autoSignIn{Preferred: in.AutoSignIn.PreferredChallenge, Until: expiry(signUpCodeLife)},
		SignInDetails: SignInDetails{
			LoginID: in.Username, AuthFlowType: cmp.Or(in.AutoSignIn.AuthFlowType, AuthFlowUserSRP),
		},
	}
	if p.AuthFlowType == AuthFlowUserAuth {
		p.ExpiresAt = expiry(validity)
		if out.UserConfirmed {
			p.Session = aws.ToString(out.Session)
		} else {
			p.AutoSignIn.SignUpSession = aws.ToString(out.Session)
		}
	}
	return p
}

// signedUp stores the code that the sign-up waits for, and the sign-in that is to follow it; either
// may be nil. What an earlier sign-up stored is replaced. If there is nothing to change, it changes
// nothing.
func (s *Session) signedUp(ctx context.Context, before state, code *awaitedCode, next *pendingSignIn) error {
	if next == nil && code == nil && !before.autoSignIn() && before.SignUp == nil {
		return nil
	}
	return s.finish(ctx, func(st *state) error {
		st.SignUp = code
		if next != nil || st.autoSignIn() {
			st.Pending = next
		}
		return nil
	})
}

// signUpConfirmed ends the wait for the code, and stores the challenge session that came with the
// confirmation, if a sign-in is to follow.
func (s *Session) signUpConfirmed(
	ctx context.Context, before state, username string, prepared *pendingSignIn, session string,
) error {
	follows := prepared != nil && prepared.AuthFlowType == AuthFlowUserAuth && session != ""
	if !follows && !before.SignUp.of(username) {
		return nil
	}
	return s.finish(ctx, func(st *state) error {
		if st.SignUp.of(username) {
			st.SignUp = nil
		}
		if follows && st.autoSignIn() && st.Pending.ID == prepared.ID {
			st.Pending.Session, st.Pending.AutoSignIn.SignUpSession = session, ""
			st.Pending.ExpiresAt = expiry(s.client.sessionValidity)
		}
		return nil
	})
}

// forwarded returns the challenge session of the sign-up, to send with its confirmation; nil if
// there is none or it has expired.
func (p *pendingSignIn) forwarded() *string {
	if p == nil || p.AutoSignIn.SignUpSession == "" || time.Now().After(p.ExpiresAt) {
		return nil
	}
	return &p.AutoSignIn.SignUpSession
}
