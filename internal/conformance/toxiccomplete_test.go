package conformance_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// operationCall matches a call of Cognito's API in the SDK's source.
var operationCall = regexp.MustCompile(`\b(?:cognito|api)\.([A-Z]\w+)\((?:ctx|limited)\b`)

// TestToxicCoversEveryOperation compares the operations in TestToxic with those that the SDK calls.
func TestToxicCoversEveryOperation(t *testing.T) {
	t.Parallel()
	var known []string
	for _, o := range slices.Concat(operations, accountOperations) {
		known = append(known, o.name)
	}
	var called []string
	for _, folder := range []string{"auth", "auth/passkey", "device", "mfa"} {
		files, err := filepath.Glob(filepath.Join("../..", folder, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, call := range operationCall.FindAllStringSubmatch(string(source), -1) {
				assert.Contains(t, known, call[1], file)
				called = append(called, call[1])
			}
		}
	}
	for _, name := range known {
		assert.Contains(t, called, name, "no call of this operation found in the source")
	}
}
