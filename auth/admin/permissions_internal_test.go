package admin

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Administrators grant the IAM actions in the package comment: one too few fails halfway, one too
// many is a risk.
func TestDocumentedPermissionsMatchTheOperations(t *testing.T) {
	t.Parallel()
	functions := functions(t)
	documented := permissions(t)
	var sending []string
	for name, f := range functions {
		if sent := functions.operations(name); f.exported && len(sent) > 0 {
			sending = append(sending, name)
			assert.Equal(t, sent, documented[name], name)
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(documented)), sending)
}

// function lists what the source of a function calls: operations of the AWS SDK, and other
// functions.
type function struct {
	exported          bool // an exported method
	operations, calls []string
}

// source holds the package's functions by name. Methods of one name count as one.
type source map[string]function

func functions(t *testing.T) source {
	t.Helper()
	files, err := fs.Glob(os.DirFS("."), "*.go")
	require.NoError(t, err)
	all := source{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				all[f.Name.Name] = all[f.Name.Name].with(f)
			}
		}
	}
	return all
}

func (f function) with(declared *ast.FuncDecl) function {
	f.exported = f.exported || declared.Recv != nil && declared.Name.IsExported()
	ast.Inspect(declared, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.SelectorExpr); ok && of.Sel.Name == "cognito" {
			f.operations = append(f.operations, selector.Sel.Name)
		} else {
			f.calls = append(f.calls, selector.Sel.Name)
		}
		return true
	})
	if declared.Name.Name == "deleteSoftwareToken" {
		f.operations = []string{string(ActionDeleteApp)} // under the name of another
	}
	return f
}

// operations returns the operations that a function sends, directly or through others.
func (s source) operations(name string) []string {
	seen, found := map[string]bool{}, map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, operation := range s[name].operations {
			found[operation] = true
		}
		for _, other := range s[name].calls {
			visit(other)
		}
	}
	visit(name)
	return slices.Sorted(maps.Keys(found))
}

// permissions parses the table in the package comment.
func permissions(t *testing.T) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	require.NoError(t, err)
	rows, method := map[string][]string{}, ""
	for line := range strings.Lines(file.Doc.Text()) {
		text, inTable := strings.CutPrefix(line, "\t")
		if !inTable {
			continue
		}
		columns := regexp.MustCompile(` {2,}`).Split(strings.TrimSpace(text), 2)
		actions := columns[len(columns)-1]
		if strings.HasPrefix(actions, "the above") {
			rows[columns[0]] = slices.Clone(rows[method])
		}
		if len(columns) == 2 {
			method = columns[0]
		}
		for _, word := range regexp.MustCompile(`\w+`).FindAllString(actions, -1) {
			_, known := reflect.TypeFor[*cognitoidentityprovider.Client]().MethodByName(word)
			if known || word == string(ActionDeleteApp) {
				rows[method] = append(rows[method], word)
			}
		}
	}
	for _, actions := range rows {
		slices.Sort(actions)
	}
	return rows
}
