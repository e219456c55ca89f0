package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestMFAByUpdateUserPool(t *testing.T) {
	t.Parallel()
	const wantsSMS = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
	f := start(t, authtest.Config{})
	sms := object{"SnsCallerArn": "arn:aws:iam::123456789012:role/authtest"}
	for _, mode := range []string{"ON", "OPTIONAL"} {
		f.call("CreateUserPool", object{"PoolName": "p", "MfaConfiguration": mode}).fails("InvalidParameterException", wantsSMS)
		f.admin("UpdateUserPool", object{"MfaConfiguration": mode}).fails("InvalidParameterException", wantsSMS)
		f.admin("UpdateUserPool", object{"MfaConfiguration": mode, "SmsConfiguration": sms}).ok()
		assert.Equal(t, mode, f.described()["MfaConfiguration"])
		assert.Equal(t, sms, f.described()["SmsConfiguration"])
		config := f.admin("GetUserPoolMfaConfig", object{}).ok()
		assert.Equal(t, object{"SmsConfiguration": sms}, config["SmsMfaConfiguration"])
	}
	// A factor that SetUserPoolMfaConfig set up stays, as long as there is MFA at all.
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

func TestPoolSettingsThatContradict(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.admin("UpdateUserPool", object{
		"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 7},
		"Policies":              object{"PasswordPolicy": object{"MinimumLength": 8, "TemporaryPasswordValidityDays": 7}},
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
