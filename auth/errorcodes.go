package auth

// Codes of Cognito's answers: its exception names.
const (
	// The e-mail address or phone number belongs to another user.
	ErrAliasExists ErrorCode = "AliasExistsException"
	// The code could not be sent, or the pool has sent all the e-mails that it may send in a day.
	ErrCodeDeliveryFailure ErrorCode = "CodeDeliveryFailureException"
	// The code is wrong, or does not have the form of one. The same step can be answered again.
	ErrCodeMismatch ErrorCode = "CodeMismatchException"
	// Two requests changed the same user at once.
	ErrConcurrentModification ErrorCode = "ConcurrentModificationException"
	// The device is registered already.
	ErrDeviceKeyExists ErrorCode = "DeviceKeyExistsException"
	// The code at the set-up of TOTP is wrong. The same step can be answered again.
	ErrEnableSoftwareTokenMFA ErrorCode = "EnableSoftwareTokenMFAException"
	// The code is too old, or this TOTP code was used already.
	ErrExpiredCode ErrorCode = "ExpiredCodeException"
	// A web firewall in front of the pool, or a proxy on the way to it, refused the request.
	ErrForbidden ErrorCode = "ForbiddenException"
	// The service failed.
	ErrInternal ErrorCode = "InternalErrorException"
	// The pool may not send e-mail.
	ErrInvalidEmailRoleAccess ErrorCode = "InvalidEmailRoleAccessPolicyException"
	// A trigger of the pool answered in the wrong form.
	ErrInvalidLambdaResponse ErrorCode = "InvalidLambdaResponseException"
	// Cognito, or this SDK, refused an input.
	ErrInvalidParameter ErrorCode = "InvalidParameterException"
	// The new password breaks the pool's policy, or no pool accepts it: it begins or ends with a
	// blank, say.
	ErrInvalidPassword ErrorCode = "InvalidPasswordException"
	// The pool may not send text messages.
	ErrInvalidSMSRoleAccess ErrorCode = "InvalidSmsRoleAccessPolicyException"
	// The pool may not assume the IAM role that sends text messages.
	ErrInvalidSMSRoleTrust ErrorCode = "InvalidSmsRoleTrustRelationshipException"
	// The pool's configuration does not work.
	ErrInvalidUserPoolConfig ErrorCode = "InvalidUserPoolConfigurationException"
	// Too many tries for this user. Wait.
	ErrLimitExceeded ErrorCode = "LimitExceededException"
	// The user has no usable second factor.
	ErrMFAMethodNotFound ErrorCode = "MFAMethodNotFoundException"
	// The user name or password is wrong, the session is over, or a token was refused. Errors with a
	// finer code have this one too: test first for [ErrInvalidConfig] (the client's secret is wrong)
	// and [ErrLockedOut].
	ErrNotAuthorized ErrorCode = "NotAuthorizedException"
	// This region only has a replica of the pool.
	ErrOperationNotEnabled ErrorCode = "OperationNotEnabledException"
	// The new password was used before.
	ErrPasswordHistoryViolation ErrorCode = "PasswordHistoryPolicyViolationException"
	// The user must reset the password. SignIn returns the step [ResetPasswordBeforeSignIn]
	// instead.
	ErrPasswordResetRequired ErrorCode = "PasswordResetRequiredException"
	// The refresh token was exchanged before.
	ErrRefreshTokenReuse ErrorCode = "RefreshTokenReuseException"
	// There is no such app client, pool or device.
	ErrResourceNotFound ErrorCode = "ResourceNotFoundException"
	// TOTP is not enabled for the pool or the user.
	ErrSoftwareTokenMFANotFound ErrorCode = "SoftwareTokenMFANotFoundException"
	// Too many wrong codes.
	ErrTooManyFailedAttempts ErrorCode = "TooManyFailedAttemptsException"
	// The request was throttled. Try again later.
	ErrTooManyRequests ErrorCode = "TooManyRequestsException"
	// The app client may not revoke tokens.
	ErrUnauthorized ErrorCode = "UnauthorizedException"
	// A trigger of the pool failed.
	ErrUnexpectedLambda ErrorCode = "UnexpectedLambdaException"
	// The app client does not have this enabled.
	ErrUnsupportedOperation ErrorCode = "UnsupportedOperationException"
	// The token is not a refresh token.
	ErrUnsupportedTokenType ErrorCode = "UnsupportedTokenTypeException"
	// A trigger of the pool refused.
	ErrUserLambdaValidation ErrorCode = "UserLambdaValidationException"
	// The sign-up is not confirmed. SignIn returns the step [ConfirmSignUpBeforeSignIn] instead.
	ErrUserNotConfirmed ErrorCode = "UserNotConfirmedException"
	// There is no such user. Pools that hide who exists do not return this.
	ErrUserNotFound ErrorCode = "UserNotFoundException"
	// The user name is taken.
	ErrUsernameExists ErrorCode = "UsernameExistsException"
)

// Codes of Cognito's answers about passkeys: its exception names.
const (
	// The registration was not started, or too long ago.
	ErrWebAuthnChallengeNotFound ErrorCode = "WebAuthnChallengeNotFoundException"
	// Another app client started the registration.
	ErrWebAuthnClientMismatch ErrorCode = "WebAuthnClientMismatchException"
	// The pool has no relying party id.
	ErrWebAuthnConfigurationMissing ErrorCode = "WebAuthnConfigurationMissingException"
	// The pool does not accept this kind of authenticator.
	ErrWebAuthnCredentialNotSupported ErrorCode = "WebAuthnCredentialNotSupportedException" //nolint:gosec // a name
	// The pool does not accept passkeys.
	ErrWebAuthnNotEnabled ErrorCode = "WebAuthnNotEnabledException"
	// The page does not belong to the relying party.
	ErrWebAuthnOriginNotAllowed ErrorCode = "WebAuthnOriginNotAllowedException"
	// The passkey belongs to another relying party.
	ErrWebAuthnRelyingPartyMismatch ErrorCode = "WebAuthnRelyingPartyMismatchException"
)

// Codes of checks of what Cognito and the browser's WebAuthn exchange: Amplify's error names.
const (
	// Cognito's options to create a passkey are incomplete.
	ErrInvalidPasskeyRegistrationOptions ErrorCode = "InvalidPasskeyRegistrationOptions"
	// Cognito's options to use a passkey are incomplete.
	ErrInvalidPasskeyAuthenticationOptions ErrorCode = "InvalidPasskeyAuthenticationOptions"
	// The input is not what navigator.credentials.create returns.
	ErrPasskeyRegistrationFailed ErrorCode = "PasskeyRegistrationFailed"
	// The input is not what navigator.credentials.get returns.
	ErrPasskeyRetrievalFailed ErrorCode = "PasskeyRetrievalFailed"
)

// Codes of checks that the SDK does before or after a request: Amplify's error names.
const (
	ErrEmptySignInUsername ErrorCode = "EmptySignInUsername"
	ErrEmptySignInPassword ErrorCode = "EmptySignInPassword"
	// A password was given for a flow that has none.
	ErrCustomAuthSignInPassword   ErrorCode = "CustomAuthSignInPassword"
	ErrEmptyChallengeResponse     ErrorCode = "EmptyChallengeResponse"
	ErrEmptySignUpUsername        ErrorCode = "EmptySignUpUsername"
	ErrEmptySignUpPassword        ErrorCode = "EmptySignUpPassword"
	ErrEmptyConfirmSignUpUsername ErrorCode = "EmptyConfirmSignUpUsername"
	ErrEmptyConfirmSignUpCode     ErrorCode = "EmptyConfirmSignUpCode"
	ErrEmptyVerifyTOTPSetupCode   ErrorCode = "EmptyVerifyTOTPSetupCode"
	// The chosen factor was not offered.
	ErrIncorrectMFAMethod ErrorCode = "IncorrectMFAMethod"
	// No sign-in is under way, or it cannot go on.
	ErrSignIn ErrorCode = "SignInException"
	// No sign-up asked for a sign-in to follow.
	ErrAutoSignIn ErrorCode = "AutoSignInException"
	// Cognito returned no TOTP secret.
	ErrSetUpTOTP ErrorCode = "SetUpTOTPException"
	// This session is signed in already. Sign out first.
	ErrUserAlreadyAuthenticated ErrorCode = "UserAlreadyAuthenticatedException"
	// This session has no device.
	ErrDeviceMetadataNotFound ErrorCode = "DeviceMetadataNotFoundException"
	// There is no refresh token to renew the tokens with.
	ErrTokenRefresh ErrorCode = "TokenRefreshException"
	// No one is signed in.
	ErrUserUnAuthenticated ErrorCode = "UserUnAuthenticatedException"
	// Cognito could not be reached, so nothing was sent, or it did not answer a request that is
	// safe to repeat.
	ErrNetwork ErrorCode = "NetworkError"
)

// Codes of empty inputs to the verbs for the user's own account: Amplify's error names.
const (
	ErrEmptyResetPasswordUsername                ErrorCode = "EmptyResetPasswordUsername"
	ErrEmptyConfirmResetPasswordUsername         ErrorCode = "EmptyConfirmResetPasswordUsername"
	ErrEmptyConfirmResetPasswordNewPassword      ErrorCode = "EmptyConfirmResetPasswordNewPassword"
	ErrEmptyConfirmResetPasswordConfirmationCode ErrorCode = "EmptyConfirmResetPasswordConfirmationCode"
	ErrEmptyUpdatePassword                       ErrorCode = "EmptyUpdatePassword"
	ErrEmptyConfirmUserAttributeCode             ErrorCode = "EmptyConfirmUserAttributeCode"
)

// Codes of managed login: Amplify's error names.
const (
	// The Config lacks what managed login needs.
	ErrOAuthNotConfigured ErrorCode = "OAuthNotConfigureException"
	// A managed login failed. The finer codes below are this one as well.
	ErrOAuthSignIn ErrorCode = "OAuthSignInException"
	// The redirect URI is not one of the Config's RedirectSignIn.
	ErrInvalidRedirect ErrorCode = "InvalidRedirectException"
	// The redirect URI is not one of the Config's RedirectSignOut.
	ErrInvalidPreferredRedirectURL ErrorCode = "InvalidPreferredRedirectUrlException"
)

// Codes of managed login that Amplify does not have. Each is also [ErrOAuthSignIn].
const (
	// ErrOAuthAttempt means that the callback does not belong to a sign-in that this session began:
	// that one was completed before, is older than ten minutes, belongs to another session, or
	// somebody else made the callback (login CSRF). Nothing was sent, and the session is unchanged.
	ErrOAuthAttempt ErrorCode = "OAuthAttemptNotFoundException"
	// ErrOAuthDenied means that the person canceled the sign-in, or that the identity provider
	// refused it.
	ErrOAuthDenied ErrorCode = "OAuthAccessDeniedException"
	// ErrOAuthJustLinked means that a trigger of the pool has linked the person to a user during
	// this very sign-in, which Cognito then refuses. Start the sign-in once more: it works now.
	ErrOAuthJustLinked ErrorCode = "OAuthJustLinkedException"
	// ErrOAuthLoginRequired means that nobody is signed in at managed login in this browser, and
	// that the Prompt was [PromptNone].
	ErrOAuthLoginRequired ErrorCode = "OAuthLoginRequiredException"
	// ErrOAuthRedirectMismatch means that Cognito does not know the redirect URI: it must be among
	// the app client's callback URLs, letter for letter.
	ErrOAuthRedirectMismatch ErrorCode = "OAuthRedirectMismatchException"
	// ErrOAuthCode means that Cognito did not accept the code: it is used up, older than five
	// minutes, or not for this attempt.
	ErrOAuthCode ErrorCode = "OAuthCodeRefusedException"
	// ErrOAuthNonce means that the nonce in the ID token is missing or not the one that was sent:
	// the answer may be for another browser. If it happens with one identity provider only, see
	// Config.AcceptNonceOfIdentityProvider.
	ErrOAuthNonce ErrorCode = "OAuthNonceException"
	// ErrOAuthToken means that the tokens do not pass the checks: they are not from the pool, not
	// for the app client, not valid now, or do not belong together. Or the pool's keys could not be
	// fetched to tell.
	ErrOAuthToken ErrorCode = "OAuthTokenException"
)

// Codes that Amplify does not have. Differs from Amplify: each of them distinguishes what Amplify
// reports as one.
const (
	// ErrInvalidConfig means that NewClient or ConfigFromOutputs found a bad field, which the
	// message names. From other verbs it means that Cognito does not know the pool or the app
	// client, which is also [ErrResourceNotFound], or refuses the client's secret, which is also
	// [ErrNotAuthorized].
	ErrInvalidConfig ErrorCode = "InvalidConfigException"
	// ErrSignInExpired means that Cognito does not accept the challenge session: it expired before
	// the answer came (after 3 to 15 minutes, a setting of the app client), was used before, or is
	// unknown. Start over with SignIn. It is also [ErrNotAuthorized].
	ErrSignInExpired ErrorCode = "SignInExpiredException"
	// ErrLockedOut means that there were too many wrong passwords for this user. Cognito refuses
	// even the right one, for one second at first and twice as long after each further wrong one,
	// up to 15 minutes. It is also [ErrNotAuthorized].
	ErrLockedOut ErrorCode = "PasswordAttemptsExceededException"
	// ErrTemporaryPasswordExpired means that an administrator made the user or reset the password,
	// and the person did not sign in with the temporary password in time: 7 days, if the pool does
	// not say otherwise. An administrator has to send another one: AdminCreateUser with the message
	// action RESEND. It is also [ErrNotAuthorized].
	ErrTemporaryPasswordExpired ErrorCode = "TemporaryPasswordExpiredException"
	// ErrUserDisabled means that an administrator disabled the user. It is also [ErrNotAuthorized].
	ErrUserDisabled ErrorCode = "UserDisabledException"
	// ErrStepInProgress means that another call is answering the same step or has just done so, as
	// after a double click or in a second tab. Nothing was sent. Call Status to see the other
	// call's result. If the step is still there after 30 seconds, that call died, and the step can
	// be answered again.
	ErrStepInProgress ErrorCode = "StepInProgressException"
	// ErrAnotherUser means that a [Session.Reauthenticate] was answered by another person than the
	// one who is signed in. Nothing has changed for that one.
	ErrAnotherUser ErrorCode = "AnotherUserException"
	// ErrStepMismatch means that ConfirmSignIn was given the id of another step than the one that
	// waits. Nothing was sent: [Session.Status] returns the step that waits.
	ErrStepMismatch ErrorCode = "StepMismatchException"
	// ErrIncorrectFirstFactor means that the chosen way to sign in is not one of the step's
	// AvailableChallenges. The step stays.
	ErrIncorrectFirstFactor ErrorCode = "IncorrectFirstFactorException"
	// ErrOutcomeUnknown means that a request which must not be sent twice had a connection, but its
	// answer was lost: the code may be used up, the user may exist. Find out, or start over. The
	// SDK does not send the request again.
	ErrOutcomeUnknown ErrorCode = "OutcomeUnknownException"
	// ErrCertificate means that the server's certificate is not accepted: its issuer is unknown
	// here, it has expired, or it is for another host. Or the server, or a proxy on the way to it,
	// asks this client for a certificate and does not accept what it gets. A handshake that fails
	// for no stated reason has this code as well, even if the two have no cipher in common. Nothing
	// was sent, and nothing is tried again: the configuration or this machine's clock is wrong, or
	// somebody listens in.
	ErrCertificate ErrorCode = "CertificateException"
	// ErrProxyAuthentication means that the proxy on the way to Cognito asks for credentials, or
	// for others than it got. Nothing has reached Cognito.
	ErrProxyAuthentication ErrorCode = "ProxyAuthenticationException"
	// ErrCaptchaRequired means that AWS WAF in front of the pool asks for a CAPTCHA, or for the
	// silent challenge of AWS's script. Nothing has reached Cognito. Let the person's browser
	// answer it, and make the call again with the token, by [WithWAFToken]. It is also
	// [ErrForbidden].
	ErrCaptchaRequired ErrorCode = "CaptchaRequiredException"
	// ErrUnexpectedResponse means that the server's answer cannot be used: it is not JSON, too
	// large, of the wrong types, or has missing or dangerous values.
	ErrUnexpectedResponse ErrorCode = "UnexpectedResponseException"
	// ErrSessionExpired means that Cognito ended the session: the refresh token expired or was
	// revoked, or the user was disabled or deleted. Sign in again. It is also
	// [ErrUserUnAuthenticated] and, from the call that found it out, the code of Cognito's answer.
	ErrSessionExpired ErrorCode = "SessionExpiredException"
	// ErrSignOutIncomplete means that the session was signed out here, but Cognito could not be
	// told.
	ErrSignOutIncomplete ErrorCode = "SignOutIncompleteException"
	// ErrDeviceNotRecognized means that the pool does not know this device any more, or refused its
	// proof. The device is not used again. Start over with SignIn, which registers it anew. SignIn
	// does so by itself, so mostly ConfirmSignIn returns this.
	ErrDeviceNotRecognized ErrorCode = "DeviceNotRecognizedException"
	// ErrCorruptRecord means that the Store's record of this session cannot be read: it is damaged,
	// sealed with a key that the Store does not have, or of another version of the SDK. SignOut
	// removes it, and SignIn replaces it.
	ErrCorruptRecord ErrorCode = "CorruptRecordException"
	// ErrStore means that the [Store] failed, or that others kept changing the record. The error
	// wraps the Store's own.
	ErrStore ErrorCode = "StoreException"
	// ErrScopeNotGranted means that the access token lacks the scope that the operation needs:
	// aws.cognito.signin.user.admin, which a managed login did not ask for. It is also
	// [ErrNotAuthorized].
	ErrScopeNotGranted ErrorCode = "ScopeNotGrantedException"
	// ErrUserChanged means that another person signed in to the session while a verb ran. The verb
	// has not acted on that person: it may be called again for the one who is signed in now.
	ErrUserChanged ErrorCode = "UserChangedException"
)
