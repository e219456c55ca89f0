package terminal

import (
	"cmp"
	"context"
	"errors"
	"os"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// Explain returns a sentence for people about an error of this package or of auth, in the language
// of the locale; empty for nil, and for [ErrInterrupted] and [context.Canceled], about which there
// is nothing to say. For programs and their logs there is the error itself.
func Explain(err error) string {
	return explain(localTexts(localeIsUTF8(os.Getenv), os.Getenv), err)
}

func explain(set texts.Set, err error) string {
	var missing *InputError
	var refused *auth.Error
	switch {
	case err == nil, errors.Is(err, ErrInterrupted), errors.Is(err, context.Canceled):
		return ""
	case errors.As(err, &missing):
		return set.Format(texts.TerminalNoInput, texts.Params{Name: missing.Label})
	case errors.Is(err, ErrNoTerminal):
		return set.Text(texts.TerminalNone)
	case errors.Is(err, ErrPasskeyOnly):
		return set.Text(texts.TerminalNoPasskey)
	case errors.As(err, &refused) && refused.Code == auth.ErrUserLambdaValidation && refused.Message != "":
		return clean(refused.Message) // the pool's own trigger speaks
	}
	return set.Text(texts.ForError(err))
}

// Exit codes of command-line tools, by [ExitCode]. A usage error, 2, is the tool's own.
const (
	exitFailure     = 1
	exitWrongAnswer = 3
	exitSignIn      = 4
	exitWait        = 5
	exitUnavailable = 6
	exitStorage     = 7
	exitConfig      = 8
	exitInterrupted = 130
)

// ExitCode returns the exit code for an error of this package or of auth:
//
//	0    no error
//	1    any other failure
//	3    a wrong name, password or code
//	4    nobody is signed in, or a question could not be asked: run the tool's sign-in at a terminal
//	5    too many tries: wait
//	6    the service cannot be reached; the session is kept
//	7    the session cannot be read or stored
//	8    the configuration names no pool or app client, or not the right ones
//	130  interrupted
func ExitCode(err error) int {
	var e *auth.Error
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, ErrNoTerminal), errors.Is(err, ErrPasskeyOnly):
		return exitSignIn
	case errors.As(err, &e) && e.Code != "":
		return cmp.Or(exitCodes[e.Code], exitForFinerCode(e))
	case errors.Is(err, context.DeadlineExceeded):
		return exitUnavailable
	case e != nil, errors.Is(err, auth.ErrRecordUnreadable), errors.Is(err, auth.ErrRecordConflict):
		return exitStorage // a verb's error without a code is of the Store or of the program
	}
	return exitFailure
}

// exitForFinerCode finds the exit code of the code that one without its own refines.
func exitForFinerCode(e *auth.Error) int {
	code := exitFailure
	for known, exit := range exitCodes {
		if e.Is(known) {
			code = max(code, exit)
		}
	}
	if code == exitFailure && auth.Retryable(e) {
		return exitUnavailable
	}
	return code
}

var exitCodes = map[auth.ErrorCode]int{
	auth.ErrNotAuthorized:            exitWrongAnswer,
	auth.ErrUserNotFound:             exitWrongAnswer,
	auth.ErrUserDisabled:             exitWrongAnswer,
	auth.ErrTemporaryPasswordExpired: exitWrongAnswer,
	auth.ErrCodeMismatch:             exitWrongAnswer,
	auth.ErrExpiredCode:              exitWrongAnswer,
	auth.ErrEnableSoftwareTokenMFA:   exitWrongAnswer,
	auth.ErrInvalidPassword:          exitWrongAnswer,
	auth.ErrPasswordHistoryViolation: exitWrongAnswer,

	auth.ErrUserUnAuthenticated: exitSignIn,
	auth.ErrSessionExpired:      exitSignIn,
	auth.ErrTokenRefresh:        exitSignIn,
	auth.ErrRefreshTokenReuse:   exitSignIn,
	auth.ErrSignInExpired:       exitSignIn,
	auth.ErrSignIn:              exitSignIn,
	auth.ErrStepMismatch:        exitSignIn,
	auth.ErrStepInProgress:      exitSignIn,
	auth.ErrOAuthSignIn:         exitSignIn,

	auth.ErrLockedOut:             exitWait,
	auth.ErrLimitExceeded:         exitWait,
	auth.ErrTooManyRequests:       exitWait,
	auth.ErrTooManyFailedAttempts: exitWait,

	auth.ErrNetwork:             exitUnavailable,
	auth.ErrInternal:            exitUnavailable,
	auth.ErrOutcomeUnknown:      exitUnavailable,
	auth.ErrCertificate:         exitUnavailable,
	auth.ErrProxyAuthentication: exitUnavailable,
	auth.ErrUnexpectedResponse:  exitUnavailable,
	auth.ErrSignOutIncomplete:   exitUnavailable,

	auth.ErrCorruptRecord: exitStorage,
	auth.ErrStore:         exitStorage,

	auth.ErrInvalidConfig:         exitConfig,
	auth.ErrOAuthNotConfigured:    exitConfig,
	auth.ErrInvalidRedirect:       exitConfig,
	auth.ErrOAuthRedirectMismatch: exitConfig,
	auth.ErrResourceNotFound:      exitConfig,
	auth.ErrInvalidUserPoolConfig: exitConfig,
}
