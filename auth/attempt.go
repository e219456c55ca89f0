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

// attempt is one sign-in while a verb works on it: the conversation with Cognito. [storedSignIn] is
// the part of it that the Store keeps.
type attempt struct {
	storedSignIn
	device   signInDevice
	metadata map[string]string
	person   UserContext
	setup    MFAType                               // the factor to set up that the person has just chosen
	begin    func(context.Context) (answer, error) // starts over; nil if the password is not known here
}

// answer is what both InitiateAuth and RespondToAuthChallenge return: tokens or a challenge.
type answer struct {
	challenge  types.ChallengeNameType
	parameters map[string]string
	available  []types.ChallengeNameType // what SELECT_CHALLENGE offers; only InitiateAuth returns it
	session    string
	tokens     *types.AuthenticationResultType
	at         time.Time // when it arrived, by the server's clock if this machine's is wrong
	chosen     bool      // not from Cognito: the person made a choice within the pending challenge
}

// moveTo makes asked the pending challenge, and adopts the user name in it: SECRET_HASH and the
// device records use Cognito's name, not what was typed.
func (p *pendingSignIn) moveTo(asked answer, validity time.Duration) {
	if asked.session != p.Session || p.Challenge == "" {
		p.ExpiresAt = expiry(validity)
	}
	p.StepID = rand.Text()
	p.Challenge = string(asked.challenge)
	p.Parameters = asked.parameters
	p.Session = asked.session
	p.Setup, p.TOTPSecret, p.Verified, p.Chosen = "", "", false, ""
	p.AutoSignIn = nil
	p.unhold()
	p.Username = cmp.Or(asked.parameters["USER_ID_FOR_SRP"], asked.parameters["USERNAME"], p.Username)
	if asked.challenge == types.ChallengeNameTypeSelectChallenge && asked.available != nil {
		p.Available = factorTypes(asked.available)
	}
}

// expiry is when a challenge session that was received now ends; each one has the whole time again.
// The time has no monotonic part, like one that was stored.
func expiry(validity time.Duration) time.Time {
	return time.Now().Add(validity).UTC().Round(0)
}

// proceed turns Cognito's answer into the verb's output: signed in, or the next step.
func (a *attempt) proceed(ctx context.Context, next answer) (SignInOutput, error) {
	if next.tokens != nil {
		return a.complete(ctx, next.tokens)
	}
	if !next.chosen {
		a.pending.moveTo(next, a.session.client.sessionValidity)
		// Saved before the step is prepared: that may need another request, and the challenge must
		// survive its failure.
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
	return SignInOutput{NextStep: step, StepID: a.pending.StepID}, nil
}

// complete ends the sign-in: it stores the tokens and registers a device that is new to the pool.
func (a *attempt) complete(ctx context.Context, result *types.AuthenticationResultType) (SignInOutput, error) {
	got := &tokens{
		AccessToken:   aws.ToString(result.AccessToken),
		IDToken:       aws.ToString(result.IdToken),
		RefreshToken:  aws.ToString(result.RefreshToken),
		Factors:       a.pending.Factors,
		SignInDetails: a.pending.SignInDetails,
	}
	session, err := got.decode()
	if err != nil {
		return SignInOutput{}, err
	}
	got.DeviceKey = a.device.keyOf(session, result.NewDeviceMetadata)
	a.session.client.setLifetime(got, result.ExpiresIn, session)
	if a.pending.reauthenticates() {
		return a.completeAgain(ctx, got, session, result.NewDeviceMetadata)
	}
	again := a.place == placeDone // these tokens replace those of the same sign-in
	if err := a.storeTokens(ctx, got); err != nil {
		return SignInOutput{}, err
	}
	if !again {
		a.session.client.tell(ctx, Event{Name: EventSignedIn, SessionKey: a.session.key})
	}
	done := SignInOutput{IsSignedIn: true, NextStep: DoneSignInStep{}}
	if result.NewDeviceMetadata == nil {
		done.NewDevice.Err = a.device.learnAliases(ctx, session, a.pending.LoginID)
		return done, nil
	}
	reg := a.registration(session, result.NewDeviceMetadata)
	var unconfirmed error
	done.NewDevice, unconfirmed = a.session.registerDevice(ctx, reg)
	if errors.Is(unconfirmed, errDeviceOccupied) {
		if !again {
			if joined, ok := a.joinDevice(ctx, reg.username); ok {
				return joined, nil // its tokens have replaced the first ones, which nobody has seen
			}
		}
		unconfirmed = a.session.confirmUnused(ctx, reg)
		done.NewDevice.Err = unconfirmed
	}
	a.session.noteConfirmation(ctx, got.AccessToken, result.NewDeviceMetadata, false, unconfirmed)
	return done, nil
}
