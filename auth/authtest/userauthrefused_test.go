package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestUserAuthRefused(t *testing.T) {
	t.Parallel()
	unreachable := authtest.User{Username: "mute"}
	f := start(t, choosing(), reachableAlice(), unreachable,
		authtest.User{Username: "unconfirmed", Password: password, Unconfirmed: true},
		authtest.User{Username: "reset", Password: password, ResetRequired: true},
		authtest.User{Username: "disabled", Password: password, Disabled: true},
	)
	f.userAuth("nobody").fails("UserNotFoundException", "User does not exist.")
	f.userAuth("unconfirmed").fails("UserNotConfirmedException", "User is not confirmed.")
	f.userAuth("reset").fails("PasswordResetRequiredException", "Password reset required for the user")
	f.userAuth("disabled").fails("NotAuthorizedException", "User is disabled.")
	f.userAuth("mute").failsWith("NotAuthorizedException")
	f.unviolated()
	f.preferring("EMAIL").failsWith("InvalidParameterException")
	f.violated()

	plain := start(t, authtest.Config{}, alice())
	plain.userAuth("alice").fails("InvalidParameterException", "USER_AUTH flow not enabled for this client")
}

// Wrong passwords count wherever they are tried.
func TestUserAuthLockout(t *testing.T) {
	t.Parallel()
	f := start(t, choosing(), reachableAlice())
	for range 3 {
		f.preferring("PASSWORD", "PASSWORD", wrong).fails("NotAuthorizedException", wrongPassword)
	}
	_, session := f.userAuth("alice").challenge("SELECT_CHALLENGE")
	f.choose(session, "PASSWORD", "PASSWORD", wrong).fails("NotAuthorizedException", wrongPassword)
	c := newSRPClient()
	f.prove(c, wrong, f.choose(session, "PASSWORD_SRP", "SRP_A", c.public.Text(16))).
		fails("NotAuthorizedException", wrongPassword)
	f.preferring("PASSWORD", "PASSWORD", password).fails("NotAuthorizedException", "Password attempts exceeded")
	_, session = f.preferring("EMAIL_OTP").challenge("EMAIL_OTP")
	f.answerMessage(mail, session).tokens()
}

func TestUserWithoutPassword(t *testing.T) {
	t.Parallel()
	u := reachableAlice()
	u.Password = ""
	f := start(t, choosing(), u)
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		signIn(f, "alice", password).fails("NotAuthorizedException", wrongPassword)
	})
	_, session := f.preferring("EMAIL_OTP").challenge("EMAIL_OTP")
	f.answerMessage(mail, session).tokens()
}

func TestUserAuthHidesUnknownUsers(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.PreventUserExistenceErrors = true
	f := start(t, cfg, reachableAlice())
	unknown := "carol@corp.test"
	r := f.userAuth(unknown)
	_, session := r.challenge("SELECT_CHALLENGE")
	assert.Equal(t, []any{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"}, r.body["AvailableChallenges"])
	f.respond("SELECT_CHALLENGE", session, object{"USERNAME": unknown, "ANSWER": "PASSWORD", "PASSWORD": password}).
		fails("NotAuthorizedException", wrongPassword)
	f.respond("SELECT_CHALLENGE", session, object{"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": password}).
		fails("NotAuthorizedException", invalidSession)
	f.respond("SELECT_CHALLENGE", session, object{"USERNAME": "dave", "ANSWER": "EMAIL_OTP"}).
		fails("NotAuthorizedException", invalidSession)

	c := newSRPClient()
	challenge := f.userAuth(unknown, "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", c.public.Text(16))
	f.prove(c, password, challenge).fails("NotAuthorizedException", wrongPassword)

	parameters, session := f.userAuth(unknown, "PREFERRED_CHALLENGE", "EMAIL_OTP").challenge("EMAIL_OTP")
	assert.Equal(t, "c***@c***", parameters["CODE_DELIVERY_DESTINATION"])
	f.respond("EMAIL_OTP", session, object{"USERNAME": unknown, "EMAIL_OTP_CODE": "12345678"}).
		fails("CodeMismatchException", wrongCode)
	f.unviolated()
}

// Before a challenge has named the user, a client with a secret can only hash the name that was
// typed.
func TestUserAuthByAliasWithSecret(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.ClientSecret, cfg.UsernameAttributes = true, []string{"email"}
	f := start(t, cfg, authtest.User{
		Username: email, Password: password, Attributes: map[string]string{"email_verified": "true"},
	})
	hash := f.hash(email)
	_, session := f.userAuth(email, "SECRET_HASH", hash).challenge("SELECT_CHALLENGE")
	_, session = f.respond("SELECT_CHALLENGE", session, object{
		"USERNAME": email, "ANSWER": "EMAIL_OTP", "SECRET_HASH": hash,
	}).challenge("EMAIL_OTP")
	responses := object{"USERNAME": email, "EMAIL_OTP_CODE": f.LastCode(email), "SECRET_HASH": f.hash("else")}
	f.respond("EMAIL_OTP", session, responses).failsWith("NotAuthorizedException")
	responses["SECRET_HASH"] = hash
	f.respond("EMAIL_OTP", session, responses).tokens()
}
