package terminal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	failed := func(code auth.ErrorCode) error { return &auth.Error{Op: "SignIn", Code: code} }
	tests := []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("x"), 1},
		{failed("NewException"), 1},
		{failed(auth.ErrUsernameExists), 1},
		{failed(auth.ErrNotAuthorized), 3},
		{failed(auth.ErrCodeMismatch), 3},
		{terminal.ErrNoTerminal, 4},
		{&terminal.InputError{ID: texts.FieldCode}, 4},
		{terminal.ErrPasskeyOnly, 4},
		{failed(auth.ErrUserUnAuthenticated), 4},
		{failed(auth.ErrSessionExpired), 4},
		{failed(auth.ErrLockedOut), 5},
		{failed(auth.ErrTooManyRequests), 5},
		{failed(auth.ErrNetwork), 6},
		{context.DeadlineExceeded, 6},
		{&auth.Error{Op: "SignIn", Err: context.DeadlineExceeded}, 6},
		{&auth.Error{Op: "SignIn", Err: io.ErrShortWrite}, 7},
		{&auth.Error{Op: "SignIn", Err: auth.ErrRecordUnreadable}, 7},
		{failed(auth.ErrCorruptRecord), 7},
		{failed(auth.ErrStore), 7},
		{failed(auth.ErrInvalidConfig), 8},
		{failed(auth.ErrResourceNotFound), 8},
		{terminal.ErrInterrupted, 130},
		{context.Canceled, 130},
		{&auth.Error{Op: "SignIn", Code: auth.ErrNetwork, Err: &net.OpError{Err: context.Canceled}}, 130},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, terminal.ExitCode(tt.err), "%v", tt.err)
		if tt.err != nil {
			assert.Equal(t, tt.want, terminal.ExitCode(fmt.Errorf("acme: %w", tt.err)), "%v", tt.err)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Setenv("LC_ALL", "de_DE.UTF-8")
	assert.Equal(t, "Es gibt kein Terminal, um Sie zu fragen.", terminal.Explain(terminal.ErrNoTerminal))
	t.Setenv("LC_ALL", "de_DE.ISO-8859-1")
	assert.Equal(t, "There is no terminal to ask you in.", terminal.Explain(terminal.ErrNoTerminal), "umlauts would not show")
	t.Setenv("LC_ALL", "C")
	for want, err := range map[string]error{
		"There is no terminal to ask you in, and this came from nowhere else: Password.": &terminal.InputError{
			ID: texts.FieldPassword, Label: "Password",
		},
		"A passkey does not work in a terminal. Choose another way, or sign in with the browser.": terminal.ErrPasskeyOnly,
		"Name or password is wrong.": &auth.Error{Op: "SignIn", Code: auth.ErrNotAuthorized},
		"Only[31m staff.":            &auth.Error{Code: auth.ErrUserLambdaValidation, Message: "Only\x1b[31m staff."},
	} {
		assert.Equal(t, want, terminal.Explain(err))
	}
	for _, err := range []error{nil, terminal.ErrInterrupted, context.Canceled} {
		assert.Empty(t, terminal.Explain(err))
	}
}

func TestQuestionsDoNotPrintWhatTheyShow(t *testing.T) {
	t.Parallel()
	q := terminal.Question{ID: texts.TerminalAppCode, Detail: "secret", Picture: "secret"}
	assert.Equal(t, "terminal_app_code terminal_app_code terminal_app_code", fmt.Sprintf("%v %+v %#v", q, q, q))
	marshaled, err := json.Marshal(q)
	require.NoError(t, err)
	assert.Equal(t, `"terminal_app_code"`, string(marshaled))
}
