//go:build unix

package fleet

import (
	"errors"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Stop stops the process with SIGSTOP, and returns when it has stopped: until then its threads run
// on. SIGCONT resumes it.
func (p *Process) Stop(tb testing.TB) {
	tb.Helper()
	require.NoError(tb, p.Process.Signal(syscall.SIGSTOP))
	var status syscall.WaitStatus
	_, err := syscall.Wait4(p.Process.Pid, &status, syscall.WUNTRACED, nil)
	for errors.Is(err, syscall.EINTR) {
		_, err = syscall.Wait4(p.Process.Pid, &status, syscall.WUNTRACED, nil)
	}
	require.NoError(tb, err)
	require.True(tb, status.Stopped())
}
