package auth

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// An ErrorCode names a kind of failure: Cognito's exception names and Amplify's error names,
// verbatim, and a few of our own where neither tells things apart. The codes are constants and work
// as targets of errors.Is:
//
//	if errors.Is(err, auth.ErrCodeMismatch) { … ask again … }
//
// The set is open: Cognito may answer with a code that has no constant here.
type ErrorCode string

// Error makes an ErrorCode a target for errors.Is.
func (c ErrorCode) Error() string { return "auth: " + string(c) }

// Error is what every verb of auth, mfa and device that fails returns; get it with errors.As. It
// never holds a password, a code, a token or a challenge session.
type Error struct {
	Op        string    // the verb that failed, such as "SignIn"
	Code      ErrorCode // what kind of failure; empty when only Err says it (a canceled context, a failing Store)
	Message   string    // the service's or our own explanation, for people; do not match on it
	Recovery  string    // optionally, what the caller can do about it
	RequestID string    // Cognito's id of the failed request, if it answered
	Err       error     // the cause, if there is one: a context error, a network error, an error of the Store

	refines ErrorCode // Cognito's code, where Code is a finer one of our own
}

// Error returns one line: "auth: SignIn: NotAuthorizedException: Incorrect username or password.".
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

// Is reports whether target is the error's code, or the code of Cognito's that it refines: what is
// [ErrSignInExpired] is also [ErrNotAuthorized].
func (e *Error) Is(target error) bool {
	code, ok := target.(ErrorCode)
	return ok && code != "" && (code == e.Code || code == e.refines)
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

// inVerb returns err as an *Error of the verb. It changes a copy: callers that waited for the same
// refresh share one error.
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
	return &own
}

// fail makes the error of a check that the SDK does itself.
func fail(code ErrorCode, message string) *Error {
	return withRecovery(&Error{Code: code, Message: message})
}

// alongside adds a second failure to the first one.
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

// What is kept of a server's code and explanation, in bytes.
const (
	maxCode    = 128
	maxMessage = 512
)

// noCode is what the AWS SDK makes of a failure without a code, such as the error page of a proxy.
const noCode = "UnknownError"

// apiError turns an error of the AWS SDK into an *Error. It keeps facts, not the SDK's error: that
// one may carry a piece of the server's answer, and so a token.
func apiError(ctx context.Context, err error) *Error {
	e := &Error{RequestID: requestID(err)}
	var answered smithy.APIError
	var unsendable smithy.InvalidParamsError
	switch {
	case errors.As(err, &unsendable):
		e.Code, e.Message = ErrInvalidParameter, unsendable.Error()
	case errors.As(err, &answered) && answered.ErrorCode() != noCode:
		e.Code = ErrorCode(bounded(answered.ErrorCode(), maxCode))
		e.Message = cleanMessage(answered.ErrorMessage())
		refine(e)
	case lostConnection(err) != nil:
		e.Err = lostConnection(err)
		e.Code = lostCode(ctx, err)
	case status(err) >= http.StatusInternalServerError:
		e.Code, e.Message, e.Err = lostCode(ctx, err), "a server on the way failed", ctx.Err()
	default:
		e.Code = ErrUnexpectedResponse
		e.Message = "the server's answer could not be read"
		if errors.Is(err, transport.ErrTooLarge) {
			e.Message = transport.ErrTooLarge.Error()
		}
	}
	return withRecovery(e)
}

// oneShotError is apiError for a call that was made with once.
func oneShotError(ctx context.Context, err error) *Error {
	e := apiError(ctx, err)
	if (lostConnection(err) != nil || e.Code == ErrNetwork) && !neverSent(err) {
		e.Code, e.Recovery = ErrOutcomeUnknown, ""
	}
	return withRecovery(e)
}

// refine returns the cases that Cognito tells apart by text only a code of their own. A text that
// changes loses the finer code, nothing else.
func refine(e *Error) {
	switch {
	case e.Code == ErrNotAuthorized &&
		(sessionIsOver(e.Message) || strings.Contains(e.Message, "Invalid session for the user")):
		e.Code, e.refines = ErrSignInExpired, ErrNotAuthorized
	case e.Code == ErrNotAuthorized && strings.Contains(e.Message, "Password attempts exceeded"):
		e.Code, e.refines = ErrLockedOut, ErrNotAuthorized
	case e.Code == ErrResourceNotFound && strings.Contains(e.Message, "Device does not exist"):
		e.Code, e.refines = ErrDeviceNotRecognized, ErrResourceNotFound
	}
}

func sessionIsOver(message string) bool {
	return strings.Contains(message, "session is expired") || strings.Contains(message, "session can only be used once")
}

// lostCode tells a request that changed nothing from one whose fate nobody knows.
func lostCode(ctx context.Context, err error) ErrorCode {
	var operation *smithy.OperationError
	oneShot := errors.As(err, &operation) && !repeatable[operation.OperationName]
	switch {
	case oneShot && !neverSent(err):
		return ErrOutcomeUnknown
	case ctx.Err() != nil:
		return "" // the context's own error says it best
	default:
		return ErrNetwork
	}
}

// lostConnection returns the innermost error that says how the connection failed, or nil if it did
// not.
func lostConnection(err error) error {
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF} {
		if errors.Is(err, cause) {
			return cause
		}
	}
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err // without the method and URL around it
	}
	var network net.Error
	if errors.As(err, &network) {
		return network
	}
	return nil
}

// status is that of the answer, or 0 without one.
func status(err error) int {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

func requestID(err error) string {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.RequestID
	}
	return ""
}

// quotedValue matches the value that a validation message of the service repeats: it may be a
// password.
var quotedValue = regexp.MustCompile(`(?is)value '.*' at '`)

func cleanMessage(message string) string {
	return bounded(quotedValue.ReplaceAllString(message, "value at '"), maxMessage)
}

func bounded(s string, size int) string {
	if len(s) <= size {
		return s
	}
	return strings.ToValidUTF8(s[:size], "") + "…"
}
