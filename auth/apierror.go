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

// What is kept of a server's code and explanation, in bytes.
const (
	maxCode    = 128
	maxMessage = 512
)

// noCode is what the AWS SDK makes of a failure without a code, such as the error page of a proxy.
const noCode = "UnknownError"

// APIError gives an error of the AWS SDK the shape of this package's, with op as its Op: an *Error whose Code is Cognito's, or
// ErrNetwork or ErrOutcomeUnknown for an answer that was lost. Nothing of the SDK's own error is kept but facts, since that one may
// quote a secret. An *Error is passed on, and nil stays nil. It is for packages that call Cognito with a client of their own,
// as auth/admin does; what works with a Session's access token goes through Session.Call.
func APIError(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	var sdk *smithy.OperationError
	if errors.As(err, &sdk) {
		return apiError(ctx, op, err)
	}
	return wrap(op, err)
}

// apiError turns an error of the AWS SDK into an *Error. It keeps facts, not the SDK's error: that one may carry a piece
// of the server's answer, and so a token.
func apiError(ctx context.Context, op string, err error) *Error {
	e := &Error{Op: op, RequestID: requestID(err)}
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
func oneShotError(ctx context.Context, op string, err error) *Error {
	e := apiError(ctx, op, err)
	if (lostConnection(err) != nil || e.Code == ErrNetwork) && !neverSent(err) {
		e.Code, e.Recovery = ErrOutcomeUnknown, ""
	}
	return withRecovery(e)
}

// refine gives the cases that Cognito tells apart by text only a code of their own. A text that changes loses the
// finer code, nothing else.
func refine(e *Error) {
	switch {
	case e.Code == ErrNotAuthorized && (sessionIsOver(e.Message) || strings.Contains(e.Message, "Invalid session for the user")):
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

// lostConnection gives the innermost error that says how the connection failed, or nil if it did not.
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

// quotedValue matches the value that a validation message of the service repeats: it may be a password.
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
