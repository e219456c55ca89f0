package terminal_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
)

func TestSources(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte(" pass word \r\nanother line\n"), 0o600))
	both := strings.NewReader("first\nsecond")
	for want, source := range map[string]terminal.Source{
		" pass word ": terminal.FromFile(file),
		"printed":     terminal.FromCommand("printf", `printed\nmore\n`),
		"much":        terminal.FromCommand("sh", "-c", "echo much; head -c 100000 /dev/zero"),
		"left":        terminal.FromCommand("sh", "-c", "echo left; sleep 5 2>/dev/null &"),
		"end":         terminal.FromReader(iotest.DataErrReader(strings.NewReader("end"))),
	} {
		got, err := source(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, want := range []string{"first", "second"} {
		got, err := terminal.FromReader(both)(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for name, source := range map[string]terminal.Source{
		"an end":           terminal.FromReader(both),
		"an empty line":    terminal.FromReader(strings.NewReader("\nx")),
		"a long line":      terminal.FromReader(strings.NewReader(strings.Repeat("x", 5000))),
		"a long output":    terminal.FromCommand("sh", "-c", "head -c 100000 /dev/zero"),
		"no file":          terminal.FromFile(file + "s"),
		"a failed command": terminal.FromCommand("false"),
	} {
		_, err := source(t.Context())
		assert.Error(t, err, name)
	}
}

// TestSourcesEndWithTheContext ends the context in the middle of an answer that never ends.
func TestSourcesEndWithTheContext(t *testing.T) {
	t.Parallel()
	idle, writer := io.Pipe()
	t.Cleanup(func() { _ = writer.Close() })
	requireEndsWithContext(t, terminal.FromReader(idle), func() {
		_, err := writer.Write([]byte("half"))
		require.NoError(t, err)
	})
}

// TestCommandEndsWithTheContext stops a shell whose child keeps the output open.
func TestCommandEndsWithTheContext(t *testing.T) {
	t.Parallel()
	started := filepath.Join(t.TempDir(), "started")
	source := terminal.FromCommand("sh", "-c", `sleep 30 2>/dev/null & echo >"$0"; wait`, started)
	requireEndsWithContext(t, source, func() {
		require.Eventually(t, func() bool {
			_, err := os.Stat(started)
			return err == nil
		}, patience, time.Millisecond)
	})
}

const patience = time.Minute

// requireEndsWithContext ends the context of a Source that waits, as soon as whileWaiting returns.
func requireEndsWithContext(t *testing.T, source terminal.Source, whileWaiting func()) {
	t.Helper()
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := source(ctx)
		failed <- err
	}()
	whileWaiting()
	cancel(stopped)
	select {
	case err := <-failed:
		require.ErrorIs(t, err, stopped)
	case <-time.After(patience):
		require.Fail(t, "the source waits on")
	}
	_, err := source(ctx)
	require.ErrorIs(t, err, stopped, "nothing more is read")
}
