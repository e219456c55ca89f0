package auth_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/amplifyauth/amplify-auth-go/"

// packagesOfModule returns the imports of each package of this module from within the module, by
// the path below the module's. Tests are left out.
func packagesOfModule(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	list.Dir = ".."
	output, err := list.Output()
	require.NoError(t, err)
	packages := map[string][]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		var imports []string
		for _, path := range p.Imports {
			if name, ok := strings.CutPrefix(path, module); ok {
				imports = append(imports, name)
			}
		}
		packages[strings.TrimPrefix(p.ImportPath, module)] = imports
	}
}

// withoutDetours returns the imports of p that no other import of p leads to.
func withoutDetours(packages map[string][]string, p string) []string {
	direct := packages[p]
	return slices.DeleteFunc(slices.Clone(direct), func(q string) bool {
		return slices.ContainsFunc(direct, func(other string) bool { return other != q && leadsTo(packages, other, q) })
	})
}

func leadsTo(packages map[string][]string, from, to string) bool {
	return from == to || slices.ContainsFunc(packages[from], func(next string) bool { return leadsTo(packages, next, to) })
}

var (
	arrow      = regexp.MustCompile(`^ +(\S+) --> (\S+)$`)
	packageRow = regexp.MustCompile("(?m)^\\| `([a-z0-9/]+)` \\|")
)

// TestDiagramOfTheArchitecture compares the arrows of ARCHITECTURE.md with what the packages import.
func TestDiagramOfTheArchitecture(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../ARCHITECTURE.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "```mermaid\n")
	require.True(t, found, "ARCHITECTURE.md has no diagram")
	diagram, _, _ := strings.Cut(rest, "```")
	var drawn []string
	for line := range strings.Lines(diagram) {
		if match := arrow.FindStringSubmatch(strings.TrimRight(line, "\n")); match != nil {
			drawn = append(drawn, match[1]+" --> "+match[2])
		}
	}
	var imported []string
	packages := packagesOfModule(t)
	for p := range packages {
		if strings.HasPrefix(p, "examples/") {
			continue
		}
		for _, q := range withoutDetours(packages, p) {
			imported = append(imported, p+" --> "+q)
		}
	}
	assert.ElementsMatch(t, imported, drawn)
}

// TestPackagesOfTheArchitecture compares the table of ARCHITECTURE.md with the packages that exist.
func TestPackagesOfTheArchitecture(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../ARCHITECTURE.md")
	require.NoError(t, err)
	var described, exist []string
	for _, row := range packageRow.FindAllStringSubmatch(string(text), -1) {
		described = append(described, row[1])
	}
	for p := range packagesOfModule(t) {
		exist = append(exist, p)
	}
	exist = append(exist, "internal/conformance") // a module of its own
	assert.ElementsMatch(t, exist, described)
}
