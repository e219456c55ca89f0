package auth

import (
	"cmp"
	"context"
	"crypto/rand"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// prepareMFASetup starts the set-up of the factor that was chosen, or of the only one.
//
// Differs from Amplify: the choice is stored, so the next answer is an answer to that step. Amplify
// guesses from the text (digits, an "@") and accepts factors that were not offered.
func prepareMFASetup(ctx context.Context, a *attempt) error {
	factors, err := a.pending.factors("MFAS_CAN_SETUP")
	if err != nil {
		return nil // the step says so
	}
	if factors = settable(factors); a.setup == "" && len(factors) == 1 {
		a.setup = factors[0]
	}
	switch a.setup {
	case MFATypeTOTP:
		return a.startTOTPSetup(ctx)
	case MFATypeEmail:
		a.pending.Setup, a.pending.StepID = MFATypeEmail, rand.Text()
		return a.settle(ctx)
	default:
		return nil
	}
}

// startTOTPSetup gets a TOTP secret. Each request of the set-up exchanges the challenge session for
// a new one. The secret is stored until it is verified, so that the person can be shown the same
// one again.
func (a *attempt) startTOTPSetup(ctx context.Context) error {
	limited, cancel, err := a.hold(ctx)
	if err != nil {
		return err
	}
	defer cancel()
	request := &cognitoidentityprovider.AssociateSoftwareTokenInput{Session: &a.pending.Session}
	out, err := a.session.client.cognito.AssociateSoftwareToken(limited, request)
	if err != nil {
		return apiError(ctx, err)
	}
	if aws.ToString(out.SecretCode) == "" {
		return fail(ErrSetUpTOTP, "the server returned no TOTP secret")
	}
	a.useSession(out.Session)
	// Only now: after a failed request the same choice can be made again.
	a.pending.Setup, a.pending.TOTPSecret, a.pending.StepID = MFATypeTOTP, *out.SecretCode, rand.Text()
	return a.settle(ctx)
}

func mfaSetupStep(p *pendingSignIn) (SignInStep, error) {
	factors, err := p.factors("MFAS_CAN_SETUP")
	if err != nil {
		return nil, err
	}
	factors = settable(factors)
	switch {
	case p.Setup == MFATypeTOTP:
		return ContinueSignInWithTOTPSetup{
			TOTPSetupDetails: TOTPSetupDetails{SharedSecret: p.TOTPSecret, AccountName: cmp.Or(p.LoginID, p.Username)},
			ExpiresAt:        p.ExpiresAt,
		}, nil
	case p.Setup == MFATypeEmail:
		return ContinueSignInWithEmailSetup{ExpiresAt: p.ExpiresAt}, nil
	case len(factors) > 0:
		return ContinueSignInWithMFASetupSelection{AllowedMFATypes: factors, ExpiresAt: p.ExpiresAt}, nil
	default:
		return nil, &Error{
			Code:     ErrSignIn,
			Message:  "the pool demands a second factor, and none that it allows can be set up during sign-in",
			Recovery: "Have an administrator set up a second factor for the user.",
		}
	}
}

func mfaSetupResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	switch a.pending.Setup {
	case MFATypeTOTP:
		return a.finishTOTPSetup(ctx, in)
	case MFATypeEmail:
		address := typed.Name(in.ChallengeResponse)
		if address == "" {
			return answer{}, noAnswer()
		}
		return a.respond(ctx, types.ChallengeNameTypeMfaSetup, map[string]string{"EMAIL": address})
	default:
		return a.chooseSetup(in)
	}
}

// chooseSetup records the choice of a factor. Cognito is not told: the challenge stays pending.
func (a *attempt) chooseSetup(in ConfirmSignInInput) (answer, error) {
	factor, err := a.choice(in.ChallengeResponse, "MFAS_CAN_SETUP")
	if err != nil {
		return answer{}, err
	}
	a.setup = factor
	return answer{chosen: true}, nil
}

// finishTOTPSetup has the first code verified and then answers the challenge. It saves that the
// code was accepted, so that after a failure in between ConfirmSignIn can be called again.
func (a *attempt) finishTOTPSetup(ctx context.Context, in ConfirmSignInInput) (answer, error) {
	if !a.pending.Verified {
		if err := a.verifyTOTP(ctx, in); err != nil {
			return answer{}, err
		}
		a.pending.Verified = true
		if err := a.save(ctx); err != nil {
			return answer{}, err
		}
	}
	return a.respond(ctx, types.ChallengeNameTypeMfaSetup, map[string]string{})
}

func (a *attempt) verifyTOTP(ctx context.Context, in ConfirmSignInInput) error {
	code := typed.Code(in.ChallengeResponse)
	if code == "" {
		return noAnswer()
	}
	limited, cancel, err := a.hold(ctx)
	if err != nil {
		return err
	}
	defer cancel()
	request := &cognitoidentityprovider.VerifySoftwareTokenInput{
		Session:  &a.pending.Session,
		UserCode: &code,
	}
	if in.FriendlyDeviceName != "" {
		request.FriendlyDeviceName = &in.FriendlyDeviceName
	}
	out, err := a.session.client.cognito.VerifySoftwareToken(limited, request)
	if err != nil {
		return apiError(ctx, err)
	}
	if out.Status != types.VerifySoftwareTokenResponseTypeSuccess {
		return fail(ErrEnableSoftwareTokenMFA, "the server did not accept the code")
	}
	a.useSession(out.Session)
	return nil
}

// useSession goes on with a challenge session that came with an answer outside
// RespondToAuthChallenge.
func (a *attempt) useSession(session *string) {
	if aws.ToString(session) != "" {
		a.pending.Session = *session
	}
}
