// Package redact keeps secrets out of what programs print.
//
// Its types are to be embedded, under an unexported alias, in types that hold secrets. The whole
// value then shows as "[redacted]". That does not reach a value in an unexported field of another
// struct, whose methods package fmt cannot call.
package redact

import (
	"fmt"
	"io"
	"log/slog"
)

const text = "[redacted]"

// Printed hides a value from every verb of package fmt and from slog. It is for types that have a
// JSON form, which then is the one way to get at the secret.
type Printed struct{}

// Format implements fmt.Formatter.
func (Printed) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, text) // a fmt.State cannot report an error
}

// LogValue implements slog.LogValuer.
func (Printed) LogValue() slog.Value { return slog.StringValue(text) }

// Secret hides a value from encoding/json, too: slog's JSON handler would otherwise show one that
// is part of a larger value. Reading such a type from JSON works as ever.
type Secret struct{ Printed }

// MarshalText implements encoding.TextMarshaler, which encoding/json goes by.
func (Secret) MarshalText() ([]byte, error) { return []byte(text), nil }
