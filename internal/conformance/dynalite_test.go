package conformance_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDynalite runs the tests of package dynamostore on dynalite instead of their own server: the
// contract of a Store, three processes that share sessions, faults, and what requests cost. It runs
// before the parallel tests: dynalite is slow.
//
//nolint:paralleltest // see above
func TestDynalite(t *testing.T) {
	needNode(t)
	var server struct{ Endpoint string }
	serve(t, exec.CommandContext(patient(t), "node", "dynalite.mjs"), &server)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "./auth/dynamostore")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "DYNAMOSTORE_TEST_ENDPOINT="+server.Endpoint)
	out, err := cmd.CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
}
