package auth

import (
	"context"
	"crypto/rand"
	"time"
)

// holdTimeout is how long a call may hold a step before another one may answer it.
const holdTimeout = defaultTimeout

// place is where a sign-in is in the Store, as far as the verb that works on it knows.
type place int

const (
	placeNew  place = iota // it is not there, and may replace what is
	placeOpen              // its step is there, for any call to answer
	placeHeld              // its step is there, held by this call
	placeDone              // its tokens are there
)

// storedSignIn is a pending sign-in and its place in the session's record. Every change of that
// record fails if the sign-in has lost its place.
type storedSignIn struct {
	session *Session
	pending pendingSignIn
	place   place
	holdEnd time.Time
}

// held reports whether a call holds the step at the moment. A hold that lasts longer than any does
// is of a machine whose clock is wrong.
func (p *pendingSignIn) held() bool { return liveUntil(p.HeldUntil, time.Now(), holdTimeout) }

func (p *pendingSignIn) unhold() { p.HeldUntil, p.HeldBy = time.Time{}, "" }

// hold records in the Store, before the first request, that this call answers the step: what it
// sends can be sent only once, so a second click or another process must not send it too. The
// context that it returns is for the request, and ends with the hold.
func (s *storedSignIn) hold(ctx context.Context) (context.Context, context.CancelFunc, error) {
	switch s.place {
	case placeNew, placeDone: // nobody else knows of it
		return ctx, func() {}, nil
	case placeOpen:
		if err := s.saveHold(ctx); err != nil {
			return nil, nil, err
		}
	}
	limited, cancel := context.WithDeadline(ctx, s.holdEnd)
	return limited, cancel, nil
}

func (s *storedSignIn) saveHold(ctx context.Context) error {
	pending := s.pending
	pending.Saves++
	end := time.Now().Add(holdTimeout) // by the monotonic clock
	pending.HeldUntil, pending.HeldBy = expiry(holdTimeout), rand.Text()
	err := s.session.update(ctx, func(st *state) error {
		if err := s.checkPlace(st); err != nil {
			return err
		}
		// ConfirmSignUp may have changed these meanwhile.
		pending.Session, pending.ExpiresAt = st.Pending.Session, st.Pending.ExpiresAt
		pending.AutoSignIn = st.Pending.AutoSignIn
		st.Pending = &pending
		return nil
	})
	if err == nil {
		s.pending, s.place, s.holdEnd = pending, placeHeld, end
	}
	return err
}

// save stores the pending sign-in; a hold stays. Tokens that could not be renewed stay as well,
// until there are new ones.
func (s *storedSignIn) save(ctx context.Context) error {
	pending := s.pending
	pending.Saves++
	err := s.change(ctx, func(st *state) { st.Pending = &pending })
	if err == nil {
		s.pending.Saves = pending.Saves
		s.place = max(s.place, placeOpen)
	}
	return err
}

// settle saves the pending sign-in and ends the hold, so that any process may answer the next step.
func (s *storedSignIn) settle(ctx context.Context) error {
	s.pending.unhold()
	err := s.save(ctx)
	if err == nil {
		s.place = placeOpen
	}
	return err
}

// release ends the hold on a step that stays as it was, but for what amend changes.
func (s *storedSignIn) release(ctx context.Context, amend func(*pendingSignIn)) error {
	if s.place != placeHeld {
		return nil
	}
	s.place = placeOpen
	return s.change(ctx, func(st *state) {
		st.Pending.unhold()
		amend(st.Pending)
	})
}

// unchanged is the amend of a release that only ends the hold.
func unchanged(*pendingSignIn) {}

// drop removes the sign-in from the Store.
func (s *storedSignIn) drop(ctx context.Context) error {
	return s.change(ctx, func(st *state) { st.Pending = nil })
}

// dropOlder ends the pending sign-in that this one was to replace, and has not.
func (s *storedSignIn) dropOlder(ctx context.Context, older *pendingSignIn) error {
	if older == nil || s.place != placeNew {
		return nil
	}
	return s.change(ctx, func(st *state) {
		if st.Pending != nil && st.Pending.ID == older.ID {
			st.Pending = nil
		}
	})
}

// storeTokens replaces the pending sign-in by its tokens. Those that they replace, of a parallel
// sign-in or of a session that could not be renewed, are revoked; if they cannot be stored, they
// are themselves.
func (s *storedSignIn) storeTokens(ctx context.Context, got *tokens) error {
	replaced, err := s.replaceTokens(ctx, got, func(st *state) { *st = st.signedIn(got) })
	if err == nil && replaced != nil && replaced.RefreshToken != got.RefreshToken {
		s.session.discard(ctx, replaced)
	}
	return err
}

// replaceTokens is change for a change that makes got the session's tokens. It returns those that
// they replace. If got cannot be stored, it is revoked.
func (s *storedSignIn) replaceTokens(
	ctx context.Context, got *tokens, change func(*state),
) (replaced *tokens, err error) {
	err = s.session.finish(ctx, func(st *state) error {
		if st.Tokens != nil && st.Tokens.sameSignIn(got) {
			return errUnchanged // an earlier try has saved them, and somebody has renewed them since
		}
		if err := s.checkPlace(st); err != nil {
			return err
		}
		replaced = st.Tokens
		change(st)
		return nil
	})
	if err != nil {
		s.session.discard(ctx, got)
		return nil, err
	}
	s.place = placeDone
	return replaced, nil
}

// change changes the session's state. It fails with [ErrSignIn] or [ErrStepInProgress] if this
// sign-in was superseded by a newer SignIn, by a SignOut, or by another call that answered the same
// step.
func (s *storedSignIn) change(ctx context.Context, change func(*state)) error {
	return s.session.finish(ctx, func(st *state) error {
		if err := s.checkPlace(st); err != nil {
			return err
		}
		change(st)
		return nil
	})
}

// checkPlace returns an error if the sign-in has lost its place in st.
func (s *storedSignIn) checkPlace(st *state) error {
	p := st.Pending
	same := p != nil && p.ID == s.pending.ID
	switch {
	case s.pending.reauthenticates() && !st.isOf(s.pending.Subject):
		return superseded()
	case s.place == placeNew,
		s.place == placeDone && st.Tokens != nil,
		s.place != placeDone && same && p.Saves == s.pending.Saves:
		return nil
	case same, p == nil && st.Tokens != nil:
		return stepInProgress()
	default:
		return superseded()
	}
}

func superseded() error {
	return &Error{
		Code: ErrSignIn, Message: "the sign-in was replaced or ended meanwhile",
		Recovery: "Start the sign-in again.",
	}
}

func stepInProgress() error {
	return fail(ErrStepInProgress, "another call is answering this step, or has just done so")
}
