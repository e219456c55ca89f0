package jwt

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Middleware lets those requests through to next that bring a good access token, as "Authorization:
// Bearer …" (RFC 6750). The claims are in the request's context: see FromContext. Others are
// answered here, without saying what was wrong: 401, or 503 with Retry-After if the pool's keys
// cannot be read.
func (v *Verifier) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := bearerToken(r)
		if !ok {
			challenge(w, http.StatusUnauthorized, "Bearer")
			return
		}
		claims, err := v.VerifyAccessToken(r.Context(), token)
		switch {
		case errors.Is(err, ErrKeysUnavailable):
			w.Header().Set("Retry-After", strconv.Itoa(int(fetchPause.Seconds())))
			answer(w, http.StatusServiceUnavailable)
		case err != nil:
			challenge(w, http.StatusUnauthorized, `Bearer error="invalid_token"`)
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), claimsKey{}, claims)))
		}
	})
}

type claimsKey struct{}

// FromContext returns the claims that Middleware put into the context of the request.
func FromContext(ctx context.Context) (AccessClaims, bool) {
	claims, ok := ctx.Value(claimsKey{}).(AccessClaims)
	return claims, ok
}

// bearerToken returns the token of the one Authorization header that there has to be.
func bearerToken(r *http.Request) (string, bool) {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return "", false
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	return strings.TrimLeft(token, " "), strings.EqualFold(scheme, "Bearer")
}

func challenge(w http.ResponseWriter, status int, text string) {
	w.Header().Set("WWW-Authenticate", text)
	answer(w, status)
}

func answer(w http.ResponseWriter, status int) {
	http.Error(w, http.StatusText(status), status)
}

// A Requirement is what an access token must allow, beyond being good. The zero Requirement asks
// for nothing.
type Requirement struct {
	// AllScopes are scopes that the token must have, every one of them. Tokens of the sign-in API
	// have no other scope than aws.cognito.signin.user.admin.
	AllScopes []string
	// AnyGroup are groups of the pool, one of which the person must be in.
	AnyGroup []string
}

// Check says whether the claims meet the requirement; if not, the reason is [ErrInsufficientScope].
func (q Requirement) Check(claims AccessClaims) error {
	for _, scope := range q.AllScopes {
		if !slices.Contains(claims.Scopes, scope) {
			return refuse(ErrInsufficientScope, "a scope is missing")
		}
	}
	in := func(group string) bool { return slices.Contains(claims.Groups, group) }
	if len(q.AnyGroup) > 0 && !slices.ContainsFunc(q.AnyGroup, in) {
		return refuse(ErrInsufficientScope, "the person is in none of the groups")
	}
	return nil
}

// Middleware lets those requests through to next whose token meets the requirement, and answers the
// others 403. It goes inside the Verifier's Middleware, which puts the claims where this looks for
// them; without them the answer is 401.
func (q Requirement) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, ok := FromContext(r.Context())
		switch {
		case !ok:
			challenge(w, http.StatusUnauthorized, "Bearer")
		case q.Check(claims) != nil:
			challenge(w, http.StatusForbidden, `Bearer error="insufficient_scope"`)
		default:
			next.ServeHTTP(w, r)
		}
	})
}
