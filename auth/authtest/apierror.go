package authtest

import (
	"errors"
	"fmt"
	"net/http"
)

// apiError is an error as Cognito reports it.
type apiError struct {
	code, message string
	status        int
	// malformed marks a request that no correct client sends; it is reported to Config.OnViolation.
	malformed bool
	// final errors end a sign-in: its session cannot be used any more.
	final bool
}

func (e *apiError) Error() string {
	return e.code + ": " + e.message
}

// The errors' names.
const (
	codeAccessDenied          = "AccessDeniedException"
	codeAliasExists           = "AliasExistsException"
	codeCodeMismatch          = "CodeMismatchException"
	codeAddOnNotEnabled       = "UserPoolAddOnNotEnabledException"
	codeDuplicateProvider     = "DuplicateProviderException"
	codeDeviceKeyExists       = "DeviceKeyExistsException"
	codeEnableSoftwareToken   = "EnableSoftwareTokenMFAException"
	codeGroupExists           = "GroupExistsException"
	codeExpiredCode           = "ExpiredCodeException"
	codeInternalError         = "InternalErrorException"
	codeInvalidLambdaResponse = "InvalidLambdaResponseException"
	codeInvalidOAuthFlow      = "InvalidOAuthFlowException"
	codeInvalidParameter      = "InvalidParameterException"
	codeInvalidPassword       = "InvalidPasswordException"
	codePoolConfiguration     = "InvalidUserPoolConfigurationException"
	codeLimitExceeded         = "LimitExceededException"
	codeMissingAuthentication = "MissingAuthenticationTokenException"
	codeNotAuthorized         = "NotAuthorizedException"
	codePasswordHistory       = "PasswordHistoryPolicyViolationException"
	codePasswordResetRequired = "PasswordResetRequiredException"
	codeRefreshTokenReuse     = "RefreshTokenReuseException"
	codeRequestEntityTooLarge = "RequestEntityTooLargeException"
	codeResourceNotFound      = "ResourceNotFoundException"
	codeSerialization         = "SerializationException"
	codeSoftwareTokenNotFound = "SoftwareTokenMFANotFoundException"
	codeUnauthorized          = "UnauthorizedException"
	codeUnexpectedLambda      = "UnexpectedLambdaException"
	codeUnknownOperation      = "UnknownOperationException"
	codeUnsupportedOperation  = "UnsupportedOperationException"
	codeUnsupportedTokenType  = "UnsupportedTokenTypeException"
	codeUnsupportedUserState  = "UnsupportedUserStateException"
	codeUserLambdaValidation  = "UserLambdaValidationException"
	codeUserNotConfirmed      = "UserNotConfirmedException"
	codeUserNotFound          = "UserNotFoundException"
	codeUsernameExists        = "UsernameExistsException"
	codeWebAuthnChallenge     = "WebAuthnChallengeNotFoundException"
	codeWebAuthnClient        = "WebAuthnClientMismatchException"
	codeWebAuthnConfiguration = "WebAuthnConfigurationMissingException"
	codeWebAuthnUnsupported   = "WebAuthnCredentialNotSupportedException"
	codeWebAuthnNotEnabled    = "WebAuthnNotEnabledException"
	codeWebAuthnOrigin        = "WebAuthnOriginNotAllowedException"
	codeWebAuthnRelyingParty  = "WebAuthnRelyingPartyMismatchException"
)

// The texts that are used in several places. Clients match on them, down to the full stop.
const (
	textWrongPassword         = "Incorrect username or password."
	textUserDoesNotExist      = "User does not exist."
	textDeviceDoesNotExist    = "Device does not exist."
	textInvalidRefreshToken   = "Invalid Refresh Token."
	textUserDisabled          = "User is disabled."
	textCombinationNotFound   = "Username/client id combination not found."
	textUnauthorizedAttribute = "A client attempted to write unauthorized attribute"
	textAttemptLimitExceeded  = "Attempt limit exceeded, please try after some time."
	textInvalidSession        = "Invalid session for the user."
	textMismatchedFlow        = "Invalid session due to a mismatched auth flow"
	textFlowNotSupported      = "Initiate Auth method not supported."
	textExpiredSession        = "Invalid session for the user, session is expired."
	textUsedSession           = "Invalid session for the user, session can only be used once."
	textSoftwareTokenOff      = "Software Token MFA has not been enabled by the userPool"
	textNoSoftwareToken       = "Software Token MFA does not exist for the user."
	textWrongVerificationCode = "Invalid verification code provided, please try again."
	textExpiredCode           = "Invalid code provided, please request a code again."
	textInvalidPageToken      = "Invalid pagination token given."
	textInvalidEmail          = "Invalid email address format."
	textEmailRecovery         = "Invalid account recovery setting parameter. " +
		"Account Recovery Setting cannot use verified_email as a recovery mechanism when Email MFA is configured."
	textNoRecoveryContact = "Cannot reset password for the user " +
		"as there is no registered/verified email or phone_number"
	textNotVerifiable          = "Invalid attribute: %s cannot be verified."
	textPasswordResetForbidden = "User password cannot be reset in the current state."
)

// refuse returns an error that correct clients meet too.
func refuse(code, format string, args ...any) error {
	return &apiError{code: code, message: fmt.Sprintf(format, args...), status: http.StatusBadRequest}
}

// malformed returns an error that only incorrect clients meet.
func malformed(code, format string, args ...any) error {
	return &apiError{code: code, message: fmt.Sprintf(format, args...), status: http.StatusBadRequest, malformed: true}
}

// final marks an error as one that ends the sign-in.
func final(err error) error {
	var failure *apiError
	if errors.As(err, &failure) {
		failure.final = true
	}
	return err
}

// isFinal reports whether an error ended the sign-in.
func isFinal(err error) bool {
	var failure *apiError
	return errors.As(err, &failure) && failure.final
}

func notAuthorized(message string) error {
	return refuse(codeNotAuthorized, "%s", message)
}

func missingParameter(name string) error {
	return malformed(codeInvalidParameter, "Missing required parameter %s", name)
}
