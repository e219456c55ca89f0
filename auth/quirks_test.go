package auth_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

// How QUIRKS.md names things.
var (
	quirkRow      = regexp.MustCompile(`(?m)^\| ([LQ]\d+) \| (.+) \| (.+) \| (.+) \| (.+) \|$`)
	quirkTest     = regexp.MustCompile("`([\\w/]+)\\.(Test\\w+)`")
	quirkScenario = regexp.MustCompile("scenario `([\\w-]+)`")
	quirkOutcome  = regexp.MustCompile("`((?:Err|Confirm|Continue|Done|ResetPassword)[A-Z]\\w+)`")
)

// TestEveryQuirkIsProved checks that the table is complete, that its tests and scenarios exist, and
// that every error and step that a row names is one that its proofs assert.
func TestEveryQuirkIsProved(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("QUIRKS.md")
	require.NoError(t, err)
	outcomes := outcomeNames(t)
	var ids, want []string
	for _, row := range quirkRow.FindAllStringSubmatch(string(table), -1) {
		id, here, outcome, proofs := row[1], row[3], row[4], row[5]
		ids = append(ids, id)
		asserted := assertedBy(t, id, proofs, outcomes)
		named := namedOutcomes(outcome, outcomes)
		for _, name := range named {
			assert.Contains(t, asserted, name, "%s: its proofs do not assert %s", id, name)
		}
		for _, name := range namedOutcomes(here, outcomes) {
			assert.Contains(t, named, name, "%s speaks of %s without an outcome of that name", id, name)
		}
		if len(named) == 0 {
			assert.Equal(t, "–", outcome, id)
		}
	}
	for i := range 12 {
		want = append(want, fmt.Sprintf("L%d", i+1))
	}
	for i := range 56 {
		want = append(want, fmt.Sprintf("Q%d", i+1))
	}
	assert.Equal(t, want, ids)
}

// namedOutcomes returns the errors and steps that a cell names.
func namedOutcomes(cell string, outcomes map[string]string) []string {
	var names []string
	for _, found := range quirkOutcome.FindAllStringSubmatch(cell, -1) {
		if slices.Contains(slices.Collect(maps.Values(outcomes)), found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}

// outcomeNames returns the Go names of the errors and steps of this package by their values.
func outcomeNames(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	for file, pattern := range map[string]string{
		"errorcodes.go": `(?m)^\s+(Err\w+)\s+(?:ErrorCode\s+)?= "(\w+)"`,
		"step.go":       `(?m)^\s+Step(\w+)\s+\w+\s+= "(\w+)"`,
	} {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1)
		require.NotEmpty(t, found, file)
		for _, match := range found {
			names[match[2]] = match[1]
		}
	}
	return names
}

// assertedBy returns the errors and steps in the proofs of a row.
func assertedBy(t *testing.T, id, proofs string, outcomes map[string]string) []string {
	t.Helper()
	tests, scenarios := quirkTest.FindAllStringSubmatch(proofs, -1), quirkScenario.FindAllStringSubmatch(proofs, -1)
	assert.NotEmpty(t, len(tests)+len(scenarios), "%s has no proof", id)
	found := map[string]bool{}
	for _, test := range tests {
		body, exists := testBody(t, filepath.Join("..", test[1]), test[2])
		assert.True(t, exists, "%s: %s has no %s", id, test[1], test[2])
		for _, name := range outcomes {
			if regexp.MustCompile(`\b` + name + `\b`).MatchString(body) {
				found[name] = true
			}
		}
	}
	for _, s := range scenarios {
		for _, value := range played(t, s[1]) {
			found[outcomes[value]] = true
		}
	}
	return slices.Collect(maps.Keys(found))
}

// testBody returns the source of a test function, and of the functions of its file that it calls.
func testBody(t *testing.T, folder, name string) (string, bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	require.NoError(t, err)
	for _, path := range files {
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		if !strings.Contains(string(source), "\nfunc "+name+"(t *testing.T) {") {
			continue
		}
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, path, source, parser.SkipObjectResolution)
		require.NoError(t, err)
		functions := map[string]string{}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				functions[f.Name.Name] = string(source[positions.Position(f.Pos()).Offset:positions.Position(f.End()).Offset])
			}
		}
		body := functions[name]
		for other, text := range functions {
			if !strings.HasPrefix(other, "Test") && regexp.MustCompile(`\b`+other+`\(`).MatchString(functions[name]) {
				body += text
			}
		}
		return body, true
	}
	return "", false
}

// played returns the values of errors and steps that this SDK has in a scenario: those that were
// recorded of Amplify, with the declared differences instead of theirs.
func played(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile("../internal/scenario/testdata/" + name + ".json")
	require.NoError(t, err, name)
	var story struct {
		Steps []struct {
			Recorded struct {
				Error  string
				Output json.RawMessage
			}
		}
	}
	require.NoError(t, json.Unmarshal(data, &story))
	value := regexp.MustCompile(`"(\w+)"`)
	var values []string
	add := func(text string) {
		for _, found := range value.FindAllStringSubmatch(text, -1) {
			values = append(values, found[1])
		}
	}
	for _, step := range story.Steps {
		add(string(step.Recorded.Output) + `"` + step.Recorded.Error + `"`)
	}
	for _, d := range scenario.Differences() {
		if d.Scenario == name {
			add(d.SDK)
		}
	}
	return values
}
