package auth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// AuthFlowType says how a sign-in begins, by Amplify's name.
type AuthFlowType string

// The flows of SignIn. The app client must allow the one that is used.
const (
	// AuthFlowUserSRP proves the password without sending it. The default.
	AuthFlowUserSRP AuthFlowType = "USER_SRP_AUTH"
	// AuthFlowUserPassword sends the password to Cognito, over TLS. Pools that migrate users from
	// another system need it.
	AuthFlowUserPassword AuthFlowType = "USER_PASSWORD_AUTH"
	// AuthFlowCustomWithSRP proves the password without sending it, and continues with the
	// challenges that the pool's triggers define.
	AuthFlowCustomWithSRP AuthFlowType = "CUSTOM_WITH_SRP"
	// AuthFlowCustomWithoutSRP has no password: the pool's triggers define all challenges.
	AuthFlowCustomWithoutSRP AuthFlowType = "CUSTOM_WITHOUT_SRP"
	// AuthFlowUserAuth lets the person choose how to sign in, or uses
	// SignInInput.PreferredChallenge: a password, a code by e-mail or text message, or a passkey.
	AuthFlowUserAuth AuthFlowType = "USER_AUTH"
)

// AuthFactorType is a first factor of AuthFlowUserAuth, by Cognito's name.
type AuthFactorType string

// The first factors that Amplify knows.
const (
	AuthFactorPassword    AuthFactorType = "PASSWORD"     // the password, sent over TLS
	AuthFactorPasswordSRP AuthFactorType = "PASSWORD_SRP" // the password, proved without sending it
	AuthFactorEmailOTP    AuthFactorType = "EMAIL_OTP"    // a code by e-mail
	AuthFactorSMSOTP      AuthFactorType = "SMS_OTP"      // a code by text message
	AuthFactorWebAuthn    AuthFactorType = "WEB_AUTHN"    // a passkey
)

// isPassword reports whether the person must type a password.
func (t AuthFactorType) isPassword() bool {
	return t == AuthFactorPassword || t == AuthFactorPasswordSRP
}

func factorTypes(names []types.ChallengeNameType) []AuthFactorType {
	factors := make([]AuthFactorType, 0, len(names))
	for _, name := range names {
		factors = append(factors, AuthFactorType(name))
	}
	return factors
}

// A signInFlow runs a sign-in up to the first challenge that the person must answer, or to the
// tokens.
type signInFlow func(ctx context.Context, a *attempt, in SignInInput) (answer, error)

var signInFlows = map[AuthFlowType]signInFlow{
	"":                       userSRP,
	AuthFlowUserSRP:          userSRP,
	AuthFlowUserPassword:     userPassword,
	AuthFlowCustomWithSRP:    customWithSRP,
	AuthFlowCustomWithoutSRP: customWithoutSRP,
	AuthFlowUserAuth:         userAuth,
}

// flow checks the input and returns its flow.
func (in SignInInput) flow() (signInFlow, error) {
	flow, ok := signInFlows[in.AuthFlowType]
	switch {
	case in.Username == "":
		return nil, fail(ErrEmptySignInUsername, "the user name is empty")
	case !ok:
		return nil, unknownFlow(in.AuthFlowType)
	case in.Password == "" && in.needsPassword():
		return nil, fail(ErrEmptySignInPassword, "the password is empty")
	case in.Password != "" && in.AuthFlowType == AuthFlowCustomWithoutSRP:
		return nil, fail(ErrCustomAuthSignInPassword, "this flow has no password")
	}
	return flow, nil
}

func unknownFlow(flow AuthFlowType) error {
	return fail(ErrInvalidParameter, "unknown AuthFlowType "+bounded(string(flow), maxCode))
}

func (in SignInInput) needsPassword() bool {
	switch in.AuthFlowType {
	case AuthFlowCustomWithoutSRP:
		return false
	case AuthFlowUserAuth:
		return in.PreferredChallenge.isPassword()
	default:
		return true
	}
}

func userSRP(ctx context.Context, a *attempt, in SignInInput) (answer, error) {
	return a.openWithSRP(ctx, opening{flow: types.AuthFlowTypeUserSrpAuth}, in.Password)
}

func userPassword(ctx context.Context, a *attempt, in SignInInput) (answer, error) {
	return a.initiate(ctx, opening{
		flow: types.AuthFlowTypeUserPasswordAuth, parameters: map[string]string{"PASSWORD": in.Password}, once: true,
	})
}

func customWithSRP(ctx context.Context, a *attempt, in SignInInput) (answer, error) {
	return a.openWithSRP(ctx, opening{
		flow: types.AuthFlowTypeCustomAuth, parameters: map[string]string{"CHALLENGE_NAME": "SRP_A"},
	}, in.Password)
}

func customWithoutSRP(ctx context.Context, a *attempt, _ SignInInput) (answer, error) {
	return a.initiate(ctx, opening{flow: types.AuthFlowTypeCustomAuth, once: true})
}

func userAuth(ctx context.Context, a *attempt, in SignInInput) (answer, error) {
	o := opening{flow: types.AuthFlowTypeUserAuth, parameters: map[string]string{}}
	if in.PreferredChallenge != "" {
		o.parameters["PREFERRED_CHALLENGE"] = string(in.PreferredChallenge)
	}
	switch in.PreferredChallenge {
	case AuthFactorPasswordSRP:
		return a.openWithSRP(ctx, o, in.Password)
	case AuthFactorPassword:
		o.parameters["PASSWORD"] = in.Password
		o.once = true
	case "", AuthFactorWebAuthn:
		// Nothing is sent to the person, and nothing spent.
	default:
		o.once = true
	}
	return a.initiate(ctx, o)
}
