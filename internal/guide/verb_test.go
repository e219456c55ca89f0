package guide

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/amplifyauth/amplify-auth-go"

// root is the root of the module.
var root = os.DirFS("../..")

// documentation returns what go doc knows of a package, with the examples in its tests.
func documentation(t *testing.T, dir string) *doc.Package {
	t.Helper()
	names, err := fs.Glob(root, path.Join(dir, "*.go"))
	require.NoError(t, err)
	files, set := []*ast.File{}, token.NewFileSet()
	for _, name := range names {
		source, err := fs.ReadFile(root, name)
		require.NoError(t, err)
		file, err := parser.ParseFile(set, name, source, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, file)
	}
	documented, err := doc.NewFromFiles(set, files, module+"/"+dir)
	require.NoError(t, err)
	return documented
}

// verbs returns the functions of a package that act for a person or return a handle: those that take
// a context, and those of a Session that return another one. What calls itself a low-level function
// is for packages that build on this one.
func verbs(documented *doc.Package) []*doc.Func {
	all := documented.Funcs
	for _, typ := range documented.Types {
		all = append(all, typ.Funcs...)
		if typ.Name == "Session" || typ.Name == "Client" {
			all = append(all, typ.Methods...)
		}
	}
	found := []*doc.Func{}
	for _, f := range all {
		lowLevel := strings.Contains(strings.Join(strings.Fields(f.Doc), " "), "low-level")
		if !lowLevel && (takesContext(f.Decl) || f.Recv == "*Session" && f.Name == "OnDevice") {
			found = append(found, f)
		}
	}
	return found
}

func takesContext(f *ast.FuncDecl) bool {
	if len(f.Type.Params.List) == 0 {
		return false
	}
	first, ok := f.Type.Params.List[0].Type.(*ast.SelectorExpr)
	return ok && first.Sel.Name == "Context"
}

// TestEveryVerbHasAnExample looks for an Example with an output, which go doc shows and go test runs.
func TestEveryVerbHasAnExample(t *testing.T) {
	t.Parallel()
	for dir, atLeast := range map[string]int{"auth": 30, "mfa": 6, "device": 3, "auth/passkey": 5} {
		found := verbs(documentation(t, dir))
		assert.GreaterOrEqual(t, len(found), atLeast, dir)
		for _, verb := range found {
			runs := false
			for _, example := range verb.Examples {
				runs = runs || example.Output != "" || example.EmptyOutput
			}
			assert.True(t, runs, "%s: %s%s has no Example with an output", dir, verb.Recv, verb.Name)
		}
	}
}
