package scenario

import "slices"

func flowDifferences() []Difference {
	return slices.Concat(userAuthDifferences(), autoSignInDifferences(),
		because("The pool's triggers see the same metadata in every request of a sign-in, without the caller repeating it.",
			Difference{
				Scenario: "custom-sign-in", Call: "confirmSignIn", Field: "requests[0].body.ClientMetadata",
				Amplify: Absent, SDK: `{"campaign":"spring"}`,
			},
			Difference{
				Scenario: "user-auth-email", Call: "confirmSignIn", Field: "requests[0].body.ClientMetadata",
				Amplify: Absent, SDK: `{"campaign":"spring"}`,
			}))
}

func userAuthDifferences() []Difference {
	return slices.Concat(
		because("A way to sign in that was not offered is refused here, where the person's choice can be asked for again.",
			Difference{
				Scenario: "user-auth-choose-wrongly", Call: "confirmSignIn", Field: "error",
				Amplify: `"InvalidParameterException"`, SDK: `"IncorrectFirstFactorException"`,
			},
			Difference{
				Scenario: "user-auth-choose-wrongly", Call: "confirmSignIn", Field: "requests",
				Amplify: `[{"answer":"InvalidParameterException","body":{"ChallengeName":"SELECT_CHALLENGE",` +
					`"ChallengeResponses":{"ANSWER":"WEB_AUTHN","USERNAME":"alice"},"ClientId":"<client id>",` +
					`"Session":"<session 1>"},"operation":"RespondToAuthChallenge"}]`,
				SDK: Absent,
			}),
		because("A known device is presented when USER_AUTH begins, too, so it can stand in for the second factor there as it does "+
			"in every other flow. Amplify never presents it and asks for the code.",
			userAuthDevice("requests[0].body.AuthParameters.DEVICE_KEY", Absent, `"<device key 1>"`),
			Difference{
				Scenario: "user-auth-email-device", Call: "signIn", Field: "requests[0].body.AuthParameters.DEVICE_KEY",
				Amplify: Absent, SDK: `"<device key 1>"`,
			},
			userAuthDevice("requests[0].answer", `"SOFTWARE_TOKEN_MFA"`, `"DEVICE_SRP_AUTH"`),
			userAuthDevice("requests[1]", Absent, `{"answer":"DEVICE_PASSWORD_VERIFIER","body":{"ChallengeName":"DEVICE_SRP_AUTH",`+
				`"ChallengeResponses":{"DEVICE_KEY":"<device key 1>","SRP_A":"<SRP_A>","USERNAME":"alice"},`+
				`"ClientId":"<client id>","Session":"<session 2>"},"operation":"RespondToAuthChallenge"}`),
			userAuthDevice("requests[2]", Absent, `{"answer":"tokens","body":{"ChallengeName":"DEVICE_PASSWORD_VERIFIER",`+
				`"ChallengeResponses":{"DEVICE_KEY":"<device key 1>","PASSWORD_CLAIM_SECRET_BLOCK":"<secret block 1>",`+
				`"PASSWORD_CLAIM_SIGNATURE":"<PASSWORD_CLAIM_SIGNATURE>","TIMESTAMP":"<TIMESTAMP>","USERNAME":"alice"},`+
				`"ClientId":"<client id>","Session":"<session 3>"},"operation":"RespondToAuthChallenge"}`),
			userAuthDevice("output.isSignedIn", "false", "true"),
			userAuthDevice("output.nextStep.signInStep", `"CONFIRM_SIGN_IN_WITH_TOTP_CODE"`, `"DONE"`),
			userAuthDevice("events", Absent, `["signedIn"]`)))
}

func userAuthDevice(field, amplify, sdk string) Difference {
	return Difference{Scenario: "user-auth-device", Call: "signIn", Field: field, Amplify: amplify, SDK: sdk}
}

func autoSignInDifferences() []Difference {
	forwarded := func(scenario string) Difference {
		return Difference{
			Scenario: scenario, Call: "confirmSignUp", Field: "requests[0].body.Session", Amplify: Absent, SDK: `"<session 1>"`,
		}
	}
	return because("Cognito's documentation has SignUp's challenge session go to ConfirmSignUp; Amplify forgets it.",
		forwarded("auto-sign-in"), forwarded("auto-sign-in-without-preference"), forwarded("auto-sign-in-twice"))
}
