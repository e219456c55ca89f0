package auth

import (
	"context"
	"errors"
)

// ConfirmSignIn answers the step that SignIn, or the ConfirmSignIn before it, gave as the next one. Any Client with the
// same Store may do it.
//
// A wrong code (ErrCodeMismatch, ErrEnableSoftwareTokenMFA), a refused new password and a network failure keep the
// step: answer it again. ErrSignInExpired ends it: start over with SignIn. After ErrOutcomeUnknown the code may have been
// spent; start over too. Further errors: ErrEmptyChallengeResponse, ErrSignIn when no sign-in is under way or another one
// took its place, ErrIncorrectMFAMethod for a factor that was not offered, ErrExpiredCode for a TOTP code used before,
// ErrNotAuthorized, ErrInvalidPassword.
// Cognito: RespondToAuthChallenge, AssociateSoftwareToken, VerifySoftwareToken. Amplify: confirmSignIn.
func (s *Session) ConfirmSignIn(ctx context.Context, in ConfirmSignInInput) (SignInOutput, error) {
	if in.ChallengeResponse == "" && len(in.ChallengeResponses) == 0 {
		return SignInOutput{}, fail("ConfirmSignIn", ErrEmptyChallengeResponse, "the answer to the step is empty")
	}
	st, _, err := s.load(ctx, "ConfirmSignIn")
	if err != nil {
		return SignInOutput{}, err
	}
	if st.Pending == nil {
		return SignInOutput{}, &Error{
			Op: "ConfirmSignIn", Code: ErrSignIn, Message: "no sign-in is under way", Recovery: "Start with SignIn.",
		}
	}
	devices, _, err := s.loadDevices(ctx, "ConfirmSignIn")
	if err != nil {
		return SignInOutput{}, err
	}
	a := s.resumeAttempt(*st.Pending, in)
	a.devices = devices
	out, err := a.confirm(ctx, in)
	if err != nil {
		return a.confirmFailed(ctx, err)
	}
	return out, nil
}

func (a *attempt) confirm(ctx context.Context, in ConfirmSignInInput) (SignInOutput, error) {
	next, err := challengeNamed(a.pending.Challenge).respond(ctx, a, in)
	if err != nil {
		return SignInOutput{}, err
	}
	return a.proceed(ctx, next)
}

func (s *Session) resumeAttempt(pending pendingSignIn, in ConfirmSignInInput) *attempt {
	metadata := in.ClientMetadata
	if metadata == nil {
		metadata = pending.Metadata
	}
	return &attempt{session: s, op: "ConfirmSignIn", metadata: metadata, pending: pending, resumed: true}
}

// confirmFailed drops a sign-in that can never succeed any more, and keeps every other.
func (a *attempt) confirmFailed(ctx context.Context, err error) (SignInOutput, error) {
	out, err := stepOrError(err)
	var dropErr error
	if errors.Is(err, ErrDeviceNotRecognized) {
		dropErr = a.dropDevice(ctx, err)
	}
	if err == nil || errors.Is(err, ErrSignInExpired) || errors.Is(err, ErrDeviceNotRecognized) {
		dropErr = errors.Join(dropErr, a.drop(ctx))
	}
	if dropErr != nil {
		return SignInOutput{}, alongside(err, wrap(a.op, dropErr))
	}
	return out, err
}
