package scenario

import "slices"

func signInDifferences() []Difference {
	return slices.Concat(
		because("A late second answer must not meet the step after: an answer may name its step.",
			Difference{Field: "output.stepId", Amplify: Absent, SDK: `"<stepId>"`}),
		because("The pool's triggers see the same metadata in every request of a sign-in, without the caller "+
			"repeating it.",
			Difference{
				Scenario: "client-metadata", Call: "confirmSignIn", Field: "requests[0].body.ClientMetadata",
				Amplify: Absent, SDK: `{"campaign":"spring","tenant":"7"}`,
			}),
		because("A sign-in that took too long is told apart from a wrong password. The error is "+
			"ErrNotAuthorized as well.",
			Difference{
				Scenario: "totp-answer-too-late", Call: "confirmSignIn", Field: "error",
				Amplify: `"NotAuthorizedException"`, SDK: `"SignInExpiredException"`,
			}),
		because("A disabled user is told apart from a wrong password. The error is ErrNotAuthorized as well.",
			Difference{
				Scenario: "srp-disabled-user", Call: "signIn", Field: "error",
				Amplify: `"NotAuthorizedException"`, SDK: `"UserDisabledException"`,
			}),
		because("What is wrong with the input is said before the Store is asked who is signed in.",
			Difference{
				Scenario: "srp-sign-in", Call: "signIn", Field: "error",
				Amplify: `"UserAlreadyAuthenticatedException"`, SDK: `"EmptySignInUsername"`,
			}),
	)
}

func codeDifferences() []Difference {
	return because("Authenticator apps show codes in groups, and people type them so; spaces are taken out. "+
		"Amplify sends them on, or takes the code for something else.",
		Difference{
			Scenario: "totp-setup-at-sign-in", Call: "confirmSignIn", Field: "error",
			Amplify: `"SignInException"`, SDK: `"EnableSoftwareTokenMFAException"`,
		},
		Difference{
			Scenario: "totp-setup-at-sign-in", Call: "confirmSignIn", Field: "requests", Amplify: Absent,
			SDK: `[{"answer":"EnableSoftwareTokenMFAException",` +
				`"body":{"Session":"<session 2>","UserCode":"123456"},"operation":"VerifySoftwareToken"}]`,
		},
		Difference{
			Scenario: "totp-sign-in", Call: "confirmSignIn",
			Field:   "requests[0].body.ChallengeResponses.SOFTWARE_TOKEN_MFA_CODE",
			Amplify: `"123 456"`, SDK: `"123456"`,
		},
		Difference{
			Call: "verifyTOTPSetup", Field: "requests[0].body.UserCode", Amplify: `"123 456"`, SDK: `"123456"`,
		},
		Difference{
			Scenario: "totp-setup-signed-in", Call: "verifyTOTPSetup", Field: "requests[0].answer",
			Amplify: `"InvalidParameterException"`, SDK: `"EnableSoftwareTokenMFAException"`,
		},
		Difference{
			Scenario: "totp-setup-signed-in", Call: "verifyTOTPSetup", Field: "error",
			Amplify: `"InvalidParameterException"`, SDK: `"EnableSoftwareTokenMFAException"`,
		})
}

func choiceDifferences() []Difference {
	return slices.Concat(
		because("What was not offered is refused here, by one name of error, and the next step's answer is "+
			"not taken for a choice.",
			Difference{
				Scenario: "mfa-selection", Call: "confirmSignIn", Field: "error",
				Amplify: `"InvalidParameterException"`, SDK: `"IncorrectMFAMethod"`,
			},
			Difference{
				Scenario: "mfa-selection", Call: "confirmSignIn", Field: "requests",
				Amplify: `[{"answer":"InvalidParameterException","body":{"ChallengeName":"SELECT_MFA_TYPE",` +
					`"ChallengeResponses":{"ANSWER":"EMAIL_OTP","USERNAME":"alice"},"ClientId":"<client id>",` +
					`"Session":"<session 1>"},"operation":"RespondToAuthChallenge"}]`,
				SDK: Absent,
			},
			Difference{
				Scenario: "mfa-setup-selection-skipped", Call: "confirmSignIn", Field: "error",
				Amplify: `"SignInException"`, SDK: `"IncorrectMFAMethod"`,
			},
			Difference{
				Scenario: "mfa-setup-selection-skipped", Call: "confirmSignIn", Field: "error",
				Amplify: Absent, SDK: `"IncorrectMFAMethod"`,
			},
			Difference{
				Scenario: "mfa-setup-selection-skipped", Call: "confirmSignIn", Field: "output",
				Amplify: `{"isSignedIn":false,"nextStep":{"codeDeliveryDetails":{"deliveryMedium":"EMAIL",` +
					`"destination":"b***@e***"},"signInStep":"CONFIRM_SIGN_IN_WITH_EMAIL_CODE"}}`,
				SDK: Absent,
			},
			Difference{
				Scenario: "mfa-setup-selection-skipped", Call: "confirmSignIn", Field: "requests",
				Amplify: `[{"answer":"EMAIL_OTP","body":{"ChallengeName":"MFA_SETUP",` +
					`"ChallengeResponses":{"EMAIL":"bob@example.com","USERNAME":"bob"},"ClientId":"<client id>",` +
					`"Session":"<session 1>"},"operation":"RespondToAuthChallenge"}]`,
				SDK: Absent,
			}),
		because("The step says that an address is wanted, so the answer is one, and the service is the judge "+
			"of it. Amplify guesses from the text what it answers.",
			Difference{
				Scenario: "mfa-setup-selection-email", Call: "confirmSignIn", Field: "error",
				Amplify: `"SignInException"`, SDK: `"InvalidParameterException"`,
			},
			Difference{
				Scenario: "mfa-setup-selection-email", Call: "confirmSignIn", Field: "requests", Amplify: Absent,
				SDK: `[{"answer":"InvalidParameterException","body":{"ChallengeName":"MFA_SETUP",` +
					`"ChallengeResponses":{"EMAIL":"nowhere","USERNAME":"bob"},"ClientId":"<client id>",` +
					`"Session":"<session 1>"},"operation":"RespondToAuthChallenge"}]`,
			}),
	)
}

func flowDifferences() []Difference {
	return slices.Concat(userAuthDifferences(), autoSignInDifferences(),
		because("The pool's triggers see the same metadata in every request of a sign-in, without the caller "+
			"repeating it.",
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
		because("A way to sign in that was not offered is refused here, where the person's choice can be "+
			"asked for again.",
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
		because("A known device is presented when USER_AUTH begins, too, so it can stand in for the second "+
			"factor there as it does in every other flow. Amplify never presents it and asks for the code.",
			userAuthDevice("requests[0].body.AuthParameters.DEVICE_KEY", Absent, `"<device key 1>"`),
			Difference{
				Scenario: "user-auth-email-device", Call: "signIn", Field: "requests[0].body.AuthParameters.DEVICE_KEY",
				Amplify: Absent, SDK: `"<device key 1>"`,
			},
			userAuthDevice("requests[0].answer", `"SOFTWARE_TOKEN_MFA"`, `"DEVICE_SRP_AUTH"`),
			userAuthDevice("requests[1]", Absent, `{"answer":"DEVICE_PASSWORD_VERIFIER",`+
				`"body":{"ChallengeName":"DEVICE_SRP_AUTH",`+
				`"ChallengeResponses":{"DEVICE_KEY":"<device key 1>","SRP_A":"<SRP_A>","USERNAME":"alice"},`+
				`"ClientId":"<client id>","Session":"<session 2>"},"operation":"RespondToAuthChallenge"}`),
			userAuthDevice("requests[2]", Absent, `{"answer":"tokens",`+
				`"body":{"ChallengeName":"DEVICE_PASSWORD_VERIFIER",`+
				`"ChallengeResponses":{"DEVICE_KEY":"<device key 1>","PASSWORD_CLAIM_SECRET_BLOCK":"<secret block 1>",`+
				`"PASSWORD_CLAIM_SIGNATURE":"<PASSWORD_CLAIM_SIGNATURE>","TIMESTAMP":"<TIMESTAMP>",`+
				`"USERNAME":"alice"},`+
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
			Scenario: scenario, Call: "confirmSignUp", Field: "requests[0].body.Session",
			Amplify: Absent, SDK: `"<session 1>"`,
		}
	}
	return because("Cognito's documentation has SignUp's challenge session go to ConfirmSignUp; Amplify "+
		"forgets it.",
		forwarded("auto-sign-in"), forwarded("auto-sign-in-without-preference"), forwarded("auto-sign-in-twice"))
}
