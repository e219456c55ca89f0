package auth_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)|<img src="([^"]+)"`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// TestLinksOfDocuments follows the links in all documents of the repository to other files of it.
func TestLinksOfDocuments(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"../*.md", "*.md", "*/*.md", "../examples/*/*.md", "../internal/*/*.md", "../internal/*/*/*.md"} {
		documents, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, document := range documents {
			text, err := os.ReadFile(document)
			require.NoError(t, err)
			for _, match := range link.FindAllStringSubmatch(string(text), -1) {
				if target := match[1] + match[2]; !strings.Contains(target, "://") {
					follow(t, document, target)
				}
			}
		}
	}
}

func follow(t *testing.T, document, target string) {
	t.Helper()
	path, anchor, _ := strings.Cut(target, "#")
	file := document
	if path != "" {
		file = filepath.Join(filepath.Dir(document), filepath.FromSlash(path))
	}
	_, err := os.Stat(file)
	if !assert.NoError(t, err, "%s has a link to %s", document, target) || anchor == "" {
		return
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var anchors []string
	for _, match := range heading.FindAllStringSubmatch(string(text), -1) {
		anchors = append(anchors, anchorOf(match[1]))
	}
	assert.Contains(t, anchors, anchor, "%s has a link to %s", document, target)
}

var notInAnchors = regexp.MustCompile(`[^\p{L}\p{N}\- _]`)

// anchorOf returns the anchor that forges give a heading.
func anchorOf(title string) string {
	return strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(title), ""), " ", "-")
}

var exampleCommand = regexp.MustCompile(`go run \./examples/(\w+)`)

// TestExamplesOfTheReadme compares the examples that README.md names with those that there are.
func TestExamplesOfTheReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	named := map[string]bool{}
	for _, match := range exampleCommand.FindAllStringSubmatch(string(text), -1) {
		named[match[1]] = true
	}
	for p := range packagesOfModule(t) {
		if example, ok := strings.CutPrefix(p, "examples/"); ok && !strings.Contains(example, "/") {
			assert.True(t, named[example], "README.md does not say how to run %s", p)
			delete(named, example)
		}
	}
	assert.Empty(t, named, "README.md runs what does not exist")
}

// administration matches the commands of README.md that have arguments and need no account.
var administration = regexp.MustCompile("`go run (\\./examples/admin [^`]+)`")

// TestCommandsOfTheReadme runs them.
func TestCommandsOfTheReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	commands := administration.FindAllStringSubmatch(string(text), -1)
	require.Len(t, commands, 2)
	for _, command := range commands {
		output, err := goCommand(t, "..", append([]string{"run"}, strings.Fields(command[1])...)...).CombinedOutput()
		require.NoError(t, err, "%s\n%s", command[1], output)
		if strings.Contains(command[1], "mfa plan") {
			assert.Contains(t, string(output), "locked out")
		}
	}
}

// qualified is a name of a package of this module that a document mentions.
var qualified = regexp.MustCompile("`(\\w+)\\.(\\w+)(?:\\.(\\w+))?[`(]")

// TestNamesOfTheReadme looks up every name with its package, such as jwt.NewContext, and the methods
// of package jwt, which the table of frameworks has.
func TestNamesOfTheReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	services, err := os.ReadFile("../internal/conformance/services/README.md")
	require.NoError(t, err)
	paths := map[string]string{"Verifier": "auth/jwt Verifier", "Requirement": "auth/jwt Requirement", "Guard": "auth/jwt Guard"}
	for _, name := range []string{"Client", "Session", "Config", "Token"} {
		paths[name] = "auth " + name
	}
	for p := range packagesOfModule(t) {
		if !strings.HasPrefix(p, "examples/") {
			paths[p[strings.LastIndex(p, "/")+1:]] = p
		}
	}
	looked := map[string]bool{}
	for _, match := range qualified.FindAllStringSubmatch(string(text)+string(services), -1) {
		path, ok := paths[match[1]]
		if !ok || looked[match[0]] {
			continue
		}
		looked[match[0]] = true
		place, owner, _ := strings.Cut(path, " ")
		name := strings.Trim(owner+"."+match[2]+"."+match[3], ".")
		output, err := exec.CommandContext(t.Context(), "go", "doc", module+place, name).CombinedOutput()
		assert.NoError(t, err, "%s: %s", match[0], output)
	}
	assert.Greater(t, len(looked), 20)
}

// TestVersionsInDocuments compares the versions that README.md and auth/README.md name with those
// that are used.
func TestVersionsInDocuments(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	guide, err := os.ReadFile("README.md")
	require.NoError(t, err)
	ours, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	goVersion := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(ours)
	require.NotNil(t, goVersion)
	for _, match := range regexp.MustCompile(`Go (\d\.\d+) or newer`).FindAllStringSubmatch(string(text), -1) {
		assert.Equal(t, string(goVersion[1]), match[1])
	}
	modules, err := os.ReadFile("../internal/conformance/go.mod")
	require.NoError(t, err)
	packages, err := os.ReadFile("../internal/conformance/package.json")
	require.NoError(t, err)
	used := strings.NewReplacer(`"`, "", ":", "", "/v3", "").Replace(string(modules) + string(packages))
	versions := regexp.MustCompile(`(service/cognitoidentityprovider|go-oidc|aws-amplify) (v?\d+\.\d+\.\d+)`)
	matches := versions.FindAllString(string(guide), -1)
	assert.Len(t, matches, 3)
	for _, match := range matches {
		assert.Contains(t, used, match)
	}
}

// TestTableOfServices compares the programs that the README of the services names with those that
// there are. TestLinksOfDocuments follows its links.
func TestTableOfServices(t *testing.T) {
	t.Parallel()
	const dir = "../internal/conformance/services/"
	text, err := os.ReadFile(dir + "README.md")
	require.NoError(t, err)
	files, err := filepath.Glob(dir + "*.go")
	require.NoError(t, err)
	for _, file := range files {
		if name := filepath.Base(file); name != "service.go" && !strings.HasSuffix(name, "_test.go") {
			assert.Contains(t, string(text), "("+name+")")
		}
	}
}
