package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	tokens := f.signIn("alice", password).tokens()
	token := tokens["AccessToken"]
	f.empty("DeleteUser", object{"AccessToken": token})
	f.call("DeleteUser", object{"AccessToken": token}).fails("UserNotFoundException", "User does not exist.")
	f.refresh(tokens, "").fails("UserNotFoundException", "User does not exist.")
	f.signIn("alice", password).fails("UserNotFoundException", "User does not exist.")

	f.signUp("alice", password, "email", email).ok() // the name is free again
	f.getUser(token.(string)).fails("UserNotFoundException", "User does not exist.")
	f.unviolated()
}

func TestDisabledUsersTokenIsRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	token := f.accessToken("alice")
	f.admin("AdminDisableUser", object{"Username": "alice"}).ok()
	f.getUser(token).fails("NotAuthorizedException", "User is disabled.")
	f.admin("AdminEnableUser", object{"Username": "alice"}).ok()
	f.getUser(token).ok()
}

func TestGetUserAuthFactors(t *testing.T) {
	t.Parallel()
	plain := alice()
	second := authtest.User{Username: "bob", Password: password, TOTPSecret: secret}
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, plain, second)
	assert.Equal(t, object{"Username": "alice", "ConfiguredUserAuthFactors": []any{"PASSWORD"}},
		f.call("GetUserAuthFactors", object{"AccessToken": f.accessToken("alice")}).ok())

	token := f.accessToken("bob")
	f.call("SetUserMFAPreference", object{
		"AccessToken": token, "SoftwareTokenMfaSettings": object{"Enabled": true, "PreferredMfa": true},
	}).ok()
	assert.Equal(t, object{
		"Username": "bob", "ConfiguredUserAuthFactors": []any{"PASSWORD"},
		"UserMFASettingList": []any{"SOFTWARE_TOKEN_MFA"}, "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
	}, f.call("GetUserAuthFactors", object{"AccessToken": token}).ok())
	f.unviolated()
}
