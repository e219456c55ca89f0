package cookiestore

import "github.com/amplifyauth/amplify-auth-go/internal/redact"

// redacted is embedded in what holds a key.
type redacted = redact.Secret
