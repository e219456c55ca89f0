package jwt

import (
	"net/http"
	"slices"
)

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
