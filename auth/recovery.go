package auth

import (
	"cmp"
	"errors"
)

// recoveries is the advice for each kind of failure, to the programmer: people read auth/texts. It
// serves the purpose of Amplify's recovery suggestions in words of its own.
var recoveries = map[ErrorCode]string{ //nolint:gosec // advice about passwords, no passwords
	ErrAliasExists: "Ask for another e-mail address or phone number, " +
		"or offer the sign-in to the account that has it.",
	ErrCodeDeliveryFailure:    "Ask for another code. If that fails too, check the pool's e-mail and SMS settings.",
	ErrCodeMismatch:           "Ask for the code again, and send it to the same step.",
	ErrConcurrentModification: "Try again: another request changed the same user at the same moment.",
	ErrDeviceKeyExists:        "None needed: the device is registered already.",
	ErrEnableSoftwareTokenMFA: "Ask for the app's newest code, and send it to the same step. " +
		"The phone's clock may be wrong.",
	ErrExpiredCode: "Have another code sent and ask for it. " +
		"With an authenticator app, ask for the next one.",
	ErrCaptchaRequired: "Have the person's browser answer the firewall's CAPTCHA, " +
		"and call again with its token: see WithWAFToken.",
	ErrCertificate: "Check the endpoint, the certificates that this machine trusts and shows, its clock, " +
		"and the TLS versions and ciphers that it allows. " +
		"With a proxy that inspects TLS, trust its certificate.",
	ErrForbidden:            "Check the rules of the web firewall in front of the pool, and of a proxy on the way.",
	ErrAutoSignIn:           "Sign in with SignIn.",
	ErrIncorrectFirstFactor: "Answer with one of the step's AvailableChallenges.",
	ErrAnotherUser:          "Let the person who is signed in prove it, or sign out first.",
	ErrStepMismatch:         "Call Status to see which step waits, and answer that.",
	ErrStepInProgress: "Call Status to see the other call's result. " +
		"If the step is still there after 30 seconds, answer it again.",
	ErrInternal:               "Try again later.",
	ErrInvalidEmailRoleAccess: "Allow Cognito to send e-mail, as the pool's settings require.",
	ErrInvalidLambdaResponse:  "Correct the pool's trigger: its answer has the wrong form.",
	ErrInvalidParameter:       "Correct the input that the message names.",
	ErrInvalidPassword:        "Ask for a password that follows the pool's policy.",
	ErrInvalidSMSRoleAccess:   "Allow the pool's IAM role to send text messages.",
	ErrInvalidSMSRoleTrust:    "Let the pool's IAM role trust Cognito, with the external id in the pool's settings.",
	ErrInvalidUserPoolConfig:  "Correct the pool's configuration.",
	ErrLimitExceeded:          "Let the person wait up to an hour: there were too many tries for this user.",
	ErrLockedOut: "Let the person wait: one second at first, twice as long after each further wrong password, " +
		"up to 15 minutes. Until then even the right password is refused.",
	ErrTemporaryPasswordExpired: "Have an administrator send another temporary password: " +
		"AdminCreateUser with the message action RESEND.",
	ErrUserDisabled:      "Have an administrator enable the user.",
	ErrMFAMethodNotFound: "Have an administrator set up a second factor that the pool offers.",
	ErrNetwork:           "Try again when the network is back.",
	ErrNotAuthorized: "Ask for the user name and the password again, if they were sent. " +
		"Otherwise the message says what is not allowed.",
	ErrOperationNotEnabled:      "Send the request to the pool's primary region.",
	ErrOutcomeUnknown:           "Find out whether the request took effect before you send it again, or start over.",
	ErrPasswordHistoryViolation: "Ask for a password that was not used before.",
	ErrPasswordResetRequired:    "Set a new password with ResetPassword and ConfirmResetPassword.",
	ErrProxyAuthentication:      "Put the proxy's user name and password into its URL, such as HTTPS_PROXY.",
	ErrRefreshTokenReuse:        "Start over with SignIn.",
	ErrResourceNotFound:         "Check the ids of the pool, the app client and the device, and the region.",
	ErrSignInExpired:            "Start over with SignIn. AuthSessionValidity is the time for each step.",
	ErrSessionExpired:           "Start over with SignIn.",
	ErrDeviceNotRecognized:      "Start over with SignIn.",
	ErrCorruptRecord:            "Call SignOut, which removes the record, or SignIn, which replaces it.",
	ErrStore:                    "Try again when the Store works.",
	ErrUserChanged:              "Ask who is signed in with CurrentUser, and start again for that person.",
	ErrSoftwareTokenMFANotFound: "Set up an authenticator app first, and enable TOTP in the pool.",
	ErrTooManyFailedAttempts:    "Let the person wait a while, then have a new code sent.",
	ErrTooManyRequests:          "Try again later, after a longer pause each time.",
	ErrUnauthorized:             "Enable token revocation for the app client.",
	ErrUnexpectedLambda:         "Try again. If that fails too, read the log of the pool's trigger.",
	ErrUnexpectedResponse:       "Check what answers at the endpoint: it may be a proxy.",
	ErrUnsupportedOperation:     "Enable token revocation for the app client.",
	ErrUnsupportedTokenType:     "Revoke the refresh token, not another one.",
	ErrUserLambdaValidation:     "Read the message: it says why the pool's trigger refused.",
	ErrUserAlreadyAuthenticated: "Call SignOut first.",
	ErrUserNotConfirmed:         "Confirm the sign-up with ConfirmSignUp.",
	ErrUserNotFound:             "Ask for the user name again, or offer the sign-up.",
	ErrUserUnAuthenticated:      "Start with SignIn.",
	ErrUsernameExists:           "Ask for another user name, or offer the sign-in.",

	ErrOAuthNotConfigured:          "Set Domain and RedirectSignIn in the Config.",
	ErrOAuthSignIn:                 "Read the message, and start the sign-in again.",
	ErrInvalidRedirect:             "Choose one of the Config's RedirectSignIn, letter for letter.",
	ErrInvalidPreferredRedirectURL: "Choose one of the Config's RedirectSignOut, letter for letter.",
	ErrOAuthAttempt: "Go on if somebody is signed in by now, as after a reload. " +
		"Otherwise start the sign-in again.",
	ErrOAuthDenied:           "Let the person start again, or sign in another way.",
	ErrOAuthJustLinked:       "Start the sign-in once more: it works now.",
	ErrOAuthLoginRequired:    "Start the sign-in without PromptNone.",
	ErrOAuthRedirectMismatch: "Add the redirect URI to the app client's callback URLs, letter for letter.",
	ErrOAuthCode:             "Start over with SignInWithRedirect.",
	ErrOAuthNonce: "Start the sign-in again. If it always fails with one identity provider, " +
		"see Config.AcceptNonceOfIdentityProvider.",
	ErrOAuthToken:      "Check this machine's clock, the ids of the pool and the app client, and the Domain.",
	ErrScopeNotGranted: "Ask for the scope aws.cognito.signin.user.admin at the sign-in: see Config.Scopes.",

	ErrWebAuthnChallengeNotFound:      "Start the registration again: its challenge expired or was answered.",
	ErrWebAuthnClientMismatch:         "Complete the registration with the app client that started it.",
	ErrWebAuthnConfigurationMissing:   "Set a relying party id, or a domain, for the pool.",
	ErrWebAuthnCredentialNotSupported: "Use another authenticator.",
	ErrWebAuthnNotEnabled:             "Add WEB_AUTHN to the pool's allowed first factors.",
	ErrWebAuthnOriginNotAllowed: "Serve the page over HTTPS " +
		"from the domain of the pool's relying party id, or a subdomain.",
	ErrWebAuthnRelyingPartyMismatch:        "Use a passkey made for the pool's relying party id.",
	ErrInvalidPasskeyAuthenticationOptions: "Check the pool's passkey settings, and what answers at the endpoint.",
	ErrPasskeyRetrievalFailed:              "Send the JSON of PublicKeyCredential.toJSON unchanged.",
	ErrInvalidPasskeyRegistrationOptions:   "Check the pool's passkey settings, and what answers at the endpoint.",
	ErrPasskeyRegistrationFailed:           "Send the JSON of PublicKeyCredential.toJSON unchanged.",

	ErrEmptySignInUsername:                       "Ask for the user name.",
	ErrEmptySignUpUsername:                       "Ask for the user name.",
	ErrEmptyConfirmSignUpUsername:                "Pass the user name of the sign-up.",
	ErrEmptyResetPasswordUsername:                "Ask for the user name.",
	ErrEmptyConfirmResetPasswordUsername:         "Pass the user name that was given to ResetPassword.",
	ErrEmptySignInPassword:                       "Ask for the password.",
	ErrEmptySignUpPassword:                       "Ask for a password.",
	ErrEmptyConfirmResetPasswordNewPassword:      "Ask for the new password.",
	ErrEmptyUpdatePassword:                       "Ask for both passwords, the old one and the new one.",
	ErrCustomAuthSignInPassword:                  "Leave the password out, or use AuthFlowCustomWithSRP.",
	ErrEmptyChallengeResponse:                    "Ask for the answer to the step.",
	ErrEmptyConfirmSignUpCode:                    "Ask for the code that was sent.",
	ErrEmptyConfirmResetPasswordConfirmationCode: "Ask for the code that was sent.",
	ErrEmptyConfirmUserAttributeCode:             "Ask for the code that was sent.",
	ErrEmptyVerifyTOTPSetupCode:                  "Ask for the code that the authenticator app shows.",

	ErrIncorrectMFAMethod:     "Answer with one of the step's AllowedMFATypes.",
	ErrSignIn:                 "Start over with SignIn.",
	ErrSetUpTOTP:              "Check what answers at the endpoint: it may be a proxy.",
	ErrTokenRefresh:           "Start over with SignIn.",
	ErrDeviceMetadataNotFound: "None needed if the pool does not track devices. Otherwise sign in again.",
	ErrSignOutIncomplete: "Let the tokens end by themselves. " +
		"To end them now, have an administrator sign the user out globally.",
	ErrInvalidConfig: "Correct what the message names.",

	throttled:   "Try again later, after a longer pause each time.",
	unavailable: "Try again later.",
}

// Codes that come from AWS's front ends, not from Cognito.
const (
	throttled   ErrorCode = "ThrottlingException"
	unavailable ErrorCode = "ServiceUnavailable"
)

// withRecovery adds the advice for the error's code, or for a code that it refines.
func withRecovery(e *Error) *Error {
	e.Recovery = cmp.Or(e.Recovery, recoveries[e.Code])
	for _, code := range e.refines {
		e.Recovery = cmp.Or(e.Recovery, recoveries[code])
	}
	return e
}

// retryable lists the failures after which the same call may succeed and is safe to make again.
var retryable = map[ErrorCode]bool{
	ErrTooManyRequests:        true,
	ErrInternal:               true,
	ErrNetwork:                true,
	ErrConcurrentModification: true,
	ErrStore:                  true,
	throttled:                 true,
	unavailable:               true,
}

// Retryable reports whether the call that returned err may be made again unchanged after a pause:
// it was throttled, the service failed, the network was down, the Store failed, or others kept
// changing its record. The SDK has then already tried two or three times where that is safe, so
// wait for seconds, not milliseconds.
//
// Retryable returns false for nil, for a context that is done, for what only a person can put right
// (a wrong code, a lockout, a session that is over), and for [ErrOutcomeUnknown], where a second
// request might repeat an effect.
func Retryable(err error) bool {
	var e *Error
	if errors.As(err, &e) && e.Code != "" {
		return retryable[e.Code]
	}
	return errors.Is(err, ErrRecordConflict)
}
