package auth

import (
	"errors"
	"slices"
	"strings"
)

// An ErrorCode is a kind of failure. The codes are the exception names of Cognito and the error
// names of Amplify, verbatim, and some of our own where those do not tell failures apart. Codes
// work as targets of errors.Is:
//
//	if errors.Is(err, auth.ErrCodeMismatch) { … ask again … }
//
// The set is open: Cognito may return a code that has no constant here.
type ErrorCode string

// Error returns the code's name. It makes an ErrorCode a target of errors.Is.
func (c ErrorCode) Error() string { return string(c) }

// An Error is the error of a verb of this package, of mfa, of device or of passkey; get it with
// errors.As. It never holds a password, a code, a token or a challenge session.
type Error struct {
	// Op is the verb that failed, such as "SignIn".
	Op string
	// Code is the kind of failure. It is empty if Err alone tells: a context that is done.
	Code ErrorCode
	// Message explains the failure to people, in the words of Cognito or of this package. Do not
	// match on it.
	Message string
	// Recovery, if not empty, says what the caller can do about it.
	Recovery string
	// RequestID is Cognito's id of the failed request, if Cognito answered.
	RequestID string
	// StatusCode is the HTTP status of the answer, which may be that of a firewall or a proxy
	// between here and Cognito; 0 if there was no answer.
	StatusCode int
	// Err is the cause, if there is one: an error of the context, the network or the Store.
	Err error

	refines []ErrorCode // the codes that Code is a finer one of
}

// Error returns the error as one line, such as "auth: SignIn: NotAuthorizedException: Incorrect
// username or password.".
func (e *Error) Error() string {
	parts := []string{"auth"}
	if e.Op != "" {
		parts = append(parts, e.Op)
	}
	if e.Code != "" {
		parts = append(parts, string(e.Code))
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// Is reports whether target is the error's code, or one that it refines: an [ErrSignInExpired] is
// also an [ErrNotAuthorized].
func (e *Error) Is(target error) bool {
	code, ok := target.(ErrorCode)
	return ok && code != "" && (code == e.Code || slices.Contains(e.refines, code))
}

// Unwrap returns the cause, so that errors.Is finds context.Canceled and errors.As a *net.OpError.
func (e *Error) Unwrap() error { return e.Err }

// nameVerb sets Op in the errors that an exported verb is about to return; verbs defer it. Nothing
// below them knows the verb's name, so the outermost verb is the one that the caller reads.
func nameVerb(verb string, errs ...*error) {
	for _, err := range errs {
		*err = inVerb(verb, *err)
	}
}

// inVerb returns err as an *Error of the verb, with the advice for its code. It changes a copy:
// callers that waited for the same refresh share one error.
func inVerb(verb string, err error) error {
	if err == nil {
		return nil
	}
	e, ok := err.(*Error) //nolint:errorlint // an *Error inside another error does not count
	if !ok {
		return &Error{Op: verb, Err: err}
	}
	own := *e
	own.Op = verb
	return withRecovery(&own)
}

// fail returns the error of a check that this package does itself.
func fail(code ErrorCode, message string) *Error {
	return withRecovery(&Error{Code: code, Message: message})
}

// alongside joins other, a later failure, to err.
func alongside(err, other error) error {
	var e *Error
	switch {
	case other == nil:
		return err
	case err == nil:
		return other
	case !errors.As(err, &e):
		return errors.Join(err, other)
	}
	both := *e
	both.Err = errors.Join(e.Err, other)
	return &both
}
