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

// AutoSignInOptions says how AutoSignIn is to sign in after a sign-up. The zero value is fine.
// Amplify: SignInOptions.
type AutoSignInOptions struct {
	AuthFlowType       AuthFlowType      // default: AuthFlowUserSRP
	PreferredChallenge AuthFactorType    // for AuthFlowUserAuth, as in SignInInput
	ClientMetadata     map[string]string // for the pool's triggers, at every request of the sign-in
}

// AutoSignInInput is the input of AutoSignIn.
type AutoSignInInput struct {
	redacted
	// Password is required by the flows that have one: the SDK did not keep it from SignUp.
	// AuthFlowUserAuth does without, as long as the sign-up is a few minutes old.
	Password    string
	DeviceName  string      // as in SignInInput
	UserContext UserContext // as in SignInInput
}

// autoSignIn is what a sign-up leaves for the sign-in that is to follow it.
type autoSignIn struct {
	unprinted
	Preferred     AuthFactorType `json:"preferred,omitempty"`
	SignUpSession string         `json:"signUpSession,omitempty"` // the challenge session that ConfirmSignUp takes
}

// AutoSignIn signs in the person who has just signed up, where SignUp was given AutoSignIn and the
// step is CompleteAutoSignInSignUpStep. With AuthFlowUserAuth Cognito takes the sign-up for the
// first factor, for the few minutes that a step has; later, and with the other flows, this is a
// SignIn. The output is SignIn's, and so is all that follows.
//
// Where the person confirms by a link, nothing tells the SDK: call AutoSignIn again, every few
// seconds, as long as the step is ConfirmSignUpBeforeSignIn. A failure may be tried again as well,
// with the right password or, if [ErrNotAuthorized] came in AuthFlowUserAuth, without the help of
// the sign-up. A SignIn, a SignOut or another SignUp in the session ends the chance. Errors:
// [ErrAutoSignIn] if no sign-up in this session asked for it or it is over; [ErrStepInProgress]
// while another call does the same; those of SignIn. Cognito: InitiateAuth, RespondToAuthChallenge,
// AssociateSoftwareToken. Amplify: autoSignIn.
//
// Differs from Amplify: no password is kept in memory, the way in survives a restart and has no
// timer of its own, and the SDK does not poll.
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
	if err := s.refuseSignedIn(ctx, "AutoSignIn", st); err != nil {
		return SignInOutput{}, err
	}
	a, err := s.resumeAttempt(ctx, *st.Pending, nil, in.UserContext)
	if err != nil {
		return SignInOutput{}, err
	}
	a.pending.Person, a.pending.DeviceName = in.UserContext, s.client.nameDevice(in.DeviceName)
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

// openedBySignUp has the sign-up stand for the first factor. A password is not asked for, even
// where it is preferred.
func (p *pendingSignIn) openedBySignUp() opening {
	o := opening{flow: types.AuthFlowTypeUserAuth, once: true, session: p.Session}
	if preferred := p.AutoSignIn.Preferred; preferred != "" && !preferred.isPassword() {
		o.parameters = map[string]string{"PREFERRED_CHALLENGE": string(preferred)}
	}
	return o
}

// autoSignInFailed keeps what the sign-up left, so that the caller can try again, but for a
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

// autoSignIn reports whether a sign-in is to follow a sign-up and has not begun.
func (st *state) autoSignIn() bool { return st.Pending != nil && st.Pending.AutoSignIn != nil }

// prepared is the sign-in that is to follow this sign-up; nil if none is.
func (in SignUpInput) prepared(out *cognitoidentityprovider.SignUpOutput, validity time.Duration) *pendingSignIn {
	if in.AutoSignIn == nil {
		return nil
	}
	p := &pendingSignIn{
		ID:         rand.Text(),
		Username:   in.Username,
		Metadata:   in.AutoSignIn.ClientMetadata,
		AutoSignIn: &autoSignIn{Preferred: in.AutoSignIn.PreferredChallenge},
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

// prepareAutoSignIn keeps what next needs, and ends what an earlier sign-up prepared. Of a session
// where neither matters nothing is changed.
func (s *Session) prepareAutoSignIn(ctx context.Context, st state, next *pendingSignIn) error {
	if next == nil && !st.autoSignIn() {
		return nil
	}
	return s.finish(ctx, func(st *state) error {
		if next != nil || st.autoSignIn() {
			st.Pending = next
		}
		return nil
	})
}

// signUpConfirmed keeps the challenge session that the confirmation came with.
func (s *Session) signUpConfirmed(ctx context.Context, prepared *pendingSignIn, session string) error {
	if prepared.AuthFlowType != AuthFlowUserAuth || session == "" {
		return nil
	}
	return s.finish(ctx, func(st *state) error {
		if st.autoSignIn() && st.Pending.ID == prepared.ID {
			st.Pending.Session, st.Pending.AutoSignIn.SignUpSession = session, ""
			st.Pending.ExpiresAt = expiry(s.client.sessionValidity)
		}
		return nil
	})
}

// forwarded is the challenge session of the sign-up that its confirmation takes; nil if there is
// none, or no more.
func (p *pendingSignIn) forwarded() *string {
	if p == nil || p.AutoSignIn.SignUpSession == "" || time.Now().After(p.ExpiresAt) {
		return nil
	}
	return &p.AutoSignIn.SignUpSession
}
