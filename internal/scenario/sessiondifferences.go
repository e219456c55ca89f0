package scenario

import "slices"

func sessionDifferences() []Difference {
	return slices.Concat(
		because("Being signed out is an error, so that nobody goes on with tokens that are not there.",
			Difference{
				Call: "fetchAuthSession", Field: "error",
				Amplify: Absent, SDK: `"UserUnAuthenticatedException"`,
			},
			Difference{Call: "fetchAuthSession", Field: "output", Amplify: `{}`, SDK: Absent}),
		because("A renewal that is refused for good is an error that says so, and so is every call after it. "+
			"Amplify signs the person out and says nothing.",
			Difference{Call: "fetchAuthSession", Field: "error", Amplify: Absent, SDK: `"SessionExpiredException"`}),
	)
}

func eventDifferences() []Difference {
	return slices.Concat(
		because("The end of a session is an event of its own; a renewal that failed for now is another.",
			Difference{
				Call: "fetchAuthSession", Field: "events[0]",
				Amplify: `"tokenRefresh_failure"`, SDK: `"sessionExpired"`,
			}),
		because("The sign-in is done here, where Amplify's ends with an error or another step; see the other "+
			"differences of the scenario.",
			Difference{
				Scenario: "device-forgotten-during-sign-in", Call: "confirmSignIn", Field: "events",
				Amplify: Absent, SDK: `["signedIn"]`,
			},
			Difference{
				Scenario: "device-new-password", Call: "confirmSignIn", Field: "events",
				Amplify: Absent, SDK: `["signedIn"]`,
			},
			Difference{
				Scenario: "device-password-email-alias", Call: "signIn", Field: "events",
				Amplify: Absent, SDK: `["signedIn"]`,
			}),
		because("The sign-in is not done here, since its last request was not sent a second time.",
			Difference{
				Scenario: "throttled-one-shot", Call: "confirmSignIn", Field: "events",
				Amplify: `["signedIn"]`, SDK: Absent,
			}),
	)
}

func signOutDifferences() []Difference {
	const name, call = "sign-out-refused", "signOut"
	return slices.Concat(
		because("A sign-out that Cognito did not carry out holds here, and says so: other sessions of the "+
			"user may be alive.",
			Difference{
				Scenario: name, Call: call, Field: "error", Amplify: Absent, SDK: `"SignOutIncompleteException"`,
			}),
		because("Where not all of the user's sessions could be ended, this one is.",
			Difference{
				Scenario: name, Call: call, Field: "requests[1]", Amplify: Absent,
				SDK: `{"body":{"ClientId":"<client id>","Token":"<refresh token 2>"},"operation":"RevokeToken"}`,
			}),
		because("Whose session has ended learns that, and not only that nobody is signed in. The error is "+
			"ErrUserUnAuthenticated as well.",
			Difference{
				Scenario: "refresh-revoked", Call: "getCurrentUser", Field: "error",
				Amplify: `"UserUnAuthenticatedException"`, SDK: `"SessionExpiredException"`,
			}),
	)
}

func retryDifferences() []Difference {
	return because("A request that spends something is sent once, whatever the refusal. Amplify sends every "+
		"request up to three times, even against a limit that is the user's own.",
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
			Amplify: `{"body":{"ClientId":"<client id>","Username":"carol"},"operation":"ResendConfirmationCode"}`,
			SDK:     Absent,
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
