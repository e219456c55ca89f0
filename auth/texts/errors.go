package texts

import (
	"context"
	"errors"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// ForError returns the sentence for an error of this module, or of a context. None of these has a
// parameter. An error that it does not know has [ErrorGeneral]; nil has no text, the empty ID.
//
// A wrong password and a name that does not exist have the same text, and so have a wrong code, one
// that is too old, and a name that does not exist where a sign-up or a new password is confirmed.
// [ErrorAccountDisabled] and [ErrorNameTaken] tell that an account exists: a program that hides
// this shows something else. The text of a trigger that refuses ([auth.ErrUserLambdaValidation]) is
// not here but in the Message of the error.
func ForError(err error) ID {
	if err == nil {
		return ""
	}
	var e *auth.Error
	var code auth.ErrorCode
	switch {
	case errors.Is(err, auth.ErrRecordConflict):
		return ErrorChangedMeanwhile
	case errors.As(err, &e) && e.Code != "":
		return forFailure(e)
	case errors.As(err, &code):
		return forFailure(&auth.Error{Code: code})
	case errors.Is(err, context.Canceled):
		return ErrorCanceled
	case errors.Is(err, context.DeadlineExceeded):
		return ErrorTimeout
	case e != nil, errors.Is(err, auth.ErrRecordNotFound):
		return ErrorStore // what a verb's error without a code wraps is of the Store or of the program
	}
	return ErrorGeneral
}

func forFailure(e *auth.Error) ID {
	if id, ok := inVerb[verbCode{e.Op, e.Code}]; ok {
		return id
	}
	if id, ok := sentences[e.Code]; ok {
		return id
	}
	for code, id := range sentences { // a code that is new, and a finer one of one that is known
		if e.Is(code) {
			return id
		}
	}
	return ErrorGeneral
}

// verbCode is a code as a verb returns it; the verb of a code on its own is empty.
type verbCode struct {
	verb string
	code auth.ErrorCode
}

// inVerb has the sentences for codes that mean different things to a person in different verbs.
var inVerb = map[verbCode]ID{
	{"", auth.ErrNotAuthorized}:                ErrorWrongNameOrPassword,
	{"SignIn", auth.ErrNotAuthorized}:          ErrorWrongNameOrPassword,
	{"SignIn", auth.ErrInvalidParameter}:       ErrorService, // the app client does not allow the flow
	{"SignIn", auth.ErrOutcomeUnknown}:         ErrorUnknownSignIn,
	{"Reauthenticate", auth.ErrNotAuthorized}:  ErrorWrongPassword,
	{"Reauthenticate", auth.ErrOutcomeUnknown}: ErrorUnknownSignIn,
	{"ConfirmSignIn", auth.ErrNotAuthorized}:   ErrorWrongNameOrPassword,
	{"ConfirmSignIn", auth.ErrOutcomeUnknown}:  ErrorUnknownSignIn,
	{"ConfirmSignIn", auth.ErrExpiredCode}:     ErrorUsedAppCode,
	{"AutoSignIn", auth.ErrNotAuthorized}:      ErrorSignInAfterSignUp,
	{"AutoSignIn", auth.ErrOutcomeUnknown}:     ErrorUnknownSignIn,
	{"VerifyTOTPSetup", auth.ErrExpiredCode}:   ErrorUsedAppCode,

	{"CompleteSignInWithRedirect", auth.ErrOutcomeUnknown}: ErrorUnknownSignIn,

	{"UpdatePassword", auth.ErrNotAuthorized}: ErrorWrongPassword,

	{"ConfirmSignUp", auth.ErrNotAuthorized}:       ErrorAlreadyConfirmed,
	{"ConfirmSignUp", auth.ErrCodeMismatch}:        ErrorWrongOrOldCode,
	{"ConfirmSignUp", auth.ErrExpiredCode}:         ErrorWrongOrOldCode,
	{"ConfirmSignUp", auth.ErrUserNotFound}:        ErrorWrongOrOldCode,
	{"ConfirmResetPassword", auth.ErrCodeMismatch}: ErrorWrongOrOldCode,
	{"ConfirmResetPassword", auth.ErrExpiredCode}:  ErrorWrongOrOldCode,
	{"ConfirmResetPassword", auth.ErrUserNotFound}: ErrorWrongOrOldCode,
	{"ResendSignUpCode", auth.ErrUserNotFound}:     ErrorCodeNotSent,
	{"ResendSignUpCode", auth.ErrInvalidParameter}: ErrorCodeNotSent,
	{"ResetPassword", auth.ErrNotAuthorized}:       ErrorCodeNotSent,
	{"ResetPassword", auth.ErrUserNotFound}:        ErrorCodeNotSent,
	{"ResetPassword", auth.ErrInvalidParameter}:    ErrorCodeNotSent,

	{"StartAssociateWebAuthnCredential", auth.ErrLimitExceeded}:    ErrorPasskeysFull,
	{"CompleteAssociateWebAuthnCredential", auth.ErrLimitExceeded}: ErrorPasskeysFull,
}

// sentences has those for codes wherever they come from.
var sentences = map[auth.ErrorCode]ID{
	auth.ErrAliasExists:              ErrorAddressTaken,
	auth.ErrCodeDeliveryFailure:      ErrorCodeNotSent,
	auth.ErrCodeMismatch:             ErrorWrongCode,
	auth.ErrConcurrentModification:   ErrorChangedMeanwhile,
	auth.ErrDeviceKeyExists:          ErrorGeneral,
	auth.ErrEnableSoftwareTokenMFA:   ErrorWrongAppCode,
	auth.ErrExpiredCode:              ErrorOldCode,
	auth.ErrForbidden:                ErrorService,
	auth.ErrInternal:                 ErrorService,
	auth.ErrInvalidEmailRoleAccess:   ErrorCodeNotSent,
	auth.ErrInvalidLambdaResponse:    ErrorService,
	auth.ErrInvalidParameter:         ErrorInput,
	auth.ErrInvalidPassword:          ErrorWeakPassword,
	auth.ErrInvalidSMSRoleAccess:     ErrorCodeNotSent,
	auth.ErrInvalidSMSRoleTrust:      ErrorCodeNotSent,
	auth.ErrInvalidUserPoolConfig:    ErrorService,
	auth.ErrLimitExceeded:            ErrorTooManyTries,
	auth.ErrMFAMethodNotFound:        ErrorNoFactor,
	auth.ErrNotAuthorized:            ErrorNotAllowed,
	auth.ErrOperationNotEnabled:      ErrorService,
	auth.ErrPasswordHistoryViolation: ErrorOldPassword,
	auth.ErrPasswordResetRequired:    ErrorMustReset,
	auth.ErrRefreshTokenReuse:        ErrorSessionOver,
	auth.ErrResourceNotFound:         ErrorNotFound,
	auth.ErrSoftwareTokenMFANotFound: ErrorNoApp,
	auth.ErrTooManyFailedAttempts:    ErrorTooManyCodes,
	auth.ErrTooManyRequests:          ErrorBusy,
	auth.ErrUnauthorized:             ErrorService,
	auth.ErrUnexpectedLambda:         ErrorService,
	auth.ErrUnsupportedOperation:     ErrorService,
	auth.ErrUnsupportedTokenType:     ErrorService,
	auth.ErrUserLambdaValidation:     ErrorRefused,
	auth.ErrUserNotConfirmed:         ErrorNotConfirmed,
	auth.ErrUserNotFound:             ErrorWrongNameOrPassword,
	auth.ErrUsernameExists:           ErrorNameTaken,
	"ThrottlingException":            ErrorBusy, // from AWS's front ends, not from Cognito
	"ServiceUnavailable":             ErrorService,

	auth.ErrWebAuthnChallengeNotFound:           ErrorPasskeyLate,
	auth.ErrWebAuthnClientMismatch:              ErrorPasskeyNotCreated,
	auth.ErrWebAuthnConfigurationMissing:        ErrorPasskeysOff,
	auth.ErrWebAuthnCredentialNotSupported:      ErrorPasskeyKind,
	auth.ErrWebAuthnNotEnabled:                  ErrorPasskeysOff,
	auth.ErrWebAuthnOriginNotAllowed:            ErrorPasskeysOff,
	auth.ErrWebAuthnRelyingPartyMismatch:        ErrorPasskeyOtherSite,
	auth.ErrInvalidPasskeyRegistrationOptions:   ErrorService,
	auth.ErrInvalidPasskeyAuthenticationOptions: ErrorService,
	auth.ErrPasskeyRegistrationFailed:           ErrorPasskeyNotCreated,
	auth.ErrPasskeyRetrievalFailed:              ErrorPasskeyNotUsed,

	auth.ErrEmptySignInUsername:                       ErrorNameEmpty,
	auth.ErrEmptySignInPassword:                       ErrorPasswordEmpty,
	auth.ErrCustomAuthSignInPassword:                  ErrorService,
	auth.ErrEmptyChallengeResponse:                    ErrorAnswerEmpty,
	auth.ErrEmptySignUpUsername:                       ErrorNameEmpty,
	auth.ErrEmptySignUpPassword:                       ErrorPasswordEmpty,
	auth.ErrEmptyConfirmSignUpUsername:                ErrorNameEmpty,
	auth.ErrEmptyConfirmSignUpCode:                    ErrorCodeEmpty,
	auth.ErrEmptyVerifyTOTPSetupCode:                  ErrorCodeEmpty,
	auth.ErrEmptyResetPasswordUsername:                ErrorNameEmpty,
	auth.ErrEmptyConfirmResetPasswordUsername:         ErrorNameEmpty,
	auth.ErrEmptyConfirmResetPasswordNewPassword:      ErrorPasswordEmpty,
	auth.ErrEmptyConfirmResetPasswordConfirmationCode: ErrorCodeEmpty,
	auth.ErrEmptyUpdatePassword:                       ErrorPasswordEmpty,
	auth.ErrEmptyConfirmUserAttributeCode:             ErrorCodeEmpty,

	auth.ErrOAuthNotConfigured:          ErrorService,
	auth.ErrOAuthSignIn:                 ErrorRedirectFailed,
	auth.ErrInvalidRedirect:             ErrorService,
	auth.ErrInvalidPreferredRedirectURL: ErrorService,
	auth.ErrOAuthAttempt:                ErrorRedirectOver,
	auth.ErrOAuthDenied:                 ErrorRedirectDenied,
	auth.ErrOAuthJustLinked:             ErrorRedirectLinked,
	auth.ErrOAuthLoginRequired:          ErrorNotSignedIn,
	auth.ErrOAuthRedirectMismatch:       ErrorService,
	auth.ErrOAuthCode:                   ErrorRedirectFailed,
	auth.ErrOAuthNonce:                  ErrorRedirectFailed,
	auth.ErrOAuthToken:                  ErrorRedirectFailed,
	auth.ErrScopeNotGranted:             ErrorNotAllowed,

	auth.ErrIncorrectMFAMethod:       ErrorChoice,
	auth.ErrIncorrectFirstFactor:     ErrorChoice,
	auth.ErrSignIn:                   ErrorSignInOver,
	auth.ErrSignInExpired:            ErrorSignInOver,
	auth.ErrAutoSignIn:               ErrorSignInAfterSignUp,
	auth.ErrSetUpTOTP:                ErrorService,
	auth.ErrUserAlreadyAuthenticated: ErrorAlreadySignedIn,
	auth.ErrUserUnAuthenticated:      ErrorNotSignedIn,
	auth.ErrAnotherUser:              ErrorAnotherUser,
	auth.ErrDeviceMetadataNotFound:   ErrorDeviceNone,
	auth.ErrDeviceNotRecognized:      ErrorDevice,
	auth.ErrTokenRefresh:             ErrorSessionOver,
	auth.ErrSessionExpired:           ErrorSessionOver,
	auth.ErrNetwork:                  ErrorNetwork,
	auth.ErrInvalidConfig:            ErrorService,
	auth.ErrLockedOut:                ErrorLockedOut,
	auth.ErrUserDisabled:             ErrorAccountDisabled,
	auth.ErrTemporaryPasswordExpired: ErrorTemporaryPasswordOld,
	auth.ErrStepMismatch:             FormAnsweredElsewhere,
	auth.ErrStepInProgress:           ErrorStepAnswered,
	auth.ErrCaptchaRequired:          ErrorCaptcha,
	auth.ErrCertificate:              ErrorService,
	auth.ErrProxyAuthentication:      ErrorService,
	auth.ErrOutcomeUnknown:           ErrorUnknownOutcome,
	auth.ErrUnexpectedResponse:       ErrorService,
	auth.ErrSignOutIncomplete:        ErrorSignOutHere,
	auth.ErrCorruptRecord:            ErrorSessionDamaged,
	auth.ErrStore:                    ErrorStore,
	auth.ErrUserChanged:              ErrorUserChanged,
}
