package authtest_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestMadePoolsName(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	byEmail := f.createPool(object{"UsernameAttributes": []string{"email"}}, nil)
	byEmail.signUp("alice", password).fails("InvalidParameterException", "Username should be an email.")
	byEmail.signUp(email, password).ok()
	byEmail.confirm(email, byEmail.LastCode(email)).ok()
	byEmail.signIn(email, password).tokens()

	aliased := f.createPool(object{
		"AliasAttributes": []string{"email"}, "UsernameConfiguration": object{"CaseSensitive": false},
	}, nil)
	aliased.signUp("alice", password, "email", email).ok()
	aliased.confirm("ALICE", aliased.LastCode("alice")).ok()
	aliased.signIn(email, password).tokens()

	exact := f.createPool(nil, nil)
	require.NoError(t, exact.AddUser(alice()))
	exact.signIn("Alice", password).failsWith("UserNotFoundException")
	f.unviolated()
}

func TestSettingsChangeUnderLoad(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	tokens := f.signIn("alice", password).tokens()
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			f.admin("UpdateUserPool", richSettings()).ok()
			f.admin("UpdateUserPool", object{}).ok()
			f.described()
		})
		wg.Go(func() {
			f.admin("UpdateUserPoolClient", object{
				"ClientId": f.ClientID, "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"},
			}).ok()
			f.signIn("alice", password).tokens()
			f.signInSRP("alice", password).tokens()
		})
		wg.Go(func() {
			made := f.createPool(nil, nil)
			made.signUp("bob", password, "email", email).ok()
			f.call("ListUserPools", object{"MaxResults": 60}).ok()
			f.empty("DeleteUserPool", object{"UserPoolId": made.UserPoolID})
		})
		wg.Go(func() {
			f.admin("AddCustomAttributes", object{"CustomAttributes": []object{}}).ok()
			f.listed("", 0, 1)
			f.getUser(tokens["AccessToken"].(string)).ok()
			f.signUp("x y", password)
		})
	}
	wg.Wait()
	f.refresh(tokens, "").refreshed()
}
