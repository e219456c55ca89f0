package redact_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

type (
	redacted  = redact.Secret
	unprinted = redact.Printed
)

type password struct {
	redacted
	Value string
}

type token struct {
	unprinted
	Value string
}

func TestNothingIsPrinted(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		for _, v := range []any{password{Value: "hunter2"}, &password{Value: "hunter2"}, token{Value: "hunter2"}, &token{Value: "hunter2"}} {
			assert.Equal(t, "[redacted]", fmt.Sprintf(verb, v), verb)
			assert.NotContains(t, fmt.Sprintf(verb, struct{ V any }{v}), "hunter2", verb)
		}
	}
}

func TestNothingIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(handler).Info("x", "password", password{Value: "hunter2"}, "token", token{Value: "hunter2"},
			"inside", struct{ P password }{password{Value: "hunter2"}})
	}
	assert.NotContains(t, log.String(), "hunter2")
}

func TestSecretHidesJSONAndPrintedDoesNot(t *testing.T) {
	t.Parallel()
	hidden, err := json.Marshal(password{Value: "hunter2"})
	require.NoError(t, err)
	assert.Equal(t, `"[redacted]"`, string(hidden))
	shown, err := json.Marshal(token{Value: "hunter2"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Value":"hunter2"}`, string(shown))

	var read password
	require.NoError(t, json.Unmarshal([]byte(`{"Value":"hunter2"}`), &read))
	assert.Equal(t, "hunter2", read.Value)
}
