package guide

import (
	"go/ast"
	"go/doc"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	inline    = regexp.MustCompile("`([^`\n]+)`")
	qualified = regexp.MustCompile(`\b([A-Za-z]\w*)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
	constant  = regexp.MustCompile(`^(Err|Event|Step|State)[A-Z]\w*$`)
)

// exported are the names of this module that a page may use: package.Name, Type.Member of any
// package, and both in one.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, dir := range packages(t) {
		documented := documentation(t, dir)
		add := func(name string, members ...string) {
			names[documented.Name+"."+name] = true
			names[name] = true
			for _, member := range members {
				names[name+"."+member] = true
				names[documented.Name+"."+name+"."+member] = true
			}
		}
		for _, f := range documented.Funcs {
			add(f.Name)
		}
		for _, v := range append(documented.Consts, documented.Vars...) {
			for _, name := range v.Names {
				add(name)
			}
		}
		for _, typ := range documented.Types {
			addType(typ, add)
		}
	}
	return names
}

// packages are the folders of the packages that programs import.
func packages(t *testing.T) []string {
	t.Helper()
	dirs := []string{"auth", "mfa", "device"}
	below, err := fs.ReadDir(root, "auth")
	require.NoError(t, err)
	for _, entry := range below {
		if entry.IsDir() && entry.Name() != "testdata" {
			dirs = append(dirs, path.Join("auth", entry.Name()))
		}
	}
	return dirs
}

func addType(typ *doc.Type, add func(string, ...string)) {
	add(typ.Name)
	for _, f := range typ.Funcs {
		add(f.Name)
	}
	for _, f := range typ.Methods {
		add(typ.Name, f.Name)
	}
	for _, v := range append(typ.Consts, typ.Vars...) {
		for _, name := range v.Names {
			add(name)
		}
	}
	ast.Inspect(typ.Decl, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok {
			for _, name := range field.Names {
				add(typ.Name, name.Name)
			}
			if embedded, ok := field.Type.(*ast.SelectorExpr); ok && field.Names == nil {
				add(typ.Name, embedded.Sel.Name)
			}
		}
		return true
	})
}

// TestNamesInTheGuidesExist checks every name of this module that stands in the text as code. The
// names of Amplify begin with a small letter, and packages of others are not looked up.
func TestNamesInTheGuidesExist(t *testing.T) {
	t.Parallel()
	names := exported(t)
	others := map[string]bool{
		"http": true, "slog": true, "errors": true, "oauth2": true, "oidc": true, "csrp": true, "lambda": true,
		"context": true, "httptest": true, "time": true, "Amplify": true,
	}
	for _, page := range pages {
		text := fenced.ReplaceAllString(readPage(t, page), "")
		for _, code := range inline.FindAllStringSubmatch(text, -1) {
			for _, name := range qualified.FindAllString(code[1], -1) {
				owner, _, _ := strings.Cut(name, ".")
				assert.True(t, others[owner] || names[name], "%s: %s is not in this module", page, name)
			}
			if constant.MatchString(code[1]) {
				assert.True(t, names[code[1]], "%s: %s is not in this module", page, code[1])
			}
		}
	}
}
