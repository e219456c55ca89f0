package auth

import (
	"cmp"
	"errors"
)

// Codes of Cognito's answers, with the service's exception names.
const (
	ErrAliasExists              ErrorCode = "AliasExistsException"                     // the e-mail address or phone number belongs to another user
	ErrCodeDeliveryFailure      ErrorCode = "CodeDeliveryFailureException"             // the code could not be sent
	ErrCodeMismatch             ErrorCode = "CodeMismatchException"                    // a wrong code; the step stays answerable
	ErrConcurrentModification   ErrorCode = "ConcurrentModificationException"          // two requests changed the same user at once
	ErrDeviceKeyExists          ErrorCode = "DeviceKeyExistsException"                 // the device is registered already
	ErrEnableSoftwareTokenMFA   ErrorCode = "EnableSoftwareTokenMFAException"          // a wrong code at TOTP set-up; the step stays answerable
	ErrExpiredCode              ErrorCode = "ExpiredCodeException"                     // the code is too old, or this TOTP code was used already
	ErrForbidden                ErrorCode = "ForbiddenException"                       // refused by a web firewall in front of the pool
	ErrInternal                 ErrorCode = "InternalErrorException"                   // the service failed
	ErrInvalidEmailRoleAccess   ErrorCode = "InvalidEmailRoleAccessPolicyException"    // the pool may not send e-mail
	ErrInvalidLambdaResponse    ErrorCode = "InvalidLambdaResponseException"           // a trigger's answer has the wrong form
	ErrInvalidParameter         ErrorCode = "InvalidParameterException"                // an input that the service, or this SDK, refuses
	ErrInvalidPassword          ErrorCode = "InvalidPasswordException"                 // the new password breaks the pool's policy
	ErrInvalidSMSRoleAccess     ErrorCode = "InvalidSmsRoleAccessPolicyException"      // the pool may not send text messages
	ErrInvalidSMSRoleTrust      ErrorCode = "InvalidSmsRoleTrustRelationshipException" // the pool may not take the role that sends text messages
	ErrInvalidUserPoolConfig    ErrorCode = "InvalidUserPoolConfigurationException"    // the pool's configuration does not work
	ErrLimitExceeded            ErrorCode = "LimitExceededException"                   // too many tries for this user; wait
	ErrMFAMethodNotFound        ErrorCode = "MFAMethodNotFoundException"               // the user has no usable second factor
	ErrNotAuthorized            ErrorCode = "NotAuthorizedException"                   // wrong user name or password, dead session, refused token
	ErrOperationNotEnabled      ErrorCode = "OperationNotEnabledException"             // this region only has a replica of the pool
	ErrPasswordHistoryViolation ErrorCode = "PasswordHistoryPolicyViolationException"  // the new password was used before
	ErrPasswordResetRequired    ErrorCode = "PasswordResetRequiredException"           // sign-in turns it into the step RESET_PASSWORD
	ErrRefreshTokenReuse        ErrorCode = "RefreshTokenReuseException"               // the refresh token was exchanged before
	ErrResourceNotFound         ErrorCode = "ResourceNotFoundException"                // no such app client, pool or device
	ErrSoftwareTokenMFANotFound ErrorCode = "SoftwareTokenMFANotFoundException"        // TOTP is not enabled for the pool or the user
	ErrTooManyFailedAttempts    ErrorCode = "TooManyFailedAttemptsException"           // too many wrong codes
	ErrTooManyRequests          ErrorCode = "TooManyRequestsException"                 // throttled; try again later
	ErrUnauthorized             ErrorCode = "UnauthorizedException"                    // the app client may not revoke tokens
	ErrUnexpectedLambda         ErrorCode = "UnexpectedLambdaException"                // a trigger of the pool failed
	ErrUnsupportedOperation     ErrorCode = "UnsupportedOperationException"            // the app client does not have this switched on
	ErrUnsupportedTokenType     ErrorCode = "UnsupportedTokenTypeException"            // not a refresh token
	ErrUserLambdaValidation     ErrorCode = "UserLambdaValidationException"            // a trigger of the pool refused
	ErrUserNotConfirmed         ErrorCode = "UserNotConfirmedException"                // sign-in turns it into the step CONFIRM_SIGN_UP
	ErrUserNotFound             ErrorCode = "UserNotFoundException"                    // only pools that do not hide who exists say this
	ErrUsernameExists           ErrorCode = "UsernameExistsException"                  // sign-up with a taken user name
)

// Codes of Cognito's answers about passkeys, with the service's exception names.
const (
	ErrWebAuthnChallengeNotFound      ErrorCode = "WebAuthnChallengeNotFoundException"      // the registration was not started, or too long ago
	ErrWebAuthnClientMismatch         ErrorCode = "WebAuthnClientMismatchException"         // the registration was started by another app client
	ErrWebAuthnConfigurationMissing   ErrorCode = "WebAuthnConfigurationMissingException"   // the pool has no relying party id
	ErrWebAuthnCredentialNotSupported ErrorCode = "WebAuthnCredentialNotSupportedException" //nolint:gosec // no credential; the authenticator is of a kind that the pool does not take
	ErrWebAuthnNotEnabled             ErrorCode = "WebAuthnNotEnabledException"             // the pool does not take passkeys
	ErrWebAuthnOriginNotAllowed       ErrorCode = "WebAuthnOriginNotAllowedException"       // the page is not one of the relying party's
	ErrWebAuthnRelyingPartyMismatch   ErrorCode = "WebAuthnRelyingPartyMismatchException"   // the passkey is another relying party's
)

// Codes of checks of what travels between Cognito and the browser's WebAuthn, with Amplify's error
// names.
const (
	ErrInvalidPasskeyRegistrationOptions   ErrorCode = "InvalidPasskeyRegistrationOptions"   // Cognito's options to create a passkey lack something
	ErrInvalidPasskeyAuthenticationOptions ErrorCode = "InvalidPasskeyAuthenticationOptions" // Cognito's options to use a passkey lack something
	ErrPasskeyRegistrationFailed           ErrorCode = "PasskeyRegistrationFailed"           // not what navigator.credentials.create gives
	ErrPasskeyRetrievalFailed              ErrorCode = "PasskeyRetrievalFailed"              // not what navigator.credentials.get gives
)

// Codes of checks that the SDK does before or after it talks to Cognito, with Amplify's error
// names.
const (
	ErrEmptySignInUsername        ErrorCode = "EmptySignInUsername"
	ErrEmptySignInPassword        ErrorCode = "EmptySignInPassword"
	ErrCustomAuthSignInPassword   ErrorCode = "CustomAuthSignInPassword" // a password for the flow that has none
	ErrEmptyChallengeResponse     ErrorCode = "EmptyChallengeResponse"
	ErrEmptySignUpUsername        ErrorCode = "EmptySignUpUsername"
	ErrEmptySignUpPassword        ErrorCode = "EmptySignUpPassword"
	ErrEmptyConfirmSignUpUsername ErrorCode = "EmptyConfirmSignUpUsername"
	ErrEmptyConfirmSignUpCode     ErrorCode = "EmptyConfirmSignUpCode"
	ErrEmptyVerifyTOTPSetupCode   ErrorCode = "EmptyVerifyTOTPSetupCode"
	ErrIncorrectMFAMethod         ErrorCode = "IncorrectMFAMethod"  // the chosen factor was not offered
	ErrSignIn                     ErrorCode = "SignInException"     // no sign-in is under way, or it cannot go on
	ErrAutoSignIn                 ErrorCode = "AutoSignInException" // no sign-up asked for a sign-in to follow
	ErrSetUpTOTP                  ErrorCode = "SetUpTOTPException"  // Cognito gave no TOTP secret
	ErrUserAlreadyAuthenticated   ErrorCode = "UserAlreadyAuthenticatedException"
	ErrDeviceMetadataNotFound     ErrorCode = "DeviceMetadataNotFoundException" // this session has no device
	ErrTokenRefresh               ErrorCode = "TokenRefreshException"           // there is nothing to refresh the tokens with
	ErrUserUnAuthenticated        ErrorCode = "UserUnAuthenticatedException"    // the verb needs somebody who is signed in
	ErrNetwork                    ErrorCode = "NetworkError"                    // Cognito could not be reached, or a harmless request got no answer
)

// Codes of empty inputs to the verbs for a person's own account, with Amplify's error names.
const (
	ErrEmptyResetPasswordUsername                ErrorCode = "EmptyResetPasswordUsername"
	ErrEmptyConfirmResetPasswordUsername         ErrorCode = "EmptyConfirmResetPasswordUsername"
	ErrEmptyConfirmResetPasswordNewPassword      ErrorCode = "EmptyConfirmResetPasswordNewPassword"
	ErrEmptyConfirmResetPasswordConfirmationCode ErrorCode = "EmptyConfirmResetPasswordConfirmationCode"
	ErrEmptyUpdatePassword                       ErrorCode = "EmptyUpdatePassword"
	ErrEmptyConfirmUserAttributeCode             ErrorCode = "EmptyConfirmUserAttributeCode"
)

// Codes that Amplify does not have. Differs from Amplify: each tells apart what Amplify reports as
// one.
const (
	// ErrInvalidConfig means that NewClient or ConfigFromOutputs met a bad field; the message names
	// it.
	ErrInvalidConfig ErrorCode = "InvalidConfigException"
	// ErrSignInExpired means that the challenge session is over: it ended before the answer came (3
	// to 15 minutes, a setting of the app client), was used before, or is none that Cognito knows.
	// Start over with SignIn. It is also ErrNotAuthorized.
	ErrSignInExpired ErrorCode = "SignInExpiredException"
	// ErrLockedOut means that there were too many wrong passwords for this user: Cognito refuses
	// even the right one, at first for a second, then twice as long with every wrong one, up to 15
	// minutes. It is also ErrNotAuthorized.
	ErrLockedOut ErrorCode = "PasswordAttemptsExceededException"
	// ErrStepInProgress means that another call is answering the same step, or has just done so: a
	// double click, a second tab. Nothing was sent. Ask Status what came of the other call; if the
	// step is still there after half a minute, that call died, and the step can be answered again.
	ErrStepInProgress ErrorCode = "StepInProgressException"
	// ErrIncorrectFirstFactor means that the chosen way to sign in is not among the step's
	// AvailableChallenges. The step stays.
	ErrIncorrectFirstFactor ErrorCode = "IncorrectFirstFactorException"
	// ErrOutcomeUnknown means that a request which must not be sent twice was sent, but its answer
	// was lost: the code may have been spent, the user may have been created. Find out, or start
	// over; the SDK does not resend.
	ErrOutcomeUnknown ErrorCode = "OutcomeUnknownException"
	// ErrUnexpectedResponse means that the server's answer makes no sense: not JSON, wrong types,
	// too large, missing or dangerous values.
	ErrUnexpectedResponse ErrorCode = "UnexpectedResponseException"
	// ErrSessionExpired means that Cognito has ended the session: the refresh token expired or was
	// revoked, the user was disabled or deleted. Sign in again. It is also ErrUserUnAuthenticated.
	ErrSessionExpired ErrorCode = "SessionExpiredException"
	// ErrSignOutIncomplete means that the session is signed out here, but that Cognito could not be
	// told.
	ErrSignOutIncomplete ErrorCode = "SignOutIncompleteException"
	// ErrDeviceNotRecognized means that the pool does not know this device any more, or does not
	// accept its proof. The device is no longer used; start over with SignIn, which registers it
	// anew. SignIn itself starts over by itself, so mostly ConfirmSignIn returns this.
	ErrDeviceNotRecognized ErrorCode = "DeviceNotRecognizedException"
	// ErrCorruptRecord means that the Store holds something under the session's key that this
	// version of the SDK cannot read. SignOut removes it.
	ErrCorruptRecord ErrorCode = "CorruptRecordException"
)

// recoveries say what a caller, or the person, can do about each kind of failure. Where Amplify has
// a recovery suggestion, this one serves the same purpose in other words.
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

// retryable lists the failures after which the same call may succeed as it is, and does no harm if
// it is made again. Two names come from AWS's front ends, not from Cognito.
var retryable = map[ErrorCode]bool{
	ErrTooManyRequests:        true,
	ErrInternal:               true,
	ErrNetwork:                true,
	ErrConcurrentModification: true,
	"ThrottlingException":     true,
	"ServiceUnavailable":      true,
}

// Retryable reports whether the call that gave err may be made again as it is after a pause: it was
// throttled, the service failed, the network was down, or others kept changing the Store's record.
// The SDK has then tried two or three times where that is harmless; wait for seconds, not
// milliseconds.
//
// It is false for what only a person can put right (a wrong code, a lockout, a session that is
// over), for [ErrOutcomeUnknown], where a second try might do a thing twice, and for a context that
// is done. It is false for nil.
func Retryable(err error) bool {
	var e *Error
	if errors.As(err, &e) && e.Code != "" {
		return retryable[e.Code]
	}
	return errors.Is(err, ErrRecordConflict)
}
