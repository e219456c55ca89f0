package authtest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// listed calls ListUsers and returns the user names on all pages.
func (f *fixture) listed(filter string, limit, pages int) []string {
	f.t.Helper()
	body := object{"UserPoolId": f.UserPoolID}
	if filter != "" {
		body["Filter"] = filter
	}
	if limit > 0 {
		body["Limit"] = limit
	}
	names := []string{}
	for _, u := range f.pages("ListUsers", "Users", "PaginationToken", body, pages) {
		names = append(names, u["Username"].(string))
	}
	return names
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	assert.Empty(t, f.listed("", 0, 1))
	for i := range 7 {
		require.NoError(t, f.AddUser(authtest.User{
			Username: fmt.Sprintf("user%d", i), Password: password, Disabled: i == 3, TemporaryPassword: i == 4,
			Attributes: map[string]string{
				"email": fmt.Sprintf("user%d@example.com", i), "given_name": fmt.Sprintf(`A "%d"`, i), "phone_number": phone,
			},
		}))
	}
	all := []string{"user0", "user1", "user2", "user3", "user4", "user5", "user6"}
	assert.Equal(t, all, f.listed("", 0, 1))
	assert.Equal(t, all, f.listed("", 3, 3))
	assert.Equal(t, all, f.listed("", 7, 1))
	for filter, want := range map[string][]string{
		`email = "user2@example.com"`:                   {"user2"},
		`email="user2@example.com"`:                     {"user2"},
		`"email" = "user2@example.com"`:                 {"user2"},
		`email = "user2"`:                               {},
		`username ^= "user"`:                            all,
		`username ^= "user5"`:                           {"user5"},
		`given_name = "A \"6\""`:                        {"user6"},
		`phone_number ^= "+1555"`:                       all,
		`status = "Disabled"`:                           {"user3"},
		`cognito:user_status = "FORCE_CHANGE_PASSWORD"`: {"user4"},
		`cognito:user_status ^= "FORCE"`:                {"user4"},
		`sub = "` + f.attributes("user1")["sub"] + `"`:  {"user1"},
		`preferred_username = "nobody"`:                 {},
		`name ^= "a=b"`:                                 {},
	} {
		assert.Equal(t, want, f.listed(filter, 0, 1), filter)
	}
	f.unviolated()
	for _, filter := range []string{
		`email`, `email = user2`, `email = "a`, `email = a"`, `email = "a" b"`, `custom:tier = "1"`, `locale = "x"`, `= "x"`,
		`email = "a\"`, `email == "a"`,
	} {
		f.admin("ListUsers", object{"Filter": filter}).failsWith("InvalidParameterException")
	}
	f.admin("ListUsers", object{"PaginationToken": "%"}).failsWith("InvalidParameterException")
}

func TestListUsersShowsTheAttributesWanted(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	list := func(body object) object {
		return f.admin("ListUsers", body).ok()["Users"].([]any)[0].(object)
	}
	assert.Len(t, list(object{})["Attributes"], 2)
	u := list(object{"AttributesToGet": []string{"email"}})
	assert.Equal(t, []any{object{"Name": "email", "Value": email}}, u["Attributes"])
	assert.Equal(t, "CONFIRMED", u["UserStatus"])
	assert.Equal(t, true, u["Enabled"])
	assert.Contains(t, u, "UserCreateDate")
	f.unviolated()
}
