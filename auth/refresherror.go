package auth

import (
	"errors"
	"strings"
)

// finalRefusals are the texts of NotAuthorizedException that end a session. Cognito gives the same code to mistakes of the
// configuration, such as a wrong client secret, which sign nobody out.
var finalRefusals = []string{
	"Refresh Token has been revoked",
	"Refresh Token has expired",
	"Invalid Refresh Token",
	"User is disabled",
}

// endsSession reports whether a refused refresh is final: nothing but a new sign-in will help. The list is closed. Whatever
// is not on it is taken to pass, however often it comes.
//
// Differs from Amplify: every NotAuthorizedException signs out there.
func endsSession(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	if e.Is(ErrUserUnAuthenticated) {
		return true // another process has found out
	}
	switch e.Code {
	case ErrUserNotFound, ErrPasswordResetRequired, ErrUserNotConfirmed, ErrRefreshTokenReuse:
		return true
	case ErrNotAuthorized:
		for _, text := range finalRefusals {
			if strings.Contains(e.Message, text) {
				return true
			}
		}
	}
	return false
}
