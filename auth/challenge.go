package auth

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// challenge says how one of Cognito's challenges is shown as a step and how it is answered.
type challenge struct {
	// prepare runs before the person is asked; nil where nothing is to be done.
	prepare func(ctx context.Context, a *attempt) error
	step    func(p *pendingSignIn) (SignInStep, error)
	respond func(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error)
}

var challenges = map[types.ChallengeNameType]challenge{
	types.ChallengeNameTypeSmsMfa:           {step: smsCodeStep, respond: codeResponse("SMS_MFA_CODE")},
	types.ChallengeNameTypeSmsOtp:           {step: smsCodeStep, respond: codeResponse("SMS_OTP_CODE")},
	types.ChallengeNameTypeEmailOtp:         {step: emailCodeStep, respond: codeResponse("EMAIL_OTP_CODE")},
	types.ChallengeNameTypeSoftwareTokenMfa: {step: totpCodeStep, respond: codeResponse("SOFTWARE_TOKEN_MFA_CODE")},
	types.ChallengeNameTypeSelectMfaType:    {step: mfaSelectionStep, respond: mfaSelectionResponse},
	types.ChallengeNameTypeMfaSetup: {
		prepare: prepareMFASetup, step: mfaSetupStep, respond: mfaSetupResponse,
	},
	types.ChallengeNameTypeNewPasswordRequired: {step: newPasswordStep, respond: newPasswordResponse},
	types.ChallengeNameTypeCustomChallenge:     {step: customStep, respond: customResponse},
	types.ChallengeNameTypeSelectChallenge:     {step: selectChallengeStep, respond: selectChallengeResponse},
	types.ChallengeNameTypePassword:            {step: passwordStep, respond: passwordResponse},
	types.ChallengeNameTypePasswordSrp:         {step: passwordStep, respond: passwordResponse},
	types.ChallengeNameTypeWebAuthn:            {step: webAuthnStep, respond: webAuthnResponse},
}

// challengeNamed returns the challenge of that name. An unknown one is shown and answered in
// Cognito's own terms.
func challengeNamed(name string) challenge {
	if known, ok := challenges[types.ChallengeNameType(name)]; ok {
		return known
	}
	return challenge{step: unknownStep, respond: unknownResponse}
}

// known reports whether the pending challenge is in the table.
func (p *pendingSignIn) known() bool {
	_, known := challenges[types.ChallengeNameType(p.Challenge)]
	return known
}

// nextStep returns the step of the pending challenge.
func (p *pendingSignIn) nextStep() (SignInStep, error) {
	return challengeNamed(p.Challenge).step(p)
}

func smsCodeStep(p *pendingSignIn) (SignInStep, error) {
	return ConfirmSignInWithSMSCode{CodeDeliveryDetails: p.delivery(), ExpiresAt: p.ExpiresAt}, nil
}

func emailCodeStep(p *pendingSignIn) (SignInStep, error) {
	return ConfirmSignInWithEmailCode{CodeDeliveryDetails: p.delivery(), ExpiresAt: p.ExpiresAt}, nil
}

func totpCodeStep(p *pendingSignIn) (SignInStep, error) {
	return ConfirmSignInWithTOTPCode{
		FriendlyDeviceName: p.Parameters["FRIENDLY_DEVICE_NAME"], ExpiresAt: p.ExpiresAt,
	}, nil
}

// codeResponse answers a challenge with one code, in the named member.
func codeResponse(member string) func(context.Context, *attempt, ConfirmSignInInput) (answer, error) {
	return func(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
		code := typed.Code(in.ChallengeResponse)
		if code == "" {
			return answer{}, noAnswer()
		}
		return a.respond(ctx, types.ChallengeNameType(a.pending.Challenge), map[string]string{member: code})
	}
}

func mfaSelectionStep(p *pendingSignIn) (SignInStep, error) {
	factors, err := p.factors("MFAS_CAN_CHOOSE")
	if err != nil {
		return nil, err
	}
	return ContinueSignInWithMFASelection{AllowedMFATypes: factors, ExpiresAt: p.ExpiresAt}, nil
}

func mfaSelectionResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	factor, err := a.choice(in.ChallengeResponse, "MFAS_CAN_CHOOSE")
	if err != nil {
		return answer{}, err
	}
	return a.respond(ctx, types.ChallengeNameTypeSelectMfaType, map[string]string{"ANSWER": factor.cognitoName()})
}

// factors returns the list of factors in a challenge parameter.
func (p *pendingSignIn) factors(parameter string) ([]MFAType, error) {
	factors, err := factorList(p.Parameters[parameter])
	if err != nil {
		return nil, fail(ErrUnexpectedResponse, parameter+" is not a list of factors")
	}
	return factors, nil
}

// choice returns the chosen factor, if it is one of those in the challenge parameter.
func (a *attempt) choice(chosen, parameter string) (MFAType, error) {
	offered, err := a.pending.factors(parameter)
	if err != nil || !slices.Contains(offered, MFAType(chosen)) {
		return "", fail(ErrIncorrectMFAMethod, "the answer is not one of the factors that were offered")
	}
	return MFAType(chosen), nil
}

// attributePrefix precedes attribute names in NEW_PASSWORD_REQUIRED, in requests and answers.
const attributePrefix = "userAttributes."

func newPasswordStep(p *pendingSignIn) (SignInStep, error) {
	names, err := stringList(p.Parameters["requiredAttributes"])
	if err != nil {
		return nil, fail(ErrUnexpectedResponse, "requiredAttributes is not a list of names")
	}
	missing := make([]string, 0, len(names))
	for _, name := range names {
		missing = append(missing, strings.TrimPrefix(name, attributePrefix))
	}
	return ConfirmSignInWithNewPasswordRequired{MissingAttributes: missing, ExpiresAt: p.ExpiresAt}, nil
}

func newPasswordResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	responses := map[string]string{"NEW_PASSWORD": in.ChallengeResponse}
	for name, value := range in.UserAttributes {
		if value = attributeValue(name, value); value != "" {
			responses[attributePrefix+name] = value
		}
	}
	return a.respond(ctx, types.ChallengeNameTypeNewPasswordRequired, responses)
}

func customStep(p *pendingSignIn) (SignInStep, error) {
	return ConfirmSignInWithCustomChallenge{AdditionalInfo: p.Parameters, ExpiresAt: p.ExpiresAt}, nil
}

func customResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	return a.respond(ctx, types.ChallengeNameTypeCustomChallenge, map[string]string{"ANSWER": in.ChallengeResponse})
}

func unknownStep(p *pendingSignIn) (SignInStep, error) {
	return ConfirmSignInWithUnknownChallenge{
		ChallengeName: p.Challenge, ChallengeParameters: p.Parameters, ExpiresAt: p.ExpiresAt,
	}, nil
}

func unknownResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	responses := in.ChallengeResponses
	if len(responses) == 0 {
		responses = map[string]string{"ANSWER": in.ChallengeResponse}
	}
	return a.respond(ctx, types.ChallengeNameType(a.pending.Challenge), responses)
}

func selectChallengeStep(p *pendingSignIn) (SignInStep, error) {
	if p.Chosen != "" {
		return ConfirmSignInWithPassword{ExpiresAt: p.ExpiresAt}, nil
	}
	return ContinueSignInWithFirstFactorSelection{AvailableChallenges: p.Available, ExpiresAt: p.ExpiresAt}, nil
}

// selectChallengeResponse sends the choice of a first factor. Where that is a password, the choice
// only leads to the next step: Cognito wants the password in the same request.
func selectChallengeResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	chosen := a.pending.Chosen
	if chosen == "" {
		return a.chooseFirstFactor(ctx, AuthFactorType(in.ChallengeResponse))
	}
	return a.sendPassword(ctx, chosen, in.ChallengeResponse, map[string]string{"ANSWER": string(chosen)})
}

// chooseFirstFactor checks the choice against the offered factors, as far as they are known: only
// InitiateAuth returns them.
func (a *attempt) chooseFirstFactor(ctx context.Context, factor AuthFactorType) (answer, error) {
	if len(a.pending.Available) > 0 && !slices.Contains(a.pending.Available, factor) {
		return answer{}, fail(ErrIncorrectFirstFactor, "the answer is not one of the ways to sign in that were offered")
	}
	if !factor.isPassword() {
		return a.respond(ctx, types.ChallengeNameTypeSelectChallenge, map[string]string{"ANSWER": string(factor)})
	}
	a.pending.Chosen, a.pending.StepID = factor, rand.Text()
	return answer{chosen: true}, a.settle(ctx)
}

func passwordStep(p *pendingSignIn) (SignInStep, error) {
	return ConfirmSignInWithPassword{ExpiresAt: p.ExpiresAt}, nil
}

// passwordResponse answers a challenge for the password that no choice came before.
func passwordResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	return a.sendPassword(ctx, AuthFactorType(a.pending.Challenge), in.ChallengeResponse, map[string]string{})
}

// sendPassword answers the pending challenge with the password, or with the proof of it.
func (a *attempt) sendPassword(
	ctx context.Context, factor AuthFactorType, password string, responses map[string]string,
) (answer, error) {
	challenge := types.ChallengeNameType(a.pending.Challenge)
	if factor == AuthFactorPassword {
		responses["PASSWORD"] = password
		return a.respond(ctx, challenge, responses)
	}
	return a.proveWithSRP(ctx, password, func(srpA string) (answer, error) {
		responses["SRP_A"] = srpA
		return a.respond(ctx, challenge, responses)
	})
}
