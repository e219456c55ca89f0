package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestAdminUserGlobalSignOut(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	alices, bobs := f.signIn("alice", password).tokens(), f.signIn("bob", password).tokens()
	f.admin("AdminUserGlobalSignOut", object{"Username": "alice"}).ok()
	f.getUser(alices["AccessToken"].(string)).fails("NotAuthorizedException", "Access Token has been revoked")
	f.refresh(alices, "").fails("NotAuthorizedException", "Refresh Token has been revoked")
	f.getUser(bobs["AccessToken"].(string)).ok()
	f.signIn("alice", password).tokens()
	f.admin("AdminUserGlobalSignOut", object{"Username": "carol"}).failsWith("UserNotFoundException")
	f.unviolated()
}

func TestAdminDeleteUserAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
		"email": email, "email_verified": "true", "name": "Alice", "nickname": "Al",
	}})
	f.admin("AdminDeleteUserAttributes", object{"Username": "alice", "UserAttributeNames": []string{"email", "name"}}).ok()
	left := f.attributes("alice")
	assert.Equal(t, map[string]string{"sub": left["sub"], "nickname": "Al"}, left)
	for _, name := range []string{"sub", "custom:none"} {
		f.admin("AdminDeleteUserAttributes", object{"Username": "alice", "UserAttributeNames": []string{name}}).
			failsWith("InvalidParameterException")
	}
	f.unviolated()
}

func TestAdminDeleteSoftwareToken(t *testing.T) {
	t.Parallel()
	u := alice()
	u.TOTPSecret, u.MFA, u.PreferredMFA = secret, []string{totp}, totp
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, u)
	f.signIn("alice", password).challenge(totp)
	f.admin("AdminDeleteSoftwareToken", object{"Username": "alice"}).ok()
	preferences := f.preferences(f.accessToken("alice"))
	assert.NotContains(t, preferences, "UserMFASettingList")
	assert.NotContains(t, preferences, "PreferredMfaSetting")
	f.admin("AdminDeleteSoftwareToken", object{"Username": "alice"}).failsWith("SoftwareTokenMFANotFoundException")
	f.unviolated()
}
