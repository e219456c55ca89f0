package srp

import "github.com/amplifyauth/amplify-auth-go/internal/redact"

// redacted makes the struct that embeds it print as "[redacted]" in package fmt and in slog. It does the same in
// encoding/json, which is what slog's JSON handler makes of a struct with such a field.
type redacted struct{ redact.Secret }

// MarshalText implements encoding.TextMarshaler.
func (redacted) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }
