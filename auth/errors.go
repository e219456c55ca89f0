package auth

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"golang.org/x/oauth2"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
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

// The longest code and message that are kept of an answer, in bytes.
const (
	maxCode    = 128
	maxMessage = 512
)

// noCode is the AWS SDK's code of a failure that has none, such as the error page of a proxy.
const noCode = "UnknownError"

// apiError turns an error of the AWS SDK into an *Error. It does not wrap the SDK's error, which
// may quote the server's answer, and so a token.
func apiError(ctx context.Context, err error) *Error {
	e := &Error{RequestID: requestID(err), StatusCode: status(err)}
	var refused *Error
	var answered smithy.APIError
	var unsendable smithy.InvalidParamsError
	switch {
	case errors.As(err, &refused):
		return refused // by a check of this package, before anything was sent
	case errors.As(err, &unsendable):
		e.Code, e.Message = ErrInvalidParameter, unsendable.Error()
	case errors.As(err, &answered) && answered.ErrorCode() != noCode:
		e.Code = ErrorCode(bounded(answered.ErrorCode(), maxCode))
		e.Message = cleanMessage(answered.ErrorMessage())
		refine(e, wafAction(err))
	case lostConnection(err) != nil:
		e.Err = lostConnection(err)
		e.Code = lostCode(ctx, err)
	default:
		explainPage(ctx, e, err)
	}
	return withRecovery(e)
}

// explainPage sets the code and the message for an answer that is not Cognito's, such as the page
// of a proxy. What a server refused has not reached Cognito; after a failure of the server it may
// have.
func explainPage(ctx context.Context, e *Error, err error) {
	switch action := wafAction(err); {
	case wantsToken[action]:
		e.Code, e.refines = ErrCaptchaRequired, []ErrorCode{ErrForbidden}
		e.Message = "the web firewall asks for a " + action
	case e.StatusCode >= http.StatusInternalServerError:
		e.Code, e.Message, e.Err = lostCode(ctx, err), "a server between here and Cognito failed", ctx.Err()
	case pageCodes[e.StatusCode] != "":
		e.Code, e.Message = pageCodes[e.StatusCode], "a server between here and Cognito refused the request"
	default:
		e.Code, e.Message = ErrUnexpectedResponse, "the server's answer could not be read"
	}
	if errors.Is(err, transport.ErrTooLarge) {
		e.Message = transport.ErrTooLarge.Error()
	}
}

// pageCodes are the codes for answers that have none, by their HTTP status.
var pageCodes = map[int]ErrorCode{
	http.StatusForbidden:         ErrForbidden,
	http.StatusProxyAuthRequired: ErrProxyAuthentication,
	http.StatusTooManyRequests:   ErrTooManyRequests,
}

// refine sets a code of this package where Cognito tells cases apart by the message only. If
// Cognito changes the message, only the finer code is lost.
func refine(e *Error, wafAction string) {
	switch {
	case e.Code == ErrForbidden && (wantsToken[wafAction] || strings.Contains(e.Message, "WAF captcha")):
		e.Code, e.refines = ErrCaptchaRequired, []ErrorCode{ErrForbidden}
	case e.Code == ErrNotAuthorized &&
		(sessionIsOver(e.Message) || strings.Contains(e.Message, "Invalid session for the user")):
		e.Code, e.refines = ErrSignInExpired, []ErrorCode{ErrNotAuthorized}
	case e.Code == ErrNotAuthorized && strings.Contains(e.Message, "Password attempts exceeded"):
		e.Code, e.refines = ErrLockedOut, []ErrorCode{ErrNotAuthorized}
	case e.Code == ErrNotAuthorized && strings.Contains(e.Message, "Temporary password has expired"):
		e.Code, e.refines = ErrTemporaryPasswordExpired, []ErrorCode{ErrNotAuthorized}
	case e.Code == ErrNotAuthorized && strings.Contains(e.Message, userIsDisabled):
		e.Code, e.refines = ErrUserDisabled, []ErrorCode{ErrNotAuthorized}
	case e.Code == ErrInvalidParameter && isConstraintOfCode(e.Message):
		e.Code, e.refines, e.Message = ErrCodeMismatch, []ErrorCode{ErrInvalidParameter}, "the code does not have the form of one"
	case e.Code == ErrNotAuthorized && strings.Contains(e.Message, "does not have required scopes"):
		e.Code, e.refines = ErrScopeNotGranted, []ErrorCode{ErrNotAuthorized}
	case e.Code == ErrResourceNotFound && strings.Contains(e.Message, "Device does not exist"):
		e.Code, e.refines = ErrDeviceNotRecognized, []ErrorCode{ErrResourceNotFound}
	}
}

// userIsDisabled is part of the message about a disabled user.
const userIsDisabled = "User is disabled"

// isConstraintOfCode reports whether Cognito refused a code for its form, as it does with fewer or
// more than six digits from an authenticator app.
func isConstraintOfCode(message string) bool {
	return strings.Contains(message, "failed to satisfy constraint") &&
		(strings.Contains(message, "at 'userCode'") || strings.Contains(message, "at 'confirmationCode'"))
}

func sessionIsOver(message string) bool {
	return strings.Contains(message, "session is expired") || strings.Contains(message, "session can only be used once")
}

// lostCode distinguishes a request that changed nothing from one with an unknown outcome.
func lostCode(ctx context.Context, err error) ErrorCode {
	switch {
	case mayHaveTakenEffect(err):
		return ErrOutcomeUnknown
	case transport.BadCertificate(err):
		return ErrCertificate
	case transport.ProxyStatus(err) == http.StatusProxyAuthRequired:
		return ErrProxyAuthentication
	case transport.BadProxyAddress(err):
		return ErrInvalidConfig
	case ctx.Err() != nil:
		return "" // the context's own error says it best
	default:
		return ErrNetwork
	}
}

// lostConnection returns the innermost error that tells how the connection failed, or nil if it did
// not fail.
func lostConnection(err error) error {
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF} {
		if errors.Is(err, cause) {
			return cause
		}
	}
	var request *url.Error
	for inner := err; errors.As(inner, &request); {
		inner = request.Err // without the method and URL around it
	}
	if request != nil {
		return request.Err
	}
	var network net.Error
	if errors.As(err, &network) {
		return network
	}
	return nil
}

// status returns the HTTP status of the answer, or of a proxy that refused to connect; 0 without
// one.
func status(err error) int {
	if response := answerIn(err); response != nil && response.StatusCode != 0 {
		return response.StatusCode
	}
	return transport.ProxyStatus(err)
}

// answerIn returns the HTTP response that err is about, or nil.
func answerIn(err error) *http.Response {
	var api *awshttp.ResponseError
	var token *oauth2.RetrieveError
	switch {
	case errors.As(err, &api) && api.Response != nil:
		return api.Response.Response
	case errors.As(err, &token):
		return token.Response
	default:
		return nil
	}
}

func requestID(err error) string {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.RequestID
	}
	return ""
}

// quotedValue matches the value that a validation message of Cognito quotes: it may be a password.
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
