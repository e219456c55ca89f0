package auth

import (
	"cmp"
	"context"
	"errors"
)

// ConfirmSignInInput is the input of ConfirmSignIn.
type ConfirmSignInInput struct {
	redacted
	// ChallengeResponse answers the step: a code, a new password, an e-mail address, the name of a
	// factor, or the browser's JSON for a passkey. Required, but for ChallengeResponses.
	ChallengeResponse string
	// ChallengeResponses answers a ConfirmSignInWithUnknownChallenge in Cognito's own terms.
	// USERNAME and SECRET_HASH are added.
	ChallengeResponses map[string]string
	// FriendlyDeviceName optionally names the authenticator app at TOTP set-up.
	FriendlyDeviceName string
	// UserAttributes go with a new password: what MissingAttributes asks for, by Cognito's names.
	UserAttributes map[string]string
	// ClientMetadata goes to the pool's triggers. Default: what SignIn was given.
	ClientMetadata map[string]string
	// UserContext is for the pool's threat protection. Default: what SignIn was given.
	UserContext UserContext
}

// ConfirmSignIn answers the step that SignIn, or the ConfirmSignIn before it, gave as the next one.
// Any Client with the same Store may do it.
//
// A wrong code ([ErrCodeMismatch], [ErrEnableSoftwareTokenMFA]), a refused new password and a
// network failure keep the step: answer it again. [ErrSignInExpired] ends it: start over with
// SignIn. After [ErrOutcomeUnknown] the code may have been spent; start over too. Further errors:
// [ErrEmptyChallengeResponse], [ErrSignIn] when no sign-in is under way or another one took its
// place, [ErrIncorrectMFAMethod] for a factor that was not offered, [ErrExpiredCode] for a TOTP
// code used before, [ErrNotAuthorized], [ErrInvalidPassword], [ErrIncorrectFirstFactor] for a way
// to sign in that was not offered.
//
// Two calls never answer the same step at once, be it a double click or two tabs on two machines:
// the second is [ErrStepInProgress], and sends nothing. A call that dies half-way leaves the step
// answerable after half a minute. Cognito: RespondToAuthChallenge, AssociateSoftwareToken,
// VerifySoftwareToken. Amplify: confirmSignIn.
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
	case st.Pending.held():
		return SignInOutput{}, stepInProgress()
	case in.ChallengeResponse == "" && st.Pending.known():
		return SignInOutput{}, noAnswer()
	}
	a, err := s.resumeAttempt(ctx, *st.Pending, in.ClientMetadata, in.UserContext)
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

// resumeAttempt goes on with a sign-in that is in the Store. What the caller does not give anew is
// inherited.
func (s *Session) resumeAttempt(
	ctx context.Context, pending pendingSignIn, metadata map[string]string, person UserContext,
) (*attempt, error) {
	device, err := s.signInDevice(ctx)
	if err != nil {
		return nil, err
	}
	if metadata == nil {
		metadata = pending.Metadata
	}
	return &attempt{
		storedSignIn: storedSignIn{session: s, pending: pending, place: placeOpen},
		device:       device, metadata: metadata, person: cmp.Or(person, pending.Person),
	}, nil
}

// confirmFailed drops a sign-in that can never succeed any more, and keeps every other.
func (a *attempt) confirmFailed(ctx context.Context, err error) (SignInOutput, error) {
	out, err := stepOrError(err)
	unrecognized := errors.Is(err, ErrDeviceNotRecognized)
	var storeErr error
	if unrecognized {
		storeErr = a.device.giveUp(ctx, a.pending.Username, err)
	}
	if err == nil || unrecognized || errors.Is(err, ErrSignInExpired) {
		storeErr = errors.Join(storeErr, a.drop(ctx))
	} else {
		storeErr = errors.Join(storeErr, a.release(ctx, unchanged))
	}
	if storeErr != nil {
		return SignInOutput{}, alongside(err, storeErr)
	}
	return out, err
}
