package conformance_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// patience is the time limit of every program that a test starts. Its clock runs from the start
	// of the program, so subtests that share one are not parallel: they would spend it in a queue.
	patience = 10 * time.Minute
	// reaction is how long a person waits for a text on the screen, or for the end of a program.
	reaction = 3 * time.Minute
)

// need skips the test if tool is missing. If AMPLIFY_AUTH_REQUIRE_TOOLS or CI is set, the test
// fails instead, so that CI cannot skip a test unnoticed.
func need(t *testing.T, tool, install string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		missing(t, tool+" is missing: "+install)
	}
}

// needNode is need for Node and the packages of package-lock.json.
func needNode(t *testing.T) {
	t.Helper()
	need(t, "node", "install Node 20 or newer")
	if _, err := os.Stat("node_modules"); err != nil {
		missing(t, "the npm packages are missing: run npm ci in internal/conformance")
	}
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("AMPLIFY_AUTH_REQUIRE_TOOLS") == "1" || os.Getenv("CI") == "true" {
		require.FailNow(t, what)
	}
	t.Skip(what)
}

// patient returns a context that ends after patience, or after the cleanups that the test adds
// later. Those stop the programs; t.Context would kill them first.
func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	t.Cleanup(cancel)
	return ctx
}

// run runs a program and returns its output.
func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(patient(t), name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoErrorf(t, err, "%s: %s", name, stderr.String())
	return out
}

// script runs a script of this folder with input as its only argument, and decodes the JSON that it
// prints into output.
func script(t *testing.T, name string, input, output any) {
	t.Helper()
	argument, err := json.Marshal(input)
	require.NoError(t, err)
	out := run(t, "node", name, string(argument))
	require.NoErrorf(t, json.Unmarshal(out, output), "%s printed %q", name, out)
}

// serve starts a program that prints one line of JSON when it is ready, decodes that into ready,
// and stops the program at the end of the test.
func serve(t *testing.T, cmd *exec.Cmd, ready any) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, cmd.Wait())
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	require.NoErrorf(t, json.Unmarshal(line, ready), "%s printed %q", cmd.Path, line)
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }
