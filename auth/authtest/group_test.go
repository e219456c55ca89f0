package authtest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	roleA = "arn:aws:iam::123456789012:role/a"
	roleB = "arn:aws:iam::123456789012:role/b"
)

// join creates a group and adds alice to it.
func (f *fixture) join(name string, settings object) {
	f.t.Helper()
	f.admin("CreateGroup", merged(object{"GroupName": name}, settings)).ok()
	f.empty("AdminAddUserToGroup", object{"UserPoolId": f.UserPoolID, "GroupName": name, "Username": "alice"})
}

func TestGroupsInTokens(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		groups        map[string]object
		names, roles  []any
		preferredRole any
	}{
		"none": {},
		"one":  {map[string]object{"a": {}}, []any{"a"}, nil, nil},
		"ranked": {
			map[string]object{"a": {}, "b": {"Precedence": 2}, "c": {"Precedence": 0}}, []any{"c", "b", "a"}, nil, nil,
		},
		"the role": {map[string]object{"a": {"RoleArn": roleA}, "b": {}}, []any{"a", "b"}, []any{roleA}, roleA},
		"roles": {
			map[string]object{"a": {"RoleArn": roleA, "Precedence": 2}, "b": {"RoleArn": roleB, "Precedence": 1}},
			[]any{"b", "a"},
			[]any{roleB, roleA},
			roleB,
		},
		"same role": {
			map[string]object{"a": {"RoleArn": roleA, "Precedence": 1}, "b": {"RoleArn": roleA, "Precedence": 1}},
			[]any{"a", "b"},
			[]any{roleA},
			roleA,
		},
		"undecided": {
			map[string]object{"a": {"RoleArn": roleA, "Precedence": 1}, "b": {"RoleArn": roleB, "Precedence": 1}},
			[]any{"a", "b"},
			[]any{roleA, roleB},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice())
			for group, settings := range test.groups {
				f.join(group, settings)
			}
			both := f.claims(f.signIn("alice", password).tokens())
			assert.Equal(t, claim(test.names), both.access["cognito:groups"])
			assert.Equal(t, claim(test.names), both.id["cognito:groups"])
			assert.Equal(t, claim(test.roles), both.id["cognito:roles"])
			assert.Equal(t, test.preferredRole, both.id["cognito:preferred_role"])
			f.unviolated()
		})
	}
}

// claim returns list as it appears in a token's claims: nil if it is empty.
func claim(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

func TestGroupMembership(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	tokens := f.signIn("alice", password).tokens()
	f.join("staff", nil)
	next := f.refresh(tokens, "").refreshed()
	assert.Equal(t, []any{"staff"}, payload(t, next, "AccessToken")["cognito:groups"])

	member := object{"UserPoolId": f.UserPoolID, "GroupName": "staff", "Username": "alice"}
	f.empty("AdminAddUserToGroup", member) // again
	groups := f.admin("AdminListGroupsForUser", object{"Username": "alice"}).ok()["Groups"].([]any)
	assert.Len(t, groups, 1)
	users := f.admin("ListUsersInGroup", object{"GroupName": "staff"}).ok()["Users"].([]any)
	assert.Len(t, users, 1)
	assert.Equal(t, "alice", users[0].(object)["Username"])

	f.empty("AdminRemoveUserFromGroup", member)
	f.empty("AdminRemoveUserFromGroup", member)
	assert.Empty(t, f.admin("AdminListGroupsForUser", object{"Username": "alice"}).ok()["Groups"])
	f.empty("AdminAddUserToGroup", member)
	f.empty("DeleteGroup", object{"UserPoolId": f.UserPoolID, "GroupName": "staff"})
	assert.Empty(t, f.admin("AdminListGroupsForUser", object{"Username": "alice"}).ok()["Groups"])
	assert.NotContains(t, f.claims(f.signIn("alice", password).tokens()).access, "cognito:groups")

	f.admin("AdminAddUserToGroup", object{"Username": "alice", "GroupName": "staff"}).
		fails("ResourceNotFoundException", "Group not found.")
	f.admin("CreateGroup", object{"GroupName": "staff"}).ok()
	f.admin("AdminAddUserToGroup", object{"Username": "carol", "GroupName": "staff"}).failsWith("UserNotFoundException")
	f.unviolated()
}

func TestGroups(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	g := f.admin("CreateGroup", object{
		"GroupName": "staff", "Description": "people", "Precedence": 0, "RoleArn": roleA,
	}).ok()["Group"].(object)
	assert.Equal(t, f.UserPoolID, g["UserPoolId"])
	assert.Equal(t, g, f.admin("GetGroup", object{"GroupName": "staff"}).ok()["Group"])
	assert.EqualValues(t, 0, g["Precedence"])
	f.admin("CreateGroup", object{"GroupName": "staff"}).
		fails("GroupExistsException", "A group with the name already exists.")
	updated := f.admin("UpdateGroup", object{"GroupName": "staff", "Precedence": 5}).ok()["Group"].(object)
	assert.EqualValues(t, 5, updated["Precedence"])
	assert.Equal(t, "people", updated["Description"])
	updated = f.admin("UpdateGroup", object{"GroupName": "staff", "Description": "all", "RoleArn": roleB}).
		ok()["Group"].(object)
	assert.Equal(t, []any{"all", roleB}, []any{updated["Description"], updated["RoleArn"]})
	for _, operation := range []string{"GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"} {
		f.admin(operation, object{"GroupName": "none"}).fails("ResourceNotFoundException", "Group not found.")
	}
	for i := range 4 {
		f.admin("CreateGroup", object{"GroupName": fmt.Sprintf("g%d", i)}).ok()
	}
	names := []string{}
	list := f.pages("ListGroups", "Groups", "NextToken", object{"UserPoolId": f.UserPoolID, "Limit": 2}, 3)
	for _, group := range list {
		names = append(names, group["GroupName"].(string))
	}
	assert.Equal(t, []string{"g0", "g1", "g2", "g3", "staff"}, names)
	f.unviolated()
}
