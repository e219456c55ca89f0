package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// described returns the UserPool of DescribeUserPool.
func (f *fixture) described() object {
	f.t.Helper()
	return f.admin("DescribeUserPool", object{}).ok()["UserPool"].(object)
}

// A setting that CreateUserPool omits has the API's default, which may differ from the console's
// and from Config's.
func TestCreateUserPoolDefaults(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	pool := f.call("CreateUserPool", object{"PoolName": "plain"}).ok()["UserPool"].(object)
	made := f.Pool.Pool(pool["Id"].(string))
	require.NotNil(t, made)
	assert.Empty(t, made.ClientID)
	assert.Regexp(t, `^us-east-1_[0-9A-Za-z]{9}$`, made.UserPoolID)
	assert.Equal(t, "plain", pool["Name"])
	assert.Equal(t, "arn:aws:cognito-idp:us-east-1:123456789012:userpool/"+made.UserPoolID, pool["Arn"])
	assert.Equal(t, "OFF", pool["MfaConfiguration"])
	assert.Equal(t, "INACTIVE", pool["DeletionProtection"])
	assert.Equal(t, "ESSENTIALS", pool["UserPoolTier"])
	assert.Equal(t, object{"CaseSensitive": true}, pool["UsernameConfiguration"])
	for _, name := range []string{
		"AutoVerifiedAttributes", "DeviceConfiguration", "AccountRecoverySetting", "SmsConfiguration",
	} {
		assert.NotContains(t, pool, name)
	}
	assert.Equal(t, object{
		"MinimumLength":                 8.,
		"RequireUppercase":              true,
		"RequireLowercase":              true,
		"RequireNumbers":                true,
		"RequireSymbols":                true,
		"TemporaryPasswordValidityDays": 7.,
	}, pool["Policies"].(object)["PasswordPolicy"])
	f.unviolated()
}

// richSettings returns settings of which each differs from its default.
func richSettings() object {
	return object{
		"AccountRecoverySetting": object{"RecoveryMechanisms": []object{
			{"Name": "verified_phone_number", "Priority": 2}, {"Name": "verified_email", "Priority": 1},
		}},
		"AdminCreateUserConfig":  object{"AllowAdminCreateUserOnly": true},
		"AutoVerifiedAttributes": []string{"email"},
		"DeletionProtection":     "ACTIVE",
		"DeviceConfiguration": object{
			"ChallengeRequiredOnNewDevice":     false,
			"DeviceOnlyRememberedOnUserPrompt": true,
		},
		"EmailConfiguration": object{"EmailSendingAccount": "DEVELOPER", "From": "a@example.com"},
		"LambdaConfig":       object{"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"},
		"Policies": object{
			"PasswordPolicy": object{"MinimumLength": 12, "PasswordHistorySize": 3, "TemporaryPasswordValidityDays": 2},
			"SignInPolicy":   object{"AllowedFirstAuthFactors": []string{"PASSWORD", "EMAIL_OTP"}},
		},
		"UserPoolAddOns": object{"AdvancedSecurityMode": "AUDIT"},
		"UserPoolTags":   object{"team": "a"},
		"UserPoolTier":   "PLUS",
	}
}

func TestUpdateUserPoolResetsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	p := f.createPool(merged(richSettings(), object{
		"AliasAttributes":       []string{"email"},
		"UsernameConfiguration": object{"CaseSensitive": false},
		"Schema": []object{
			{"Name": "email", "Required": true},
			{"Name": "tier", "AttributeDataType": "Number", "Mutable": false},
		},
	}), nil)
	before := p.described()
	for name, value := range richSettings() {
		switch name {
		case "AccountRecoverySetting", "Policies", "AdminCreateUserConfig": // these are filled in
		default:
			assert.EqualValues(t, jsonOf(t, value), jsonOf(t, before[name]), name)
		}
	}
	assert.Equal(
		t,
		[]any{
			object{"Name": "verified_email", "Priority": 1.},
			object{"Name": "verified_phone_number", "Priority": 2.},
		},
		before["AccountRecoverySetting"].(object)["RecoveryMechanisms"],
	)
	p.signUp("bob", password, "email", "bob@example.com").
		fails("NotAuthorizedException", "SignUp is not permitted for this user pool")

	p.admin("UpdateUserPool", object{"PoolName": "renamed"}).ok()
	after := p.described()
	assert.Equal(t, "renamed", after["Name"])
	for _, name := range []string{
		"Id", "CreationDate", "AliasAttributes", "UsernameConfiguration", "SchemaAttributes",
	} {
		assert.Equal(t, before[name], after[name], name)
	}
	for _, name := range []string{
		"AutoVerifiedAttributes", "DeviceConfiguration", "AccountRecoverySetting", "UserPoolAddOns",
	} {
		assert.NotContains(t, after, name)
	}
	assert.Equal(t, object{"EmailSendingAccount": "COGNITO_DEFAULT"}, after["EmailConfiguration"])
	assert.Empty(t, after["LambdaConfig"])
	assert.Empty(t, after["UserPoolTags"])
	assert.Equal(t, "ESSENTIALS", after["UserPoolTier"])
	assert.Equal(t, "INACTIVE", after["DeletionProtection"])
	p.signUp("bob", "short").failsWith("InvalidPasswordException")
	p.signUp("bob", password).failsWith("InvalidParameterException") // the e-mail address is still required
	p.signUp("bob", password, "email", "bob@example.com").ok()
	assert.Empty(t, p.Messages("bob"), "attributes are no longer verified automatically")
	p.admin("UpdateUserPool", object{}).ok()
	assert.Equal(t, "renamed", p.described()["Name"])
	f.unviolated()
}

func TestUpdateUserPoolTakesEffect(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.admin("UpdateUserPool", richSettings()).ok()
	_, created := f.signIn("alice", password).tokens()["NewDeviceMetadata"]
	assert.True(t, created, "devices are tracked")
	require.Error(t, f.AddUser(authtest.User{Username: "bob", Password: "elevenchars"}))
	require.NoError(t, f.AddUser(authtest.User{Username: "bob", Password: "twelve-chars"}))
	f.admin("DeleteUserPool", object{}).
		fails("InvalidParameterException", "The user pool cannot be deleted because deletion "+
			"protection is activated. Deletion protection must be inactivated first.")
	f.admin("UpdateUserPool", object{}).ok()
	f.empty("DeleteUserPool", object{"UserPoolId": f.UserPoolID})
}

// UpdateUserPool has no members for the settings that are fixed when the pool is created.
func TestImmutableSettingsAreUnknownMembers(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	for _, name := range []string{"AliasAttributes", "UsernameAttributes", "Schema"} {
		f.admin("UpdateUserPool", object{name: []string{"email"}}).ok()
		assert.Contains(t, f.violated(), "unknown member")
		assert.NotContains(t, f.described(), name)
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	p := f.createPool(object{"Schema": []object{
		{"Name": "name", "AttributeDataType": "String", "Required": true},
		{"Name": "tier", "AttributeDataType": "Number", "NumberAttributeConstraints": object{"MinValue": "1"}},
		{"Name": "notes", "AttributeDataType": "String", "DeveloperOnlyAttribute": true},
	}}, object{"WriteAttributes": []string{"name", "email", "custom:tier"}})
	p.signUp("alice", password, "email", email).failsWith("InvalidParameterException")
	p.signUp("alice", password, "email", email, "name", "Alice", "custom:tier", "3").ok()
	attributes := map[string]object{}
	for _, a := range p.described()["SchemaAttributes"].([]any) {
		attributes[a.(object)["Name"].(string)] = a.(object)
	}
	assert.Equal(t, true, attributes["name"]["Required"])
	assert.Equal(t, object{
		"Name":                       "custom:tier",
		"AttributeDataType":          "Number",
		"DeveloperOnlyAttribute":     false,
		"Mutable":                    true,
		"Required":                   false,
		"NumberAttributeConstraints": object{"MinValue": "1"},
	}, attributes["custom:tier"])
	assert.Contains(t, attributes, "dev:custom:notes")
	p.admin("AdminUpdateUserAttributes", object{
		"Username": "alice", "UserAttributes": []object{{"Name": "dev:custom:notes", "Value": "x"}},
	}).ok()

	add := func(attribute object) reply {
		return p.admin("AddCustomAttributes", object{"CustomAttributes": []object{attribute}})
	}
	add(object{"Name": "size", "AttributeDataType": "String"}).ok()
	add(object{"Name": "size", "AttributeDataType": "String"}).failsWith("InvalidParameterException")
	add(object{"Name": "other", "AttributeDataType": "String", "Required": true}).failsWith("InvalidParameterException")
	add(object{"Name": "email", "AttributeDataType": "String"}).ok() // that is custom:email
	add(object{"Name": "email", "AttributeDataType": "String"}).failsWith("InvalidParameterException")
	p.admin("AdminUpdateUserAttributes", object{
		"Username": "alice", "UserAttributes": []object{{"Name": "custom:size", "Value": "xl"}},
	}).ok()
	f.unviolated()
}

func TestListUserPools(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	want := []string{f.UserPoolID}
	for range 4 {
		want = append(want, f.createPool(nil, nil).UserPoolID)
	}
	got := f.pages("ListUserPools", "UserPools", "NextToken", object{"MaxResults": 2}, 3)
	ids := make([]string, 0, len(got))
	for _, pool := range got {
		ids = append(ids, pool["Id"].(string))
	}
	assert.ElementsMatch(t, want, ids)
	f.unviolated()
	f.call("ListUserPools", object{}).failsWith("InvalidParameterException")
	f.call("ListUserPools", object{"MaxResults": 61}).failsWith("InvalidParameterException")
	f.call("ListUserPools", object{"MaxResults": 1, "NextToken": "%"}).failsWith("InvalidParameterException")
	assert.Len(t, f.violations.take(), 3)
}

// pages calls a list operation until there are no more pages and returns the items of all pages.
func (f *fixture) pages(operation, list, token string, body object, want int) []object {
	f.t.Helper()
	var all []object
	for n := 1; ; n++ {
		answer := f.call(operation, body).ok()
		for _, item := range answer[list].([]any) {
			all = append(all, item.(object))
		}
		next, more := answer[token]
		if !more {
			assert.Equal(f.t, want, n, "pages")
			return all
		}
		body[token] = next
	}
}

func TestMFAByUpdateUserPool(t *testing.T) {
	t.Parallel()
	const wantsSMS = "SMS configuration and Auto verification for phone_number are required " +
		"when MFA is required/optional"
	f := start(t, authtest.Config{})
	sms := object{"SnsCallerArn": "arn:aws:iam::123456789012:role/authtest"}
	for _, mode := range []string{"ON", "OPTIONAL"} {
		f.call("CreateUserPool", object{"PoolName": "p", "MfaConfiguration": mode}).
			fails("InvalidParameterException", wantsSMS)
		f.admin("UpdateUserPool", object{"MfaConfiguration": mode}).fails("InvalidParameterException", wantsSMS)
		f.admin("UpdateUserPool", object{"MfaConfiguration": mode, "SmsConfiguration": sms}).ok()
		assert.Equal(t, mode, f.described()["MfaConfiguration"])
		assert.Equal(t, sms, f.described()["SmsConfiguration"])
		config := f.admin("GetUserPoolMfaConfig", object{}).ok()
		assert.Equal(t, object{"SmsConfiguration": sms}, config["SmsMfaConfiguration"])
	}
	// A factor that SetUserPoolMfaConfig set up stays until MFA is switched off.
	f.admin("SetUserPoolMfaConfig", object{
		"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": object{"Enabled": true},
	}).ok()
	f.admin("UpdateUserPool", object{"MfaConfiguration": "ON"}).ok()
	config := f.admin("GetUserPoolMfaConfig", object{}).ok()
	assert.Equal(t, object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": true}}, config)
	f.admin("UpdateUserPool", object{}).ok()
	assert.Equal(t, object{"MfaConfiguration": "OFF"}, f.admin("GetUserPoolMfaConfig", object{}).ok())
	f.unviolated()
}

func TestContradictoryPoolSettingsAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.admin("UpdateUserPool", object{
		"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 7},
		"Policies": object{
			"PasswordPolicy": object{"MinimumLength": 8, "TemporaryPasswordValidityDays": 7},
		},
	}).fails("InvalidParameterException",
		"Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
	f.admin("UpdateUserPool", object{"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 3}}).ok()
	policy := f.described()["Policies"].(object)["PasswordPolicy"].(object)
	assert.EqualValues(t, 3, policy["TemporaryPasswordValidityDays"])

	f.call("CreateUserPool", object{
		"PoolName": "p", "AliasAttributes": []string{"email"}, "UsernameAttributes": []string{"email"},
	}).failsWith("InvalidParameterException")
	f.unviolated()

	f.admin("SetUserPoolMfaConfig", object{"MfaConfiguration": "ON", "EmailMfaConfiguration": object{}}).ok()
	f.admin("UpdateUserPool", object{
		"MfaConfiguration":       "ON",
		"AccountRecoverySetting": object{"RecoveryMechanisms": []object{{"Name": "verified_email", "Priority": 1}}},
	}).failsWith("InvalidParameterException")
	f.unviolated()
}

func TestUserPoolMFAConfig(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "alice", Password: password, TOTPSecret: secret})
	set := func(config object) reply { return f.admin("SetUserPoolMfaConfig", config) }
	get := func() object { return f.admin("GetUserPoolMfaConfig", object{}).ok() }
	assert.Equal(t, object{"MfaConfiguration": "OFF"}, get())
	f.signIn("alice", password).tokens()

	on := object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": true}}
	assert.Equal(
		t,
		on,
		set(object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": true}}).ok(),
	)
	assert.Equal(t, on, get())
	f.signIn("alice", password).challenge(totp)

	// The call replaces the configuration: TOTP is off now, but a user who has an authenticator app
	// is still asked for its code.
	messages := object{
		"MfaConfiguration":      "ON",
		"SmsMfaConfiguration":   object{"SmsConfiguration": object{"SnsCallerArn": "arn:aws:iam::1:role/x"}},
		"EmailMfaConfiguration": object{"Message": "Your code is {####}.", "Subject": "Code"},
	}
	set(messages).ok()
	delete(messages, "UserPoolId")
	assert.Equal(t, messages, get())
	f.signIn("alice", password).challenge(totp)
	f.call("AssociateSoftwareToken", object{"AccessToken": f.accessTokenTOTP("alice")}).
		failsWith("SoftwareTokenMFANotFoundException")

	set(object{"MfaConfiguration": "OFF"}).ok()
	f.signIn("alice", password).tokens()
	f.unviolated()
}

// accessTokenTOTP signs in a user whose second factor is TOTP and returns the access token.
func (f *fixture) accessTokenTOTP(username string) string {
	f.t.Helper()
	_, session := f.signIn(username, password).challenge(totp)
	return f.answerTOTP(session, username, f.nextTOTP(secret)).tokens()["AccessToken"].(string)
}

func TestUserPoolMFAConfigRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, AccountRecovery: []string{"verified_email"}})
	before := f.admin("GetUserPoolMfaConfig", object{}).ok()
	for _, test := range []struct {
		config        object
		code, message string
	}{
		{
			object{"MfaConfiguration": "ON"},
			"InvalidParameterException",
			"Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
		},
		{
			object{"MfaConfiguration": "ON", "SmsMfaConfiguration": object{}},
			"InvalidParameterException",
			"[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].",
		},
		{object{"MfaConfiguration": "ON", "EmailMfaConfiguration": object{}}, "InvalidParameterException", ""},
		{
			object{"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": object{"Enabled": true}},
			"InvalidParameterException", "",
		},
		{
			object{"MfaConfiguration": "OFF", "WebAuthnConfiguration": object{"RelyingPartyId": "https://example.com"}},
			"InvalidParameterException", "",
		},
	} {
		r := f.admin("SetUserPoolMfaConfig", test.config)
		r.failsWith(test.code)
		if test.message != "" {
			r.fails(test.code, test.message)
		}
	}
	f.unviolated()
	f.admin("SetUserPoolMfaConfig", object{"MfaConfiguration": "REQUIRED"}).
		fails("InvalidParameterException", "[MfaConfiguration] must be one of 'ON', 'OFF', or 'OPTIONAL'.")
	f.violated()
	assert.Equal(t, before, f.admin("GetUserPoolMfaConfig", object{}).ok())
}

func TestDescribeUserPool(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{
		Region: "eu-west-1", MFA: authtest.MFARequired, TOTP: true, UsernameAttributes: []string{"email"},
		RequiredAttributes: []string{"email"}, AccountRecovery: []string{"verified_phone_number", "admin_only"},
	}, authtest.User{Username: email, Password: password})
	pool := f.admin("DescribeUserPool", object{}).ok()["UserPool"].(object)
	assert.Regexp(t, `^eu-west-1_[0-9A-Za-z]{9}$`, f.UserPoolID)
	assert.Regexp(t, `^[0-9a-z]{26}$`, f.ClientID)
	assert.Equal(t, f.UserPoolID, pool["Id"])
	assert.Equal(t, "ON", pool["MfaConfiguration"])
	assert.NotContains(t, pool, "SoftwareTokenMfaConfiguration")
	assert.Equal(t, []any{"email"}, pool["UsernameAttributes"])
	assert.Equal(t, []any{"email"}, pool["AutoVerifiedAttributes"])
	assert.Equal(t, object{"CaseSensitive": false}, pool["UsernameConfiguration"])
	assert.InDelta(t, 1, pool["EstimatedNumberOfUsers"], 0)
	assert.InDelta(t, float64(time.Now().Unix()), pool["CreationDate"], 60)
	assert.Equal(t, object{
		"MinimumLength":                 8.0,
		"RequireUppercase":              true,
		"RequireLowercase":              true,
		"RequireNumbers":                true,
		"RequireSymbols":                true,
		"TemporaryPasswordValidityDays": 7.0,
	}, pool["Policies"].(object)["PasswordPolicy"])
	assert.Equal(t, []any{
		object{"Name": "verified_phone_number", "Priority": 1.0}, object{"Name": "admin_only", "Priority": 2.0},
	}, pool["AccountRecoverySetting"].(object)["RecoveryMechanisms"])
	f.unviolated()
}
