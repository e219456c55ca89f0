// Package redact keeps secrets out of what programs print.
package redact

import (
	"fmt"
	"io"
	"log/slog"
)

const text = "[redacted]"

// Secret is to be embedded in a type that holds a secret, under an unexported alias. The whole value then prints as
// "[redacted]" under every verb of package fmt and in slog.
type Secret struct{}

// Format implements fmt.Formatter.
func (Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, text) // a fmt.State cannot report an error
}

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(text) }
