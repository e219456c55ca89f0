package auth

import (
	"context"
	"crypto/rand"
	"time"
)

// claimedFor is how long a call may work on a step before another one may answer it.
const claimedFor = defaultTimeout

// busy reports whether a call works on the step at the moment.
func (p *pendingSignIn) busy() bool { return time.Now().Before(p.BusyUntil) }

func (p *pendingSignIn) free() { p.BusyUntil, p.BusyWith = time.Time{}, "" }

// claim notes in the Store, before the first request, that this call answers the step. What it is about to send can be sent once
// only, so a second click or another process must not send it, too. The context that it gives for each request ends with the claim.
func (a *attempt) claim(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if !a.resumed {
		return ctx, func() {}, nil
	}
	if !a.claimed {
		if err := a.saveClaim(ctx); err != nil {
			return nil, nil, err
		}
	}
	limited, cancel := context.WithDeadline(ctx, a.claimEnd)
	return limited, cancel, nil
}

func (a *attempt) saveClaim(ctx context.Context) error {
	pending := a.pending
	pending.Saves++
	pending.BusyUntil, pending.BusyWith = expiry(claimedFor), rand.Text()
	err := a.session.update(ctx, a.op, func(st *state) error {
		if err := a.overtaken(st); err != nil {
			return err
		}
		// ConfirmSignUp may have brought them meanwhile.
		pending.Session, pending.ExpiresAt, pending.AutoSignIn = st.Pending.Session, st.Pending.ExpiresAt, st.Pending.AutoSignIn
		st.Pending = &pending
		return nil
	})
	if err == nil {
		a.pending, a.claimed, a.claimEnd = pending, true, pending.BusyUntil
	}
	return err
}

// settle stores the sign-in as it stands, for anybody to go on with.
func (a *attempt) settle(ctx context.Context) error {
	a.pending.free()
	err := a.save(ctx)
	if err == nil {
		a.claimed = false
	}
	return err
}

// release gives up a claim on a step that stays as it was, but for what mend changes.
func (a *attempt) release(ctx context.Context, mend func(*pendingSignIn)) error {
	if !a.claimed {
		return nil
	}
	a.claimed = false
	return a.change(ctx, func(st *state) {
		st.Pending.free()
		mend(st.Pending)
	})
}

// overtaken is the error of a sign-in whose place in the Store has gone to somebody else.
func (a *attempt) overtaken(st *state) error {
	p := st.Pending
	signedOut := a.joined && st.Tokens == nil // between the two sign-ins of joinDevice
	switch {
	case !signedOut && (!a.resumed || p != nil && p.ID == a.pending.ID && p.Saves == a.pending.Saves):
		return nil
	case p != nil && p.ID == a.pending.ID, p == nil && st.Tokens != nil:
		return stepInProgress(a.op)
	default:
		return &Error{
			Op: a.op, Code: ErrSignIn, Message: "the sign-in was replaced or ended meanwhile",
			Recovery: "Start the sign-in again.",
		}
	}
}

func stepInProgress(op string) error {
	return fail(op, ErrStepInProgress, "another call is answering this step, or has just done so")
}
