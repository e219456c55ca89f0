package texts_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// A constant as the source declares it.
type constant struct{ name, value, comment string }

// constantsOf reads the string constants of one type from Go files. The tests of completeness take
// what there is from there, so that nobody has to keep a list.
func constantsOf(t *testing.T, pattern, typeName string) []constant {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	var found []constant
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			declared, ok := spec.Type.(*ast.Ident)
			literal, isLiteral := spec.Values[0].(*ast.BasicLit)
			if !ok || !isLiteral || declared.Name != typeName {
				return true
			}
			value, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			found = append(found, constant{spec.Names[0].Name, value, spec.Comment.Text()})
			return true
		})
	}
	require.NotEmpty(t, found, "no constant of %s in %s", typeName, pattern)
	return found
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// parametersIn returns the different {parameters} of a text, sorted.
func parametersIn(text string) []string {
	names := placeholder.FindAllString(text, -1)
	slices.Sort(names)
	return slices.Compact(names)
}

// raw returns a text with its parameters still in braces.
func raw(s texts.Set, id texts.ID) string {
	return s.Format(id, texts.Params{
		Title: "{title}", App: "{app}", Name: "{name}", Destination: "{destination}",
		Authenticator: "{authenticator}", Key: "{key}", Time: "{time}",
	})
}
