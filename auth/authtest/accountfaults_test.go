package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Nobody may sign in under a name that leads to either of two users.
func TestPreferredUsernameIsUnique(t *testing.T) {
	t.Parallel()
	user := alice()
	user.Attributes["preferred_username"] = "al"
	f := start(t, authtest.Config{AliasAttributes: []string{"preferred_username"}}, user)
	f.call("SignUp", object{
		"ClientId": f.ClientID, "Username": "mallory", "Password": password,
		"UserAttributes": []object{{"Name": "preferred_username", "Value": "AL"}},
	}).fails("AliasExistsException", "An account with the preferred_username already exists.")
}

// A passkey is never a preferred factor: the setting has no such member.
func TestPasskeyIsNoPreferredFactor(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.call("SetUserMFAPreference", object{
		"AccessToken": f.accessToken("alice"), "WebAuthnMfaSettings": object{"Enabled": false, "PreferredMfa": true},
	}).ok()
	violations := f.violations.take()
	if assert.Len(t, violations, 1) {
		assert.ErrorContains(t, violations[0], `unknown member "webAuthnMfaSettings.PreferredMfa"`)
	}
}
