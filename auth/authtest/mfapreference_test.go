package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

var (
	enabled   = object{"Enabled": true}
	disabled  = object{"Enabled": false}
	preferred = object{"Enabled": true, "PreferredMfa": true}
	demoted   = object{"Enabled": true, "PreferredMfa": false}
)

// preferences returns the MFA settings that GetUser shows.
func (f *fixture) preferences(accessToken string) object {
	f.t.Helper()
	user := f.call("GetUser", object{"AccessToken": accessToken}).ok()
	delete(user, "Username")
	delete(user, "UserAttributes")
	return user
}

func TestSetUserMFAPreference(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true, TOTP: true, Email: true},
		mfaCase{has: "ste"}.user())
	access := f.accessToken("alice")
	set := func(settings object) reply {
		settings["AccessToken"] = access
		return f.call("SetUserMFAPreference", settings)
	}
	for _, step := range []struct {
		set  object
		want object
	}{
		{object{}, object{}},
		{object{"SMSMfaSettings": enabled}, object{"UserMFASettingList": []any{sms}}},
		{
			object{"SoftwareTokenMfaSettings": preferred},
			object{"UserMFASettingList": []any{sms, totp}, "PreferredMfaSetting": totp},
		},
		{
			object{"EmailMfaSettings": preferred},
			object{"UserMFASettingList": []any{sms, totp, mail}, "PreferredMfaSetting": mail},
		},
		{
			object{"SMSMfaSettings": demoted},
			object{"UserMFASettingList": []any{sms, totp, mail}, "PreferredMfaSetting": mail},
		},
		{object{"EmailMfaSettings": demoted}, object{"UserMFASettingList": []any{sms, totp, mail}}},
		{
			object{"SMSMfaSettings": preferred, "EmailMfaSettings": disabled},
			object{"UserMFASettingList": []any{sms, totp}, "PreferredMfaSetting": sms},
		},
		{object{"SMSMfaSettings": disabled}, object{"UserMFASettingList": []any{totp}}},
		{object{"SoftwareTokenMfaSettings": object{}}, object{}},
	} {
		assert.Empty(t, set(step.set).ok())
		assert.Equal(t, step.want, f.preferences(access))
	}
	f.unviolated()
}

func TestSetUserMFAPreferenceRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true, TOTP: true, Email: true},
		authtest.User{Username: "alice", Password: password}, mfaCase{has: "ste"}.bob())
	delivery := "User does not have delivery config set to turn on "
	access := f.accessToken("alice")
	for setting, factor := range map[string]string{
		"SMSMfaSettings": sms, "SoftwareTokenMfaSettings": totp, "EmailMfaSettings": mail,
		"WebAuthnMfaSettings": "WEB_AUTHN",
	} {
		f.call("SetUserMFAPreference", object{"AccessToken": access, setting: enabled}).
			fails("InvalidParameterException", delivery+factor)
		f.admin("AdminSetUserMFAPreference", object{"Username": "alice", setting: enabled}).
			fails("InvalidParameterException", delivery+factor)
		f.call("SetUserMFAPreference", object{"AccessToken": access, setting: disabled}).ok()
	}
	// An authenticator app counts only once its secret was verified.
	f.call("AssociateSoftwareToken", object{"AccessToken": access}).ok()
	f.call("SetUserMFAPreference", object{"AccessToken": access, "SoftwareTokenMfaSettings": preferred}).
		fails("InvalidParameterException", delivery+totp)

	access = f.accessToken("bob")
	for _, settings := range []object{
		{"SMSMfaSettings": object{"Enabled": false, "PreferredMfa": true}},
		{"SMSMfaSettings": object{"PreferredMfa": true}},
		{"SMSMfaSettings": preferred, "SoftwareTokenMfaSettings": preferred},
	} {
		settings["AccessToken"] = access
		f.call("SetUserMFAPreference", settings).failsWith("InvalidParameterException")
	}
	assert.Empty(t, f.preferences(access), "a refused call changes nothing")
	f.unviolated()
}

func (c mfaCase) bob() authtest.User {
	u := c.user()
	u.Username = "bob"
	return u
}

// A pool accepts a preference for a factor that it does not offer, but does not ask for that
// factor.
func TestPreferenceForFactorThatIsNotOffered(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, mfaCase{has: "st", chose: "T"}.user())
	f.admin("AdminSetUserMFAPreference", object{"Username": "alice", "SMSMfaSettings": preferred}).ok()
	user := f.admin("AdminGetUser", object{"Username": "alice"}).ok()
	assert.Equal(t, []any{sms, totp}, user["UserMFASettingList"])
	assert.Equal(t, sms, user["PreferredMfaSetting"])
	f.signIn("alice", password).challenge(totp)
}

func TestPreferenceWhereMFAIsOff(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, mfaCase{has: "s"}.user())
	access := f.accessToken("alice")
	f.call("SetUserMFAPreference", object{"AccessToken": access, "SMSMfaSettings": preferred}).ok()
	assert.Equal(t, object{"UserMFASettingList": []any{sms}, "PreferredMfaSetting": sms}, f.preferences(access))
	f.signIn("alice", password).tokens()
}

// WebAuthnMfaSettings has no member PreferredMfa: a passkey cannot be a preferred factor.
func TestPasskeyCannotBePreferred(t *testing.T) {
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
