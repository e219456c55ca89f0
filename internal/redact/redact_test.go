package redact_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

type redacted = redact.Secret

type password struct {
	redacted
	Value string
}

func TestSecretPrintsAsRedacted(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		assert.Equal(t, "[redacted]", fmt.Sprintf(verb, password{Value: "hunter2"}), verb)
		assert.Equal(t, "[redacted]", fmt.Sprintf(verb, &password{Value: "hunter2"}), verb)
		assert.NotContains(t, fmt.Sprintf(verb, struct{ P password }{password{Value: "hunter2"}}), "hunter2", verb)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "password", password{Value: "hunter2"})
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "password", password{Value: "hunter2"})
	assert.NotContains(t, log.String(), "hunter2")
}
