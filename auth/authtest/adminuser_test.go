package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestAdminCreateUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	created := f.admin("AdminCreateUser", object{
		"Username": "alice", "TemporaryPassword": password, "DesiredDeliveryMediums": []string{"EMAIL"},
		"UserAttributes": []object{{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}},
	}).ok()["User"].(object)
	assert.Equal(t, "FORCE_CHANGE_PASSWORD", created["UserStatus"])
	assert.Equal(t, true, created["Enabled"])
	assert.InDelta(t, float64(f.Now().UnixMilli())/1000, created["UserCreateDate"], 60)
	assert.Len(t, created["Attributes"], 3)

	user := f.admin("AdminGetUser", object{"Username": "ALICE"}).ok()
	assert.Equal(t, created["Attributes"], user["UserAttributes"])
	assert.NotContains(t, user, "UserMFASettingList")

	messages := f.Messages("alice")
	require.Len(t, messages, 1)
	assert.Equal(t, "INVITATION", messages[0].Kind)
	assert.Equal(t, password, messages[0].Code)
	f.signInSRP("alice", password).challenge("NEW_PASSWORD_REQUIRED")

	f.admin("AdminCreateUser", object{"Username": "alice"}).fails("UsernameExistsException", "User already exists")
	f.unviolated()
}

func TestAdminCreateUserInvitations(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	create := func(username string, more object) reply {
		more["Username"] = username
		if more["UserAttributes"] == nil {
			more["UserAttributes"] = []object{
				{"Name": "email", "Value": email},
				{"Name": "phone_number", "Value": phone},
			}
		}
		return f.admin("AdminCreateUser", more)
	}
	create("by-default", object{}).ok()
	require.Len(t, f.Messages("by-default"), 1)
	assert.Equal(t, "SMS", f.Messages("by-default")[0].Medium)
	f.signIn("by-default", f.LastCode("by-default")).challenge("NEW_PASSWORD_REQUIRED")

	create("both", object{"DesiredDeliveryMediums": []string{"EMAIL", "SMS"}}).ok()
	assert.Len(t, f.Messages("both"), 2)
	create("silent", object{"MessageAction": "SUPPRESS"}).ok()
	assert.Empty(t, f.Messages("silent"))

	create("both", object{"MessageAction": "RESEND"}).ok()
	assert.Len(t, f.Messages("both"), 3)
	create("nobody", object{"MessageAction": "RESEND"}).fails("UserNotFoundException", "User does not exist.")
	f.admin("AdminSetUserPassword", object{"Username": "both", "Password": password, "Permanent": true}).ok()
	create("both", object{"MessageAction": "RESEND"}).failsWith("UnsupportedUserStateException")

	create("weak", object{"TemporaryPassword": "weak-password"}).failsWith("InvalidPasswordException")
	create("odd", object{"UserAttributes": []object{{"Name": "sub", "Value": "x"}}}).
		fails("InvalidParameterException", "Cannot modify the non-mutable attribute sub")
	f.unviolated()
}

func TestAdminCreateUserAlias(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}})
	create := func(username string, force bool) reply {
		return f.admin("AdminCreateUser", object{
			"Username": username, "ForceAliasCreation": force,
			"UserAttributes": []object{{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}},
		})
	}
	create("alice", false).ok()
	create("bob", false).failsWith("AliasExistsException")
	f.admin("AdminGetUser", object{"Username": "bob"}).failsWith("UserNotFoundException")
	create("bob", true).ok()
	assert.Equal(t, "bob", f.admin("AdminGetUser", object{"Username": email}).ok()["Username"])
}

func TestAdminSetUserPassword(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{},
		authtest.User{Username: "unconfirmed", Password: password, Unconfirmed: true},
		authtest.User{Username: "reset", Password: password, ResetRequired: true},
		authtest.User{Username: "temporary", Password: password, TemporaryPassword: true},
	)
	set := func(username, password string, permanent bool) reply {
		return f.admin(
			"AdminSetUserPassword",
			object{"Username": username, "Password": password, "Permanent": permanent},
		)
	}
	for _, username := range []string{"unconfirmed", "reset", "temporary"} {
		set(username, "weak-password", true).failsWith("InvalidPasswordException")
		assert.Empty(t, set(username, newPassword, true).ok())
		f.signIn(username, newPassword).tokens()
		set(username, password, false).ok()
		f.signInSRP(username, password).challenge("NEW_PASSWORD_REQUIRED")
	}
	f.unviolated()
}

func TestAdminConfirmSignUp(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.signUp("alice", password, "email", email).ok()
	assert.Empty(t, f.admin("AdminConfirmSignUp", object{"Username": "alice"}).ok())
	assert.NotContains(t, f.attributes("alice"), "email_verified", "confirming the user verifies no attribute")
	f.signIn("alice", password).tokens()
	f.admin("AdminConfirmSignUp", object{"Username": "alice"}).
		fails("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
}

func TestAdminUpdateUserAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}, CustomAttributes: []string{"custom:tier"}},
		authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
			"email": email, "email_verified": "true", "name": "Alice",
		}},
		authtest.User{Username: "bob", Password: password},
	)
	update := func(username string, attributes ...string) reply {
		list := []object{}
		for i := 0; i < len(attributes); i += 2 {
			list = append(list, object{"Name": attributes[i], "Value": attributes[i+1]})
		}
		return f.admin("AdminUpdateUserAttributes", object{"Username": username, "UserAttributes": list})
	}
	update("alice", "custom:tier", "gold", "name", "").ok()
	attributes := f.attributes("alice")
	assert.Equal(t, "gold", attributes["custom:tier"])
	assert.NotContains(t, attributes, "name", "an empty value deletes")
	assert.Equal(t, "true", attributes["email_verified"])

	update("alice", "email", "alice@corp.test").ok()
	assert.NotContains(t, f.attributes("alice"), "email_verified", "a new address is not verified")
	update("alice", "email", email, "email_verified", "true").ok()
	assert.Equal(t, "true", f.attributes("alice")["email_verified"])

	update("bob", "email", email).ok()
	update("bob", "email_verified", "true").failsWith("AliasExistsException")
	assert.NotContains(t, f.attributes("bob"), "email_verified", "a refused call changes nothing")
	update(
		"bob",
		"custom:x",
		"1",
	).fails("InvalidParameterException", "user.custom:x: Attribute does not exist in the schema.\n")
	update("bob", "email", "nonsense").fails("InvalidParameterException", "Invalid email address format.")
	f.unviolated()
}

func TestAdminResetUserPassword(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{},
		authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
			"email": email, "email_verified": "true", "phone_number": phone,
		}},
		authtest.User{Username: "unreachable", Password: password, Attributes: map[string]string{"email": email}},
		authtest.User{Username: "temporary", Password: password, TemporaryPassword: true},
	)
	reset := func(username string) reply { return f.admin("AdminResetUserPassword", object{"Username": username}) }
	assert.Empty(t, reset("alice").ok())
	assert.Equal(t, "RESET_REQUIRED", f.admin("AdminGetUser", object{"Username": "alice"}).ok()["UserStatus"])
	messages := f.Messages("alice")
	require.Len(t, messages, 1)
	assert.Equal(t, "RESET_PASSWORD", messages[0].Kind)
	assert.Equal(t, "EMAIL", messages[0].Medium, "the phone is not verified")
	f.signIn("alice", password).fails("PasswordResetRequiredException", "Password reset required for the user")

	reset("unreachable").fails("InvalidParameterException",
		"Cannot reset password for the user as there is no registered/verified email or phone_number")
	reset("temporary").fails("NotAuthorizedException", "User password cannot be reset in the current state.")
	f.unviolated()
}

func TestAdminCallsRequireASignature(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	for _, operation := range []string{
		"AdminCreateUser", "AdminSetUserPassword", "AdminConfirmSignUp", "AdminGetUser", "AdminSetUserMFAPreference",
		"AdminUpdateUserAttributes", "AdminResetUserPassword", "SetUserPoolMfaConfig", "GetUserPoolMfaConfig",
		"DescribeUserPool",
	} {
		r := f.request(operation, object{"UserPoolId": f.UserPoolID, "Username": "alice"})
		r.Header.Del("Authorization")
		f.send(r).fails("MissingAuthenticationTokenException", "Missing Authentication Token")
		f.violated()
	}
	r := f.request("GetUser", object{"AccessToken": f.accessToken("alice")})
	r.Header.Set("Authorization", "Bearer nonsense") // ignored where no signature is wanted
	f.send(r).ok()
}

func TestAdminCallsForUnknownPoolOrUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{PreventUserExistenceErrors: true}, alice())
	for operation, more := range map[string]object{
		"AdminCreateUser":           {},
		"AdminSetUserPassword":      {"Password": password},
		"AdminConfirmSignUp":        {},
		"AdminGetUser":              {},
		"AdminSetUserMFAPreference": {},
		"AdminUpdateUserAttributes": {"UserAttributes": []object{}},
		"AdminResetUserPassword":    {},
	} {
		more["Username"] = "nobody"
		more["UserPoolId"] = "us-east-1_Elsewhere"
		f.call(operation, more).fails("ResourceNotFoundException", "User pool us-east-1_Elsewhere does not exist.")
		if operation != "AdminCreateUser" {
			f.admin(operation, more).fails("UserNotFoundException", "User does not exist.")
		}
	}
	for _, operation := range []string{"SetUserPoolMfaConfig", "GetUserPoolMfaConfig", "DescribeUserPool"} {
		f.call(operation, object{"UserPoolId": "us-east-1_Elsewhere"}).
			fails("ResourceNotFoundException", "User pool us-east-1_Elsewhere does not exist.")
	}
	f.unviolated()
}

// Where an address must be verified before it replaces the old one, this also applies to an address
// that an administrator sets without marking it as verified.
func TestAdminUpdateOfContactIsVerified(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg          authtest.Config
		markVerified bool
		now          string
		verified     string
		codesSent    int
	}{
		"immediately":                        {authtest.Config{}, false, newEmail, "", 0},
		"immediately, marked as verified":    {authtest.Config{}, true, newEmail, "true", 0},
		"verified first":                     {verifiedFirst("email"), false, email, "true", 1},
		"verified first, marked as verified": {verifiedFirst("email"), true, newEmail, "true", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			user := alice()
			user.Attributes["email_verified"] = "true"
			f := start(t, c.cfg, user)
			attributes := []object{{"Name": "email", "Value": newEmail}}
			if c.markVerified {
				attributes = append(attributes, object{"Name": "email_verified", "Value": "true"})
			}
			assert.Empty(
				t,
				f.admin("AdminUpdateUserAttributes", object{"Username": "alice", "UserAttributes": attributes}).ok(),
			)
			has := f.attributes("alice")
			assert.Equal(t, c.now, has["email"])
			assert.Equal(t, c.verified, has["email_verified"])
			assert.Len(t, f.Messages("alice"), c.codesSent)
			if c.codesSent > 0 {
				f.call("VerifyUserAttribute", object{
					"AccessToken": f.accessToken("alice"), "AttributeName": "email", "Code": f.LastCode("alice"),
				}).ok()
				has = f.attributes("alice")
				assert.Equal(t, newEmail, has["email"])
				assert.Equal(t, "true", has["email_verified"])
			}
			f.unviolated()
		})
	}
}

func verifiedFirst(attribute string) authtest.Config {
	return authtest.Config{AttributesRequireVerificationBeforeUpdate: []string{attribute}}
}

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
	f.admin("AdminDeleteUserAttributes", object{"Username": "alice", "UserAttributeNames": []string{"email", "name"}}).
		ok()
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
