package scenario

import "slices"

func accountDifferences() []Difference {
	return slices.Concat(oldPasswordDifferences(), deletionDifferences(), recoveryRetryDifferences())
}

func oldPasswordDifferences() []Difference {
	const name, call = "account-empty-inputs", "updatePassword"
	return because("A user who signs in without a password has no old one to give. Cognito knows who that is, "+
		"so it is the judge.",
		Difference{
			Scenario: name, Call: call, Field: "error",
			Amplify: `"EmptyUpdatePassword"`, SDK: `"UserUnAuthenticatedException"`,
		},
		Difference{
			Scenario: name, Call: call, Field: "error",
			Amplify: `"EmptyUpdatePassword"`, SDK: `"NotAuthorizedException"`,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests", Amplify: Absent,
			SDK: `[{"answer":"NotAuthorizedException","body":{"AccessToken":"<access token 1>",` +
				`"ProposedPassword":"Newer-horse-2!"},"operation":"ChangePassword"}]`,
		})
}

func deletionDifferences() []Difference {
	const gone = "delete-user-gone"
	return slices.Concat(
		because("The refresh token dies with the user, so there is nothing to revoke.",
			Difference{
				Scenario: "delete-user", Call: "deleteUser", Field: "requests[1]",
				Amplify: `{"body":{"ClientId":"<client id>","Token":"<refresh token 1>"},"operation":"RevokeToken"}`,
				SDK:     Absent,
			}),
		because("A user who is gone already is deleted, which is what the caller wants: so a deletion whose "+
			"answer was lost can be finished. Amplify stays signed in as nobody.",
			Difference{
				Scenario: gone, Call: "deleteUser", Field: "error",
				Amplify: `"UserNotFoundException"`, SDK: Absent,
			},
			Difference{Scenario: gone, Call: "deleteUser", Field: "events", Amplify: Absent, SDK: `["signedOut"]`},
			Difference{
				Scenario: gone, Call: "getCurrentUser", Field: "error",
				Amplify: Absent, SDK: `"UserUnAuthenticatedException"`,
			},
			Difference{
				Scenario: gone, Call: "getCurrentUser", Field: "output",
				Amplify: `{"signInDetails":{"authFlowType":"USER_SRP_AUTH","loginId":"alice"},` +
					`"userId":"<sub 1>","username":"alice"}`,
				SDK: Absent,
			}),
	)
}

func recoveryRetryDifferences() []Difference {
	const name = "reset-password-throttled"
	return because("A request that sends a message to somebody, or spends a code, is sent once. Amplify sends "+
		"it again, even against a limit that is the user's own.",
		Difference{
			Scenario: name, Call: "resetPassword", Field: "error",
			Amplify: Absent, SDK: `"LimitExceededException"`,
		},
		Difference{
			Scenario: name, Call: "resetPassword", Field: "output",
			Amplify: `{"isPasswordReset":false,"nextStep":{"codeDeliveryDetails":{"attributeName":"email",` +
				`"deliveryMedium":"EMAIL","destination":"a***@e***"},` +
				`"resetPasswordStep":"CONFIRM_RESET_PASSWORD_WITH_CODE"}}`,
			SDK: Absent,
		},
		Difference{
			Scenario: name, Call: "resetPassword", Field: "requests[1]",
			Amplify: `{"body":{"ClientId":"<client id>","Username":"alice"},"operation":"ForgotPassword"}`, SDK: Absent,
		},
		Difference{
			Scenario: name, Call: "confirmResetPassword", Field: "error",
			Amplify: Absent, SDK: `"TooManyRequestsException"`,
		},
		Difference{
			Scenario: name, Call: "confirmResetPassword", Field: "requests[1]",
			Amplify: `{"body":{"ClientId":"<client id>","ConfirmationCode":"$code:alice","Password":"Newer-horse-2!",` +
				`"Username":"alice"},"operation":"ConfirmForgotPassword"}`,
			SDK: Absent,
		})
}

func mfaDifferences() []Difference {
	const (
		signInURI  = "output.nextStep.totpSetupDetails.setupUri"
		amplifyURI = `"otpauth://totp/Acme%20App:alice@example.com?secret=<shared secret 1>&issuer=Acme%20App"`
		ourURI     = `"otpauth://totp/Acme%20App:alice%40example.com?secret=<shared secret 1>&issuer=Acme%20App"`
	)
	return slices.Concat(
		because("Whatever is not an unreserved character is percent-encoded, so that no name can break the "+
			"URI.",
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
				Call: "updateMFAPreference", Field: "requests[0].body.SMSMfaSettings.Enabled",
				Amplify: "false", SDK: Absent,
			},
			Difference{
				Call: "updateMFAPreference", Field: "requests[0].body.EmailMfaSettings.Enabled",
				Amplify: "false", SDK: Absent,
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
					`"SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}},` +
					`"operation":"SetUserMFAPreference"}]`,
				SDK: Absent,
			}),
	)
}
