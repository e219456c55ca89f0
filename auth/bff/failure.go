package bff

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

var (
	errMethod    = errors.New("bff: the route has no such method")
	errInput     = errors.New("bff: the body is not what the route takes")
	errTooLarge  = errors.New("bff: the body is too large")
	errDifferent = errors.New("bff: the passwords are not the same")
)

// A kind says how a failure is answered.
type kind struct {
	status int
	name   auth.ErrorCode // for scripts; empty for that of the error
	text   texts.ID       // for people; empty for that of the error
}

// kinds are those of the handler's own failures.
var kinds = map[error]kind{
	errCrossOrigin: {http.StatusForbidden, "CrossOriginException", texts.FormFromElsewhere},
	errMethod:      {http.StatusMethodNotAllowed, "MethodNotAllowedException", texts.ErrorGeneral},
	errInput:       {http.StatusBadRequest, auth.ErrInvalidParameter, texts.ErrorInput},
	errTooLarge:    {http.StatusRequestEntityTooLarge, auth.ErrInvalidParameter, texts.ErrorInput},
	errDifferent:   {http.StatusUnprocessableEntity, auth.ErrInvalidPassword, texts.FormPasswordsDiffer},
	errNeedsMFA:    {http.StatusForbidden, "MFARequiredException", texts.StepUpLead},
	errNeedsSetUp:  {http.StatusForbidden, "MFASetupRequiredException", texts.FactorsNeeded},
	errNeedsProof:  {http.StatusForbidden, "ReauthenticationRequiredException", texts.StepUpLead},
	errNotInGroup:  {http.StatusForbidden, auth.ErrForbidden, texts.ErrorNotAllowed},
}

// statuses are those of the errors of the SDK; the others are the person's to put right: 422.
var statuses = map[auth.ErrorCode]int{
	auth.ErrUserUnAuthenticated:   http.StatusUnauthorized,
	auth.ErrSessionExpired:        http.StatusUnauthorized,
	auth.ErrTokenRefresh:          http.StatusUnauthorized,
	auth.ErrStepInProgress:        http.StatusConflict,
	auth.ErrStepMismatch:          http.StatusConflict,
	auth.ErrUserChanged:           http.StatusConflict,
	auth.ErrAnotherUser:           http.StatusForbidden,
	auth.ErrScopeNotGranted:       http.StatusForbidden,
	auth.ErrCaptchaRequired:       http.StatusForbidden,
	auth.ErrSignIn:                http.StatusGone,
	auth.ErrSignInExpired:         http.StatusGone,
	auth.ErrOAuthAttempt:          http.StatusBadRequest,
	auth.ErrInvalidConfig:         http.StatusInternalServerError,
	auth.ErrOAuthNotConfigured:    http.StatusInternalServerError,
	auth.ErrInvalidRedirect:       http.StatusInternalServerError,
	auth.ErrOAuthRedirectMismatch: http.StatusInternalServerError,
	auth.ErrOutcomeUnknown:        http.StatusServiceUnavailable,
	auth.ErrCertificate:           http.StatusBadGateway,
	auth.ErrProxyAuthentication:   http.StatusBadGateway,
	auth.ErrLimitExceeded:         http.StatusTooManyRequests,
	auth.ErrTooManyFailedAttempts: http.StatusTooManyRequests,
}

// retryAfter is for failures that may pass.
const retryAfter = 5 * time.Second

// kindOf says how an error is answered, and how long to wait before the next try.
func kindOf(err error) (k kind, wait time.Duration) {
	for own, k := range kinds {
		if errors.Is(err, own) {
			return k, 0
		}
	}
	var many *tooManyTries
	var behind *unavailable
	switch {
	case errors.As(err, &many):
		return kind{http.StatusTooManyRequests, auth.ErrLimitExceeded, texts.FormTooManyTries}, many.wait
	case errors.As(err, &behind):
		return kind{http.StatusServiceUnavailable, "ServiceUnavailable", serviceText(err)}, retryAfter
	case auth.Retryable(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return kind{status: http.StatusServiceUnavailable}, retryAfter
	}
	k.status = statuses[codeOf(err)]
	if k.status == 0 {
		k.status = http.StatusUnprocessableEntity
	}
	if errors.Is(err, auth.ErrSignInExpired) {
		k.status = http.StatusGone
	}
	return k, 0
}

func serviceText(err error) texts.ID {
	if errors.Is(err, auth.ErrStore) {
		return texts.ErrorStore
	}
	return texts.ErrorService
}

// sentence returns what people are told about an error.
func (x *exchange) sentence(err error) string {
	k, wait := kindOf(err)
	if e := (*auth.Error)(nil); errors.As(err, &e) && e.Code == auth.ErrUserLambdaValidation {
		return e.Message // the program's own words
	}
	id := k.text
	if id == "" {
		id = texts.ForError(err)
	}
	return x.texts.Format(id, texts.Params{Wait: wait})
}

// failForm shows the form again with what went wrong. A script, whoever may not see the form, and a
// failure that has none are answered by fail.
func (x *exchange) failForm(err error) {
	if !x.allowed || x.script || x.route.show == nil || x.remedyPage(err) != "" {
		x.fail(err)
		return
	}
	x.failure = err
	page, failed := x.route.show(x)
	if failed != nil {
		x.fail(err)
		return
	}
	x.log(err)
	x.showFailure(page, err)
}

// log writes down a failure that the person cannot put right.
func (x *exchange) log(err error) {
	if k, _ := kindOf(err); k.status >= http.StatusInternalServerError {
		x.h.cfg.Logger.WarnContext(x.r.Context(), "bff: a request failed", "path", x.r.URL.Path, "error", err)
	}
}

// fail answers a request that failed: a browser is led to where the failure can be put right, if
// there is such a page.
func (x *exchange) fail(err error) {
	x.log(err)
	if x.script {
		x.failJSON(err)
		return
	}
	if to := x.remedyPage(err); to != "" {
		http.Redirect(x.w, x.r, to, http.StatusSeeOther) //nolint:gosec // one of the handler's own pages
		return
	}
	protect(x.w.Header())
	x.failure = err
	x.showFailure(&Page{
		Name: "error", Title: x.text(texts.FailedTitle), Next: &Link{Text: x.text(texts.Continue), To: x.h.cfg.Home},
	}, err)
}

func (x *exchange) showFailure(page *Page, err error) {
	k, wait := kindOf(err)
	if wait > 0 {
		x.w.Header().Set("Retry-After", seconds(wait))
	}
	page.Error = x.sentence(err)
	x.show(k.status, page)
}

// remedyPage returns the page on which a failure can be put right, with the way back; or "".
func (x *exchange) remedyPage(err error) string {
	back := x.back
	if back == "" && safe(x.r) && x.route.path != callbackRoute { // which has a code in its query
		back = localPath(x.r.URL.RequestURI()) // the page that was asked for
	}
	switch {
	case needsSignIn(err):
		return x.h.at("sign-in", back)
	case errors.Is(err, errNeedsMFA), errors.Is(err, errNeedsProof):
		return x.h.at("step-up", back)
	case errors.Is(err, errNeedsSetUp):
		return x.h.at("account/totp", back)
	}
	return ""
}

// seconds rounds up to whole seconds, as Retry-After has them.
func seconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}
