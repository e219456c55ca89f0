package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// What an administrator sets on a pool counts for the accounts in it.
func TestAccountSettings(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, verified())
	token := f.accessToken("alice")
	settings := object{
		"AutoVerifiedAttributes":      []string{"email"},
		"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []string{"email"}},
		"Policies":                    object{"PasswordPolicy": object{"PasswordHistorySize": 1}},
	}
	f.admin("UpdateUserPool", settings).ok()
	shown := f.admin("DescribeUserPool", object{}).ok()["UserPool"].(object)
	assert.Equal(t, object{"AttributesRequireVerificationBeforeUpdate": []any{"email"}}, shown["UserAttributeUpdateSettings"])
	assert.EqualValues(t, 1, shown["Policies"].(object)["PasswordPolicy"].(object)["PasswordHistorySize"])

	f.update(token, "email", newEmail).ok()
	assert.Equal(t, email, f.attributes("alice")["email"])
	f.changePassword(token, password, password).failsWith("PasswordHistoryPolicyViolationException")

	delete(settings, "AutoVerifiedAttributes")
	f.admin("UpdateUserPool", settings).ok()
	f.update(token, "email", newEmail).ok()
	assert.Equal(t, newEmail, f.attributes("alice")["email"], "no code is sent that it could wait for")
	f.unviolated()
}

func TestImmutableAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.admin("AddCustomAttributes", object{"CustomAttributes": []object{
		{"Name": "badge", "AttributeDataType": "String", "Mutable": false},
	}}).ok()
	token := f.accessToken("alice")
	f.update(token, "custom:badge", "7").fails("NotAuthorizedException", "A client attempted to write unauthorized attribute")
	f.admin("UpdateUserPoolClient", object{"ClientId": f.ClientID, "WriteAttributes": []string{"custom:badge"}}).ok()
	f.update(token, "custom:badge", "7").fails("InvalidParameterException",
		"user.custom:badge: Attribute cannot be updated. (changing an immutable attribute)\n")
	for operation, body := range map[string]object{
		"AdminUpdateUserAttributes": {"UserAttributes": []object{{"Name": "custom:badge", "Value": "7"}}},
		"AdminDeleteUserAttributes": {"UserAttributeNames": []string{"custom:badge"}},
	} {
		f.admin(operation, with(body, "Username", "alice")).fails("InvalidParameterException",
			"user.custom:badge: Attribute cannot be updated. (changing an immutable attribute)\n")
	}
	f.admin("AdminCreateUser", object{
		"Username": "bob", "UserAttributes": []object{{"Name": "custom:badge", "Value": "7"}},
	}).ok()
	f.unviolated()
}

func TestAuthFactorsWithoutAPassword(t *testing.T) {
	t.Parallel()
	bob := authtest.User{Username: "bob", Attributes: map[string]string{"email": email, "email_verified": "true"}}
	f := start(t, authtest.Config{
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"}, ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"},
	}, bob)
	_, session := f.call("InitiateAuth", object{
		"AuthFlow": "USER_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "bob", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
	}).challenge("EMAIL_OTP")
	token := f.respond("EMAIL_OTP", session, object{"USERNAME": "bob", "EMAIL_OTP_CODE": f.LastCode("bob")}).tokens()["AccessToken"]
	factors := func() any {
		return f.call("GetUserAuthFactors", object{"AccessToken": token}).ok()["ConfiguredUserAuthFactors"]
	}
	assert.Equal(t, []any{"EMAIL_OTP"}, factors())
	// Who has no password gets one without giving an old one.
	f.call("ChangePassword", object{"AccessToken": token, "ProposedPassword": newPassword}).ok()
	assert.Equal(t, []any{"PASSWORD", "EMAIL_OTP"}, factors())
	f.call("ChangePassword", object{"AccessToken": token, "ProposedPassword": password}).
		fails("NotAuthorizedException", wrongPassword)
	f.unviolated()
}
