package conformance_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sdkModule = "github.com/amplifyauth/amplify-auth-go"

// goRedis is the version in our go.mod. It is repeated here so that an upgrade there, which would
// upgrade every importer, is a deliberate change.
var goRedis = requirement{"github.com/redis/go-redis/v9", "v9.16.0"}

// requirement is a module and its version, as go mod edit -json and go list -m -json print it.
type requirement struct{ Path, Version string }

// TestImportersKeepTheirVersions checks that a program which requires this module keeps its own
// version of go-redis, although it imports auth alone.
func TestImportersKeepTheirVersions(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	program := newProgram(t, root, goRedis)
	assert.Equal(t, goRedis, selected(t, program, goRedis.Path))
}

// TestNoRequirementRaisesAFloor checks that every direct dependency is selected in the version that
// go.mod names, so that the versions there are the ones that an importer receives.
func TestNoRequirementRaisesAFloor(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	program := newProgram(t, root)
	floors := requirementsOf(t, root)
	require.NotEmpty(t, floors)
	for _, floor := range floors {
		assert.Equal(t, floor, selected(t, program, floor.Path))
	}
}

// newProgram writes a module that imports auth and nothing else of this SDK, and returns its folder.
func newProgram(t *testing.T, root string, requirements ...requirement) string {
	t.Helper()
	var mod bytes.Buffer
	mod.WriteString("module example.com/program\n\ngo 1.25.0\n\n")
	mod.WriteString("replace " + sdkModule + " => " + root + "\n\n")
	mod.WriteString("require " + sdkModule + " v0.0.0\n")
	for _, r := range requirements {
		mod.WriteString("require " + r.Path + " " + r.Version + "\n")
	}
	source := "package main\n\nimport _ \"" + sdkModule + "/auth\"\n\nfunc main() {}\n"
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "go.mod"), mod.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(source), 0o600))
	return folder
}

// selected returns the version of a module that the program in folder is built with.
func selected(t *testing.T, folder, path string) requirement {
	t.Helper()
	var r requirement
	require.NoError(t, json.Unmarshal(goCommand(t, folder, "list", "-m", "-json", path), &r))
	return r
}

// requirementsOf returns the direct dependencies in the go.mod in folder.
func requirementsOf(t *testing.T, folder string) []requirement {
	t.Helper()
	var mod struct {
		Require []struct {
			requirement
			Indirect bool
		}
	}
	require.NoError(t, json.Unmarshal(goCommand(t, folder, "mod", "edit", "-json"), &mod))
	var direct []requirement
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.requirement)
		}
	}
	return direct
}

// goCommand runs the go command in folder and returns its output.
func goCommand(t *testing.T, folder string, args ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(patient(t), "go", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoErrorf(t, err, "go %v: %s", args, stderr.String())
	return out
}
