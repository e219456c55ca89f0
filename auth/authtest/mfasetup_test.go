package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestMFASetupByTOTP(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, alice())
		parameters, s0 := signIn(f, "alice", password).challenge("MFA_SETUP")
		assert.Equal(t, object{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`, "USER_ID_FOR_SRP": "alice"}, parameters)
		f.respond("MFA_SETUP", s0, object{"USERNAME": "alice"}).fails("NotAuthorizedException", invalidSession)

		associated := f.call("AssociateSoftwareToken", object{"Session": s0}).ok()
		s1, secret := associated["Session"].(string), associated["SecretCode"].(string)
		assert.NotEqual(t, s0, s1)
		assert.Regexp(t, `^[A-Z2-7]{52}$`, secret)
		f.call("AssociateSoftwareToken", object{"Session": s0}).fails("NotAuthorizedException", usedSession)
		f.respond("MFA_SETUP", s1, object{"USERNAME": "alice"}).fails("NotAuthorizedException", invalidSession)

		verify := func(session, code string) reply {
			return f.call("VerifySoftwareToken", object{"Session": session, "UserCode": code})
		}
		for range 3 {
			verify(s1, "000000").fails("EnableSoftwareTokenMFAException", "Code mismatch")
		}
		verified := verify(s1, f.totp(secret)).ok()
		s2 := verified["Session"].(string)
		assert.Equal(t, "SUCCESS", verified["Status"])
		verify(s1, f.totp(secret)).fails("NotAuthorizedException", usedSession)

		f.respond("MFA_SETUP", s2, object{"USERNAME": "alice"}).tokens()
		f.respond("MFA_SETUP", s2, object{"USERNAME": "alice"}).fails("NotAuthorizedException", usedSession)
		f.unviolated()

		user := f.admin("AdminGetUser", object{"Username": "alice"}).ok()
		assert.NotContains(t, user, "UserMFASettingList", "the set-up does not set a preference")
		_, session := signIn(f, "alice", password).challenge("SOFTWARE_TOKEN_MFA")
		f.answerTOTP(session, "alice", f.nextTOTP(secret)).tokens()
	})
}

func TestMFASetupAbandoned(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, alice())
	begin := func() (session, secret string) {
		_, s0 := f.signIn("alice", password).challenge("MFA_SETUP")
		associated := f.call("AssociateSoftwareToken", object{"Session": s0}).ok()
		return associated["Session"].(string), associated["SecretCode"].(string)
	}
	// Before the code is verified, the next sign-in starts over with another secret, which replaces
	// the first.
	s1, first := begin()
	s2, second := begin()
	assert.NotEqual(t, first, second)
	verify := func(session, code string) reply {
		return f.call("VerifySoftwareToken", object{"Session": session, "UserCode": code})
	}
	verify(s1, f.totp(first)).fails("EnableSoftwareTokenMFAException", "Code mismatch")
	verify(s2, f.totp(second)).ok()

	// After it, the token counts, although the sign-in was never finished.
	f.signIn("alice", password).challenge("SOFTWARE_TOKEN_MFA")
}

func TestMFASetupByEmail(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true},
		authtest.User{Username: "alice", Password: password})
	_, session := f.signIn("alice", password).challenge("MFA_SETUP")
	give := func(address string) reply {
		return f.respond("MFA_SETUP", session, object{"USERNAME": "alice", "EMAIL": address})
	}
	give("nonsense").failsWith("InvalidParameterException")
	parameters, next := give(email).challenge("EMAIL_OTP")
	assert.Equal(t, "a***@e***", parameters["CODE_DELIVERY_DESTINATION"])
	give(email).fails("NotAuthorizedException", usedSession)
	assert.NotContains(t, f.attributes("alice"), "email", "not before the code")

	f.respond("EMAIL_OTP", next, object{"USERNAME": "alice", "EMAIL_OTP_CODE": "x"}).failsWith("CodeMismatchException")
	f.answerMessage(mail, next).tokens()
	assert.Equal(t, email, f.attributes("alice")["email"])
	assert.Equal(t, "true", f.attributes("alice")["email_verified"])
	f.signIn("alice", password).challenge("EMAIL_OTP")
	f.unviolated()
}

func TestMFASetupOnlyWithWhatThePoolOffers(t *testing.T) {
	t.Parallel()
	byApp := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, authtest.User{Username: "alice", Password: password})
	_, session := byApp.signIn("alice", password).challenge("MFA_SETUP")
	byApp.respond("MFA_SETUP", session, object{"USERNAME": "alice", "EMAIL": email}).failsWith("InvalidParameterException")

	byMail := start(t, authtest.Config{MFA: authtest.MFARequired, Email: true}, authtest.User{Username: "alice", Password: password})
	_, session = byMail.signIn("alice", password).challenge("MFA_SETUP")
	byMail.call("AssociateSoftwareToken", object{"Session": session}).
		fails("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
}

func TestMFASetupExpires(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, alice())
	_, s0 := f.signIn("alice", password).challenge("MFA_SETUP")
	f.Advance(2 * time.Minute)
	associated := f.call("AssociateSoftwareToken", object{"Session": s0}).ok()
	f.Advance(2 * time.Minute) // each session has its own three minutes
	verified := f.call("VerifySoftwareToken", object{
		"Session": associated["Session"], "UserCode": f.totp(associated["SecretCode"].(string)),
	}).ok()
	f.Advance(3 * time.Minute)
	f.respond("MFA_SETUP", verified["Session"].(string), object{"USERNAME": "alice"}).
		fails("NotAuthorizedException", expiredSession)
}

func TestEmailOfSomebodyElse(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, Email: true, AliasAttributes: []string{"email"}},
		authtest.User{Username: "alice", Password: password},
		authtest.User{Username: "bob", Password: password, Attributes: map[string]string{
			"email": email, "email_verified": "true",
		}},
	)
	_, session := f.signIn("alice", password).challenge("MFA_SETUP")
	_, session = f.respond("MFA_SETUP", session, object{"USERNAME": "alice", "EMAIL": email}).challenge("EMAIL_OTP")
	f.answerMessage(mail, session).fails("AliasExistsException", "An account with the email already exists.")
	assert.NotContains(t, f.attributes("alice"), "email")
}
