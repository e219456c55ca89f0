package authtest_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func (f *fixture) changePassword(token, previous, proposed string) reply {
	f.t.Helper()
	return f.call(
		"ChangePassword",
		object{"AccessToken": token, "PreviousPassword": previous, "ProposedPassword": proposed},
	)
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, verified())
	token := f.accessToken("alice")
	f.changePassword(token, wrong, newPassword).fails("NotAuthorizedException", wrongPassword)
	f.call("ChangePassword", object{"AccessToken": token, "ProposedPassword": newPassword}).
		fails("NotAuthorizedException", wrongPassword)
	f.changePassword(token, password, "Aa1!aaa").
		fails("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	assert.Empty(t, f.changePassword(token, password, newPassword).ok())
	f.getUser(token).ok() // the session goes on
	f.signIn("alice", password).fails("NotAuthorizedException", wrongPassword)
	f.signInSRP("alice", newPassword).tokens()
	f.changePassword("nonsense", password, newPassword).
		fails("NotAuthorizedException", "Could not verify signature for Access Token")
	f.unviolated()
}

func TestChangePasswordLimit(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AccessTokenValidity: 2 * time.Hour}, verified())
	token := f.accessToken("alice")
	for range 5 {
		f.changePassword(token, wrong, newPassword).fails("NotAuthorizedException", wrongPassword)
	}
	f.changePassword(token, password, newPassword).fails("LimitExceededException", attemptLimit)
	f.Advance(time.Hour)
	f.changePassword(token, password, newPassword).ok()
}

func TestPasswordHistory(t *testing.T) {
	t.Parallel()
	const third = "Third-horse-3!"
	f := start(t, authtest.Config{PasswordPolicy: authtest.PasswordPolicy{PasswordHistorySize: 2}}, verified())
	used := func(r reply) { r.failsWith("PasswordHistoryPolicyViolationException") }
	token := f.accessToken("alice")
	used(f.changePassword(token, password, password))
	f.changePassword(token, password, newPassword).ok()
	used(f.changePassword(token, newPassword, password))
	used(f.admin("AdminSetUserPassword", object{"Username": "alice", "Password": password, "Permanent": true}))
	f.forgot("alice").ok()
	used(f.confirmForgot("alice", f.LastCode("alice"), password))
	f.confirmForgot("alice", f.LastCode("alice"), third).ok()
	f.changePassword(token, third, password).ok() // two others since
	f.unviolated()
}

const newPassword = "Battery-staple-2!"

func (f *fixture) answerNewPassword(session string, more object) reply {
	f.t.Helper()
	responses := object{"USERNAME": "alice", "NEW_PASSWORD": newPassword}
	for name, value := range more {
		responses[name] = value
	}
	return f.respond("NEW_PASSWORD_REQUIRED", session, responses)
}

func TestNewPassword(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{}, authtest.User{
			Username: "alice", Password: password, TemporaryPassword: true,
			Attributes: map[string]string{"email": email, "email_verified": "true"},
		})
		signIn(f, "alice", wrong).fails("NotAuthorizedException", wrongPassword)
		parameters, session := signIn(f, "alice", password).challenge("NEW_PASSWORD_REQUIRED")
		assert.Equal(t, "alice", parameters["USER_ID_FOR_SRP"])
		assert.Equal(t, "[]", parameters["requiredAttributes"])
		var attributes map[string]string
		require.NoError(t, json.Unmarshal([]byte(parameters["userAttributes"].(string)), &attributes))
		assert.Equal(t, map[string]string{"email": email, "email_verified": "true"}, attributes, "without sub")

		f.answerNewPassword(session, object{"NEW_PASSWORD": "short"}).
			fails("InvalidPasswordException", "Password does not conform to policy: Password not long enough")
		f.answerNewPassword(session, object{"userAttributes.email_verified": "true"}).
			fails("NotAuthorizedException", "A client attempted to write unauthorized attribute")
		f.answerNewPassword(session, object{"userAttributes.name": "Alice"}).tokens()
		f.answerNewPassword(session, nil).fails("NotAuthorizedException", usedSession)

		assert.Equal(t, "CONFIRMED", f.admin("AdminGetUser", object{"Username": "alice"}).ok()["UserStatus"])
		assert.Equal(t, "Alice", f.attributes("alice")["name"])
		signIn(f, "alice", password).fails("NotAuthorizedException", wrongPassword)
		signIn(f, "alice", newPassword).tokens()
		f.unviolated()
	})
}

func TestNewPasswordAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{RequiredAttributes: []string{"email", "name"}}, authtest.User{
		Username: "alice", Password: password, TemporaryPassword: true, Attributes: map[string]string{"email": email},
	})
	parameters, session := f.signIn("alice", password).challenge("NEW_PASSWORD_REQUIRED")
	assert.Equal(t, `["userAttributes.name"]`, parameters["requiredAttributes"])
	f.answerNewPassword(session, nil).fails("InvalidParameterException", "Invalid attributes given, name is missing")
	f.answerNewPassword(session, object{"userAttributes.name": "Alice", "userAttributes.email": email}).
		fails("NotAuthorizedException", "Cannot modify an already provided email")
	f.answerNewPassword(session, object{"userAttributes.name": "Alice"}).tokens()
	f.unviolated()
}

func TestNewPasswordThenMFA(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			authtest.User{Username: "alice", Password: password, TemporaryPassword: true})
		_, session := signIn(f, "alice", password).challenge("NEW_PASSWORD_REQUIRED")
		_, next := f.answerNewPassword(session, nil).challenge("MFA_SETUP")
		assert.NotEqual(t, session, next)
		f.call("AssociateSoftwareToken", object{"Session": next}).ok()
	})
}

func TestTemporaryPasswordExpires(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{PasswordPolicy: authtest.PasswordPolicy{TemporaryPasswordValidityDays: 2}},
			authtest.User{Username: "alice", Password: password, TemporaryPassword: true})
		f.Advance(48*time.Hour - time.Second)
		signIn(f, "alice", password).challenge("NEW_PASSWORD_REQUIRED")
		f.Advance(time.Second)
		signIn(f, "alice", wrong).fails("NotAuthorizedException", wrongPassword)
		signIn(f, "alice", password).
			fails("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.")
		f.admin("AdminCreateUser", object{
			"Username": "alice", "TemporaryPassword": newPassword, "MessageAction": "RESEND",
		}).
			ok()
		signIn(f, "alice", newPassword).challenge("NEW_PASSWORD_REQUIRED")
	})
}

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{PasswordPolicy: authtest.PasswordPolicy{MinimumLength: 12, RequireNumbers: true}})
	f.signUp("alice", "elevenchars1").ok()
	f.signUp("bob", "tenchars12").failsWith("InvalidPasswordException")
	f.signUp("bob", "twelve-chars").failsWith("InvalidPasswordException")
	created := f.admin(
		"AdminCreateUser",
		object{"Username": "carol", "UserAttributes": []object{{"Name": "phone_number", "Value": phone}}},
	)
	created.ok()
	assert.Len(t, f.LastCode("carol"), 12)
}
