package authtest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	attemptLimit    = "Attempt limit exceeded, please try after some time."
	wrongCodeText   = "Invalid verification code provided, please try again."
	expiredCodeText = "Invalid code provided, please request a code again."
)

// verified returns alice with a verified e-mail address and phone number.
func verified() authtest.User {
	return authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
		"email": email, "email_verified": "true", "phone_number": phone, "phone_number_verified": "true",
	}}
}

func (f *fixture) forgot(username string) reply {
	f.t.Helper()
	return f.call("ForgotPassword", object{"ClientId": f.ClientID, "Username": username})
}

func (f *fixture) confirmForgot(username, code, password string) reply {
	f.t.Helper()
	return f.call("ConfirmForgotPassword", object{
		"ClientId": f.ClientID, "Username": username, "ConfirmationCode": code, "Password": password,
	})
}

// other returns six digits that differ from code.
func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestForgotPassword(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, verified())
	assert.Equal(t, object{"CodeDeliveryDetails": object{
		"Destination": "+*******4567", "DeliveryMedium": "SMS", "AttributeName": "phone_number",
	}}, f.forgot("alice").ok(), "the phone comes first")
	messages := f.Messages("alice")
	require.Len(t, messages, 1)
	assert.Equal(t, "RESET_PASSWORD", messages[0].Kind)
	assert.Equal(t, phone, messages[0].Destination)

	code := f.LastCode("alice")
	f.confirmForgot("alice", other(code), newPassword).fails("CodeMismatchException", wrongCodeText)
	f.confirmForgot("alice", code, "Aa1!aaa").
		fails("InvalidPasswordException", "Password does not conform to policy: Password not long enough")
	f.signIn("alice", password).tokens()
	assert.Empty(t, f.confirmForgot("alice", code, newPassword).ok(), "a refused password does not use the code up")
	f.confirmForgot("alice", code, newPassword).fails("ExpiredCodeException", expiredCodeText)
	f.signIn("alice", password).fails("NotAuthorizedException", wrongPassword)
	f.signInSRP("alice", newPassword).tokens()
	f.unviolated()
}

func TestForgotPasswordCodes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, verified())
	f.confirmForgot("alice", "123456", newPassword).fails("ExpiredCodeException", expiredCodeText) // none was asked for
	f.forgot("alice").ok()
	first := f.LastCode("alice")
	f.forgot("alice").ok()
	if first != f.LastCode("alice") {
		f.confirmForgot("alice", first, newPassword).failsWith("CodeMismatchException")
	}
	f.Advance(time.Hour)
	f.confirmForgot("alice", f.LastCode("alice"), newPassword).fails("ExpiredCodeException", expiredCodeText)

	// A code is valid for one purpose only.
	token := f.accessToken("alice")
	f.attributeCode(token, "email").ok()
	f.confirmForgot("alice", f.LastCode("alice"), newPassword).failsWith("ExpiredCodeException")
	f.forgot("alice").ok()
	f.verifyAttribute(token, "phone_number", f.LastCode("alice")).failsWith("ExpiredCodeException")
}

func TestForgotPasswordLimits(t *testing.T) {
	t.Parallel()
	for name, hidden := range map[string]bool{"legacy": false, "hidden": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{PreventUserExistenceErrors: hidden}, verified())
			names := []string{"alice"}
			if hidden {
				names = append(names, "nobody")
			}
			for _, username := range names {
				for range 5 {
					f.forgot(username).ok()
					f.confirmForgot(username, other(f.LastCode(username)), newPassword).
						fails("CodeMismatchException", wrongCodeText)
				}
				f.forgot(username).fails("LimitExceededException", attemptLimit)
				f.confirmForgot(username, "x", newPassword).fails("LimitExceededException", attemptLimit)
			}
			f.Advance(time.Hour)
			f.forgot("alice").ok()
			f.confirmForgot("alice", f.LastCode("alice"), newPassword).ok()
		})
	}
}

func TestForgotPasswordRefused(t *testing.T) {
	t.Parallel()
	contact := "Cannot reset password for the user as there is no registered/verified email or phone_number"
	state := "User password cannot be reset in the current state."
	attributes := verified().Attributes
	f := start(t, authtest.Config{},
		authtest.User{Username: "disabled", Password: password, Attributes: attributes, Disabled: true},
		authtest.User{Username: "temporary", Password: password, TemporaryPassword: true},
		authtest.User{Username: "unverified", Password: password, Attributes: map[string]string{"email": email}},
		authtest.User{Username: "unconfirmed", Password: password, Attributes: attributes, Unconfirmed: true},
	)
	f.forgot("nobody").fails("UserNotFoundException", "Username/client id combination not found.")
	f.forgot("disabled").fails("NotAuthorizedException", "User is disabled.")
	f.forgot("temporary").fails("NotAuthorizedException", state)
	f.forgot("unverified").fails("InvalidParameterException", contact)
	f.forgot("unconfirmed").fails("NotAuthorizedException", state)
	f.confirmForgot("nobody", "123456", newPassword).
		fails("UserNotFoundException", "Username/client id combination not found.")
	f.confirmForgot("disabled", "123456", newPassword).fails("NotAuthorizedException", "User is disabled.")
	f.unviolated()

	admin := start(t, authtest.Config{AccountRecovery: []string{"admin_only"}}, verified())
	admin.forgot("alice").fails("NotAuthorizedException", "Contact administrator to reset password.")
	admin.forgot("nobody").fails("NotAuthorizedException", "Contact administrator to reset password.")
}

func TestForgotPasswordHidesUnknownUsers(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{PreventUserExistenceErrors: true},
		authtest.User{Username: "disabled", Password: password, Attributes: verified().Attributes, Disabled: true},
		authtest.User{Username: "unverified", Password: password},
		authtest.User{
			Username:    "unconfirmed",
			Password:    password,
			Attributes:  map[string]string{"email": email},
			Unconfirmed: true,
		},
		authtest.User{Username: "temporary", Password: password, TemporaryPassword: true},
	)
	sent := len(f.Messages("unconfirmed"))
	for _, username := range []string{"nobody", "disabled", "unverified", "unconfirmed"} {
		first := f.forgot(username).ok()
		assert.Regexp(t, `^[a-z]\*\*\*@[a-z]\*\*\*$`, first["CodeDeliveryDetails"].(object)["Destination"])
		assert.Equal(t, first, f.forgot(username).ok(), "the same each time")
	}
	assert.Equal(t, object{"CodeDeliveryDetails": object{
		"Destination": "b***@c***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
	}}, f.forgot("bob@corp.test").ok())
	assert.Equal(t, object{"CodeDeliveryDetails": object{
		"Destination": "+*********5678", "DeliveryMedium": "SMS", "AttributeName": "phone_number",
	}}, f.forgot("+4915112345678").ok())
	assert.Empty(t, f.Messages("disabled"))
	assert.Empty(t, f.Messages("unverified"))
	assert.Len(t, f.Messages("unconfirmed"), sent)
	for _, username := range []string{"nobody", "disabled"} {
		f.confirmForgot(username, "123456", newPassword).fails("CodeMismatchException", wrongCodeText)
	}
	f.confirmForgot("unverified", "123456", newPassword).fails("ExpiredCodeException", expiredCodeText)
	f.forgot("temporary").fails("NotAuthorizedException", "User password cannot be reset in the current state.")
	f.unviolated()

	byPhone := start(
		t,
		authtest.Config{PreventUserExistenceErrors: true, AutoVerifiedAttributes: []string{"phone_number"}},
	)
	details := byPhone.forgot("nobody").ok()["CodeDeliveryDetails"].(object)
	assert.Regexp(t, `^\+\*{7}\d{4}$`, details["Destination"])
	assert.Equal(t, "SMS", details["DeliveryMedium"], "as in other messages")
}

func TestRecoveryFollowsTheSetting(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{AccountRecovery: []string{"verified_email", "verified_phone_number"}}
	destination := func(f *fixture) any {
		return f.forgot("alice").ok()["CodeDeliveryDetails"].(object)["AttributeName"]
	}
	assert.Equal(t, "email", destination(start(t, cfg, verified())))

	cfg.MFA, cfg.Email = authtest.MFAOptional, true
	second := verified()
	second.MFA = []string{"EMAIL_OTP"}
	assert.Equal(t, "phone_number", destination(start(t, cfg, second)), "e-mail is the second factor already")
}

func TestResetRequired(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, verified())
	f.admin("AdminResetUserPassword", object{"Username": "alice"}).ok()
	f.signIn("alice", password).fails("PasswordResetRequiredException", "Password reset required for the user")
	f.confirmForgot("alice", f.LastCode("alice"), newPassword).ok()
	assert.Equal(t, "CONFIRMED", f.admin("AdminGetUser", object{"Username": "alice"}).ok()["UserStatus"])
	f.signIn("alice", newPassword).tokens()
}

func TestForgotPasswordRequiresTheSecretHash(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ClientSecret: true}, verified())
	missing := "Client " + f.ClientID + " is configured with secret but SECRET_HASH was not received"
	f.forgot("alice").fails("NotAuthorizedException", missing)
	f.call("ForgotPassword", object{"ClientId": f.ClientID, "Username": "alice", "SecretHash": f.hash("alice")}).ok()
	f.confirmForgot("alice", f.LastCode("alice"), newPassword).fails("NotAuthorizedException", missing)
	f.call("ConfirmForgotPassword", object{
		"ClientId": f.ClientID, "Username": "alice", "ConfirmationCode": f.LastCode("alice"), "Password": newPassword,
		"SecretHash": f.hash("alice"),
	}).ok()
}

func TestConfirmForgotPasswordRunsPostConfirmation(t *testing.T) {
	t.Parallel()
	var seen []authtest.PostConfirmationEvent
	f := start(
		t,
		authtest.Config{Triggers: authtest.Triggers{PostConfirmation: func(e *authtest.PostConfirmationEvent) error {
			seen = append(seen, *e)
			return nil
		}}},
		verified(),
	)
	f.forgot("alice").ok()
	f.confirmForgot("alice", f.LastCode("alice"), newPassword).ok()
	require.Len(t, seen, 1)
	assert.Equal(t, "PostConfirmation_ConfirmForgotPassword", seen[0].TriggerSource)
	assert.Equal(t, "alice", seen[0].UserName)
}

// ForgotPassword migrates a user who is still in another directory.
func TestForgotPasswordMigratesTheUser(t *testing.T) {
	t.Parallel()
	var seen []authtest.UserMigrationEvent
	f := start(
		t,
		authtest.Config{Triggers: authtest.Triggers{UserMigration: func(e *authtest.UserMigrationEvent) error {
			seen = append(seen, *e)
			if e.UserName == "bob" {
				e.Response.UserAttributes = map[string]string{"email": "bob@example.com", "email_verified": "true"}
			}
			return nil
		}}},
		verified(),
	)
	f.forgot("alice").ok()
	assert.Empty(t, seen, "alice exists and is not migrated")
	f.forgot("nobody").fails("UserNotFoundException", "Username/client id combination not found.")
	f.forgot("bob").ok()
	require.Len(t, seen, 2)
	assert.Equal(t, "UserMigration_ForgotPassword", seen[1].TriggerSource)
	assert.Empty(t, seen[1].Request.Password)
	f.signIn("bob", newPassword).failsWith("PasswordResetRequiredException")
	f.confirmForgot("bob", f.LastCode("bob"), newPassword).ok()
	f.signInSRP("bob", newPassword).tokens()

	refusing := start(t, authtest.Config{PreventUserExistenceErrors: true, Triggers: authtest.Triggers{
		UserMigration: func(*authtest.UserMigrationEvent) error { return errors.New("not now") },
	}})
	refusing.forgot("bob").fails("UserLambdaValidationException", "UserMigration failed with error not now.")
}
