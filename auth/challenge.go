package auth

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// challenge is how one of Cognito's challenges becomes a step, and the person's answer to it a request.
type challenge struct {
	step    func(ctx context.Context, a *attempt) (SignInStep, error)
	respond func(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error)
}

var challenges = map[types.ChallengeNameType]challenge{
	types.ChallengeNameTypeSmsMfa:              {smsCodeStep, codeResponse("SMS_MFA_CODE")},
	types.ChallengeNameTypeEmailOtp:            {emailCodeStep, codeResponse("EMAIL_OTP_CODE")},
	types.ChallengeNameTypeSoftwareTokenMfa:    {totpCodeStep, codeResponse("SOFTWARE_TOKEN_MFA_CODE")},
	types.ChallengeNameTypeSelectMfaType:       {mfaSelectionStep, mfaSelectionResponse},
	types.ChallengeNameTypeMfaSetup:            {mfaSetupStep, mfaSetupResponse},
	types.ChallengeNameTypeNewPasswordRequired: {newPasswordStep, newPasswordResponse},
}

// challengeNamed gives the challenge of that name; one that is not in the list can still be passed on and answered.
func challengeNamed(name string) challenge {
	if known, ok := challenges[types.ChallengeNameType(name)]; ok {
		return known
	}
	return challenge{unknownStep, unknownResponse}
}

func smsCodeStep(_ context.Context, a *attempt) (SignInStep, error) {
	return ConfirmSignInWithSMSCode{CodeDeliveryDetails: a.pending.delivery(), ExpiresAt: a.pending.ExpiresAt}, nil
}

func emailCodeStep(_ context.Context, a *attempt) (SignInStep, error) {
	return ConfirmSignInWithEmailCode{CodeDeliveryDetails: a.pending.delivery(), ExpiresAt: a.pending.ExpiresAt}, nil
}

func totpCodeStep(_ context.Context, a *attempt) (SignInStep, error) {
	return ConfirmSignInWithTOTPCode{
		FriendlyDeviceName: a.pending.Parameters["FRIENDLY_DEVICE_NAME"],
		ExpiresAt:          a.pending.ExpiresAt,
	}, nil
}

func (p *pendingSignIn) delivery() CodeDeliveryDetails {
	return CodeDeliveryDetails{
		DeliveryMedium: p.Parameters["CODE_DELIVERY_DELIVERY_MEDIUM"],
		Destination:    p.Parameters["CODE_DELIVERY_DESTINATION"],
	}
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

func mfaSelectionStep(_ context.Context, a *attempt) (SignInStep, error) {
	factors, err := a.factors("MFAS_CAN_CHOOSE")
	if err != nil {
		return nil, err
	}
	return ContinueSignInWithMFASelection{AllowedMFATypes: factors, ExpiresAt: a.pending.ExpiresAt}, nil
}

func mfaSelectionResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	factor, err := a.choice(in.ChallengeResponse, "MFAS_CAN_CHOOSE")
	if err != nil {
		return answer{}, err
	}
	return a.respond(ctx, types.ChallengeNameTypeSelectMfaType, map[string]string{"ANSWER": factor.cognitoName()})
}

// factors reads the list of factors in a challenge parameter.
func (a *attempt) factors(parameter string) ([]MFAType, error) {
	factors, err := factorList(a.pending.Parameters[parameter])
	if err != nil {
		return nil, fail(a.op, ErrUnexpectedResponse, parameter+" is not a list of factors")
	}
	return factors, nil
}

// choice checks that the person's choice is one of the factors in a challenge parameter.
func (a *attempt) choice(chosen, parameter string) (MFAType, error) {
	offered, err := a.factors(parameter)
	if err != nil {
		return "", err
	}
	if !slices.Contains(offered, MFAType(chosen)) {
		return "", &Error{
			Op: a.op, Code: ErrIncorrectMFAMethod, Message: "the answer is not one of the factors that were offered",
			Recovery: "Answer with one of the step's AllowedMFATypes.",
		}
	}
	return MFAType(chosen), nil
}

// attributePrefix stands before attribute names in NEW_PASSWORD_REQUIRED, both ways.
const attributePrefix = "userAttributes."

func newPasswordStep(_ context.Context, a *attempt) (SignInStep, error) {
	names, err := stringList(a.pending.Parameters["requiredAttributes"])
	if err != nil {
		return nil, fail(a.op, ErrUnexpectedResponse, "requiredAttributes is not a list of names")
	}
	missing := make([]string, 0, len(names))
	for _, name := range names {
		missing = append(missing, strings.TrimPrefix(name, attributePrefix))
	}
	return ConfirmSignInWithNewPasswordRequired{MissingAttributes: missing, ExpiresAt: a.pending.ExpiresAt}, nil
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

func unknownStep(_ context.Context, a *attempt) (SignInStep, error) {
	return ConfirmSignInWithUnknownChallenge{
		ChallengeName:       a.pending.Challenge,
		ChallengeParameters: a.pending.Parameters,
		ExpiresAt:           a.pending.ExpiresAt,
	}, nil
}

func unknownResponse(ctx context.Context, a *attempt, in ConfirmSignInInput) (answer, error) {
	responses := in.ChallengeResponses
	if len(responses) == 0 {
		responses = map[string]string{"ANSWER": in.ChallengeResponse}
	}
	return a.respond(ctx, types.ChallengeNameType(a.pending.Challenge), responses)
}
