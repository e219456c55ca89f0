package jwt

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// A Requirement says what a valid access token must allow. The zero Requirement demands nothing.
type Requirement struct {
	// AllScopes lists scopes that the token must all have. Tokens of the sign-in API have only the
	// scope aws.cognito.signin.user.admin.
	AllScopes []string
	// AnyScope lists scopes of which the token must have at least one. Callers without one are told
	// to ask for the first: begin with the scope that allows the least.
	AnyScope []string
	// AnyGroup lists groups of the pool, of which the user must be in at least one.
	AnyGroup []string
}

// Check returns an error with the reason [ErrInsufficientScope] if the claims do not meet the
// requirement.
func (q Requirement) Check(claims AccessClaims) error {
	has := func(scope string) bool { return slices.Contains(claims.Scopes, scope) }
	for _, scope := range q.AllScopes {
		if !has(scope) {
			return &Error{Reason: ErrInsufficientScope, Message: "a required scope is missing", scope: q.scope()}
		}
	}
	if len(q.AnyScope) > 0 && !slices.ContainsFunc(q.AnyScope, has) {
		return &Error{Reason: ErrInsufficientScope, Message: "none of the required scopes is there", scope: q.scope()}
	}
	in := func(group string) bool { return slices.Contains(claims.Groups, group) }
	if len(q.AnyGroup) > 0 && !slices.ContainsFunc(q.AnyGroup, in) {
		return refuse(ErrInsufficientScope, "the user is in none of the required groups")
	}
	return nil
}

// Authorize is [Verifier.Protect] for servers of other protocols than HTTP: it reads the token as
// [BearerToken] does, verifies it and checks the requirement. Store the claims with [NewContext].
//
// Errors, of type *[Error], have one of the reasons of those three; [Reason.Status] maps them.
func (v *Verifier) Authorize(ctx context.Context, q Requirement, authorization ...string) (AccessClaims, error) {
	token, err := BearerToken(authorization...)
	if err != nil {
		return AccessClaims{}, err
	}
	claims, err := v.VerifyAccessToken(ctx, token)
	if err != nil {
		return AccessClaims{}, err
	}
	if err := q.Check(claims); err != nil {
		return AccessClaims{}, err
	}
	return claims, nil
}

// scope returns scopes that meet the requirement, as in the scope parameter of WWW-Authenticate.
func (q Requirement) scope() string {
	scopes := q.AllScopes
	in := func(scope string) bool { return slices.Contains(q.AllScopes, scope) }
	if len(q.AnyScope) > 0 && !slices.ContainsFunc(q.AnyScope, in) {
		scopes = append(slices.Clone(scopes), q.AnyScope[0])
	}
	return strings.Join(scopes, " ")
}

// Middleware returns a handler that calls next if the token meets the requirement, and otherwise
// answers 403. Put it inside [Verifier.Protect], which stores the claims; without them it answers
// 401. The answers are those of the [Guard].
func (q Requirement) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		admitted, ok := r.Context().Value(admissionKey{}).(*admission)
		if !ok {
			outside := Guard{Requirement: q}
			outside.refuse(w, r, refuse(ErrNoToken, "the handler is not inside Verifier.Protect"))
			return
		}
		if err := q.Check(admitted.claims); err != nil {
			admitted.guard.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}
