package authtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	sms  = "SMS_MFA"
	totp = "SOFTWARE_TOKEN_MFA"
	mail = "EMAIL_OTP"
)

// mfaCase is one row of the table of what follows a correct password. The letters s, t and e stand
// for the factors SMS, TOTP and e-mail: those that the pool offers, those that the user has (a
// phone number, an authenticator app, an address), and those that the user enabled. A capital
// letter marks the preferred factor.
type mfaCase struct {
	mode             authtest.MFA
	pool, has, chose string
	recovery         string
	want             string // a challenge, "tokens", or an error's name
	choices          string
}

func (c mfaCase) String() string {
	return fmt.Sprintf("%s pool=%s user=%s chose=%s %s", c.mode, c.pool, c.has, c.chose, c.recovery)
}

func (c mfaCase) config() authtest.Config {
	cfg := authtest.Config{
		MFA: c.mode, SMS: strings.Contains(c.pool, "s"), TOTP: strings.Contains(c.pool, "t"),
		Email: strings.Contains(c.pool, "e"),
	}
	if c.recovery != "" {
		cfg.AccountRecovery = strings.Split(c.recovery, ",")
	}
	return cfg
}

func (c mfaCase) user() authtest.User {
	u := authtest.User{Username: "alice", Password: password, Attributes: map[string]string{}}
	if strings.Contains(c.has, "s") {
		u.Attributes["phone_number"] = phone
	}
	if strings.Contains(c.has, "e") {
		u.Attributes["email"] = email
	}
	if strings.Contains(c.has, "t") {
		u.TOTPSecret = secret
	}
	for letter, factor := range map[string]string{"s": sms, "t": totp, "e": mail} {
		if strings.Contains(strings.ToLower(c.chose), letter) {
			u.MFA = append(u.MFA, factor)
		}
		if strings.Contains(c.chose, strings.ToUpper(letter)) {
			u.PreferredMFA = factor
		}
	}
	return u
}

func (c mfaCase) run(t *testing.T, signIn func(*fixture, string, string) reply) {
	t.Helper()
	f := start(t, c.config(), c.user())
	r := signIn(f, "alice", password)
	switch {
	case c.want == "tokens":
		r.tokens()
	case strings.HasSuffix(c.want, "Exception"):
		r.failsWith(c.want)
	default:
		parameters, session := r.challenge(c.want)
		assert.NotEmpty(t, session)
		assert.Equal(t, "alice", parameters["USER_ID_FOR_SRP"])
		for _, list := range []string{"MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP"} {
			if choices, given := parameters[list]; given {
				assert.Equal(t, c.choices, choices, "the choices are JSON in a string")
			}
		}
	}
	f.unviolated()
}

func TestChallengesAfterThePassword(t *testing.T) {
	t.Parallel()
	for _, c := range []mfaCase{
		{authtest.MFAOff, "", "ste", "", "", "tokens", ""},

		{authtest.MFAOptional, "ste", "", "", "", "tokens", ""},
		{authtest.MFAOptional, "ste", "ste", "", "", "tokens", ""},
		{authtest.MFAOptional, "t", "t", "", "", "tokens", ""},
		{authtest.MFAOptional, "ste", "ste", "s", "", sms, ""},
		{authtest.MFAOptional, "ste", "ste", "t", "", totp, ""},
		{authtest.MFAOptional, "ste", "ste", "e", "", mail, ""},
		{authtest.MFAOptional, "ste", "ste", "sT", "", totp, ""},
		{authtest.MFAOptional, "ste", "ste", "Ste", "", sms, ""},
		{authtest.MFAOptional, "ste", "ste", "stE", "", mail, ""},
		{authtest.MFAOptional, "ste", "ste", "st", "", "SELECT_MFA_TYPE", `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`},
		{
			authtest.MFAOptional, "ste", "ste", "ste", "", "SELECT_MFA_TYPE",
			`["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`,
		},
		// The pool does not ask for a factor that it has switched off, except for an authenticator
		// app that the user has.
		{authtest.MFAOptional, "t", "st", "St", "", totp, ""},
		{authtest.MFAOptional, "t", "se", "sE", "", "tokens", ""},
		{authtest.MFAOptional, "s", "st", "t", "", totp, ""},

		{authtest.MFARequired, "t", "", "", "", "MFA_SETUP", `["SOFTWARE_TOKEN_MFA"]`},
		{authtest.MFARequired, "te", "", "", "", "MFA_SETUP", `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`},
		{authtest.MFARequired, "ste", "", "", "", "MFA_SETUP", `["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`},
		{authtest.MFARequired, "e", "", "", "", "MFA_SETUP", `["EMAIL_OTP"]`},
		{authtest.MFARequired, "s", "", "", "", "InvalidParameterException", ""},
		{authtest.MFARequired, "t", "t", "", "", totp, ""},
		{authtest.MFARequired, "s", "s", "", "", sms, ""},
		{authtest.MFARequired, "e", "e", "", "", mail, ""},
		{authtest.MFARequired, "t", "se", "", "", "MFA_SETUP", `["SOFTWARE_TOKEN_MFA"]`},
		{authtest.MFARequired, "se", "se", "", "", "SELECT_MFA_TYPE", `["SMS_MFA","EMAIL_OTP"]`},
		{authtest.MFARequired, "ste", "st", "", "", "SELECT_MFA_TYPE", `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`},
		{authtest.MFARequired, "ste", "ste", "E", "", mail, ""},
		{authtest.MFARequired, "ste", "ste", "te", "", "SELECT_MFA_TYPE", `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`},
		// An address that also recovers the account is no second factor, unless the user chose it.
		{
			authtest.MFARequired, "te", "e", "", "verified_email,verified_phone_number", "MFA_SETUP",
			`["SOFTWARE_TOKEN_MFA"]`,
		},
		{authtest.MFARequired, "te", "te", "", "verified_email,verified_phone_number", totp, ""},
		{
			authtest.MFARequired, "te", "te", "te", "verified_email,admin_only", "SELECT_MFA_TYPE",
			`["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`,
		},
		{authtest.MFARequired, "se", "se", "", "verified_phone_number,verified_email", mail, ""},
		{authtest.MFARequired, "s", "s", "", "verified_phone_number", "InvalidParameterException", ""},
	} {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			bothFlows(t, c.run)
		})
	}
}

func TestMessageFactors(t *testing.T) {
	t.Parallel()
	for factor, want := range map[string]struct {
		key, medium, masked, address, verified string
		user                                   mfaCase
	}{
		sms:  {"SMS_MFA_CODE", "SMS", "+*******4567", phone, "phone_number_verified", mfaCase{has: "s", chose: "s"}},
		mail: {"EMAIL_OTP_CODE", "EMAIL", "a***@e***", email, "email_verified", mfaCase{has: "e", chose: "e"}},
	} {
		t.Run(factor, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true, Email: true}, want.user.user())
			parameters, session := f.signIn("alice", password).challenge(factor)
			assert.Equal(t, object{
				"CODE_DELIVERY_DELIVERY_MEDIUM": want.medium,
				"CODE_DELIVERY_DESTINATION":     want.masked,
				"USER_ID_FOR_SRP":               "alice",
			}, parameters)

			messages := f.Messages("alice")
			require.Len(t, messages, 1)
			assert.Equal(t, want.medium, messages[0].Medium)
			assert.Equal(t, want.address, messages[0].Destination)
			assert.Equal(t, "MFA", messages[0].Kind)
			assert.Regexp(t, `^[0-9]{6}$`, messages[0].Code)

			answer := func(code string) reply {
				return f.respond(factor, session, object{"USERNAME": "alice", want.key: code})
			}
			answer("12345").fails("CodeMismatchException", "Invalid code or auth state for the user.")
			assert.NotContains(t, f.attributes("alice"), want.verified)
			answer(f.LastCode("alice")).tokens()
			assert.Equal(t, "true", f.attributes("alice")[want.verified], "a correct code verifies the address")

			// A code is valid only in its own session.
			old := f.LastCode("alice")
			_, session = f.signIn("alice", password).challenge(factor)
			if f.LastCode("alice") != old {
				answer(old).failsWith("CodeMismatchException")
			}
			answer(f.LastCode("alice")).tokens()
			f.unviolated()
		})
	}
}

// answerMessage answers SMS_MFA or EMAIL_OTP with the code that was sent to alice last.
func (f *fixture) answerMessage(factor, session string) reply {
	f.t.Helper()
	key := map[string]string{sms: "SMS_MFA_CODE", mail: "EMAIL_OTP_CODE"}[factor]
	return f.respond(factor, session, object{"USERNAME": "alice", key: f.LastCode("alice")})
}

// attributes returns the user's attributes as AdminGetUser shows them.
func (f *fixture) attributes(username string) map[string]string {
	f.t.Helper()
	values := map[string]string{}
	for _, a := range f.admin("AdminGetUser", object{"Username": username}).ok()["UserAttributes"].([]any) {
		values[a.(object)["Name"].(string)] = a.(object)["Value"].(string)
	}
	return values
}

func TestSelectMFAType(t *testing.T) {
	t.Parallel()
	user := mfaCase{has: "ste", chose: "ste"}.user()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true, TOTP: true, Email: true}, user)
	for _, factor := range []string{sms, totp, mail} {
		_, session := f.signIn("alice", password).challenge("SELECT_MFA_TYPE")
		sent := len(f.Messages("alice"))
		choose := func(answer string) reply {
			return f.respond("SELECT_MFA_TYPE", session, object{"USERNAME": "alice", "ANSWER": answer})
		}
		choose("EMAIL_MFA").failsWith("InvalidParameterException")
		_, next := choose(factor).challenge(factor)
		assert.NotEqual(t, session, next)
		choose(factor).fails("NotAuthorizedException", usedSession)
		if factor == totp {
			assert.Len(t, f.Messages("alice"), sent)
			f.answerTOTP(next, "alice", f.totp(secret)).tokens()
			continue
		}
		assert.Len(t, f.Messages("alice"), sent+1, "the code is sent when the factor is chosen")
		f.answerMessage(factor, next).tokens()
	}
	f.unviolated()
}

func TestFriendlyDeviceName(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, alice())
	_, session := f.signIn("alice", password).challenge("MFA_SETUP")
	token := f.call("AssociateSoftwareToken", object{"Session": session}).ok()
	f.call("VerifySoftwareToken", object{
		"Session": token["Session"], "UserCode": f.totp(token["SecretCode"].(string)), "FriendlyDeviceName": "My phone",
	}).ok()
	parameters, _ := f.signIn("alice", password).challenge(totp)
	assert.Equal(t, object{"USER_ID_FOR_SRP": "alice", "FRIENDLY_DEVICE_NAME": "My phone"}, parameters)

	plain := totpPool(t)
	parameters, _ = plain.signIn("alice", password).challenge(totp)
	assert.Equal(t, object{"USER_ID_FOR_SRP": "alice"}, parameters)
}

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
	// Until the code is verified, each sign-in starts over with a new secret that replaces the last
	// one.
	s1, first := begin()
	s2, second := begin()
	assert.NotEqual(t, first, second)
	verify := func(session, code string) reply {
		return f.call("VerifySoftwareToken", object{"Session": session, "UserCode": code})
	}
	verify(s1, f.totp(first)).fails("EnableSoftwareTokenMFAException", "Code mismatch")
	verify(s2, f.totp(second)).ok()

	// Once the code is verified the authenticator app is set up, even if the sign-in is never
	// completed.
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
	assert.NotContains(t, f.attributes("alice"), "email", "the address is set only with the code")

	f.respond("EMAIL_OTP", next, object{"USERNAME": "alice", "EMAIL_OTP_CODE": "x"}).failsWith("CodeMismatchException")
	f.answerMessage(mail, next).tokens()
	assert.Equal(t, email, f.attributes("alice")["email"])
	assert.Equal(t, "true", f.attributes("alice")["email_verified"])
	f.signIn("alice", password).challenge("EMAIL_OTP")
	f.unviolated()
}

func TestMFASetupOnlyWithWhatThePoolOffers(t *testing.T) {
	t.Parallel()
	byApp := start(
		t,
		authtest.Config{MFA: authtest.MFARequired, TOTP: true},
		authtest.User{Username: "alice", Password: password},
	)
	_, session := byApp.signIn("alice", password).challenge("MFA_SETUP")
	byApp.respond("MFA_SETUP", session, object{"USERNAME": "alice", "EMAIL": email}).
		failsWith("InvalidParameterException")

	byMail := start(
		t,
		authtest.Config{MFA: authtest.MFARequired, Email: true},
		authtest.User{Username: "alice", Password: password},
	)
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

func TestSetUpWithTheEmailOfAnotherUser(t *testing.T) {
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
