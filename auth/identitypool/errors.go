package identitypool

import (
	"context"
	"errors"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Error codes of this package. All others are those of package auth, or the service's own. Where
// the service tells cases apart by the message only, an error with a code of this package is also
// an [auth.ErrNotAuthorized], or whatever the service said.
const (
	// ErrGuestsNotAllowed: the identity pool gives no identities to people who have not signed in.
	ErrGuestsNotAllowed auth.ErrorCode = "GuestsNotAllowedException"
	// ErrNoIDToken: the sign-in gave no ID token to exchange.
	ErrNoIDToken auth.ErrorCode = "NoIDTokenException"
	// ErrLoginExpired: the ID token is too old for the identity pool, or belongs to a user who was
	// signed out, disabled or deleted, even after it was renewed.
	ErrLoginExpired auth.ErrorCode = "LoginExpiredException"
	// ErrLoginRefused: the identity pool does not know the user pool or the app client, or the
	// LoginProvider is not the issuer of the token.
	ErrLoginRefused auth.ErrorCode = "LoginRefusedException"
	// ErrIdentityMismatch: the identity is not that of the caller, or is gone.
	ErrIdentityMismatch auth.ErrorCode = "IdentityMismatchException"
	// ErrInvalidIdentityPoolConfiguration: the identity pool has no role for the caller, or the
	// role does not trust it. It passes by itself within seconds of the creation of a role.
	ErrInvalidIdentityPoolConfiguration auth.ErrorCode = "InvalidIdentityPoolConfigurationException"
	// ErrResourceConflict: the identity has another login of the same user pool.
	ErrResourceConflict auth.ErrorCode = "ResourceConflictException"
	// ErrExternalService: the identity pool could not reach the login provider.
	ErrExternalService auth.ErrorCode = "ExternalServiceException"
)

// recoveries is the advice for the codes of this package, and other advice where package auth
// speaks of passwords.
var recoveries = map[auth.ErrorCode]string{ //nolint:gosec // advice about tokens, no tokens
	ErrGuestsNotAllowed: "Sign in, or allow unauthenticated identities in the identity pool.",
	ErrNoIDToken:        "Ask for the scope openid at the sign-in.",
	ErrLoginExpired:     "Sign in again. If that does not help, check this machine's clock.",
	ErrLoginRefused:     "Add the user pool and its app client to the identity pool, and check Config.LoginProvider.",
	ErrIdentityMismatch: "Use a new guest identity.",
	ErrInvalidIdentityPoolConfiguration: "Give the identity pool its roles, and check what they trust. " +
		"After a change, try again in a few seconds.",
	ErrResourceConflict:      "Unlink the other login from the identity first.",
	ErrExternalService:       "Try again later.",
	auth.ErrNotAuthorized:    "Check the roles of the identity pool and of the person's groups.",
	auth.ErrResourceNotFound: "Check the identity pool's id; its region is the part before the colon.",
	auth.ErrLimitExceeded:    "Have the limit of identities raised.",
}

func fail(op string, code auth.ErrorCode, message string) error {
	return &auth.Error{Op: op, Code: code, Message: message, Recovery: recoveries[code]}
}

// inVerb returns err as an *auth.Error of the verb op.
func inVerb(ctx context.Context, op string, err error) error { return auth.APIError(ctx, op, err) }

// apiError turns an error of the AWS SDK into an *auth.Error, with the finest code that fits.
func apiError(ctx context.Context, err error) error {
	err = auth.APIError(ctx, "", err)
	var e *auth.Error
	if !errors.As(err, &e) {
		return err
	}
	if code := refined(e); code != "" {
		e.Err, e.Code, e.Recovery = e.Code, code, ""
	}
	if advice := recoveries[e.Code]; advice != "" {
		e.Recovery = advice
	}
	return e
}

// refined returns the code of this package for what the service says in words only, or "". If the
// service changes its words, only the finer code is lost.
func refined(e *auth.Error) auth.ErrorCode {
	says := func(text string) bool { return strings.Contains(e.Message, text) }
	switch {
	case e.Code == auth.ErrResourceNotFound && strings.HasPrefix(e.Message, "Identity '"):
		return ErrIdentityMismatch
	case e.Code != auth.ErrNotAuthorized:
		return ""
	case says("Unauthenticated access is not supported"):
		return ErrGuestsNotAllowed
	case says("Token expired"), says("Token is inactive"):
		return ErrLoginExpired
	case says("Logins don't match"), says("Access to Identity"):
		return ErrIdentityMismatch
	case says("Invalid login token"), says("not from a supported provider"):
		return ErrLoginRefused
	default:
		return ""
	}
}

// passing reports whether a failure may pass by itself: no answer came, or one that says so.
func passing(err error) bool {
	var e *auth.Error
	if !errors.As(err, &e) {
		return true
	}
	return auth.Retryable(err) || e.Code == "" || e.Code == ErrExternalService || e.Code == auth.ErrUnexpectedResponse
}
