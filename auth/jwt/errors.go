package jwt

import "net/http"

// A Reason says why a token, or its verification, failed. The constants are targets of [errors.Is]:
//
//	if errors.Is(err, jwt.ErrExpired) { … renew the token … }
type Reason string

// Reasons to refuse a token.
const (
	// ErrMalformed: not a token of Cognito's form, by its parts, size or JSON, or by claims that
	// are missing, duplicate or of the wrong type.
	ErrMalformed Reason = "malformed"
	// ErrBadSignature: the signature is not by the pool's key, or not RS256.
	ErrBadSignature Reason = "bad signature"
	// ErrUnknownKey: the issuer publishes no key of this id.
	ErrUnknownKey Reason = "unknown key"
	// ErrWrongIssuer: the iss is not an issuer of a pool of the Config.
	ErrWrongIssuer Reason = "wrong issuer"
	// ErrWrongClient: the app client is not in the Config.
	ErrWrongClient Reason = "wrong client"
	// ErrWrongUse: an ID token instead of an access token, or the reverse.
	ErrWrongUse Reason = "wrong use"
	// ErrExpired: genuine, but expired.
	ErrExpired Reason = "expired"
	// ErrNotYetValid: genuine, but issued in the future; usually a clock is wrong.
	ErrNotYetValid Reason = "not yet valid"
	// ErrWrongNonce: the ID token of a managed login does not have the nonce that was sent, so it
	// may belong to another browser's login.
	ErrWrongNonce Reason = "wrong nonce"
	// ErrWrongAccessToken: the access token of a managed login does not belong to the ID token.
	ErrWrongAccessToken Reason = "wrong access token"
)

// Reasons of [Verifier.Protect], and of what it consists of.
const (
	// ErrNoToken: the request has no bearer token.
	ErrNoToken Reason = "no token"
	// ErrSessionEnded: genuine and not expired, but a [SessionCheck] says that its session has
	// ended.
	ErrSessionEnded Reason = "session ended"
	// ErrInsufficientScope: a valid token lacks the groups or the scopes of a [Requirement].
	ErrInsufficientScope Reason = "insufficient scope"
	// ErrForbidden: the program's own check, [Guard.Check], refused a valid token.
	ErrForbidden Reason = "forbidden"
)

// Reasons that are no fault of the token.
const (
	// ErrKeysUnavailable: the issuer's keys could not be fetched, or were fetched a moment ago
	// without this one, so the token was not judged. Try again later: after 10 seconds.
	ErrKeysUnavailable Reason = "keys unavailable"
	// ErrSessionUnknown: a [SessionCheck] failed. Try again later.
	ErrSessionUnknown Reason = "session unknown"
	// ErrInvalidConfig: a field of the [Config], or of a [ProtectedResource], is invalid; the
	// message names it.
	ErrInvalidConfig Reason = "invalid config"
)

// Error makes a Reason a target for [errors.Is].
func (r Reason) Error() string { return "jwt: " + string(r) }

// Status returns the HTTP status that answers the reason: 503 if the token was not judged, 403 if a
// valid token does not allow the request, and otherwise 401.
func (r Reason) Status() int {
	switch r {
	case ErrKeysUnavailable, ErrSessionUnknown:
		return http.StatusServiceUnavailable
	case ErrInsufficientScope, ErrForbidden:
		return http.StatusForbidden
	default:
		return http.StatusUnauthorized
	}
}

// Error is the type of all errors that this package returns, except those of [Token.Claims] for a
// value that does not fit. It contains nothing of the token.
type Error struct {
	Reason  Reason
	Message string // for operators; do not match on it, and do not show it to callers
	Err     error  // the cause, or nil: a network error, the context's, or a check's

	scope string // what would suffice, with ErrInsufficientScope
}

// Error returns one line, such as "jwt: wrong client: the app client is not one of the Config's".
func (e *Error) Error() string {
	text := e.Reason.Error()
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Is reports whether target is the error's Reason.
func (e *Error) Is(target error) bool {
	reason, ok := target.(Reason)
	return ok && reason == e.Reason
}

// Unwrap returns the cause, so that [errors.Is] finds [context.Canceled].
func (e *Error) Unwrap() error { return e.Err }

func refuse(reason Reason, message string) error {
	return &Error{Reason: reason, Message: message}
}
