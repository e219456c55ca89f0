package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// confirmSession confirms a sign-up and returns the session for the sign-in that follows.
func (f *fixture) confirmSession(username, session string) string {
	f.t.Helper()
	body := object{"ClientId": f.ClientID, "Username": username, "ConfirmationCode": f.LastCode(username)}
	if session != "" {
		body["Session"] = session
	}
	return f.call("ConfirmSignUp", body).ok()["Session"].(string)
}

func (f *fixture) autoSignIn(username, session string) reply {
	f.t.Helper()
	return f.call("InitiateAuth", object{
		"AuthFlow":       "USER_AUTH",
		"ClientId":       f.ClientID,
		"Session":        session,
		"AuthParameters": object{"USERNAME": username},
	})
}

func TestAutoSignIn(t *testing.T) {
	t.Parallel()
	for name, passTheSession := range map[string]bool{"with the sign-up's session": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, choosing())
			session := f.signUp("alice", password, "email", email).ok()["Session"].(string)
			f.autoSignIn("alice", session).fails("UserNotConfirmedException", "User is not confirmed.")
			if !passTheSession {
				session = ""
			}
			session = f.confirmSession("alice", session)
			f.autoSignIn("alice", session).tokens()
			f.autoSignIn("alice", session).fails("NotAuthorizedException", usedSession)
			f.unviolated()
		})
	}
}

func TestSignUpWithoutPassword(t *testing.T) {
	t.Parallel()
	signUp := func(f *fixture) reply {
		return f.call("SignUp", object{
			"ClientId": f.ClientID, "Username": "alice", "UserAttributes": []object{{"Name": "email", "Value": email}},
		})
	}
	f := start(t, choosing())
	signUp(f).ok()
	f.autoSignIn("alice", f.confirmSession("alice", "")).tokens()
	r := f.userAuth("alice")
	_, session := r.challenge("SELECT_CHALLENGE")
	assert.Equal(t, []any{"EMAIL_OTP"}, r.body["AvailableChallenges"])
	_, session = f.choose(session, "EMAIL_OTP").challenge("EMAIL_OTP")
	f.answerMessage(mail, session).tokens()

	plain := start(t, authtest.Config{})
	signUp(
		plain,
	).fails("InvalidParameterException", "1 validation error detected: Value null at 'password' failed to satisfy "+
		"constraint: Member must not be null")
	assert.Contains(t, plain.violated(), "password")
}

// Where users can sign in with codes, AdminCreateUser without a temporary password creates a user
// without a password.
func TestAdminCreateUserWithoutPassword(t *testing.T) {
	t.Parallel()
	f := start(t, choosing())
	create := func(attributes ...object) reply {
		return f.admin("AdminCreateUser", object{
			"Username": "alice", "UserAttributes": attributes, "DesiredDeliveryMediums": []string{"EMAIL"},
		})
	}
	create().failsWith("InvalidParameterException")
	user := create(
		object{"Name": "email", "Value": email}, object{"Name": "email_verified", "Value": "true"},
	).ok()["User"]
	assert.Equal(t, "CONFIRMED", user.(object)["UserStatus"])
	assert.Empty(t, f.LastCode("alice"))
	_, session := f.preferring("EMAIL_OTP").challenge("EMAIL_OTP")
	f.answerMessage(mail, session).tokens()
	f.signIn("alice", password).fails("NotAuthorizedException", wrongPassword)
}

func TestSignUpReturnsNoSessionWithoutUserAuth(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	assert.NotContains(t, f.signUp("alice", password, "email", email).ok(), "Session")
	assert.Empty(t, f.confirm("alice", f.LastCode("alice")).ok())
}

func TestAutoSignInRefused(t *testing.T) {
	t.Parallel()
	confirmed := func(t *testing.T, cfg authtest.Config) (*fixture, string) {
		t.Helper()
		f := start(t, cfg, authtest.User{Username: "bob", Password: password})
		f.signUp("alice", password, "email", email).ok()
		return f, f.confirmSession("alice", "")
	}
	t.Run("another user", func(t *testing.T) {
		t.Parallel()
		f, session := confirmed(t, choosing())
		f.autoSignIn("bob", session).fails("NotAuthorizedException", invalidSession)
	})
	t.Run("session expired", func(t *testing.T) {
		t.Parallel()
		f, session := confirmed(t, choosing())
		f.Advance(3 * time.Minute)
		f.autoSignIn("alice", session).
			fails("NotAuthorizedException", "Invalid session for the user, session is expired.")
	})
	t.Run("not the first sign-in", func(t *testing.T) {
		t.Parallel()
		f, session := confirmed(t, choosing())
		f.signIn("alice", password).tokens()
		f.autoSignIn("alice", session).fails("NotAuthorizedException", invalidSession)
	})
	t.Run("session of a challenge", func(t *testing.T) {
		t.Parallel()
		f, _ := confirmed(t, choosing())
		_, session := f.userAuth("alice").challenge("SELECT_CHALLENGE")
		f.autoSignIn("alice", session).fails("NotAuthorizedException", invalidSession)
	})
	t.Run("answer to a challenge", func(t *testing.T) {
		t.Parallel()
		f, session := confirmed(t, choosing())
		f.choose(session, "PASSWORD", "PASSWORD", password).
			fails("NotAuthorizedException", "Invalid session due to a mismatched auth flow")
	})
	t.Run("second factor required", func(t *testing.T) {
		t.Parallel()
		cfg := choosing()
		cfg.MFA, cfg.TOTP = authtest.MFARequired, true
		f, session := confirmed(t, cfg)
		f.autoSignIn("alice", session).challenge("MFA_SETUP")
	})
	t.Run("sign-up's session of another user", func(t *testing.T) {
		t.Parallel()
		f := start(t, choosing())
		session := f.signUp("alice", password, "email", email).ok()["Session"]
		f.signUp("carol", password, "email", "carol@example.com").ok()
		confirm := object{
			"ClientId": f.ClientID, "Username": "carol", "ConfirmationCode": f.LastCode("carol"), "Session": session,
		}
		f.call("ConfirmSignUp", confirm).fails("NotAuthorizedException", invalidSession)
		delete(confirm, "Session")
		f.call("ConfirmSignUp", confirm).ok()
	})
}

func TestSignUpCodes(t *testing.T) {
	t.Parallel()
	expired := "Invalid code provided, please request a code again."

	t.Run("a new code replaces the old one", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{})
		f.signUp("alice", password, "email", email).ok()
		first := f.LastCode("alice")
		out := f.resend("alice").ok()
		assert.Equal(t, object{"CodeDeliveryDetails": object{
			"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
		}}, out)
		messages := f.Messages("alice")
		require.Len(t, messages, 2)
		assert.Equal(t, "RESEND_CODE", messages[1].Kind)
		if first != f.LastCode("alice") {
			f.confirm("alice", first).failsWith("CodeMismatchException")
		}
		f.confirm("alice", f.LastCode("alice")).ok()
	})

	t.Run("a code is valid for a day", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{})
		f.signUp("alice", password, "email", email).ok()
		f.Advance(24*time.Hour - time.Second)
		f.confirm("alice", "x").failsWith("CodeMismatchException")
		f.Advance(time.Second)
		f.confirm("alice", f.LastCode("alice")).fails("ExpiredCodeException", expired)
		f.resend("alice").ok()
		f.confirm("alice", f.LastCode("alice")).ok()
	})

	t.Run("no code without an address", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{})
		assert.NotContains(t, f.signUp("alice", password).ok(), "CodeDeliveryDetails")
		f.confirm("alice", "123456").fails("ExpiredCodeException", expired)
		f.resend("alice").fails("InvalidParameterException", "Cannot resend codes. Auto verification not turned on.")
		assert.Empty(t, f.LastCode("alice"))
	})

	t.Run("no code in a pool that verifies nothing", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{AutoVerifiedAttributes: []string{}})
		assert.NotContains(t, f.signUp("alice", password, "email", email).ok(), "CodeDeliveryDetails")
	})

	t.Run("the phone comes first", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{AutoVerifiedAttributes: []string{"email", "phone_number"}})
		out := f.signUp("alice", password, "email", email, "phone_number", phone).ok()
		assert.Equal(t, object{
			"Destination": "+*******4567", "DeliveryMedium": "SMS", "AttributeName": "phone_number",
		}, out["CodeDeliveryDetails"])
		f.confirm("alice", f.LastCode("alice")).ok()
		assert.Equal(t, "true", f.attributes("alice")["phone_number_verified"])
		assert.NotContains(t, f.attributes("alice"), "email_verified")
	})

	t.Run("an address that changed is not verified by the old code", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{})
		f.signUp("alice", password, "email", email).ok()
		f.admin("AdminUpdateUserAttributes", object{
			"Username": "alice", "UserAttributes": []object{{"Name": "email", "Value": "new@example.com"}},
		}).ok()
		f.confirm("alice", f.LastCode("alice")).ok()
		assert.NotContains(t, f.attributes("alice"), "email_verified")
	})
}
