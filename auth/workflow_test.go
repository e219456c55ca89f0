package auth_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	action = regexp.MustCompile(`(?m)^ +-? *uses: *(.*)$`)
	pinned = regexp.MustCompile(`^[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
)

// TestWorkflowsArePinned checks that no workflow runs an action that somebody else can replace, or
// has rights that it does not need.
func TestWorkflowsArePinned(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../.github/workflows/*.yml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		actions := action.FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, actions, file)
		for _, match := range actions {
			assert.Regexp(t, pinned, match[1], file)
		}
		assert.Equal(t, 1, strings.Count(string(text), "permissions:"), file)
		assert.Contains(t, string(text), "\npermissions:\n  contents: read\n", file)
		assert.Equal(t, strings.Count(string(text), "actions/checkout@"), strings.Count(string(text), "persist-credentials: false"), file)
		assert.NotRegexp(t, `run: .*\$\{\{`, string(text), "%s lets its input into a shell", file)
	}
}

// TestWorkflowRunsEveryCheck checks that a push runs .ci/run, and the tests with the oldest Go.
func TestWorkflowRunsEveryCheck(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../.github/workflows/ci.yml")
	require.NoError(t, err)
	assert.Contains(t, string(text), "- run: .ci/run\n")
	assert.Contains(t, string(text), "go-version-file: go.mod\n")
	assert.FileExists(t, "../.ci/run")
}
