package scenario

import "slices"

func deviceDifferences() []Difference {
	return slices.Concat(deviceKeyDifferences(), deviceNameDifferences(), unconfirmedDifferences(),
		forgottenDifferences(), startOverDifferences())
}

// signedInOutput is the output of a completed sign-in.
const signedInOutput = `{"isSignedIn":true,"nextStep":{"signInStep":"DONE"}}`

func deviceKeyDifferences() []Difference {
	return slices.Concat(
		because("The key of the device goes with every answer, so that none depends on what comes next.",
			Difference{
				Scenario: "device-mfa-selection", Call: "confirmSignIn",
				Field:   "requests[0].body.ChallengeResponses.DEVICE_KEY",
				Amplify: Absent, SDK: `"<device key 1>"`,
			},
			Difference{
				Scenario: "device-new-password", Call: "confirmSignIn",
				Field:   "requests[0].body.ChallengeResponses.DEVICE_KEY",
				Amplify: Absent, SDK: `"<device key 1>"`,
			}),
		because("The device is proved after whichever answer asks for it. Amplify gives up where a new "+
			"password came before.",
			Difference{
				Scenario: "device-new-password", Call: "confirmSignIn", Field: "error",
				Amplify: `"SignInException"`, SDK: Absent,
			},
			Difference{
				Scenario: "device-new-password", Call: "confirmSignIn", Field: "output",
				Amplify: Absent, SDK: signedInOutput,
			},
			Difference{
				Scenario: "device-new-password", Call: "confirmSignIn", Field: "requests[1]", Amplify: Absent,
				SDK: deviceHandshake("<session 2>"),
			},
			Difference{
				Scenario: "device-new-password", Call: "confirmSignIn", Field: "requests[2]", Amplify: Absent,
				SDK: deviceProof("<session 3>", "<secret block 3>"),
			}),
	)
}

func deviceNameDifferences() []Difference {
	const name, call = "device-password-email-alias", "signIn"
	return because("A device is found by every name of its user. Amplify keeps it under Cognito's and looks "+
		"for the one that was typed, so whoever types an e-mail address is asked for a code each time.",
		Difference{
			Scenario: name, Call: call, Field: "requests[0].body.AuthParameters.DEVICE_KEY",
			Amplify: Absent, SDK: `"<device key 1>"`,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[0].answer",
			Amplify: `"SOFTWARE_TOKEN_MFA"`, SDK: `"DEVICE_SRP_AUTH"`,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[1]", Amplify: Absent, SDK: deviceHandshake("<session 2>"),
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[2]", Amplify: Absent,
			SDK: deviceProof("<session 3>", "<secret block 1>"),
		},
		Difference{Scenario: name, Call: call, Field: "output.isSignedIn", Amplify: "false", SDK: "true"},
		Difference{
			Scenario: name, Call: call, Field: "output.nextStep.signInStep",
			Amplify: `"CONFIRM_SIGN_IN_WITH_TOTP_CODE"`, SDK: `"DONE"`,
		})
}

// deviceHandshake and deviceProof are the two requests by which the first device proves itself.
func deviceHandshake(session string) string {
	return `{"answer":"DEVICE_PASSWORD_VERIFIER","body":{"ChallengeName":"DEVICE_SRP_AUTH",` +
		`"ChallengeResponses":{"DEVICE_KEY":"<device key 1>","SRP_A":"<SRP_A>","USERNAME":"alice"},` +
		`"ClientId":"<client id>","Session":"` + session + `"},"operation":"RespondToAuthChallenge"}`
}

func deviceProof(session, secretBlock string) string {
	return `{"answer":"tokens","body":{"ChallengeName":"DEVICE_PASSWORD_VERIFIER",` +
		`"ChallengeResponses":{"DEVICE_KEY":"<device key 1>","PASSWORD_CLAIM_SECRET_BLOCK":"` + secretBlock + `",` +
		`"PASSWORD_CLAIM_SIGNATURE":"<PASSWORD_CLAIM_SIGNATURE>","TIMESTAMP":"<TIMESTAMP>","USERNAME":"alice"},` +
		`"ClientId":"<client id>","Session":"` + session + `"},"operation":"RespondToAuthChallenge"}`
}

func unconfirmedDifferences() []Difference {
	const name = "device-not-confirmed"
	return because("The tokens belong to the device that the pool named, whether it could be confirmed or "+
		"not. So its key is sent, and the pool is the judge of it.",
		Difference{
			Scenario: name, Call: "rememberDevice", Field: "error",
			Amplify: `"DeviceMetadataNotFoundException"`, SDK: `"DeviceNotRecognizedException"`,
		},
		Difference{
			Scenario: name, Call: "rememberDevice", Field: "requests", Amplify: Absent,
			SDK: `[{"answer":"ResourceNotFoundException","body":{"AccessToken":"<access token 1>",` +
				`"DeviceKey":"<device key 1>",` +
				`"DeviceRememberedStatus":"remembered"},"operation":"UpdateDeviceStatus"}]`,
		},
		Difference{
			Scenario: name, Call: "forgetDevice", Field: "error",
			Amplify: `"DeviceMetadataNotFoundException"`, SDK: Absent,
		},
		Difference{
			Scenario: name, Call: "forgetDevice", Field: "requests", Amplify: Absent,
			SDK: `[{"answer":"ResourceNotFoundException","body":{"AccessToken":"<access token 1>",` +
				`"DeviceKey":"<device key 1>"},"operation":"ForgetDevice"}]`,
		},
		Difference{
			Scenario: name, Call: "fetchAuthSession", Field: "requests[0].body.DeviceKey",
			Amplify: Absent, SDK: `"<device key 1>"`,
		})
}

func forgottenDifferences() []Difference {
	return slices.Concat(
		because("Forgetting a device that the pool does not know is fine: it is what the caller wants.",
			Difference{
				Scenario: "device-two", Call: "forgetDevice", Field: "error",
				Amplify: `"ResourceNotFoundException"`, SDK: Absent,
			}),
		because("The refusal is about the device, and the code is still good: it is sent again without the "+
			"device. Amplify fails.",
			Difference{
				Scenario: "device-forgotten-during-sign-in", Call: "confirmSignIn", Field: "error",
				Amplify: `"ResourceNotFoundException"`, SDK: Absent,
			},
			Difference{
				Scenario: "device-forgotten-during-sign-in", Call: "confirmSignIn", Field: "output",
				Amplify: Absent, SDK: signedInOutput,
			},
			Difference{
				Scenario: "device-forgotten-during-sign-in", Call: "confirmSignIn", Field: "requests[1]",
				Amplify: Absent,
				SDK: `{"answer":"tokens","body":{"ChallengeName":"SOFTWARE_TOKEN_MFA",` +
					`"ChallengeResponses":{"SOFTWARE_TOKEN_MFA_CODE":"$totp","USERNAME":"alice"},` +
					`"ClientId":"<client id>","Session":"<session 2>"},"operation":"RespondToAuthChallenge"}`,
			},
			Difference{
				Scenario: "device-forgotten-during-sign-in", Call: "confirmSignIn", Field: "requests[2]",
				Amplify: Absent,
				SDK: `{"body":{"AccessToken":"<access token 2>","DeviceKey":"<device key 2>",` +
					`"DeviceName":"conformance",` +
					`"DeviceSecretVerifierConfig":{"PasswordVerifier":"<PasswordVerifier>","Salt":"<Salt>"}},` +
					`"operation":"ConfirmDevice"}`,
			}),
	)
}

func startOverDifferences() []Difference {
	const name, call = "device-forgotten-on-server", "signIn"
	return because("A proof of the password is sent once: without the device, the sign-in starts over. "+
		"Amplify sends the same proof again.",
		Difference{
			Scenario: name, Call: call, Field: "requests[2].operation",
			Amplify: `"RespondToAuthChallenge"`, SDK: `"InitiateAuth"`,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[2].body.AuthFlow",
			Amplify: Absent, SDK: `"USER_SRP_AUTH"`,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[2].body.AuthParameters",
			Amplify: Absent, SDK: `{"SRP_A":"<SRP_A>","USERNAME":"alice"}`,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[2].body.ChallengeName",
			Amplify: `"PASSWORD_VERIFIER"`, SDK: Absent,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[2].body.ChallengeResponses",
			Amplify: passwordProof("<secret block 2>"), SDK: Absent,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[2].answer",
			Amplify: `"SOFTWARE_TOKEN_MFA"`, SDK: `"PASSWORD_VERIFIER"`,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[3]", Amplify: Absent,
			SDK: `{"answer":"SOFTWARE_TOKEN_MFA","body":{"ChallengeName":"PASSWORD_VERIFIER",` +
				`"ChallengeResponses":` + passwordProof("<secret block 3>") + `,` +
				`"ClientId":"<client id>"},"operation":"RespondToAuthChallenge"}`,
		},
		// That adds a secret block, so those of the next sign-in have higher numbers.
		Difference{
			Scenario: name, Call: call, Field: "requests[1].body.ChallengeResponses.PASSWORD_CLAIM_SECRET_BLOCK",
			Amplify: `"<secret block 3>"`, SDK: `"<secret block 4>"`,
		},
		Difference{
			Scenario: name, Call: call, Field: "requests[3].body.ChallengeResponses.PASSWORD_CLAIM_SECRET_BLOCK",
			Amplify: `"<secret block 4>"`, SDK: `"<secret block 5>"`,
		})
}

func passwordProof(secretBlock string) string {
	return `{"PASSWORD_CLAIM_SECRET_BLOCK":"` + secretBlock + `",` +
		`"PASSWORD_CLAIM_SIGNATURE":"<PASSWORD_CLAIM_SIGNATURE>",` +
		`"TIMESTAMP":"<TIMESTAMP>","USERNAME":"alice"}`
}
