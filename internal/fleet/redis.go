package fleet

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// StartRedis runs redis-server on a socket in a folder of its own, and returns the socket and
// a function that kills the server, as the end of the test does. Without redis-server it skips the
// test, and in CI fails it.
func StartRedis(tb testing.TB, settings ...string) (socket string, kill func()) {
	tb.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatal("redis-server is not on the PATH")
		}
		tb.Skip("redis-server is not on the PATH: install the package redis-server to run this test")
	}
	dir, err := os.MkdirTemp("", "redis") //nolint:usetesting // a socket's path has to be short
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, os.RemoveAll(dir)) })
	socket = filepath.Join(dir, "s")
	arguments := []string{
		"--port", "0", "--bind", "127.0.0.1", "--unixsocket", socket, "--dir", dir, "--save", "", "--logfile", "log",
	}
	//nolint:gosec,noctx // a tool of the tests, which their end kills
	server := exec.Command(binary, append(arguments, settings...)...)
	require.NoError(tb, server.Start())
	kill = func() {
		_ = server.Process.Kill() // it may be dead
		_ = server.Wait()         // reports the kill
	}
	tb.Cleanup(kill)
	require.Eventually(tb, func() bool {
		conn, err := new(net.Dialer).DialContext(context.Background(), "unix", socket)
		return err == nil && conn.Close() == nil
	}, patience, 10*time.Millisecond)
	return socket, kill
}
