package authtest_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// messageSources gathers what CustomMessage is called with, and words the messages.
func messageSources(seen *[]authtest.CustomMessageEvent) authtest.Triggers {
	return authtest.Triggers{CustomMessage: func(e *authtest.CustomMessageEvent) error {
		*seen = append(*seen, *e)
		e.Response.EmailSubject, e.Response.EmailMessage = "Hello", "Your code: "+e.Request.CodeParameter
		return nil
	}}
}

func TestMessagesOfTheAccountAreWorded(t *testing.T) {
	t.Parallel()
	var seen []authtest.CustomMessageEvent
	user := alice()
	user.Attributes["email_verified"] = "true"
	f := start(t, authtest.Config{Triggers: messageSources(&seen)}, user)
	token := f.accessToken("alice")
	metadata := object{"page": "7"}
	f.call("ForgotPassword", object{"ClientId": f.ClientID, "Username": "alice", "ClientMetadata": metadata}).ok()
	f.call("GetUserAttributeVerificationCode", object{
		"AccessToken": token, "AttributeName": "email", "ClientMetadata": metadata,
	}).ok()
	f.call("UpdateUserAttributes", object{
		"AccessToken": token, "UserAttributes": []object{{"Name": "email", "Value": newEmail}}, "ClientMetadata": metadata,
	}).ok()
	sources := []string{
		"CustomMessage_ForgotPassword", "CustomMessage_VerifyUserAttribute", "CustomMessage_UpdateUserAttribute",
	}
	require.Len(t, seen, len(sources))
	for i, e := range seen {
		assert.Equal(t, sources[i], e.TriggerSource)
		assert.Equal(t, f.ClientID, e.CallerContext.ClientID)
		assert.Equal(t, map[string]string{"page": "7"}, e.Request.ClientMetadata)
		message := f.Messages("alice")[i]
		assert.Equal(t, "Your code: "+message.Code, message.Text)
	}
	assert.Equal(t, newEmail, f.Messages("alice")[2].Destination)
	f.unviolated()
}

func TestRefusedMessageOfTheAccount(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Triggers: authtest.Triggers{
		CustomMessage: func(*authtest.CustomMessageEvent) error { return errors.New("no words") },
	}}, verified())
	token := f.accessToken("alice")
	for _, r := range []reply{
		f.forgot("alice"), f.attributeCode(token, "email"), f.update(token, "email", newEmail),
		f.admin("AdminResetUserPassword", object{"Username": "alice"}),
	} {
		r.fails("UserLambdaValidationException", "CustomMessage failed with error no words.")
	}
	assert.Empty(t, f.Messages("alice"))
}

func TestPostConfirmationOfAPassword(t *testing.T) {
	t.Parallel()
	var seen []authtest.PostConfirmationEvent
	f := start(t, authtest.Config{Triggers: authtest.Triggers{PostConfirmation: func(e *authtest.PostConfirmationEvent) error {
		seen = append(seen, *e)
		return nil
	}}}, verified())
	f.forgot("alice").ok()
	f.confirmForgot("alice", f.LastCode("alice"), newPassword).ok()
	require.Len(t, seen, 1)
	assert.Equal(t, "PostConfirmation_ConfirmForgotPassword", seen[0].TriggerSource)
	assert.Equal(t, "alice", seen[0].UserName)
}

// Somebody who is still in another directory forgets the password.
func TestForgottenPasswordBringsAUserAlong(t *testing.T) {
	t.Parallel()
	var seen []authtest.UserMigrationEvent
	f := start(t, authtest.Config{Triggers: authtest.Triggers{UserMigration: func(e *authtest.UserMigrationEvent) error {
		seen = append(seen, *e)
		if e.UserName == "bob" {
			e.Response.UserAttributes = map[string]string{"email": "bob@example.com", "email_verified": "true"}
		}
		return nil
	}}}, verified())
	f.forgot("alice").ok()
	assert.Empty(t, seen, "she is here already")
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
