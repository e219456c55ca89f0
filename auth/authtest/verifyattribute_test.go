package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// update calls UpdateUserAttributes. The attributes alternate between names and values.
func (f *fixture) update(token string, attributes ...string) reply {
	f.t.Helper()
	list := []object{}
	for i := 0; i < len(attributes); i += 2 {
		list = append(list, object{"Name": attributes[i], "Value": attributes[i+1]})
	}
	return f.call("UpdateUserAttributes", object{"AccessToken": token, "UserAttributes": list})
}

func (f *fixture) deleteAttributes(token string, names ...string) reply {
	f.t.Helper()
	return f.call("DeleteUserAttributes", object{"AccessToken": token, "UserAttributeNames": names})
}

func (f *fixture) attributeCode(token, name string) reply {
	f.t.Helper()
	return f.call("GetUserAttributeVerificationCode", object{"AccessToken": token, "AttributeName": name})
}

func (f *fixture) verifyAttribute(token, name, code string) reply {
	f.t.Helper()
	return f.call("VerifyUserAttribute", object{"AccessToken": token, "AttributeName": name, "Code": code})
}

const newEmail = "new@example.com"

func TestUpdateUserAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{CustomAttributes: []string{"custom:tier"}}, verified())
	token := f.accessToken("alice")
	none := object{"CodeDeliveryDetailsList": []any{}}
	assert.Equal(t, none, f.update(token, "name", "Alice", "custom:tier", "gold").ok())
	assert.Equal(t, "Alice", f.attributes("alice")["name"])
	assert.Equal(t, none, f.update(token, "email", email).ok(), "an unchanged value sends no code")
	unverified := f.update(token, "phone_number", "+15557654321").ok()
	assert.Equal(t, none, unverified, "the pool does not verify this attribute")
	assert.Equal(t, "false", f.attributes("alice")["phone_number_verified"])

	assert.Equal(t, object{"CodeDeliveryDetailsList": []any{object{
		"Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
	}}}, f.update(token, "email", newEmail).ok())
	assert.Equal(t, newEmail, f.attributes("alice")["email"], "the change takes effect immediately")
	assert.Equal(t, "false", f.attributes("alice")["email_verified"])
	messages := f.Messages("alice")
	require.Len(t, messages, 1)
	assert.Equal(t, "UPDATE_ATTRIBUTE", messages[0].Kind)
	assert.Equal(t, newEmail, messages[0].Destination)

	assert.Empty(t, f.verifyAttribute(token, "email", f.LastCode("alice")).ok())
	assert.Equal(t, "true", f.attributes("alice")["email_verified"])
	assert.Equal(t, none, f.update(token, "name", "", "email", "").ok())
	assert.NotContains(t, f.attributes("alice"), "name", "an empty value deletes")
	assert.NotContains(t, f.attributes("alice"), "email")
	assert.NotContains(t, f.attributes("alice"), "email_verified")
	f.unviolated()
}

func TestUpdateTakesEffectWithTheCode(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AttributesRequireVerificationBeforeUpdate: []string{"email"}}, verified())
	pool := f.admin("DescribeUserPool", object{}).ok()["UserPool"].(object)
	assert.Equal(
		t,
		object{"AttributesRequireVerificationBeforeUpdate": []any{"email"}},
		pool["UserAttributeUpdateSettings"],
	)
	token := f.accessToken("alice")
	f.update(token, "email", newEmail, "name", "Alice").ok()
	first := f.LastCode("alice")
	assert.Equal(t, newEmail, f.Messages("alice")[0].Destination)
	assert.Equal(t, email, f.attributes("alice")["email"])
	assert.Equal(t, "true", f.attributes("alice")["email_verified"])
	assert.Equal(t, "Alice", f.attributes("alice")["name"], "other attributes change immediately")

	// GetUserAttributeVerificationCode sends a code to the current address, which becomes the
	// newest code.
	f.attributeCode(token, "email").ok()
	assert.Equal(t, email, f.Messages("alice")[1].Destination)
	if first != f.LastCode("alice") {
		f.verifyAttribute(token, "email", first).fails("CodeMismatchException", wrongCodeText)
	}
	f.update(token, "email", newEmail).ok()
	f.verifyAttribute(token, "email", f.LastCode("alice")).ok()
	assert.Equal(t, newEmail, f.attributes("alice")["email"])
	assert.Equal(t, "true", f.attributes("alice")["email_verified"])
	f.unviolated()
}

func TestUpdateUserAttributesRefused(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{
			RequiredAttributes: []string{"email"},
			AliasAttributes:    []string{"email", "preferred_username"},
		},
		verified(),
		authtest.User{Username: "bob", Password: password, Attributes: map[string]string{
			"email": "bob@example.com", "email_verified": "true", "preferred_username": "bobby",
		}},
	)
	token := f.accessToken("alice")
	unauthorized := "A client attempted to write unauthorized attribute"
	required := "Attributes did not conform to the schema: email: The attribute is required\n"
	f.update(token, "email_verified", "true").fails("NotAuthorizedException", unauthorized)
	f.update(token, "sub", "x").fails("NotAuthorizedException", unauthorized)
	f.update(token, "email", "nonsense").fails("InvalidParameterException", "Invalid email address format.")
	f.update(token, "name", "Al", "email", "bob@example.com").
		fails("AliasExistsException", "An account with the given email already exists.")
	f.update(token, "preferred_username", "bobby").
		fails("AliasExistsException", "An account with the given preferred_username already exists.")
	f.update(token, "email", "").fails("InvalidParameterException", required)
	f.deleteAttributes(token, "email").fails("InvalidParameterException", required)
	f.deleteAttributes(token, "sub").fails("NotAuthorizedException", unauthorized)
	f.deleteAttributes(token, "custom:x").failsWith("InvalidParameterException")
	assert.NotContains(t, f.attributes("alice"), "name", "a refused call changes nothing")
	f.unviolated()
}

func TestDeleteUserAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, verified())
	token := f.accessToken("alice")
	f.attributeCode(token, "email").ok()
	assert.Empty(t, f.deleteAttributes(token, "email", "name").ok(), "deleting an absent attribute succeeds")
	assert.NotContains(t, f.attributes("alice"), "email")
	assert.NotContains(t, f.attributes("alice"), "email_verified")
	f.verifyAttribute(token, "email", f.LastCode("alice")).fails("ExpiredCodeException", expiredCodeText)
	f.unviolated()
}

func TestVerifyUserAttribute(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}, AccessTokenValidity: 24 * time.Hour}, alice())
	token := f.accessToken("alice")
	f.attributeCode(token, "name").failsWith("InvalidParameterException")
	f.verifyAttribute(token, "name", "123456").failsWith("InvalidParameterException")
	f.attributeCode(token, "phone_number").failsWith("InvalidParameterException") // there is none
	f.verifyAttribute(token, "email", "123456").fails("ExpiredCodeException", expiredCodeText)
	assert.Equal(t, object{"CodeDeliveryDetails": object{
		"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
	}}, f.attributeCode(token, "email").ok())
	assert.Equal(t, "VERIFY_ATTRIBUTE", f.Messages("alice")[0].Kind)
	f.verifyAttribute(token, "email", other(f.LastCode("alice"))).fails("CodeMismatchException", wrongCodeText)

	f.Advance(24*time.Hour - time.Minute)
	f.verifyAttribute(token, "email", other(f.LastCode("alice"))).failsWith("CodeMismatchException")
	stale := f.LastCode("alice")
	f.Advance(time.Minute)
	token = f.accessToken("alice")
	f.verifyAttribute(token, "email", stale).fails("ExpiredCodeException", expiredCodeText)

	// A code does not verify an address that an administrator has set since it was sent.
	f.attributeCode(token, "email").ok()
	f.admin("AdminUpdateUserAttributes", object{
		"Username": "alice", "UserAttributes": []object{{"Name": "email", "Value": newEmail}},
	}).ok()
	f.verifyAttribute(token, "email", f.LastCode("alice")).failsWith("ExpiredCodeException")

	f.attributeCode(token, "email").ok()
	require.NoError(t, f.AddUser(authtest.User{Username: "bob", Password: password, Attributes: map[string]string{
		"email": newEmail, "email_verified": "true",
	}}))
	f.verifyAttribute(token, "email", f.LastCode("alice")).
		fails("AliasExistsException", "An account with the email already exists.")
	f.unviolated()
}

func TestAttributeCodeLimits(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	token := f.accessToken("alice")
	for range 5 {
		f.attributeCode(token, "email").ok()
	}
	f.attributeCode(token, "email").fails("LimitExceededException", attemptLimit)
	for range 15 {
		f.verifyAttribute(token, "email", other(f.LastCode("alice"))).failsWith("CodeMismatchException")
	}
	f.verifyAttribute(token, "email", f.LastCode("alice")).fails("LimitExceededException", attemptLimit)
}

// UpdateUserPool changes the rules for the accounts of the pool.
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
	assert.Equal(
		t,
		object{"AttributesRequireVerificationBeforeUpdate": []any{"email"}},
		shown["UserAttributeUpdateSettings"],
	)
	assert.EqualValues(t, 1, shown["Policies"].(object)["PasswordPolicy"].(object)["PasswordHistorySize"])

	f.update(token, "email", newEmail).ok()
	assert.Equal(t, email, f.attributes("alice")["email"])
	f.changePassword(token, password, password).failsWith("PasswordHistoryPolicyViolationException")

	delete(settings, "AutoVerifiedAttributes")
	f.admin("UpdateUserPool", settings).ok()
	f.update(token, "email", newEmail).ok()
	assert.Equal(t, newEmail, f.attributes("alice")["email"], "without a code the change takes effect immediately")
	f.unviolated()
}

func TestImmutableAttributesAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.admin("AddCustomAttributes", object{"CustomAttributes": []object{
		{"Name": "badge", "AttributeDataType": "String", "Mutable": false},
	}}).ok()
	token := f.accessToken("alice")
	f.update(token, "custom:badge", "7").
		fails("NotAuthorizedException", "A client attempted to write unauthorized attribute")
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
