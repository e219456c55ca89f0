package auth_test

import (
	"context"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A node is a challenge, or one way through it.
type node struct {
	challenge  string
	parameters map[string]string
	available  []string
	auto       []exchange // what the SDK does by itself
	asks       []ask      // what it asks the person
	tokens     bool       // it is the end
}

// An ask is a step, the user's answer to it, and the requests that follow.
type ask struct {
	step      auth.SignInStepName
	in        auth.ConfirmSignInInput
	exchanges []exchange
}

// A start is a first request.
type start struct {
	make     func(context.Context, *auth.Session) (auth.SignInOutput, error)
	exchange exchange
	device   bool // the device is presented with it
}

func signIn(in auth.SignInInput) func(context.Context, *auth.Session) (auth.SignInOutput, error) {
	in.Username = "alice@example.com"
	in.ClientMetadata = map[string]string{"from": "the dialogue"}
	return func(ctx context.Context, s *auth.Session) (auth.SignInOutput, error) {
		return s.SignIn(auth.WithUserContext(ctx, auth.UserContext{IPAddress: "192.0.2.1"}), in)
	}
}

func initiate(flow string, members map[string]string) exchange {
	return exchange{operation: "InitiateAuth", name: flow, members: members}
}

func preferring(factor auth.AuthFactorType, password string) start {
	members := map[string]string{"PREFERRED_CHALLENGE": string(factor)}
	switch factor {
	case auth.AuthFactorPassword:
		members["PASSWORD"] = password
	case auth.AuthFactorPasswordSRP:
		members["SRP_A"] = "*"
	}
	return start{
		signIn(auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: factor, Password: password}),
		initiate("USER_AUTH", members), factor != auth.AuthFactorPasswordSRP,
	}
}

// openings are the ways to begin.
var openings = map[string]start{
	"USER_SRP_AUTH": {
		signIn(auth.SignInInput{Password: "p"}), initiate("USER_SRP_AUTH", map[string]string{"SRP_A": "*"}), false,
	},
	"USER_PASSWORD_AUTH": {
		signIn(auth.SignInInput{Password: "p", AuthFlowType: auth.AuthFlowUserPassword}),
		initiate("USER_PASSWORD_AUTH", map[string]string{"PASSWORD": "p"}), true,
	},
	"CUSTOM_WITH_SRP": {
		signIn(auth.SignInInput{Password: "p", AuthFlowType: auth.AuthFlowCustomWithSRP}),
		initiate("CUSTOM_AUTH", map[string]string{"SRP_A": "*", "CHALLENGE_NAME": "SRP_A"}), false,
	},
	"CUSTOM_WITHOUT_SRP": {
		signIn(auth.SignInInput{AuthFlowType: auth.AuthFlowCustomWithoutSRP}), initiate("CUSTOM_AUTH", nil), true,
	},
	"USER_AUTH": {
		signIn(auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth}), initiate("USER_AUTH", nil), true,
	},
	"USER_AUTH EMAIL_OTP":    preferring(auth.AuthFactorEmailOTP, ""),
	"USER_AUTH SMS_OTP":      preferring(auth.AuthFactorSMSOTP, ""),
	"USER_AUTH WEB_AUTHN":    preferring(auth.AuthFactorWebAuthn, ""),
	"USER_AUTH PASSWORD":     preferring(auth.AuthFactorPassword, "p"),
	"USER_AUTH PASSWORD_SRP": preferring(auth.AuthFactorPasswordSRP, "p"),
}

var (
	aliceID = map[string]string{"USER_ID_FOR_SRP": "alice-id"}
	proofOf = map[string]string{
		"PASSWORD_CLAIM_SECRET_BLOCK": "c2VjcmV0", "PASSWORD_CLAIM_SIGNATURE": "*", "TIMESTAMP": "*",
	}
	srpAsks = map[string]string{
		"SALT": "aa", "SRP_B": "5", "SECRET_BLOCK": "c2VjcmV0", "USERNAME": "alice-id", "USER_ID_FOR_SRP": "alice-id",
	}
	firstList = []string{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}
)

func answering(challenge string, members map[string]string) exchange {
	return exchange{operation: "RespondToAuthChallenge", name: challenge, members: members}
}

// code is a challenge that wants a code in one member.
func code(challenge, member string, step auth.SignInStepName) node {
	return node{challenge: challenge, parameters: aliceID, asks: []ask{
		{
			step,
			auth.ConfirmSignInInput{ChallengeResponse: "123 456"},
			[]exchange{answering(challenge, map[string]string{member: "123456"})},
		},
	}}
}

func selectMFA(typed, name string) node {
	return node{
		challenge: "SELECT_MFA_TYPE",
		parameters: map[string]string{
			"MFAS_CAN_CHOOSE": `["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`, "USER_ID_FOR_SRP": "alice-id",
		},
		asks: []ask{{
			auth.StepContinueSignInWithMFASelection,
			auth.ConfirmSignInInput{ChallengeResponse: typed},
			[]exchange{answering("SELECT_MFA_TYPE", map[string]string{"ANSWER": name})},
		}},
	}
}

var (
	associate = exchange{operation: "AssociateSoftwareToken", answer: map[string]any{"SecretCode": totpSecret}}
	askTOTP   = ask{
		auth.StepContinueSignInWithTOTPSetup,
		auth.ConfirmSignInInput{ChallengeResponse: "123456", FriendlyDeviceName: "phone"},
		[]exchange{
			{
				operation: "VerifySoftwareToken",
				members:   map[string]string{"UserCode": "123456", "FriendlyDeviceName": "phone"},
				answer:    map[string]any{"Status": "SUCCESS"},
			},
			answering("MFA_SETUP", nil),
		},
	}
	askEmail = ask{
		auth.StepContinueSignInWithEmailSetup,
		auth.ConfirmSignInInput{ChallengeResponse: "a@example.com"},
		[]exchange{answering("MFA_SETUP", map[string]string{"EMAIL": "a@example.com"})},
	}
)

func setUp(factors string, auto []exchange, asks ...ask) node {
	return node{
		challenge: "MFA_SETUP", parameters: map[string]string{"MFAS_CAN_SETUP": factors, "USER_ID_FOR_SRP": "alice-id"},
		auto: auto, asks: asks,
	}
}

func chooseSetUp(typed string, exchanges ...exchange) ask {
	return ask{
		auth.StepContinueSignInWithMFASetupSelection, auth.ConfirmSignInInput{ChallengeResponse: typed}, exchanges,
	}
}

// selectFirst chooses a first factor; then may come the password, which goes out together with the
// choice.
func selectFirst(factor string, members map[string]string) node {
	members = cloneMap(members)
	members["ANSWER"] = factor
	choose := ask{
		step: auth.StepContinueSignInWithFirstFactorSelection, in: auth.ConfirmSignInInput{ChallengeResponse: factor},
	}
	send := []exchange{answering("SELECT_CHALLENGE", members)}
	n := node{challenge: "SELECT_CHALLENGE", available: firstList, asks: []ask{choose}}
	if len(members) == 1 {
		n.asks[0].exchanges = send
	} else {
		n.asks = append(n.asks,
			ask{auth.StepConfirmSignInWithPassword, auth.ConfirmSignInInput{ChallengeResponse: "p"}, send})
	}
	return n
}

func askedPassword(challenge string, members map[string]string) node {
	return node{challenge: challenge, asks: []ask{
		{
			auth.StepConfirmSignInWithPassword,
			auth.ConfirmSignInInput{ChallengeResponse: "p"},
			[]exchange{answering(challenge, members)},
		},
	}}
}

var askedPasskey = node{
	challenge:  "WEB_AUTHN",
	parameters: map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{"challenge":"AQ"}`},
	asks: []ask{{
		auth.StepConfirmSignInWithWebAuthn,
		auth.ConfirmSignInInput{ChallengeResponse: goodAssertion},
		[]exchange{answering("WEB_AUTHN", map[string]string{"CREDENTIAL": goodAssertion})},
	}},
}

func unknown(challenge string) node {
	return node{challenge: challenge, parameters: map[string]string{"HINT": "legs"}, asks: []ask{{
		auth.StepConfirmSignInWithUnknownChallenge,
		auth.ConfirmSignInInput{ChallengeResponses: map[string]string{"RIDDLE": "42"}},
		[]exchange{answering(challenge, map[string]string{"RIDDLE": "42"})},
	}}}
}

// nodes are all challenges, with every way through them.
var nodes = map[string]node{
	"TOKENS": {tokens: true},
	"PASSWORD_VERIFIER": {
		challenge: "PASSWORD_VERIFIER", parameters: srpAsks, auto: []exchange{answering("PASSWORD_VERIFIER", proofOf)},
	},
	"DEVICE_SRP_AUTH": {
		challenge: "DEVICE_SRP_AUTH", auto: []exchange{answering("DEVICE_SRP_AUTH", map[string]string{"SRP_A": "*"})},
	},
	"DEVICE_PASSWORD_VERIFIER": {
		challenge: "DEVICE_PASSWORD_VERIFIER",
		parameters: map[string]string{
			"SALT": "aa", "SRP_B": "5", "SECRET_BLOCK": "c2VjcmV0", "USERNAME": "alice-id", "DEVICE_KEY": "us-east-1_k",
		},
		auto: []exchange{answering("DEVICE_PASSWORD_VERIFIER", proofOf)},
	},
	"SMS_MFA":                code("SMS_MFA", "SMS_MFA_CODE", auth.StepConfirmSignInWithSMSCode),
	"SMS_OTP":                code("SMS_OTP", "SMS_OTP_CODE", auth.StepConfirmSignInWithSMSCode),
	"EMAIL_OTP":              code("EMAIL_OTP", "EMAIL_OTP_CODE", auth.StepConfirmSignInWithEmailCode),
	"SOFTWARE_TOKEN_MFA":     code("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE", auth.StepConfirmSignInWithTOTPCode),
	"SELECT_MFA_TYPE SMS":    selectMFA("SMS", "SMS_MFA"),
	"SELECT_MFA_TYPE TOTP":   selectMFA("TOTP", "SOFTWARE_TOKEN_MFA"),
	"SELECT_MFA_TYPE EMAIL":  selectMFA("EMAIL", "EMAIL_OTP"),
	"MFA_SETUP TOTP":         setUp(`["SOFTWARE_TOKEN_MFA","SMS_MFA"]`, []exchange{associate}, askTOTP),
	"MFA_SETUP EMAIL":        setUp(`["EMAIL_OTP"]`, nil, askEmail),
	"MFA_SETUP choose TOTP":  setUp(`["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`, nil, chooseSetUp("TOTP", associate), askTOTP),
	"MFA_SETUP choose EMAIL": setUp(`["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`, nil, chooseSetUp("EMAIL"), askEmail),
	"NEW_PASSWORD_REQUIRED": {
		challenge:  "NEW_PASSWORD_REQUIRED",
		parameters: map[string]string{"requiredAttributes": `["userAttributes.name"]`, "USER_ID_FOR_SRP": "alice-id"},
		asks: []ask{
			{
				auth.StepConfirmSignInWithNewPasswordRequired,
				auth.ConfirmSignInInput{ChallengeResponse: "new p", UserAttributes: map[string]string{"name": "Alice"}},
				[]exchange{
					answering("NEW_PASSWORD_REQUIRED",
						map[string]string{"NEW_PASSWORD": "new p", "userAttributes.name": "Alice"}),
				},
			},
		},
	},
	"CUSTOM_CHALLENGE": {
		challenge: "CUSTOM_CHALLENGE", parameters: map[string]string{"USERNAME": "alice-id", "question": "colour?"},
		asks: []ask{{
			auth.StepConfirmSignInWithCustomChallenge,
			auth.ConfirmSignInInput{ChallengeResponse: " dark blue "},
			[]exchange{answering("CUSTOM_CHALLENGE", map[string]string{"ANSWER": " dark blue "})},
		}},
	},
	"SELECT_CHALLENGE EMAIL_OTP":    selectFirst("EMAIL_OTP", nil),
	"SELECT_CHALLENGE SMS_OTP":      selectFirst("SMS_OTP", nil),
	"SELECT_CHALLENGE WEB_AUTHN":    selectFirst("WEB_AUTHN", nil),
	"SELECT_CHALLENGE PASSWORD":     selectFirst("PASSWORD", map[string]string{"PASSWORD": "p"}),
	"SELECT_CHALLENGE PASSWORD_SRP": selectFirst("PASSWORD_SRP", map[string]string{"SRP_A": "*"}),
	"PASSWORD":                      askedPassword("PASSWORD", map[string]string{"PASSWORD": "p"}),
	"PASSWORD_SRP":                  askedPassword("PASSWORD_SRP", map[string]string{"SRP_A": "*"}),
	"WEB_AUTHN":                     askedPasskey,
	"SPHINX":                        unknown("SPHINX"),
}
