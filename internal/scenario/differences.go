package scenario

import "slices"

// Difference is one deliberate difference between Amplify and this SDK. It excuses a mismatch only
// where every member fits, so it cannot hide another one in the same place.
type Difference struct {
	Scenario string // empty for every scenario
	Call     string
	Field    string
	Amplify  string // what Amplify does: JSON, or Absent
	SDK      string // what this SDK does
	Reason   string
}

func (d Difference) explains(m Mismatch) bool {
	return (d.Scenario == "" || d.Scenario == m.Scenario) && d.Call == m.Call && d.Field == m.Field &&
		d.Amplify == m.Recorded && d.SDK == m.Got
}

// because returns differences their common reason.
func because(reason string, differences ...Difference) []Difference {
	for i := range differences {
		differences[i].Reason = reason
	}
	return differences
}

// Differences is the whole list, the only one.
func Differences() []Difference {
	return slices.Concat(signInDifferences(), codeDifferences(), choiceDifferences(),
		mfaDifferences(), flowDifferences(), sessionDifferences(), eventDifferences(), signOutDifferences(),
		retryDifferences(), deviceDifferences(), accountDifferences())
}

func signInDifferences() []Difference {
	return slices.Concat(
		because("The pool's triggers see the same metadata in every request of a sign-in, without the caller repeating it.",
			Difference{
				Scenario: "client-metadata", Call: "confirmSignIn", Field: "requests[0].body.ClientMetadata",
				Amplify: Absent, SDK: `{"campaign":"spring","tenant":"7"}`,
			}),
		because("A sign-in that took too long is told apart from a wrong password. The error is ErrNotAuthorized as well.",
			Difference{
				Scenario: "totp-answer-too-late", Call: "confirmSignIn", Field: "error",
				Amplify: `"NotAuthorizedException"`, SDK: `"SignInExpiredException"`,
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
		because("What was not offered is refused here, by one name of error, and the next step's answer is not taken for a choice.",
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
		because("The step says that an address is wanted, so the answer is one, and the service is the judge of it. "+
			"Amplify guesses from the text what it answers.",
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

func mfaDifferences() []Difference {
	const (
		signInURI  = "output.nextStep.totpSetupDetails.setupUri"
		amplifyURI = `"otpauth://totp/Acme%20App:alice@example.com?secret=<shared secret 1>&issuer=Acme%20App"`
		ourURI     = `"otpauth://totp/Acme%20App:alice%40example.com?secret=<shared secret 1>&issuer=Acme%20App"`
	)
	return slices.Concat(
		because("Whatever is not an unreserved character is percent-encoded, so that no name can break the URI.",
			Difference{Call: "signIn", Field: signInURI, Amplify: amplifyURI, SDK: ourURI},
			Difference{Call: "confirmSignIn", Field: signInURI, Amplify: amplifyURI, SDK: ourURI},
			Difference{Call: "setUpTOTP", Field: "output.setupUri", Amplify: amplifyURI, SDK: ourURI},
			Difference{
				Scenario: "totp-setup-abandoned", Call: "signIn", Field: signInURI,
				Amplify: `"otpauth://totp/Acme%20App:alice@example.com?secret=<shared secret 2>&issuer=Acme%20App"`,
				SDK:     `"otpauth://totp/Acme%20App:alice%40example.com?secret=<shared secret 2>&issuer=Acme%20App"`,
			}),
		because("The account's default name has no quotation marks around it, which apps would show.",
			Difference{
				Call: "setUpTOTP", Field: "output.defaultSetupUri",
				Amplify: `"otpauth://totp/Acme%20App:%22alice%22?secret=<shared secret 1>&issuer=Acme%20App"`,
				SDK:     `"otpauth://totp/Acme%20App:alice?secret=<shared secret 1>&issuer=Acme%20App"`,
			}),
		because("The AWS SDK leaves out what is false. It is the service's default in a block that is there.",
			Difference{
				Call: "updateMFAPreference", Field: "requests[0].body.SoftwareTokenMfaSettings.PreferredMfa",
				Amplify: "false", SDK: Absent,
			},
			Difference{
				Call: "updateMFAPreference", Field: "requests[0].body.SMSMfaSettings.Enabled", Amplify: "false", SDK: Absent,
			},
			Difference{
				Call: "updateMFAPreference", Field: "requests[0].body.EmailMfaSettings.Enabled", Amplify: "false", SDK: Absent,
			},
			Difference{
				Call: "updateMFAPreference", Field: "requests[0].body.SoftwareTokenMfaSettings.Enabled",
				Amplify: "false", SDK: Absent,
			}),
		because("Two preferred factors can never be right, so the service is not asked. The error is the same.",
			Difference{
				Scenario: "mfa-preference", Call: "updateMFAPreference", Field: "requests",
				Amplify: `[{"answer":"InvalidParameterException","body":{"AccessToken":"<access token 1>",` +
					`"SMSMfaSettings":{"Enabled":true,"PreferredMfa":true},` +
					`"SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}},"operation":"SetUserMFAPreference"}]`,
				SDK: Absent,
			}),
	)
}

func sessionDifferences() []Difference {
	return slices.Concat(
		because("Being signed out is an error, so that nobody goes on with tokens that are not there.",
			Difference{Call: "fetchAuthSession", Field: "error", Amplify: Absent, SDK: `"UserUnAuthenticatedException"`},
			Difference{Call: "fetchAuthSession", Field: "output", Amplify: `{}`, SDK: Absent}),
		because("CurrentUser says how somebody signed in.",
			Difference{
				Call: "fetchAuthSession", Field: "output.signInDetails",
				Amplify: `{"authFlowType":"USER_SRP_AUTH","loginId":"alice"}`, SDK: Absent,
			}),
		because("A renewal that is refused for good is an error that says so, and so is every call after it. Amplify signs the "+
			"person out and says nothing.",
			Difference{Call: "fetchAuthSession", Field: "error", Amplify: Absent, SDK: `"NotAuthorizedException"`},
			Difference{Call: "fetchAuthSession", Field: "error", Amplify: Absent, SDK: `"SessionExpiredException"`}),
	)
}

func retryDifferences() []Difference {
	return because("A request that spends something is sent once, whatever the refusal. Amplify sends every request up to "+
		"three times, even against a limit that is the user's own.",
		Difference{
			Scenario: "throttled-one-shot", Call: "resendSignUpCode", Field: "error",
			Amplify: Absent, SDK: `"LimitExceededException"`,
		},
		Difference{
			Scenario: "throttled-one-shot", Call: "resendSignUpCode", Field: "output",
			Amplify: `{"attributeName":"email","deliveryMedium":"EMAIL","destination":"c***@e***"}`, SDK: Absent,
		},
		Difference{
			Scenario: "throttled-one-shot", Call: "resendSignUpCode", Field: "requests[1]",
			Amplify: `{"body":{"ClientId":"<client id>","Username":"carol"},"operation":"ResendConfirmationCode"}`, SDK: Absent,
		},
		Difference{
			Scenario: "throttled-one-shot", Call: "confirmSignIn", Field: "error",
			Amplify: Absent, SDK: `"TooManyRequestsException"`,
		},
		Difference{
			Scenario: "throttled-one-shot", Call: "confirmSignIn", Field: "output",
			Amplify: `{"isSignedIn":true,"nextStep":{"signInStep":"DONE"}}`, SDK: Absent,
		},
		Difference{
			Scenario: "throttled-one-shot", Call: "confirmSignIn", Field: "requests[1]",
			Amplify: `{"answer":"tokens","body":{"ChallengeName":"SOFTWARE_TOKEN_MFA",` +
				`"ChallengeResponses":{"SOFTWARE_TOKEN_MFA_CODE":"$totp","USERNAME":"alice"},` +
				`"ClientId":"<client id>","Session":"<session 1>"},"operation":"RespondToAuthChallenge"}`,
			SDK: Absent,
		})
}
