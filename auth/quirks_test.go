package auth_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// How QUIRKS.md names things.
var (
	quirkRow      = regexp.MustCompile(`(?m)^\| ([LQ]\d+) \| (.+) \| (.+) \| (.+) \|$`)
	quirkTest     = regexp.MustCompile("`([\\w/]+)\\.(Test\\w+)`")
	quirkScenario = regexp.MustCompile("scenario `([\\w-]+)`")
)

// TestEveryQuirkIsProved checks that the table is complete and that what it calls a proof exists.
func TestEveryQuirkIsProved(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("QUIRKS.md")
	require.NoError(t, err)
	rows := quirkRow.FindAllStringSubmatch(string(table), -1)
	var ids, want []string
	for _, row := range rows {
		ids = append(ids, row[1])
		requireProof(t, row[1], row[4])
	}
	for i := range 12 {
		want = append(want, fmt.Sprintf("L%d", i+1))
	}
	for i := range 56 {
		want = append(want, fmt.Sprintf("Q%d", i+1))
	}
	assert.Equal(t, want, ids)
}

func requireProof(t *testing.T, quirk, cell string) {
	t.Helper()
	tests, scenarios := quirkTest.FindAllStringSubmatch(cell, -1), quirkScenario.FindAllStringSubmatch(cell, -1)
	assert.NotEmpty(t, len(tests)+len(scenarios), "%s has no proof", quirk)
	for _, test := range tests {
		assert.True(t, hasTest(t, filepath.Join("..", test[1]), test[2]), "%s: %s has no %s", quirk, test[1], test[2])
	}
	for _, scenario := range scenarios {
		assert.FileExists(t, "../internal/scenario/testdata/"+scenario[1]+".json", quirk)
	}
}

func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	require.NoError(t, err)
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.Contains(string(source), "\nfunc "+name+"(t *testing.T) {") {
			return true
		}
	}
	return false
}
