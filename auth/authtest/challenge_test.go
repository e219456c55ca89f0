package authtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	invalidSession = "Invalid session for the user."
	expiredSession = "Invalid session for the user, session is expired."
	usedSession    = "Invalid session for the user, session can only be used once."
)

func totpPool(t *testing.T) *fixture {
	t.Helper()
	return start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, AuthSessionValidity: 4 * time.Minute},
		authtest.User{Username: "alice", Password: password, TOTPSecret: secret, MFA: []string{"SOFTWARE_TOKEN_MFA"}},
		authtest.User{Username: "bob", Password: password, TOTPSecret: secret, MFA: []string{"SOFTWARE_TOKEN_MFA"}},
	)
}

func (f *fixture) answerTOTP(session, username, code string) reply {
	f.t.Helper()
	return f.respond("SOFTWARE_TOKEN_MFA", session, object{"USERNAME": username, "SOFTWARE_TOKEN_MFA_CODE": code})
}

func TestSessionSurvivesWrongCodesAndIsUsedOnce(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	_, session := f.signIn("alice", password).challenge("SOFTWARE_TOKEN_MFA")
	assert.True(t, strings.HasPrefix(session, "AYABe"))
	assert.Greater(t, len(session), 1000)
	for range 7 {
		f.answerTOTP(session, "alice", "000000").fails("CodeMismatchException", "Invalid code received for user")
	}
	code := f.totp(secret)
	f.answerTOTP(session, "alice", code).tokens()
	f.answerTOTP(session, "alice", code).fails("NotAuthorizedException", usedSession)
	f.answerTOTP(session, "alice", f.nextTOTP(secret)).fails("NotAuthorizedException", usedSession)
	f.unviolated()
}

func TestSessionExpires(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	_, session := f.signIn("alice", password).challenge("SOFTWARE_TOKEN_MFA")
	f.Advance(4*time.Minute - time.Second)
	f.answerTOTP(session, "alice", "000000").failsWith("CodeMismatchException")
	f.Advance(time.Second)
	f.answerTOTP(session, "alice", f.totp(secret)).fails("NotAuthorizedException", expiredSession)

	_, session = f.signIn("alice", password).challenge("SOFTWARE_TOKEN_MFA")
	f.answerTOTP(session, "alice", f.totp(secret)).tokens()
	f.Advance(4 * time.Minute)
	f.answerTOTP(session, "alice", f.totp(secret)).fails("NotAuthorizedException", expiredSession)
}

func TestSessionIsBoundToItsSignIn(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	_, session := f.signIn("alice", password).challenge("SOFTWARE_TOKEN_MFA")
	_, elsewhere := totpPool(t).signIn("alice", password).challenge("SOFTWARE_TOKEN_MFA")
	code := f.totp(secret)
	madeUp := "made-up-session-that-nobody-issued"

	for _, r := range []reply{
		f.answerTOTP(madeUp, "alice", code),
		f.answerTOTP(elsewhere, "alice", code), // of another pool
		f.answerTOTP(session, "bob", code),
		f.answerTOTP(session, "nobody", code),
		f.respond("SMS_MFA", session, object{"USERNAME": "alice", "SMS_MFA_CODE": "123456"}), // another challenge
		f.respond("CUSTOM_CHALLENGE", session, object{"USERNAME": "alice", "ANSWER": "x"}),
		f.respond("MFA_SETUP", session, object{"USERNAME": "alice"}),
		f.respond("NEW_PASSWORD_REQUIRED", session, object{"USERNAME": "alice", "NEW_PASSWORD": "Another-1!pass"}),
		f.respond("NEW_PASSWORD_REQUIRED", madeUp, object{"USERNAME": "alice", "NEW_PASSWORD": "Another-1!pass"}),
		f.call("AssociateSoftwareToken", object{"Session": session}),
		f.call("VerifySoftwareToken", object{"Session": session, "UserCode": code}),
		f.call("VerifySoftwareToken", object{"Session": madeUp, "UserCode": code}),
	} {
		r.fails("NotAuthorizedException", invalidSession)
	}
	f.answerTOTP(session, "alice", code).tokens()
	f.unviolated()
}

func TestSessionIsRequired(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	for _, challenge := range []string{
		"SOFTWARE_TOKEN_MFA", "NEW_PASSWORD_REQUIRED", "CUSTOM_CHALLENGE", "SELECT_CHALLENGE",
	} {
		f.respond(challenge, "", object{"USERNAME": "alice"}).
			fails("InvalidParameterException", "Missing required parameter Session")
		f.violated()
	}
	f.respond("SMS_MFA", "short", object{"USERNAME": "alice"}).failsWith("InvalidParameterException")
	assert.Contains(
		t,
		f.violated(),
		"Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20",
	)
}
