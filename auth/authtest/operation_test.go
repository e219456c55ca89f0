package authtest_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// The package comment lists what is served: all of it and nothing else.
func TestPackageCommentListsTheOperations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, list, found := strings.Cut(string(text), "// # Operations\n")
	require.True(t, found)
	list, _, found = strings.Cut(list, "// Every other operation")
	require.True(t, found)
	var listed []string
	for _, word := range regexp.MustCompile(`\b[A-Z][A-Za-z]+\b`).FindAllString(list, -1) {
		if authtest.IsCognitoOperation(word) {
			listed = append(listed, word)
		}
	}
	slices.Sort(listed)
	assert.Equal(t, authtest.Operations(), listed)
	for _, name := range authtest.Operations() {
		assert.True(t, authtest.IsCognitoOperation(name), name)
	}
}
