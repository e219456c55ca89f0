package auth

import "github.com/amplifyauth/amplify-auth-go/internal/redact"

// redacted is embedded in every type that holds a secret: the value prints as "[redacted]".
type redacted = redact.Secret
