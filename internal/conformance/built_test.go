package conformance_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// binaries is the folder for the programs of this module that the tests run; builds are the builds
// of those programs, by their packages.
var (
	binaries string
	builds   sync.Map
)

func TestMain(m *testing.M) {
	var err error
	if binaries, err = os.MkdirTemp("", "conformance"); err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(binaries) }()
	m.Run()
}

// built builds a program of this module, once for all tests, and returns its file.
func built(t *testing.T, program string) string {
	t.Helper()
	build, _ := builds.LoadOrStore(program, sync.OnceValues(func() (string, error) {
		binary := filepath.Join(binaries, filepath.Base(program))
		cmd := exec.CommandContext(patient(t), "go", "build", "-o", binary, program)
		cmd.Dir = "../.."
		out, err := cmd.CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("build %s: %w: %s", program, err, out)
		}
		return binary, nil
	}))
	binary, err := build.(func() (string, error))()
	require.NoError(t, err)
	return binary
}
