package srp

import "github.com/amplifyauth/amplify-auth-go/internal/redact"

// redacted is embedded in every type that holds a secret: the value prints, logs and marshals as
// "[redacted]".
type redacted = redact.Secret
