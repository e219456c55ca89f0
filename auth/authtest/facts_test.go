package authtest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tests in the files facts*_test.go keep what was recorded on the real service. BEHAVIOR.md
// numbers the facts, names their sources and the test of each.

// factCount is how many facts BEHAVIOR.md lists.
const factCount = 40

func TestEveryFactIsProved(t *testing.T) {
	t.Parallel()
	behavior, err := os.ReadFile("BEHAVIOR.md")
	require.NoError(t, err)
	rows := regexp.MustCompile(`(?m)^\| R(\d+) \|.*\| (.*) \|$`).FindAllStringSubmatch(string(behavior), -1)
	require.Len(t, rows, factCount)
	tests := testNames(t)
	for i, row := range rows {
		assert.Equal(t, strconv.Itoa(i+1), row[1])
		named := regexp.MustCompile(`Test\w+`).FindAllString(row[2], -1)
		assert.NotEmpty(t, named, "R%s names no test", row[1])
		for _, name := range named {
			assert.Contains(t, tests, name, "R%s", row[1])
		}
	}
}

// testNames returns the names of this package's tests.
func testNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
			names = append(names, string(match[1]))
		}
	}
	return names
}
