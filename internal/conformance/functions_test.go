package conformance_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFunctionsOfAmplify checks the list of functions that the README's table must contain.
func TestFunctionsOfAmplify(t *testing.T) {
	t.Parallel()
	needNode(t)
	want, err := os.ReadFile("../../auth/testdata/amplify-functions.txt")
	require.NoError(t, err)
	got, err := exec.CommandContext(patient(t), "node", "functions.mjs").Output()
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}
