package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// attempt is one sign-in while a verb works on it.
type attempt struct {
	session  *Session
	metadata map[string]string
	person   UserContext
	pending  pendingSignIn
	resumed  bool      // the pending sign-in is in the Store
	claimed  bool      // and says there that this verb works on it
	claimEnd time.Time // until when
	setup    MFAType   // the factor to set up that the person has just chosen

	devices   deviceRecord                          // of the session's device scope, as far as this verb knows
	presented string                                // the name by which the device that was presented last was found
	begin     func(context.Context) (answer, error) // starts over; nil where the password is not at hand
	joined    bool                                  // another sign-in's device was waited for
}

// answer is what InitiateAuth and RespondToAuthChallenge both come back with: tokens, or a
// challenge.
type answer struct {
	challenge  types.ChallengeNameType
	parameters map[string]string
	available  []types.ChallengeNameType // what SELECT_CHALLENGE offers; only InitiateAuth tells
	session    string
	tokens     *types.AuthenticationResultType
	at         time.Time // when it came, by the server's clock if this one is wrong
	chosen     bool      // nothing came from Cognito: the person made a choice within the challenge
}

// take makes asked the challenge that the sign-in waits at. From here on the user goes by the name
// that Cognito gave, which SECRET_HASH and the device records depend on.
func (p *pendingSignIn) take(asked answer, validity time.Duration) {
	if asked.session != p.Session || p.Challenge == "" {
		p.ExpiresAt = expiry(validity)
	}
	p.Challenge = string(asked.challenge)
	p.Parameters = asked.parameters
	p.Session = asked.session
	p.Setup, p.TOTPSecret, p.Verified, p.Chosen = "", "", false, ""
	p.AutoSignIn = nil
	p.free()
	p.Username = cmp.Or(asked.parameters["USER_ID_FOR_SRP"], asked.parameters["USERNAME"], p.Username)
	if asked.challenge == types.ChallengeNameTypeSelectChallenge && asked.available != nil {
		p.Available = factorTypes(asked.available)
	}
}

// expiry is when a challenge session that was received now ends. The time runs anew for each. It
// has no monotonic part, like one that was stored.
func expiry(validity time.Duration) time.Time {
	return time.Now().Add(validity).UTC().Round(0)
}

// proceed takes the server's answer to the caller: signed in, or the next step.
func (a *attempt) proceed(ctx context.Context, next answer) (SignInOutput, error) {
	if next.tokens != nil {
		return a.complete(ctx, next.tokens)
	}
	if !next.chosen {
		a.pending.take(next, a.session.client.sessionValidity)
		// Saved before the step is worked out: that may take another request, and the challenge
		// must outlive its failure.
		if err := a.settle(ctx); err != nil {
			return SignInOutput{}, err
		}
	}
	if prepare := challengeNamed(a.pending.Challenge).prepare; prepare != nil {
		if err := prepare(ctx, a); err != nil {
			return SignInOutput{}, err
		}
	}
	step, err := a.pending.nextStep()
	if err != nil {
		return SignInOutput{}, err
	}
	return SignInOutput{NextStep: step}, nil
}

// complete stores the tokens, registers the device if it is new to the pool, and ends the sign-in.
func (a *attempt) complete(ctx context.Context, result *types.AuthenticationResultType) (SignInOutput, error) {
	got := &tokens{
		AccessToken:   aws.ToString(result.AccessToken),
		IDToken:       aws.ToString(result.IdToken),
		RefreshToken:  aws.ToString(result.RefreshToken),
		SignInDetails: a.pending.SignInDetails,
	}
	session, err := got.decode()
	if err != nil {
		return SignInOutput{}, err
	}
	got.DeviceKey = a.deviceKey(session, result.NewDeviceMetadata)
	got.received(time.Now(), result.ExpiresIn, session)
	if err := a.change(ctx, func(st *state) { *st = state{Tokens: got} }); err != nil {
		return SignInOutput{}, err
	}
	a.resumed, a.claimed = false, false // what was resumed is over
	if !a.joined {
		a.session.client.tell(ctx, Event{Name: EventSignedIn, SessionKey: a.session.key})
	}
	done := SignInOutput{IsSignedIn: true, NextStep: DoneSignInStep{}}
	if result.NewDeviceMetadata == nil {
		done.NewDevice.Err = a.learnAliases(ctx, session)
		return done, nil
	}
	reg := a.registration(session, result.NewDeviceMetadata)
	done.NewDevice = a.session.registerDevice(ctx, reg)
	if errors.Is(done.NewDevice.Err, errDeviceTaken) {
		return a.joinDevice(ctx, got, reg), nil
	}
	return done, nil
}

// save stores the sign-in as it stands. Tokens of before, which could not be renewed, stay until
// there are new ones.
func (a *attempt) save(ctx context.Context) error {
	pending := a.pending
	pending.Saves++
	err := a.change(ctx, func(st *state) { st.Pending = &pending })
	if err == nil {
		a.pending.Saves, a.resumed = pending.Saves, true
	}
	return err
}

// drop removes the sign-in from the Store.
func (a *attempt) drop(ctx context.Context) error {
	return a.change(ctx, func(st *state) { st.Pending = nil })
}

// change changes the session's state. A sign-in that is in the Store yields to a newer one, to a
// sign-out, and to another call that has answered the same step: whoever was later, or faster,
// counts.
func (a *attempt) change(ctx context.Context, change func(*state)) error {
	return a.session.finish(ctx, func(st *state) error {
		if err := a.overtaken(st); err != nil {
			return err
		}
		change(st)
		return nil
	})
}

// claimedFor is how long a call may work on a step before another one may answer it.
const claimedFor = defaultTimeout

// busy reports whether a call works on the step at the moment.
func (p *pendingSignIn) busy() bool { return time.Now().Before(p.BusyUntil) }

func (p *pendingSignIn) free() { p.BusyUntil, p.BusyWith = time.Time{}, "" }

// claim notes in the Store, before the first request, that this call answers the step. What it is
// about to send can be sent once only, so a second click or another process must not send it, too.
// The context that it gives for each request ends with the claim.
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
	err := a.session.update(ctx, func(st *state) error {
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

// release returns up a claim on a step that stays as it was, but for what mend changes.
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
		return stepInProgress()
	default:
		return &Error{
			Code: ErrSignIn, Message: "the sign-in was replaced or ended meanwhile",
			Recovery: "Start the sign-in again.",
		}
	}
}

func stepInProgress() error {
	return fail(ErrStepInProgress, "another call is answering this step, or has just done so")
}
