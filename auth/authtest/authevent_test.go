package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestAuthEvents(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	user := func(more object) object { return merged(object{"Username": "alice"}, more) }
	f.admin("AdminListUserAuthEvents", user(nil)).failsWith("UserPoolAddOnNotEnabledException")
	f.admin("UpdateUserPool", object{"UserPoolAddOns": object{"AdvancedSecurityMode": "AUDIT"}}).ok()
	f.signIn("alice", wrong).failsWith("NotAuthorizedException")
	event := f.claims(f.signIn("alice", password).tokens()).access["event_id"]
	list := func(limit, pages int) []object {
		return f.pages("AdminListUserAuthEvents", "AuthEvents", "NextToken",
			user(object{"UserPoolId": f.UserPoolID, "MaxResults": limit}), pages)
	}
	assert.Equal(t, list(0, 1), list(1, 2))
	events := list(0, 1)
	assert.Equal(t, event, events[0]["EventId"], "the newest comes first, under the event_id of its tokens")
	assert.Equal(t, "Pass", events[0]["EventResponse"])
	assert.Equal(t, "Fail", events[1]["EventResponse"])

	f.admin("AdminUpdateAuthEventFeedback", user(object{"EventId": event, "FeedbackValue": "Invalid"})).ok()
	assert.Equal(t, "Invalid", list(0, 1)[0]["EventFeedback"].(object)["FeedbackValue"])
	f.admin("AdminUpdateAuthEventFeedback", user(object{"EventId": "none", "FeedbackValue": "Valid"})).
		failsWith("ResourceNotFoundException")
	f.admin("UpdateAuthEventFeedback", user(object{
		"EventId": event, "FeedbackValue": "Valid", "FeedbackToken": "x",
	})).failsWith("NotAuthorizedException")
	f.unviolated()
}

// SetUserSettings is the old name of switching SMS_MFA on and off.
func TestUserSettings(t *testing.T) {
	t.Parallel()
	bob := authtest.User{
		Username: "bob", Password: password, Attributes: map[string]string{"phone_number": phone}, TOTPSecret: secret,
		MFA: []string{"SOFTWARE_TOKEN_MFA"},
	}
	f := start(t, authtest.Config{}, bob, alice())
	token := f.accessToken("bob")
	sms := []object{{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}}
	both := []any{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}
	only := []any{"SOFTWARE_TOKEN_MFA"}
	factors := func() any {
		t.Helper()
		own := f.call("GetUserAuthFactors", object{"AccessToken": token}).ok()
		assert.Equal(t, own, f.admin("AdminGetUserAuthFactors", object{"Username": "bob"}).ok())
		return own["UserMFASettingList"]
	}
	f.call("SetUserSettings", object{"AccessToken": token, "MFAOptions": sms}).ok()
	assert.ElementsMatch(t, both, factors())
	f.call("SetUserSettings", object{"AccessToken": token, "MFAOptions": []object{}}).ok()
	assert.Equal(t, only, factors())
	f.admin("AdminSetUserSettings", object{"Username": "bob", "MFAOptions": sms}).ok()
	assert.ElementsMatch(t, both, factors())
	f.admin("AdminSetUserSettings", object{"Username": "alice", "MFAOptions": sms}).
		failsWith("InvalidParameterException") // she has no phone number
	f.admin("AdminSetUserSettings", object{
		"Username": "bob", "MFAOptions": []object{{"DeliveryMedium": "EMAIL", "AttributeName": "email"}},
	}).failsWith("InvalidParameterException")
	f.unviolated()
}
