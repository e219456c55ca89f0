package auth

import (
	"errors"
	"strings"
)

// An ErrorCode names a kind of failure: Cognito's exception names and Amplify's error names, verbatim, and a few of our
// own where neither tells things apart. The codes are constants and work as targets of errors.Is:
//
//	if errors.Is(err, auth.ErrCodeMismatch) { … ask again … }
//
// The set is open: Cognito may answer with a code that has no constant here.
type ErrorCode string

// Error makes an ErrorCode a target for errors.Is.
func (c ErrorCode) Error() string { return "auth: " + string(c) }

// Error is what every verb of auth, mfa and device that fails returns; get it with errors.As. It never holds a password, a code, a token or a challenge session.
type Error struct {
	Op        string    // the verb that failed, such as "SignIn"
	Code      ErrorCode // what kind of failure; empty when only Err says it (a canceled context, a failing Store)
	Message   string    // the service's or our own explanation, for people; do not match on it
	Recovery  string    // optionally, what the caller can do about it
	RequestID string    // Cognito's id of the failed request, if it answered
	Err       error     // the cause, if there is one: a context error, a network error, an error of the Store

	refines ErrorCode // Cognito's code, where Code is a finer one of our own
}

// Error gives one line: "auth: SignIn: NotAuthorizedException: Incorrect username or password.".
func (e *Error) Error() string {
	parts := []string{"auth", e.Op}
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

// Is reports whether target is the error's code, or the code of Cognito's that it refines: what is ErrSignInExpired is
// also ErrNotAuthorized.
func (e *Error) Is(target error) bool {
	code, ok := target.(ErrorCode)
	return ok && code != "" && (code == e.Code || code == e.refines)
}

// Unwrap gives the cause, so that errors.Is finds context.Canceled and errors.As a *net.OpError.
func (e *Error) Unwrap() error { return e.Err }

// fail makes the error of a check that the SDK does itself.
func fail(op string, code ErrorCode, message string) *Error {
	return withRecovery(&Error{Op: op, Code: code, Message: message})
}

// alongside adds a second failure to the first one.
func alongside(err, other error) error {
	var e *Error
	switch {
	case other == nil:
		return err
	case !errors.As(err, &e):
		return errors.Join(err, other)
	}
	both := *e
	both.Err = errors.Join(e.Err, other)
	return &both
}

// during gives err the verb op, whichever verb it came from.
func during(op string, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return wrap(op, err)
	}
	own := *e
	own.Op = op
	return &own
}

// wrap gives err the shape of this package unless it has it already.
func wrap(op string, err error) error {
	if _, known := err.(*Error); err == nil || known { //nolint:errorlint // an *Error inside another error does not count
		return err
	}
	return &Error{Op: op, Err: err}
}
