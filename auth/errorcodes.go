package auth

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

// Codes of checks of what travels between Cognito and the browser's WebAuthn, with Amplify's error names.
const (
	ErrInvalidPasskeyRegistrationOptions   ErrorCode = "InvalidPasskeyRegistrationOptions"   // Cognito's options to create a passkey lack something
	ErrInvalidPasskeyAuthenticationOptions ErrorCode = "InvalidPasskeyAuthenticationOptions" // Cognito's options to use a passkey lack something
	ErrPasskeyRegistrationFailed           ErrorCode = "PasskeyRegistrationFailed"           // not what navigator.credentials.create gives
	ErrPasskeyRetrievalFailed              ErrorCode = "PasskeyRetrievalFailed"              // not what navigator.credentials.get gives
)

// Codes of checks that the SDK does before or after it talks to Cognito, with Amplify's error names.
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

// Codes that Amplify does not have. Differs from Amplify: each tells apart what Amplify reports as one.
const (
	// ErrInvalidConfig means that NewClient or ConfigFromOutputs met a bad field; the message names it.
	ErrInvalidConfig ErrorCode = "InvalidConfigException"
	// ErrSignInExpired means that the challenge session is over: it ended before the answer came (3 to 15 minutes, a setting
	// of the app client), was used before, or is none that Cognito knows. Start over with SignIn. It is also ErrNotAuthorized.
	ErrSignInExpired ErrorCode = "SignInExpiredException"
	// ErrLockedOut means that there were too many wrong passwords for this user: Cognito refuses even the right one, at
	// first for a second, then twice as long with every wrong one, up to 15 minutes. It is also ErrNotAuthorized.
	ErrLockedOut ErrorCode = "PasswordAttemptsExceededException"
	// ErrStepInProgress means that another call is answering the same step, or has just done so: a double click, a second tab.
	// Nothing was sent. Ask Status what came of the other call; if the step is still there after half a minute, that call died, and
	// the step can be answered again.
	ErrStepInProgress ErrorCode = "StepInProgressException"
	// ErrIncorrectFirstFactor means that the chosen way to sign in is not among the step's AvailableChallenges. The step stays.
	ErrIncorrectFirstFactor ErrorCode = "IncorrectFirstFactorException"
	// ErrOutcomeUnknown means that a request which must not be sent twice was sent, but its answer was lost: the code
	// may have been spent, the user may have been created. Find out, or start over; the SDK does not resend.
	ErrOutcomeUnknown ErrorCode = "OutcomeUnknownException"
	// ErrUnexpectedResponse means that the server's answer makes no sense: not JSON, wrong types, too large, missing
	// or dangerous values.
	ErrUnexpectedResponse ErrorCode = "UnexpectedResponseException"
	// ErrSessionExpired means that Cognito has ended the session: the refresh token expired or was revoked, the user was
	// disabled or deleted. Sign in again. It is also ErrUserUnAuthenticated.
	ErrSessionExpired ErrorCode = "SessionExpiredException"
	// ErrSignOutIncomplete means that the session is signed out here, but that Cognito could not be told.
	ErrSignOutIncomplete ErrorCode = "SignOutIncompleteException"
	// ErrDeviceNotRecognized means that the pool does not know this device any more, or does not accept its proof. The
	// device is no longer used; start over with SignIn, which registers it anew. SignIn itself starts over by
	// itself, so mostly ConfirmSignIn returns this.
	ErrDeviceNotRecognized ErrorCode = "DeviceNotRecognizedException"
	// ErrCorruptRecord means that the Store holds something under the session's key that this version of the SDK cannot read.
	// SignOut removes it.
	ErrCorruptRecord ErrorCode = "CorruptRecordException"
)
