package auth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// buildInModule builds program as if it were in a folder of this module, and returns the executable.
func buildInModule(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o600))
	place, err := filepath.Abs("../examples/readme/main.go")
	require.NoError(t, err)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{place: filepath.Join(dir, "main.go")}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))

	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", filepath.Join(dir, "overlay.json"),
		"-o", filepath.Join(dir, "program"), "./examples/readme")
	build.Dir = ".."
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s\n%s", program, output)
	return filepath.Join(dir, "program")
}

// verbRow matches a row of the guide's table: Amplify's names, and the names here.
var verbRow = regexp.MustCompile("(?m)^\\| ((?:`\\w+`(?:, )?)+) \\| ([^|]*) \\|[^|]*\\|$")

var (
	amplifyName = regexp.MustCompile("`(\\w+)`")
	// goName is a name of this module: package.Name, or Type.Member of package auth.
	goName = regexp.MustCompile("`(\\w+)\\.(\\w+)`")
)

// TestGuideHasEveryFunctionOfAmplify compares the table in auth/README.md with the list of Amplify's
// functions, which internal/conformance checks, and builds a program that uses every Go name in it.
func TestGuideHasEveryFunctionOfAmplify(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("README.md")
	require.NoError(t, err)
	functions, err := os.ReadFile("testdata/amplify-functions.txt")
	require.NoError(t, err)
	rows := map[string]string{}
	for _, row := range verbRow.FindAllStringSubmatch(string(guide), -1) {
		for _, name := range amplifyName.FindAllStringSubmatch(row[1], -1) {
			rows[name[1]] = row[2]
		}
	}
	var uses strings.Builder
	packages := map[string]bool{}
	for _, function := range strings.Fields(string(functions)) {
		names := goName.FindAllStringSubmatch(rows[function], -1)
		assert.NotEmpty(t, names, "%s has no Go name", function)
		assert.True(t, function == "decodeJWT" || slices.ContainsFunc(names, func(name []string) bool {
			return strings.HasSuffix(strings.ToLower(name[2]), strings.ToLower(strings.TrimPrefix(function, "get")))
		}), "%s has another name here", function)
		for _, name := range names {
			uses.WriteString(use(name[1], name[2], packages))
		}
	}
	buildInModule(t, "package main\n\n"+imports(packages)+"\nfunc main() {\n"+uses.String()+"}\n")
}

// use is a statement that does not compile unless the name exists. It notes the package.
func use(owner, name string, packages map[string]bool) string {
	if unicode.IsUpper(rune(owner[0])) {
		packages["auth"] = true
		return fmt.Sprintf("\t_ = (&auth.%s{}).%s\n", owner, name)
	}
	packages[owner] = true
	return fmt.Sprintf("\t_ = %s.%s\n", owner, name)
}

func imports(packages map[string]bool) string {
	paths := map[string]string{"auth": "auth", "mfa": "mfa", "device": "device", "passkey": "auth/passkey", "identitypool": "auth/identitypool"}
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		fmt.Fprintf(&lines, "import %q\n", "github.com/amplifyauth/amplify-auth-go/"+paths[name])
	}
	return lines.String()
}
