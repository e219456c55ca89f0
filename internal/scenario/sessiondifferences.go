package scenario

import "slices"

func eventDifferences() []Difference {
	return slices.Concat(
		because("The end of a session is an event of its own; a renewal that failed for now is another.",
			Difference{
				Call: "fetchAuthSession", Field: "events[0]", Amplify: `"tokenRefresh_failure"`, SDK: `"sessionExpired"`,
			}),
		because("The sign-in is done here, where Amplify's ends with an error or another step; see the other differences of the "+
			"scenario.",
			Difference{
				Scenario: "device-forgotten-during-sign-in", Call: "confirmSignIn", Field: "events",
				Amplify: Absent, SDK: `["signedIn"]`,
			},
			Difference{
				Scenario: "device-new-password", Call: "confirmSignIn", Field: "events", Amplify: Absent, SDK: `["signedIn"]`,
			},
			Difference{
				Scenario: "device-password-email-alias", Call: "signIn", Field: "events", Amplify: Absent, SDK: `["signedIn"]`,
			}),
		because("The sign-in is not done here, since its last request was not sent a second time.",
			Difference{
				Scenario: "throttled-one-shot", Call: "confirmSignIn", Field: "events", Amplify: `["signedIn"]`, SDK: Absent,
			}),
	)
}

func signOutDifferences() []Difference {
	const name, call = "sign-out-refused", "signOut"
	return slices.Concat(
		because("A sign-out that Cognito did not carry out holds here, and says so: other sessions of the user may be alive.",
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
