package jwt

// A Reason says in what way a token, or the check of it, failed. The constants are targets of
// errors.Is:
//
//	if errors.Is(err, jwt.ErrExpired) { … renew the token … }
type Reason string

// Reasons why a token was refused.
const (
	ErrMalformed    Reason = "malformed"     // not a token that Cognito makes: shape, size, JSON, types, duplicate or missing claims
	ErrBadSignature Reason = "bad signature" // signed by somebody else, changed since, or not signed with RS256
	ErrUnknownKey   Reason = "unknown key"   // the pool publishes no key of this id
	ErrWrongIssuer  Reason = "wrong issuer"  // of a pool that is not in the Config
	ErrWrongClient  Reason = "wrong client"  // made for an app client that is not in the Config
	ErrWrongUse     Reason = "wrong use"     // an ID token where an access token is asked for, or the other way round
	ErrExpired      Reason = "expired"       // genuine, but too old
	ErrNotYetValid  Reason = "not yet valid" // genuine, but of the future; mostly a clock that is wrong
)

// Reasons that say nothing bad about the token.
const (
	// ErrKeysUnavailable means that the pool's keys could not be read, so the token was not judged.
	// Try again later.
	ErrKeysUnavailable Reason = "keys unavailable"
	// ErrInsufficientScope means that a good token lacks the groups or the scopes of a Requirement.
	ErrInsufficientScope Reason = "insufficient scope"
	// ErrInvalidConfig means that NewVerifier met a bad field; the message names it.
	ErrInvalidConfig Reason = "invalid config"
)

// Error makes a Reason a target for errors.Is.
func (r Reason) Error() string { return "jwt: " + string(r) }

// Error is what every failure of this package is. It holds nothing of the token.
type Error struct {
	Reason  Reason
	Message string // an explanation for the operator; do not match on it, and do not show it to strangers
	Err     error  // the cause, if there is one: a network error, or the context's
}

// Error returns one line: "jwt: wrong client: the client_id is not one of the Config's".
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

// Unwrap returns the cause, so that errors.Is finds context.Canceled.
func (e *Error) Unwrap() error { return e.Err }

func refuse(reason Reason, message string) error {
	return &Error{Reason: reason, Message: message}
}
