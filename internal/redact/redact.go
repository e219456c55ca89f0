// Package redact keeps secrets out of printed and logged values.
//
// Embed its types, under an unexported alias, in types that hold secrets. The whole value then
// prints as "[redacted]". This does not cover a value in an unexported field of another struct:
// package fmt cannot call its methods.
package redact

import (
	"fmt"
	"io"
	"log/slog"
)

const text = "[redacted]"

// Printed redacts a value for every verb of package fmt and for slog. It is for types whose JSON
// form is the intended way to get at the secret.
type Printed struct{}

// Format implements fmt.Formatter.
func (Printed) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, text) // a fmt.State cannot report an error
}

// LogValue implements slog.LogValuer.
func (Printed) LogValue() slog.Value { return slog.StringValue(text) }

// Secret redacts a value for encoding/json as well: otherwise slog's JSON handler would show it
// inside a larger value. Unmarshaling such a type from JSON works as usual.
type Secret struct{ Printed }

// MarshalText implements encoding.TextMarshaler, which encoding/json uses.
func (Secret) MarshalText() ([]byte, error) { return []byte(text), nil }
