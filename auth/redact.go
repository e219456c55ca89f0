package auth

import "github.com/amplifyauth/amplify-auth-go/internal/redact"

type (
	// redacted is embedded in every type that holds a secret and has no JSON form.
	redacted = redact.Secret
	// unprinted is embedded in those that have one.
	unprinted = redact.Printed
)
