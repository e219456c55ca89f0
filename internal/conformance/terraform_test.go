package conformance_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestNoDrift creates a pool with everything by AWS's SDK for Node, and checks that what was sent is
// described, and that an update changes what it is about and nothing else. Terraform would show any
// other difference as a change that somebody else made.
func TestNoDrift(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool, err := authtest.NewPool(authtest.Config{OnViolation: func(err error) { t.Error(err) }})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	var answer struct {
		Error, Message string
		Sent           map[string]any
		States         []struct {
			Update    string
			Described map[string]any
		}
	}
	script(t, "terraform.mjs", map[string]string{"endpoint": pool.URL, "region": "eu-west-1"}, &answer)
	require.Empty(t, answer.Error, answer.Message)

	created := flat(answer.States[0].Described)
	for path, sent := range flat(answer.Sent) {
		assert.Equal(t, sent, created[path], path)
	}
	assert.Contains(t, created["UserPool.Id"], "eu-west-1_", "the region is that of the signature")
	changes := map[string][]string{}
	for i, state := range answer.States[1:] {
		changes[state.Update] = differing(flat(answer.States[i].Described), flat(state.Described))
	}
	addOns := []string{"UserPool.UserPoolAddOns.AdvancedSecurityMode"}
	assert.Equal(t, map[string][]string{
		"nothing": nil, "addOns": addOns, "addOnsBack": addOns,
		"client":         {"UserPoolClient.LogoutURLs.0"},
		"resourceServer": {"ResourceServer.Name"},
		"provider":       {"IdentityProvider.IdpIdentifiers.0"},
		"domain":         {"DomainDescription.ManagedLoginVersion"},
		"tags":           {"Tags.stage", "UserPool.UserPoolTags.stage"},
	}, changes)
}

// flat returns the leaves of a JSON tree by their paths.
func flat(tree any) map[string]any {
	leaves := map[string]any{}
	var walk func(path string, tree any)
	walk = func(path string, tree any) {
		switch node := tree.(type) {
		case map[string]any:
			for name, child := range node {
				walk(path+"."+name, child)
			}
		case []any:
			for i, child := range node {
				walk(fmt.Sprintf("%s.%d", path, i), child)
			}
		default:
			leaves[strings.TrimPrefix(path, ".")] = tree
		}
	}
	walk("", tree)
	return leaves
}

// differing returns the sorted paths of leaves that are not equal, apart from the times of changes.
func differing(before, after map[string]any) []string {
	all := maps.Clone(before)
	maps.Copy(all, after)
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if !strings.HasSuffix(path, ".LastModifiedDate") && !reflect.DeepEqual(before[path], after[path]) {
			paths = append(paths, path)
		}
	}
	return paths
}
