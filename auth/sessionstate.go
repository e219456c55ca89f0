package auth

import (
	"context"
	"log/slog"
	"time"
)

// SessionState is what a session is in the middle of.
type SessionState string

// The states of a session.
const (
	SignedOut SessionState = "SIGNED_OUT" // nobody, and nothing under way
	SigningIn SessionState = "SIGNING_IN" // a sign-in waits for ConfirmSignIn
	SignedIn  SessionState = "SIGNED_IN"  // there are tokens, and Cognito has not said that they are over
	Expired   SessionState = "EXPIRED"    // Cognito has ended it: sign in again
)

// Status says where a session stands.
type Status struct {
	State SessionState
	// NextStep is, while signing in, the step that waits for ConfirmSignIn: the same that SignIn gave, so that a page which is
	// loaded again can show it again.
	NextStep SignInStep
	// ExpiresAt is, while signing in, when the step ends and, while signed in, when the access token does. A time in the past
	// says that the step is over, or that the next FetchAuthSession renews.
	ExpiresAt time.Time
}

// LogValue implements slog.LogValuer with the name of the step: its JSON may hold a TOTP secret.
func (s Status) LogValue() slog.Value {
	attributes := []slog.Attr{slog.String("state", string(s.State))}
	if s.NextStep != nil {
		attributes = append(attributes, slog.String("signInStep", string(s.NextStep.Name())))
	}
	return slog.GroupValue(attributes...)
}

// Status says where the session stands, from the Store alone: it makes no request, so an administrator may have ended the
// session meanwhile. Not in Amplify.
func (s *Session) Status(ctx context.Context) (Status, error) {
	st, err := s.load(ctx, "Status")
	if err != nil {
		return Status{}, err
	}
	switch {
	case st.Pending != nil && !st.autoSignIn() && (st.Tokens == nil || time.Now().Before(st.Pending.ExpiresAt)):
		step, err := st.Pending.nextStep("Status")
		return Status{State: SigningIn, NextStep: step, ExpiresAt: st.Pending.ExpiresAt}, err
	case st.Tokens != nil:
		return Status{State: SignedIn, ExpiresAt: st.Tokens.ValidUntil}, nil
	case st.Expired:
		return Status{State: Expired}, nil
	default:
		return Status{State: SignedOut}, nil
	}
}

// signedOut is the error for a verb that needs somebody who is signed in.
func (st state) signedOut(op string) error {
	if !st.Expired {
		return fail(op, ErrUserUnAuthenticated, "nobody is signed in")
	}
	e := fail(op, ErrSessionExpired, "the session is over")
	e.refines = ErrUserUnAuthenticated
	return e
}
