package auth

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"golang.org/x/oauth2"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

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
	case errors.As(err, &answered) && answeredCode(answered) != "":
		e.Code = answeredCode(answered)
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

// answeredCode returns the code of an answer, or "" if it has none.
func answeredCode(answered smithy.APIError) ErrorCode {
	code := oneLine(answered.ErrorCode())
	if code == noCode {
		return ""
	}
	return ErrorCode(bounded(code, maxCode))
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
	finer := finerCode(e)
	unfit, typed := unfitMember(e)
	switch {
	case e.Code == ErrForbidden && wantsToken[wafAction]:
		finer = ErrCaptchaRequired
	case typed:
		finer, e.Message = unfit.finer, "the "+unfit.what+" does not have the form of one"
	}
	if finer != "" {
		e.Code, e.refines = finer, []ErrorCode{e.Code}
	}
}

// finerCode returns the code that the message stands for, or "".
func finerCode(e *Error) ErrorCode {
	for _, f := range finerCodes {
		if f.code == e.Code && strings.Contains(e.Message, f.text) {
			return f.finer
		}
	}
	return ""
}

// finerCodes are the codes of this package, by Cognito's code and part of its message.
var finerCodes = []struct {
	code  ErrorCode
	text  string
	finer ErrorCode
}{
	{ErrForbidden, "WAF captcha", ErrCaptchaRequired},
	{ErrNotAuthorized, sessionIsExpired, ErrSignInExpired},
	{ErrNotAuthorized, sessionIsUsed, ErrSignInExpired},
	{ErrNotAuthorized, "Invalid session for the user", ErrSignInExpired},
	{ErrNotAuthorized, "Password attempts exceeded", ErrLockedOut},
	{ErrNotAuthorized, "Temporary password has expired", ErrTemporaryPasswordExpired},
	{ErrNotAuthorized, "User account has expired", ErrTemporaryPasswordExpired}, // an older text
	{ErrNotAuthorized, userIsDisabled, ErrUserDisabled},
	{ErrNotAuthorized, "does not have required scopes", ErrScopeNotGranted},
	{ErrNotAuthorized, "Unable to verify secret", ErrInvalidConfig},
	{ErrNotAuthorized, "SecretHash does not match", ErrInvalidConfig},
	{ErrNotAuthorized, "configured with secret but", ErrInvalidConfig},
	{ErrNotAuthorized, "configured for secret but", ErrInvalidConfig},
	{ErrResourceNotFound, "User pool", ErrInvalidConfig}, // or "User pool client": it does not exist
	{ErrResourceNotFound, "Device does not exist", ErrDeviceNotRecognized},
	{ErrLimitExceeded, "daily email limit", ErrCodeDeliveryFailure},
}

// Parts of Cognito's messages.
const (
	userIsDisabled   = "User is disabled"
	sessionIsExpired = "session is expired"
	sessionIsUsed    = "session can only be used once"
)

// constraint matches the name of a member that Cognito refuses for its form.
var constraint = regexp.MustCompile(`at '(\w+)' failed to satisfy constraint: Member must (?:have|satisfy)`)

// A typedMember is what people type into a member of Cognito's operations, and the code for one
// that cannot be right whoever types it: a code with five digits, a password with a blank at its
// end.
type typedMember struct {
	finer ErrorCode
	what  string
}

var typedMembers = map[string]typedMember{
	"userCode":         {ErrCodeMismatch, "code"},
	"confirmationCode": {ErrCodeMismatch, "code"},
	"code":             {ErrCodeMismatch, "code"},
	"password":         {ErrInvalidPassword, "password"},
	"proposedPassword": {ErrInvalidPassword, "password"},
	"previousPassword": {ErrNotAuthorized, "password"},
}

// unfitMember returns the typed member that Cognito refused for its form, if it did.
func unfitMember(e *Error) (unfit typedMember, ok bool) {
	if e.Code != ErrInvalidParameter {
		return typedMember{}, false
	}
	for _, refused := range constraint.FindAllStringSubmatch(e.Message, -1) {
		if unfit, ok = typedMembers[refused[1]]; ok {
			break
		}
	}
	return unfit, ok
}

func sessionIsOver(message string) bool {
	return strings.Contains(message, sessionIsExpired) || strings.Contains(message, sessionIsUsed)
}

// lostCode distinguishes a request that changed nothing from one with an unknown outcome.
func lostCode(ctx context.Context, err error) ErrorCode {
	switch {
	case mayHaveTakenEffect(err):
		return ErrOutcomeUnknown
	case transport.BadCertificate(err):
		return ErrCertificate
	case transport.WantsProxyCredentials(err):
		return ErrProxyAuthentication
	case transport.ProxyStatus(err) == http.StatusForbidden:
		return ErrForbidden
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
	return transport.Cut(err)
}

// status returns the HTTP status of the answer, or of a proxy that refused to connect; 0 without
// one.
func status(err error) int {
	answered, _ := answerIn(err)
	return cmp.Or(answered, transport.ProxyStatus(err))
}

// answerIn returns the status and the header of the HTTP response that err is about; 0 and nil
// without one.
func answerIn(err error) (int, http.Header) {
	var api *awshttp.ResponseError
	var token *oauth2.RetrieveError
	switch {
	case errors.As(err, &api) && api.Response != nil && api.Response.Response != nil:
		return api.Response.StatusCode, api.Response.Header
	case errors.As(err, &token):
		return token.Response.StatusCode, token.Response.Header
	default:
		return 0, nil
	}
}

func requestID(err error) string {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return bounded(response.RequestID, maxCode)
	}
	return ""
}

// quotedValue matches the value that a validation message of Cognito quotes: it may be a password.
var quotedValue = regexp.MustCompile(`(?is)value '.*' at '`)

// cleanMessage returns a message without quoted values, on one line.
func cleanMessage(message string) string {
	return bounded(oneLine(quotedValue.ReplaceAllString(message, "value at '")), maxMessage)
}

// oneLine returns the text of an answer on one line: a trigger's own text may have several, and
// marks that change how a terminal shows what follows.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return ' '
		}
		return r
	}, text))
}

func bounded(s string, size int) string {
	if len(s) <= size {
		return s
	}
	return strings.ToValidUTF8(s[:size], "") + "…"
}
