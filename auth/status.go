package auth

import (
	"context"
	"log/slog"
	"time"
)

// SessionState says what a session is in the middle of.
type SessionState string

// The states of a session.
const (
	StateSignedOut SessionState = "SIGNED_OUT" // nobody is signed in, and no sign-in is pending
	StateSigningIn SessionState = "SIGNING_IN" // a sign-in waits for ConfirmSignIn
	StateSignedIn  SessionState = "SIGNED_IN"  // there are tokens that Cognito has not refused
	StateExpired   SessionState = "EXPIRED"    // Cognito has ended it: sign in again
)

// Status is the state of a session, with what a page needs to continue.
type Status struct {
	State SessionState
	// Reauthenticating says that NextStep, StepID and Username are of a [Session.Reauthenticate] of
	// the person who is signed in, and stays so meanwhile: the State is StateSignedIn.
	Reauthenticating bool
	// NextStep is, while signing in, the step that waits for ConfirmSignIn. It is the one that
	// SignIn returned, so that a page that is loaded again can show it again.
	NextStep SignInStep
	// StepID is, while signing in, the id of that step, as [SignInOutput] has it.
	StepID string
	// Username is, while signing in, whose sign-in it is: the name as it was typed.
	Username string
	// ExpiresAt is when the step expires, while signing in, or the access token, while signed in. A
	// time in the past means that the step is over, or that the next FetchAuthSession renews the
	// tokens.
	ExpiresAt time.Time
	// SignUp and ResetPassword are a sign-up and a new password that wait for their code, whatever
	// the state is; nil if none does.
	SignUp, ResetPassword *AwaitedCode
}

// AwaitedCode is a code that Cognito sent and that nobody has entered yet in this session.
type AwaitedCode struct {
	Username            string              // as it was typed
	CodeDeliveryDetails CodeDeliveryDetails // where the code was sent
	// ExpiresAt is when the code ends: a day after a sign-up, an hour after a ResetPassword.
	ExpiresAt time.Time
}

// How long Cognito accepts a code.
const (
	signUpCodeLife        = 24 * time.Hour
	resetPasswordCodeLife = time.Hour
)

// LogValue implements slog.LogValuer with the name of the step: its JSON may hold a TOTP secret.
func (s Status) LogValue() slog.Value {
	attributes := []slog.Attr{slog.String("state", string(s.State))}
	if s.NextStep != nil {
		attributes = append(attributes, slog.String("signInStep", string(s.NextStep.Name())))
	}
	return slog.GroupValue(attributes...)
}

// Status returns the state of the session in the Store. It makes no request, so an administrator
// may have ended the session meanwhile. Not in Amplify.
func (s *Session) Status(ctx context.Context) (status Status, err error) {
	defer nameVerb("Status", &err)
	st, err := s.load(ctx)
	if err != nil {
		return Status{}, err
	}
	now := time.Now()
	status = Status{State: StateSignedOut, SignUp: st.SignUp.awaited(now), ResetPassword: st.ResetPassword.awaited(now)}
	switch {
	case st.Pending != nil && !st.autoSignIn() && (st.Tokens == nil || now.Before(st.Pending.ExpiresAt)):
		status.State, status.ExpiresAt = StateSigningIn, st.Pending.ExpiresAt
		if st.Tokens != nil && st.Pending.reauthenticates() {
			status.State, status.ExpiresAt, status.Reauthenticating = StateSignedIn, st.Tokens.ValidUntil, true
		}
		status.StepID, status.Username = st.Pending.StepID, st.Pending.LoginID
		status.NextStep, err = st.Pending.nextStep()
	case st.Tokens != nil:
		status.State, status.ExpiresAt = StateSignedIn, st.Tokens.ValidUntil
	case st.Expired:
		status.State = StateExpired
	}
	return status, err
}

// awaitedCode is an [AwaitedCode] in a session's record.
type awaitedCode struct {
	unprinted
	Username  string              `json:"username"`
	Delivery  CodeDeliveryDetails `json:"delivery"`
	ExpiresAt time.Time           `json:"expiresAt"`
}

func newAwaitedCode(username string, sent CodeDeliveryDetails, life time.Duration) *awaitedCode {
	return &awaitedCode{Username: username, Delivery: sent, ExpiresAt: expiry(life)}
}

// of reports whether there is a code for the user with that name.
func (c *awaitedCode) of(username string) bool { return c != nil && c.Username == username }

// awaited returns the code, unless it has expired.
func (c *awaitedCode) awaited(now time.Time) *AwaitedCode {
	if c == nil || now.After(c.ExpiresAt) {
		return nil
	}
	return &AwaitedCode{Username: c.Username, CodeDeliveryDetails: c.Delivery, ExpiresAt: c.ExpiresAt}
}
