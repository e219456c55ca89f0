//go:build !windows

package terminal_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
)

func TestNamedPipeEndsWithTheContext(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "fifo")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	requireEndsWithContext(t, terminal.FromFile(fifo), func() {
		writer, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for the reader
		require.NoError(t, err)
		t.Cleanup(func() { _ = writer.Close() })
	})
}
