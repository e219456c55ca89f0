package scenario

import "slices"

func accountDifferences() []Difference {
	return slices.Concat(oldPasswordDifferences(), deletionDifferences(), recoveryRetryDifferences())
}

func oldPasswordDifferences() []Difference {
	const name, call = "account-empty-inputs", "updatePassword"
	return because("A user who signs in without a password has no old one to give. Cognito knows who that is, so it is the judge.",
		Difference{
			Scenario: name, Call: call, Field: "error", Amplify: `"EmptyUpdatePassword"`, SDK: `"UserUnAuthenticatedException"`,
		},
		Difference{Scenario: name, Call: call, Field: "error", Amplify: `"EmptyUpdatePassword"`, SDK: `"NotAuthorizedException"`},
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
				Amplify: `{"body":{"ClientId":"<client id>","Token":"<refresh token 1>"},"operation":"RevokeToken"}`, SDK: Absent,
			}),
		because("A user who is gone already is deleted, which is what the caller wants: so a deletion whose answer was lost can be "+
			"finished. Amplify stays signed in as nobody.",
			Difference{Scenario: gone, Call: "deleteUser", Field: "error", Amplify: `"UserNotFoundException"`, SDK: Absent},
			Difference{Scenario: gone, Call: "deleteUser", Field: "events", Amplify: Absent, SDK: `["signedOut"]`},
			Difference{
				Scenario: gone, Call: "getCurrentUser", Field: "error", Amplify: Absent, SDK: `"UserUnAuthenticatedException"`,
			},
			Difference{
				Scenario: gone, Call: "getCurrentUser", Field: "output",
				Amplify: `{"signInDetails":{"authFlowType":"USER_SRP_AUTH","loginId":"alice"},"userId":"<sub 1>","username":"alice"}`,
				SDK:     Absent,
			}),
	)
}

func recoveryRetryDifferences() []Difference {
	const name = "reset-password-throttled"
	return because("A request that sends a message to somebody, or spends a code, is sent once. Amplify sends it again, even against a "+
		"limit that is the user's own.",
		Difference{Scenario: name, Call: "resetPassword", Field: "error", Amplify: Absent, SDK: `"LimitExceededException"`},
		Difference{
			Scenario: name, Call: "resetPassword", Field: "output",
			Amplify: `{"isPasswordReset":false,"nextStep":{"codeDeliveryDetails":{"attributeName":"email",` +
				`"deliveryMedium":"EMAIL","destination":"a***@e***"},"resetPasswordStep":"CONFIRM_RESET_PASSWORD_WITH_CODE"}}`,
			SDK: Absent,
		},
		Difference{
			Scenario: name, Call: "resetPassword", Field: "requests[1]",
			Amplify: `{"body":{"ClientId":"<client id>","Username":"alice"},"operation":"ForgotPassword"}`, SDK: Absent,
		},
		Difference{Scenario: name, Call: "confirmResetPassword", Field: "error", Amplify: Absent, SDK: `"TooManyRequestsException"`},
		Difference{
			Scenario: name, Call: "confirmResetPassword", Field: "requests[1]",
			Amplify: `{"body":{"ClientId":"<client id>","ConfirmationCode":"$code:alice","Password":"Newer-horse-2!",` +
				`"Username":"alice"},"operation":"ConfirmForgotPassword"}`,
			SDK: Absent,
		})
}
