package jwt

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Middleware returns a handler that verifies the access token in "Authorization: Bearer …" (RFC
// 6750) and calls next with the claims in the request's context: see [FromContext]. It answers all
// other requests itself, without saying what was wrong: with 401, or with 503 and Retry-After if
// the pool's keys cannot be fetched.
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
			w.Header().Set("Retry-After", strconv.Itoa(int(minFetchInterval.Seconds())))
			answer(w, http.StatusServiceUnavailable)
		case err != nil:
			challenge(w, http.StatusUnauthorized, `Bearer error="invalid_token"`)
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), claimsKey{}, claims)))
		}
	})
}

type claimsKey struct{}

// FromContext returns the claims that [Verifier.Middleware] stored in the context of the request.
func FromContext(ctx context.Context) (AccessClaims, bool) {
	claims, ok := ctx.Value(claimsKey{}).(AccessClaims)
	return claims, ok
}

// bearerToken returns the token of the Authorization header, of which there must be exactly one.
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

// A Requirement says what a valid access token must allow. The zero Requirement demands nothing.
type Requirement struct {
	// AllScopes lists scopes that the token must all have. Tokens of the sign-in API have only the
	// scope aws.cognito.signin.user.admin.
	AllScopes []string
	// AnyGroup lists groups of the pool, of which the user must be in at least one.
	AnyGroup []string
}

// Check returns an error with the reason [ErrInsufficientScope] if the claims do not meet the
// requirement.
func (q Requirement) Check(claims AccessClaims) error {
	for _, scope := range q.AllScopes {
		if !slices.Contains(claims.Scopes, scope) {
			return refuse(ErrInsufficientScope, "a required scope is missing")
		}
	}
	in := func(group string) bool { return slices.Contains(claims.Groups, group) }
	if len(q.AnyGroup) > 0 && !slices.ContainsFunc(q.AnyGroup, in) {
		return refuse(ErrInsufficientScope, "the user is in none of the required groups")
	}
	return nil
}

// Middleware returns a handler that calls next if the token meets the requirement, and otherwise
// answers 403. Put it inside [Verifier.Middleware], which stores the claims; without them it
// answers 401.
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
