package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// A Prompter asks a person. The default one talks to the controlling terminal; a program with
// another place to ask, or a test, has its own. Its methods are called one at a time.
type Prompter interface {
	// Ask shows a question and returns the answer, without the end of the line. Its errors end the
	// conversation, which returns them as they are.
	Ask(ctx context.Context, q Question) (string, error)
	// Tell shows a line of text, or an empty one.
	Tell(ctx context.Context, line string) error
	// Screen describes where the questions appear, as it is now.
	Screen() Screen
}

// A Question is what a [Prompter] asks. It prints, logs and marshals as its ID, because it may
// contain a secret.
type Question struct {
	// ID says which question it is, in any language: the id of its label, such as
	// [texts.FieldPassword].
	ID texts.ID
	// Label is the question in the person's language, without a colon.
	Label string
	// Default is what an empty answer means, to be shown beside the label. Prompters need not
	// return it.
	Default string
	// Secret answers must not show while they are typed.
	Secret bool
	// Picture is a QR code of several lines, and Detail is a text of several lines. They are shown
	// above the question, and only until it is answered, because both contain a secret.
	Picture, Detail string
}

// Format implements fmt.Formatter.
func (q Question) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, string(q.ID)) // a fmt.State cannot report an error
}

// LogValue implements slog.LogValuer.
func (q Question) LogValue() slog.Value { return slog.StringValue(string(q.ID)) }

// MarshalText implements encoding.TextMarshaler.
func (q Question) MarshalText() ([]byte, error) { return []byte(q.ID), nil }

// A Screen is where questions appear.
type Screen struct {
	// Columns and Rows are its size in characters. A QR code that does not fit is left out.
	Columns, Rows int
	// UTF8 says that it shows more than ASCII.
	UTF8 bool
}

// Errors that end a conversation.
var (
	// ErrInterrupted means that the person pressed Ctrl-C or Ctrl-D, or that the process got SIGINT
	// or SIGTERM meanwhile.
	ErrInterrupted = errors.New("terminal: interrupted")
	// ErrNoTerminal means that there is no terminal to ask in, and no other source for an answer.
	ErrNoTerminal = errors.New("terminal: there is no terminal to ask in")
	// ErrPasskeyOnly means that the person can sign in with a passkey only, which a terminal cannot
	// use.
	ErrPasskeyOnly = errors.New("terminal: a passkey does not work in a terminal")
)

// An InputError is an [ErrNoTerminal] that says which input is missing.
type InputError struct {
	ID    texts.ID // the question that could not be asked, such as [texts.FieldPassword]
	Label string   // the question in the person's language
}

// Error names the question.
func (e *InputError) Error() string { return ErrNoTerminal.Error() + ": " + string(e.ID) }

// Unwrap returns [ErrNoTerminal].
func (e *InputError) Unwrap() error { return ErrNoTerminal }
