package auth

import (
	"cmp"
	"errors"
)

// recoveries say what a caller, or the person, can do about each kind of failure. Where Amplify has a recovery suggestion, this
// one serves the same purpose in other words.
var recoveries = map[ErrorCode]string{ //nolint:gosec // advice about passwords, no passwords
	ErrAliasExists:              "Use another e-mail address or phone number, or sign in to the account that has it.",
	ErrCodeDeliveryFailure:      "Ask for another code. If that fails too, check the pool's e-mail and SMS settings.",
	ErrCodeMismatch:             "Ask for the code again and send it to the same step.",
	ErrConcurrentModification:   "Try again: another request changed the same user at the same moment.",
	ErrDeviceKeyExists:          "Nothing: the device is registered already.",
	ErrEnableSoftwareTokenMFA:   "Ask for the newest code of the authenticator app and send it to the same step; check that the phone's clock is right.",
	ErrExpiredCode:              "Ask for a new code. With an authenticator app, wait for the next one.",
	ErrForbidden:                "Check the rules of the web firewall in front of the pool.",
	ErrAutoSignIn:               "Sign in with SignIn.",
	ErrIncorrectFirstFactor:     "Answer with one of the step's AvailableChallenges.",
	ErrStepInProgress:           "Ask Status what came of the other call. If the step is still there in half a minute, answer it again.",
	ErrInternal:                 "Try again later.",
	ErrInvalidEmailRoleAccess:   "Give Cognito the permission to send e-mail as the pool's settings say.",
	ErrInvalidLambdaResponse:    "Correct the pool's trigger: its answer has the wrong form.",
	ErrInvalidParameter:         "Correct the input that the message names.",
	ErrInvalidPassword:          "Choose a password that follows the pool's policy.",
	ErrInvalidSMSRoleAccess:     "Give the pool's IAM role the permission to send text messages.",
	ErrInvalidSMSRoleTrust:      "Let the pool's IAM role trust Cognito, with the external id of the pool's settings.",
	ErrInvalidUserPoolConfig:    "Correct the pool's configuration.",
	ErrLimitExceeded:            "Wait, up to an hour: there were too many tries for this user.",
	ErrLockedOut:                "Wait, at first for seconds and after many wrong passwords for up to 15 minutes. Trying meanwhile is in vain.",
	ErrMFAMethodNotFound:        "Have an administrator give the user a second factor that the pool offers.",
	ErrNetwork:                  "Try again when the network is back.",
	ErrNotAuthorized:            "Check the user name and the password, or sign in again.",
	ErrOperationNotEnabled:      "Send the request to the pool's primary region.",
	ErrOutcomeUnknown:           "Find out whether the request was carried out before anything is sent again, or start over.",
	ErrPasswordHistoryViolation: "Choose a password that was not used before.",
	ErrPasswordResetRequired:    "Set a new password: ResetPassword, then ConfirmResetPassword.",
	ErrRefreshTokenReuse:        "Sign in again.",
	ErrResourceNotFound:         "Check the ids of the pool, the app client and the device, and the region.",
	ErrSignInExpired:            "Start the sign-in again. The time for a step is the app client's AuthSessionValidity.",
	ErrSessionExpired:           "Sign in again.",
	ErrDeviceNotRecognized:      "Start the sign-in again.",
	ErrSoftwareTokenMFANotFound: "Set an authenticator app up first, and enable them in the pool.",
	ErrTooManyFailedAttempts:    "Ask for a new code, after a while.",
	ErrTooManyRequests:          "Try again later, each time after a longer pause.",
	ErrUnauthorized:             "Enable token revocation for the app client.",
	ErrUnexpectedLambda:         "Try again; if that fails too, look at the log of the pool's trigger.",
	ErrUnexpectedResponse:       "Check what answers at the endpoint: it may be a proxy.",
	ErrUnsupportedOperation:     "Enable token revocation for the app client.",
	ErrUnsupportedTokenType:     "Revoke the refresh token, not another one.",
	ErrUserLambdaValidation:     "The pool's trigger refused; its message says why.",
	ErrUserAlreadyAuthenticated: "Sign out first.",
	ErrUserNotConfirmed:         "Confirm the sign-up: ConfirmSignUp.",
	ErrUserNotFound:             "Check the user name, or sign up.",
	ErrUserUnAuthenticated:      "Sign in.",
	ErrUsernameExists:           "Choose another user name, or sign in.",

	ErrWebAuthnChallengeNotFound:           "Start the registration again: its challenge is over, or was answered.",
	ErrWebAuthnClientMismatch:              "Complete the registration with the app client that started it.",
	ErrWebAuthnConfigurationMissing:        "Give the pool a relying party id, or a domain.",
	ErrWebAuthnCredentialNotSupported:      "Use another authenticator.",
	ErrWebAuthnNotEnabled:                  "Add WEB_AUTHN to the first factors that the pool allows.",
	ErrWebAuthnOriginNotAllowed:            "Serve the page over HTTPS from the domain of the pool's relying party id, or from one below it.",
	ErrWebAuthnRelyingPartyMismatch:        "Use a passkey of the pool's relying party id.",
	ErrInvalidPasskeyAuthenticationOptions: "Check the pool's passkey settings, and what answers at the endpoint.",
	ErrPasskeyRetrievalFailed:              "Send what PublicKeyCredential.toJSON gives for the browser's credential, as it is.",
}

// withRecovery adds what the catalogue has for the error's code, or for Cognito's code behind it.
func withRecovery(e *Error) *Error {
	e.Recovery = cmp.Or(e.Recovery, recoveries[e.Code], recoveries[e.refines])
	return e
}

// retryable lists the failures after which the same call may succeed as it is, and does no harm if it is made again. Two names
// come from AWS's front ends, not from Cognito.
var retryable = map[ErrorCode]bool{
	ErrTooManyRequests:        true,
	ErrInternal:               true,
	ErrNetwork:                true,
	ErrConcurrentModification: true,
	"ThrottlingException":     true,
	"ServiceUnavailable":      true,
}

// Retryable reports whether the call that gave err may be made again as it is after a pause: it was throttled, the
// service failed, the network was down, or others kept changing the Store's record. The SDK has then tried two or three times
// where that is harmless; wait for seconds, not milliseconds.
//
// It is false for what only a person can put right (a wrong code, a lockout, a session that is over), for ErrOutcomeUnknown,
// where a second try might do a thing twice, and for a context that is done. It is false for nil.
func Retryable(err error) bool {
	var e *Error
	if errors.As(err, &e) && e.Code != "" {
		return retryable[e.Code]
	}
	return errors.Is(err, ErrConflict)
}
