package jwt

import (
	"context"
	"errors"
	"net/http"
	"strconv"
)

// A Guard says which requests [Verifier.Protect] lets through, and how it answers the others. The
// zero Guard lets every request with a valid access token through.
type Guard struct {
	// Requirement is what the token must allow. It is checked first, without a request to anyone.
	Requirement Requirement
	// Session asks whether the token's session is still active. Default: a valid token is enough.
	Session SessionCheck
	// Check is a check of the program's own, the last one. An [*Error] is answered by its Reason,
	// any other error with 403 and the reason [ErrForbidden]. Default: none.
	Check func(*http.Request, AccessClaims) error

	// Realm is the realm in WWW-Authenticate. Default: "api".
	Realm string
	// ResourceMetadata is the URL of the API's metadata, which WWW-Authenticate then tells (RFC
	// 9728, section 5.1): see [ProtectedResource.MetadataURL]. Default: none.
	ResourceMetadata string
	// OnRefusal is called for each refused request, before the answer, for logs and metrics. It
	// must be safe for concurrent use. Default: none.
	OnRefusal func(*http.Request, Refusal)
	// Answer writes the status and the body of a refusal; the headers WWW-Authenticate and
	// Retry-After are set. Default: the status as plain text.
	Answer func(http.ResponseWriter, *http.Request, Refusal)
}

// A Refusal is an answer other than the protected handler's.
type Refusal struct {
	Status int    // 401, 403 or 503
	Reason Reason // why, for logs and metrics; do not tell the caller
	Err    error  // an *Error with that Reason, or an error of Guard.Check that wraps one
}

// Middleware is [Verifier.Protect] with the zero [Guard].
func (v *Verifier) Middleware(next http.Handler) http.Handler { return v.Protect(next, Guard{}) }

// Protect returns a handler that verifies the access token in "Authorization: Bearer …" (RFC 6750),
// applies g, and calls next with the claims in the request's context: see [FromContext]. It answers
// all other requests itself, without saying what was wrong with the token:
//   - 401: there is no valid access token, or its session has ended
//   - 403: the token is valid, but does not allow the request
//   - 503 with Retry-After: the token, or its session, could not be judged
//
// WWW-Authenticate is set as in RFC 6750, section 3.
func (v *Verifier) Protect(next http.Handler, g Guard) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, err := g.admit(r, v)
		if err != nil {
			g.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(withAdmission(r.Context(), claims, &g)))
	})
}

// admit returns the claims of a request that may pass.
func (g *Guard) admit(r *http.Request, v *Verifier) (AccessClaims, error) {
	token, err := BearerToken(r.Header["Authorization"]...)
	if err != nil {
		return AccessClaims{}, err
	}
	claims, err := v.VerifyAccessToken(r.Context(), token)
	if err != nil {
		return AccessClaims{}, err
	}
	if err := g.Requirement.Check(claims); err != nil {
		return AccessClaims{}, err
	}
	if err := g.Session.check(r.Context(), token); err != nil {
		return AccessClaims{}, err
	}
	if g.Check != nil {
		err = g.Check(r, claims)
	}
	return claims, err
}

// refuse answers a request that may not pass. An err without an [*Error] is of the program's own
// check.
func (g *Guard) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var failure *Error
	if !errors.As(err, &failure) {
		failure = &Error{Reason: ErrForbidden, Message: "refused by the program's own check", Err: err}
		err = failure
	}
	refusal := Refusal{Status: failure.Reason.Status(), Reason: failure.Reason, Err: err}
	if refusal.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(int(minFetchInterval.Seconds())))
	} else if challenge := g.challenge(failure); challenge != "" {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	if g.OnRefusal != nil {
		g.OnRefusal(r, refusal)
	}
	if g.Answer != nil {
		g.Answer(w, r, refusal)
		return
	}
	http.Error(w, http.StatusText(refusal.Status), refusal.Status)
}

// admission is what the context of an admitted request holds.
type admission struct {
	claims AccessClaims
	guard  *Guard
}

type admissionKey struct{}

func withAdmission(ctx context.Context, claims AccessClaims, g *Guard) context.Context {
	return context.WithValue(ctx, admissionKey{}, &admission{claims: claims, guard: g})
}

// NewContext returns a context with the claims of a verified token, for [FromContext]. Servers of
// other protocols than HTTP use it after [Verifier.Authorize].
func NewContext(ctx context.Context, claims AccessClaims) context.Context {
	return withAdmission(ctx, claims, &Guard{})
}

// FromContext returns the claims that [Verifier.Protect] or [NewContext] stored in the context.
func FromContext(ctx context.Context) (AccessClaims, bool) {
	admitted, ok := ctx.Value(admissionKey{}).(*admission)
	if !ok {
		return AccessClaims{}, false
	}
	return admitted.claims, true
}
