package guide

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pages are the guides.
var pages = []string{
	"auth/README.md", "auth/PRODUCTION.md", "auth/authtest/README.md", "auth/bff/README.md",
	"auth/cookiestore/README.md", "auth/jwt/README.md", "examples/cli/README.md",
}

// block is a fenced block of a page.
type block struct{ language, text string }

var fenced = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

func readPage(t *testing.T, name string) string {
	t.Helper()
	page, err := fs.ReadFile(root, name)
	require.NoError(t, err)
	return string(page)
}

func blocksOf(page string) []block {
	blocks := []block{}
	for _, found := range fenced.FindAllStringSubmatch(page, -1) {
		blocks = append(blocks, block{found[1], found[2]})
	}
	return blocks
}

// command is a line of a console block, and what the terminal shows after it.
type command struct{ line, output string }

func commandsOf(b block) []command {
	commands := []command{}
	for part := range strings.SplitSeq(b.text, "\n$ ") {
		line, output, _ := strings.Cut(strings.TrimPrefix(part, "$ "), "\n")
		commands = append(commands, command{line, output})
	}
	return commands
}

// TestGuidesAreOnePage keeps them short enough for ten minutes.
func TestGuidesAreOnePage(t *testing.T) {
	t.Parallel()
	for _, name := range pages {
		lines := strings.Count(readPage(t, name), "\n")
		assert.True(t, 50 <= lines && lines <= 200, "%s has %d lines", name, lines)
	}
}

var (
	link      = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	goCommand = regexp.MustCompile(`\bgo (?:run|test) (\./[\w/.-]+)`)
)

// TestLinksAndCommandsOfTheGuides looks for what links lead to, and for what commands name: examples,
// each of which has tests that run it.
func TestLinksAndCommandsOfTheGuides(t *testing.T) {
	t.Parallel()
	for _, name := range pages {
		page := readPage(t, name)
		for _, found := range link.FindAllStringSubmatch(page, -1) {
			if !strings.Contains(found[1], "://") {
				_, err := fs.Stat(root, path.Join(path.Dir(name), found[1]))
				assert.NoError(t, err, "%s: %s", name, found[0])
			}
		}
		for _, found := range goCommand.FindAllStringSubmatch(page, -1) {
			tests, err := fs.Glob(root, path.Join(found[1], "*_test.go"))
			require.NoError(t, err)
			assert.NotEmpty(t, tests, "%s: %s has no test of its own", name, found[0])
		}
	}
}
