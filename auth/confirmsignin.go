package auth

import (
	"cmp"
	"context"
	"errors"
)

// ConfirmSignInInput is the input of [Session.ConfirmSignIn].
type ConfirmSignInInput struct {
	redacted
	// ChallengeResponse answers the step: a code, a new password, an e-mail address, the name of a
	// factor, or the browser's JSON for a passkey. Required unless ChallengeResponses is given.
	ChallengeResponse string
	// ChallengeResponses answers a [ConfirmSignInWithUnknownChallenge] in Cognito's own terms.
	// USERNAME and SECRET_HASH are added.
	ChallengeResponses map[string]string
	// StepID, unless it is empty, is the id of the step that this is the answer to, from
	// [SignInOutput] or [Status]. An answer to another step is refused.
	StepID string
	// FriendlyDeviceName optionally names the authenticator app at TOTP set-up.
	FriendlyDeviceName string
	// UserAttributes are sent with a new password: the attributes that MissingAttributes lists, by
	// Cognito's names.
	UserAttributes map[string]string
	// ClientMetadata is passed to the pool's triggers. Default: that of SignIn.
	ClientMetadata map[string]string
}

// ConfirmSignIn answers the step that [Session.SignIn] or the previous ConfirmSignIn returned. Any
// Client with the same Store can answer it.
//
// A wrong code, a refused new password and a network failure keep the step: answer it again. Two
// calls never answer the same step at once, be it a double click or two tabs on two machines. If a
// call dies half-way, the step can be answered again after half a minute.
//
// Errors:
//   - [ErrCodeMismatch], [ErrEnableSoftwareTokenMFA]: the code is wrong
//   - [ErrExpiredCode]: the TOTP code was used before
//   - [ErrNotAuthorized]: the password or passkey was not accepted
//   - [ErrInvalidPassword]: the new password breaks the pool's policy
//   - [ErrEmptyChallengeResponse]: there is no answer
//   - [ErrIncorrectMFAMethod], [ErrIncorrectFirstFactor]: the factor was not offered
//   - [ErrStepMismatch]: another step waits than the one that StepID names; nothing was sent
//   - [ErrStepInProgress]: another call is answering this step; nothing was sent
//   - [ErrSignInExpired]: the step has ended; start over with SignIn
//   - [ErrSignIn]: no sign-in is under way, or another one took its place
//   - [ErrOutcomeUnknown]: the code may be spent; start over with SignIn
//
// Cognito: RespondToAuthChallenge, AssociateSoftwareToken, VerifySoftwareToken.
// Amplify: confirmSignIn.
func (s *Session) ConfirmSignIn(ctx context.Context, in ConfirmSignInInput) (out SignInOutput, err error) {
	defer nameVerb("ConfirmSignIn", &err, &out.NewDevice.Err)
	if in.ChallengeResponse == "" && len(in.ChallengeResponses) == 0 {
		return SignInOutput{}, noAnswer()
	}
	st, err := s.load(ctx)
	if err != nil {
		return SignInOutput{}, err
	}
	switch {
	case st.Pending == nil || st.Pending.AutoSignIn != nil:
		return SignInOutput{}, &Error{
			Code: ErrSignIn, Message: "no sign-in is under way", Recovery: "Start with SignIn.",
		}
	case in.StepID != "" && in.StepID != st.Pending.StepID:
		return SignInOutput{}, fail(ErrStepMismatch, "the answer is to another step than the one that waits")
	case st.Pending.held():
		return SignInOutput{}, stepInProgress()
	case in.ChallengeResponse == "" && st.Pending.known():
		return SignInOutput{}, noAnswer()
	}
	a, err := s.resumeAttempt(ctx, *st.Pending, in.ClientMetadata)
	if err != nil {
		return SignInOutput{}, err
	}
	out, err = a.confirm(ctx, in)
	if err != nil {
		return a.confirmFailed(ctx, err)
	}
	return out, nil
}

func noAnswer() error {
	return fail(ErrEmptyChallengeResponse, "the answer to the step is empty")
}

func (a *attempt) confirm(ctx context.Context, in ConfirmSignInInput) (SignInOutput, error) {
	next, err := challengeNamed(a.pending.Challenge).respond(ctx, a, in)
	if err != nil {
		return SignInOutput{}, err
	}
	return a.proceed(ctx, next)
}

// resumeAttempt continues the sign-in that is in the Store. The metadata and the context's person
// default to those of the sign-in.
func (s *Session) resumeAttempt(
	ctx context.Context, pending pendingSignIn, metadata map[string]string,
) (*attempt, error) {
	person, err := userContext(ctx)
	if err != nil {
		return nil, err
	}
	device, err := s.signInDevice(ctx)
	if err != nil {
		return nil, err
	}
	if pending.reauthenticates() {
		device = signInDevice{session: s, absent: true}
	}
	if metadata == nil {
		metadata = pending.Metadata
	}
	return &attempt{
		storedSignIn: storedSignIn{session: s, pending: pending, place: placeOpen},
		device:       device, metadata: metadata, person: cmp.Or(person, pending.Person),
	}, nil
}

// confirmFailed removes a sign-in that can no longer succeed, and releases the step of any other.
func (a *attempt) confirmFailed(ctx context.Context, err error) (SignInOutput, error) {
	out, err := stepOrError(err)
	unrecognized := errors.Is(err, ErrDeviceNotRecognized)
	var storeErr error
	if unrecognized {
		storeErr = a.device.giveUp(ctx, a.pending.Username, err)
	}
	if err == nil || unrecognized || errors.Is(err, ErrSignInExpired) || errors.Is(err, ErrAnotherUser) {
		storeErr = errors.Join(storeErr, a.drop(ctx))
	} else {
		storeErr = errors.Join(storeErr, a.release(ctx, unchanged))
	}
	if storeErr != nil {
		return SignInOutput{}, alongside(err, storeErr)
	}
	return out, err
}
