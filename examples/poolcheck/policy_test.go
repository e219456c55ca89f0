package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// statements are those of policy.json, by their ids.
func statements(t *testing.T) map[string]statement {
	t.Helper()
	var document struct{ Statement []statement }
	require.NoError(t, json.Unmarshal([]byte(policy), &document))
	all := map[string]statement{}
	for _, s := range document.Statement {
		all[s.Sid] = s
	}
	return all
}

type statement struct {
	Sid, Effect, Resource string
	Action                actions
	Condition             map[string]map[string]string
}

// actions are one string or several.
type actions []string

func (a *actions) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = actions{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// TestPolicyAllowsWhatIsSigned together with TestOffline keeps the policy at the operations that a
// run calls.
func TestPolicyAllowsWhatIsSigned(t *testing.T) {
	t.Parallel()
	var allowed []string
	for _, s := range statements(t) {
		assert.Equal(t, "Allow", s.Effect)
		for _, action := range s.Action {
			operation, found := strings.CutPrefix(action, "cognito-idp:")
			assert.True(t, found, action)
			allowed = append(allowed, operation)
		}
	}
	assert.ElementsMatch(t, signedOperations(), allowed)
}

func TestPolicyChangesPoolsWithTheTagOnly(t *testing.T) {
	t.Parallel()
	all := statements(t)
	for _, action := range all["FindPools"].Action {
		assert.Regexp(t, "^cognito-idp:(Describe|List)", action)
	}
	assert.Equal(t, "false", all["CreatePoolsWithTheTag"].Condition["Null"]["aws:RequestTag/"+tagKey])
	assert.Equal(t, "false", all["UsePoolsWithTheTag"].Condition["Null"]["aws:ResourceTag/"+tagKey])
	assert.Len(t, all, 3)
}
