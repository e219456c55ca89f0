package auth

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// challenge is how one of Cognito's challenges becomes a step, and the person's answer to it a
// request.
type challenge struct {
	// prepare, where there is one, does what must be done before the person can be asked.
	prepare func(ctx context.Context, a *attempt) error
	step    func(p *pendingSignIn) (SignInStep, error)
	respond func(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error)
}

var challenges = map[types.ChallengeNameType]challenge{
	types.ChallengeNameTypeSmsMfa:              {step: smsCodeStep, respond: codeResponse("SMS_MFA_CODE")},
	types.ChallengeNameTypeSmsOtp:              {step: smsCodeStep, respond: codeResponse("SMS_OTP_CODE")},
	types.ChallengeNameTypeEmailOtp:            {step: emailCodeStep, respond: codeResponse("EMAIL_OTP_CODE")},
	types.ChallengeNameTypeSoftwareTokenMfa:    {step: totpCodeStep, respond: codeResponse("SOFTWARE_TOKEN_MFA_CODE")},
	types.ChallengeNameTypeSelectMfaType:       {step: mfaSelectionStep, respond: mfaSelectionResponse},
	types.ChallengeNameTypeMfaSetup:            {prepare: prepareMFASetup, step: mfaSetupStep, respond: mfaSetupResponse},
	types.ChallengeNameTypeNewPasswordRequired: {step: newPasswordStep, respond: newPasswordResponse},
	types.ChallengeNameTypeCustomChallenge:     {step: customStep, respond: customResponse},
	types.ChallengeNameTypeSelectChallenge:     {step: selectChallengeStep, respond: selectChallengeResponse},
	types.ChallengeNameTypePassword:            {step: passwordStep, respond: passwordResponse},
	types.ChallengeNameTypePasswordSrp:         {step: passwordStep, respond: passwordResponse},
	types.ChallengeNameTypeWebAuthn:            {step: webAuthnStep, respond: webAuthnResponse},
}

// challengeNamed returns the challenge of that name; one that is not in the list can still be
// passed on and answered.
func challengeNamed(name string) challenge {
	if known, ok := challenges[types.ChallengeNameType(name)]; ok {
		return known
	}
	return challenge{step: unknownStep, respond: unknownResponse}
}

// known reports whether the pending challenge has an answer of its own form.
func (p *pendingSignIn) known() bool {
	_, known := challenges[types.ChallengeNameType(p.Challenge)]
	return known
}

// nextStep is what the person has to do now.
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
	return ConfirmSignInWithTOTPCode{FriendlyDeviceName: p.Parameters["FRIENDLY_DEVICE_NAME"], ExpiresAt: p.ExpiresAt}, nil
}

// codeResponse answers a challenge that wants one code, in the named member.
func codeResponse(member string) func(context.Context, *attempt, ConfirmSignInInput) (answer, error) {
	return func(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
		return a.respond(ctx, types.ChallengeNameType(a.pending.Challenge), map[string]string{
			member: withoutSpaces(in.ChallengeResponse),
		})
	}
}

// withoutSpaces undoes how people and apps group the digits of a code: "123 456".
func withoutSpaces(code string) string {
	return strings.Join(strings.Fields(code), "")
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

// factors reads the list of factors in a challenge parameter.
func (p *pendingSignIn) factors(parameter string) ([]MFAType, error) {
	factors, err := factorList(p.Parameters[parameter])
	if err != nil {
		return nil, fail(ErrUnexpectedResponse, parameter+" is not a list of factors")
	}
	return factors, nil
}

// choice checks that the person's choice is one of the factors in a challenge parameter.
func (a *attempt) choice(chosen, parameter string) (MFAType, error) {
	offered, err := a.pending.factors(parameter)
	if err != nil || !slices.Contains(offered, MFAType(chosen)) {
		return "", &Error{
			Code: ErrIncorrectMFAMethod, Message: "the answer is not one of the factors that were offered",
			Recovery: "Answer with one of the step's AllowedMFATypes.",
		}
	}
	return MFAType(chosen), nil
}

// attributePrefix stands before attribute names in NEW_PASSWORD_REQUIRED, both ways.
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
		if value != "" {
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

// selectChallengeResponse takes the choice of a first factor or, once that is a password, the
// password, which Cognito wants together with the choice.
func selectChallengeResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	chosen := a.pending.Chosen
	if chosen == "" {
		return a.chooseFirstFactor(ctx, AuthFactorType(in.ChallengeResponse))
	}
	return a.sendPassword(ctx, chosen, in.ChallengeResponse, map[string]string{"ANSWER": string(chosen)})
}

// chooseFirstFactor checks the choice against what was offered. A list that came through
// ConfirmSignIn is not known, because Cognito does not give it there.
func (a *attempt) chooseFirstFactor(ctx context.Context, factor AuthFactorType) (answer, error) {
	if len(a.pending.Available) > 0 && !slices.Contains(a.pending.Available, factor) {
		return answer{}, fail(ErrIncorrectFirstFactor, "the answer is not one of the ways to sign in that were offered")
	}
	if !factor.isPassword() {
		return a.respond(ctx, types.ChallengeNameTypeSelectChallenge, map[string]string{"ANSWER": string(factor)})
	}
	a.pending.Chosen = factor
	return answer{chosen: true}, a.settle(ctx)
}

func passwordStep(p *pendingSignIn) (SignInStep, error) {
	return ConfirmSignInWithPassword{ExpiresAt: p.ExpiresAt}, nil
}

// passwordResponse answers a server that asks for the password by itself.
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
