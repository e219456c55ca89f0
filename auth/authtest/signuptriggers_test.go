package authtest_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestPreSignUpConfirms(t *testing.T) {
	t.Parallel()
	var confirmed seen[authtest.PostConfirmationEvent]
	cfg := choosing()
	cfg.AliasAttributes = []string{"email"}
	cfg.Triggers = authtest.Triggers{
		PostConfirmation: confirmed.add,
		PreSignUp: func(e *authtest.PreSignUpEvent) error {
			assert.Equal(t, "PreSignUp_SignUp", e.TriggerSource)
			assert.Equal(t, map[string]string{"email": email}, e.Request.UserAttributes)
			assert.Equal(t, map[string]string{"invitation": "1"}, e.Request.ValidationData)
			assert.Equal(t, tag("sign-up"), e.Request.ClientMetadata)
			e.Response.AutoConfirmUser, e.Response.AutoVerifyEmail = true, true
			return nil
		},
	}
	f := start(t, cfg)
	signUp := func(username string) reply {
		return f.tagged("SignUp", "sign-up", object{
			"ClientId": f.ClientID, "Username": username, "Password": password,
			"UserAttributes": []object{{"Name": "email", "Value": email}},
			"ValidationData": []object{{"Name": "invitation", "Value": "1"}},
		})
	}
	out := signUp("alice").ok()
	assert.Equal(t, true, out["UserConfirmed"])
	assert.NotContains(t, out, "CodeDeliveryDetails")
	assert.Empty(t, f.Messages("alice"))
	events := confirmed.take()
	require.Len(t, events, 1)
	assert.Equal(t, "PostConfirmation_ConfirmSignUp", events[0].TriggerSource)
	assert.Equal(t, tag("sign-up"), events[0].Request.ClientMetadata)
	assert.Equal(t, "true", events[0].Request.UserAttributes["email_verified"])
	f.signIn(email, password).tokens()

	signUp("bob").fails("AliasExistsException", "An account with the email already exists.")
	f.admin("AdminGetUser", object{"Username": "bob"}).failsWith("UserNotFoundException")
	f.unviolated()
}

// A user whom PreSignUp confirmed can continue with the first sign-in.
func TestAutoSignInAfterPreSignUp(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.Triggers.PreSignUp = func(e *authtest.PreSignUpEvent) error {
		e.Response.AutoConfirmUser = true
		return nil
	}
	f := start(t, cfg)
	session := f.signUp("alice", password, "email", email).ok()["Session"].(string)
	f.autoSignIn("alice", session).tokens()
}

func TestPreSignUpVerifiesOnlyPresentAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Triggers: authtest.Triggers{PreSignUp: func(e *authtest.PreSignUpEvent) error {
		e.Response.AutoVerifyPhone = true
		return nil
	}}})
	f.signUp("alice", password, "email", email).failsWith("InvalidLambdaResponseException")
	f.signUp("alice", password, "phone_number", phone).ok()
	assert.Equal(t, "true", f.attributes("alice")["phone_number_verified"])
}

// While PreSignUp runs, another sign-up may take the name. The first to finish keeps it.
func TestPreSignUpRace(t *testing.T) {
	t.Parallel()
	var f *fixture
	first := true
	f = start(t, authtest.Config{Triggers: authtest.Triggers{PreSignUp: func(e *authtest.PreSignUpEvent) error {
		if first {
			first = false
			f.signUp("alice", password).ok()
		}
		return nil
	}}})
	f.signUp("alice", password).fails("UsernameExistsException", "User already exists")
}

func TestConfirmationTriggers(t *testing.T) {
	t.Parallel()
	var confirmed seen[authtest.PostConfirmationEvent]
	f := start(t, authtest.Config{Triggers: authtest.Triggers{PostConfirmation: confirmed.add}})
	f.signUp("alice", password, "email", email).ok()
	f.tagged("ConfirmSignUp", "confirm", object{
		"ClientId": f.ClientID, "Username": "alice", "ConfirmationCode": f.LastCode("alice"),
	}).ok()
	events := confirmed.take()
	require.Len(t, events, 1)
	assert.Equal(t, tag("confirm"), events[0].Request.ClientMetadata)
	assert.Equal(t, "CONFIRMED", events[0].Request.UserAttributes["cognito:user_status"])
	assert.Equal(t, f.ClientID, events[0].CallerContext.ClientID)

	f.signUp("bob", password, "email", "bob@example.com").ok()
	f.admin("AdminConfirmSignUp", object{"Username": "bob"}).ok()
	events = confirmed.take()
	require.Len(t, events, 1)
	assert.Equal(t, "bob", events[0].UserName)
	assert.Equal(t, "CLIENT_ID_NOT_APPLICABLE", events[0].CallerContext.ClientID)
}

func TestAdminCreateUserTriggers(t *testing.T) {
	t.Parallel()
	var judged seen[authtest.PreSignUpEvent]
	f := start(t, authtest.Config{Triggers: authtest.Triggers{
		PreSignUp: func(e *authtest.PreSignUpEvent) error {
			e.Response.AutoConfirmUser = true
			return judged.add(e)
		},
		CustomMessage: func(e *authtest.CustomMessageEvent) error {
			assert.Equal(t, "CustomMessage_AdminCreateUser", e.TriggerSource)
			e.Response.EmailMessage = "Dear " + e.Request.UsernameParameter + ": " + e.Request.CodeParameter
			e.Response.EmailSubject = "Welcome"
			return nil
		},
	}})
	out := f.admin("AdminCreateUser", object{
		"Username": "alice", "UserAttributes": []object{{"Name": "email", "Value": email}},
		"DesiredDeliveryMediums": []string{"EMAIL"}, "ClientMetadata": object{"tag": "create"},
	}).ok()
	assert.Equal(t, "FORCE_CHANGE_PASSWORD", out["User"].(object)["UserStatus"], "the response is ignored")
	events := judged.take()
	require.Len(t, events, 1)
	assert.Equal(t, "PreSignUp_AdminCreateUser", events[0].TriggerSource)
	assert.Equal(t, tag("create"), events[0].Request.ClientMetadata)
	sent := f.Messages("alice")
	require.Len(t, sent, 1)
	assert.Equal(t, "Welcome", sent[0].Subject)
	assert.Equal(t, "Dear alice: "+sent[0].Code, sent[0].Text)
}

func TestCustomMessage(t *testing.T) {
	t.Parallel()
	text := ""
	f := start(
		t,
		authtest.Config{Triggers: authtest.Triggers{CustomMessage: func(e *authtest.CustomMessageEvent) error {
			assert.Equal(t, email, e.Request.UserAttributes["email"])
			e.Response.EmailMessage = text
			return nil
		}}},
	)
	f.signUp("alice", password, "email", email).ok()
	sent := f.Messages("alice")[0]
	assert.Empty(t, sent.Text)
	text = "Your code is {####}."
	f.resend("alice").ok()
	sent = f.Messages("alice")[1]
	assert.Equal(t, "Your code is "+sent.Code+".", sent.Text)
	text = "Hello."
	f.resend("alice").failsWith("InvalidLambdaResponseException")
	assert.Len(t, f.Messages("alice"), 2)
	text = ""
	f.admin("AdminConfirmSignUp", object{"Username": "alice"}).ok()
	f.admin("AdminUpdateUserAttributes", object{
		"Username": "alice", "UserAttributes": []object{{"Name": "email_verified", "Value": "true"}},
	}).ok()
	f.admin("AdminResetUserPassword", object{"Username": "alice"}).ok()
	assert.Equal(t, "RESET_PASSWORD", f.Messages("alice")[2].Kind)
}

func TestUserMigration(t *testing.T) {
	t.Parallel()
	var asked seen[authtest.UserMigrationEvent]
	cfg := authtest.Config{Triggers: authtest.Triggers{UserMigration: func(e *authtest.UserMigrationEvent) error {
		if e.UserName == "nobody" {
			return asked.add(e)
		}
		e.Response.UserAttributes = map[string]string{"username": e.UserName, "email": email, "email_verified": "true"}
		if e.Request.Password == password {
			e.Response.FinalUserStatus = "CONFIRMED"
		}
		return asked.add(e)
	}}}
	f := start(t, cfg, authtest.User{Username: "bob", Password: password})
	f.beginSRP("alice", "2").failsWith("UserNotFoundException")
	assert.Empty(t, asked.take(), "over SRP there is no password to migrate")
	f.tagged("InitiateAuth", "initiate", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password},
	}).tokens()
	events := asked.take()
	require.Len(t, events, 1)
	assert.Equal(t, "UserMigration_Authentication", events[0].TriggerSource)
	assert.Equal(t, tag("initiate"), events[0].Request.ClientMetadata)
	assert.Equal(t, password, events[0].Request.Password)
	assert.Equal(t, "true", f.attributes("alice")["email_verified"])

	f.signInSRP("alice", password).tokens()
	f.signIn("bob", wrong).fails("NotAuthorizedException", wrongPassword)
	assert.Empty(t, asked.take(), "only for unknown users")
	f.signIn("nobody", password).fails("UserNotFoundException", "User does not exist.")
	f.signIn("carol", "Other-horse-1!").fails("PasswordResetRequiredException", "Password reset required for the user")
	f.unviolated()
}

func TestUserMigrationChecksTheUser(t *testing.T) {
	t.Parallel()
	answer := authtest.UserMigrationResponse{}
	f := start(t, authtest.Config{
		MFA: authtest.MFAOptional, SMS: true, AliasAttributes: []string{"email"},
		Triggers: authtest.Triggers{UserMigration: func(e *authtest.UserMigrationEvent) error {
			e.Response = answer
			return nil
		}},
	}, authtest.User{
		Username: "alice", Password: password, Attributes: map[string]string{"email": email, "email_verified": "true"},
	})
	answer.FinalUserStatus = "CONFIRMED"
	answer.UserAttributes = map[string]string{"shoe_size": "42"}
	f.signIn("bob", password).failsWith("InvalidParameterException")
	answer.UserAttributes = map[string]string{"email": email, "email_verified": "true"}
	f.signIn("bob@example.com", password).failsWith("InvalidParameterException")
	f.signIn("bob", password).failsWith("AliasExistsException")
	answer.ForceAliasCreation, answer.EnableSMSMFA, answer.UserAttributes["phone_number"] = true, true, phone
	f.signIn("bob", password).challenge(sms)
	f.signIn(email, password).challenge(sms)
}

// messageSources returns a CustomMessage trigger that records its events and sets the texts.
func messageSources(seen *[]authtest.CustomMessageEvent) authtest.Triggers {
	return authtest.Triggers{CustomMessage: func(e *authtest.CustomMessageEvent) error {
		*seen = append(*seen, *e)
		e.Response.EmailSubject, e.Response.EmailMessage = "Hello", "Your code: "+e.Request.CodeParameter
		return nil
	}}
}

func TestCustomMessageOfAccountOperations(t *testing.T) {
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
		"AccessToken":    token,
		"UserAttributes": []object{{"Name": "email", "Value": newEmail}},
		"ClientMetadata": metadata,
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

func TestFailedCustomMessageFailsTheCall(t *testing.T) {
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
