package authtest_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Fact R4: the next sign-in asks for a factor nevertheless.
func TestEveryFactorCanBeSwitchedOffWhereMFAIsRequired(t *testing.T) {
	t.Parallel()
	off := object{"SMSMfaSettings": disabled, "SoftwareTokenMfaSettings": disabled}
	for _, byAdmin := range []bool{true, false} {
		f := start(t, authtest.Config{MFA: authtest.MFARequired, SMS: true, TOTP: true},
			mfaCase{has: "st", chose: "sT"}.user())
		_, session := f.signIn("alice", password).challenge(totp)
		access := f.answerTOTP(session, "alice", f.totp(secret)).tokens()["AccessToken"].(string)
		if byAdmin {
			f.admin("AdminSetUserMFAPreference", merged(off, object{"Username": "alice"})).ok()
		} else {
			f.call("SetUserMFAPreference", merged(off, object{"AccessToken": access})).ok()
		}
		assert.Empty(t, f.preferences(access))
		f.signIn("alice", password).challenge("SELECT_MFA_TYPE")
		f.unviolated()
	}
}

// Facts R15, R18 and R23: a user who has just signed up gets no tokens where MFA is required; a
// wrong code keeps the session; the code of the next time step signs in.
func TestSetUpOfTheAuthenticatorAppAtTheFirstSignIn(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	f.signUp("alice", password, "email", email).ok()
	f.confirm("alice", f.LastCode("alice")).ok()
	_, session := f.signIn("alice", password).challenge("MFA_SETUP")
	associated := f.call("AssociateSoftwareToken", object{"Session": session}).ok()
	session, key := associated["Session"].(string), associated["SecretCode"].(string)
	f.stepStart()
	verify := func(code string) reply {
		return f.call("VerifySoftwareToken", object{"Session": session, "UserCode": code})
	}
	verify(other(f.totp(key))).fails("EnableSoftwareTokenMFAException", "Code mismatch")
	session = verify(f.totp(key)).ok()["Session"].(string)
	f.respond("MFA_SETUP", session, object{"USERNAME": "alice"}).tokens()

	_, session = f.signIn("alice", password).challenge(totp)
	next, err := authtest.TOTPCode(key, f.Now().Add(30*time.Second))
	require.NoError(t, err)
	f.answerTOTP(session, "alice", next).tokens()
}

// Fact R16: also for a code that is no number.
func TestWrongCodeKeepsTheSession(t *testing.T) {
	t.Parallel()
	for factor, key := range map[string]string{sms: "SMS_MFA_CODE", mail: "EMAIL_OTP_CODE"} {
		f := start(t, authtest.Config{
			MFA: authtest.MFAOptional, SMS: true, Email: true, AccountRecovery: []string{"admin_only"},
		}, mfaCase{has: "se"}.user())
		f.admin("AdminSetUserMFAPreference", object{
			"Username": "alice", map[string]string{sms: "SMSMfaSettings", mail: "EmailMfaSettings"}[factor]: preferred,
		}).ok()
		_, session := f.signIn("alice", password).challenge(factor)
		for _, bad := range []string{"000000x", "incorrect-code"} {
			f.respond(factor, session, object{"USERNAME": "alice", key: bad}).failsWith("CodeMismatchException")
		}
		f.answerMessage(factor, session).tokens()
	}
}

// Fact R17.
func TestRefusedNewPasswordKeepsTheSession(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "alice", Password: password, TemporaryPassword: true})
	_, session := f.signIn("alice", password).challenge("NEW_PASSWORD_REQUIRED")
	answer := func(password string) reply {
		return f.respond("NEW_PASSWORD_REQUIRED", session, object{"USERNAME": "alice", "NEW_PASSWORD": password})
	}
	answer("short").failsWith("InvalidPasswordException")
	answer("Another-horse-1!").tokens()
}

// Facts R19 and R20: two preferred factors are one too many; factors that the user never had, or
// the pool does not offer, can be switched off.
func TestPreferencesOfAllFactorsAtOnce(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, mfaCase{has: "st"}.user())
	set := func(sms, totp, mail object) reply {
		return f.call("SetUserMFAPreference", object{
			"AccessToken": f.accessToken("alice"), "SMSMfaSettings": sms, "SoftwareTokenMfaSettings": totp,
			"EmailMfaSettings": mail,
		})
	}
	set(preferred, preferred, disabled).failsWith("InvalidParameterException")
	set(disabled, disabled, disabled).ok()
	f.unviolated()
}

// Fact R21.
func TestPassingAFactorDoesNotEnableIt(t *testing.T) {
	t.Parallel()
	for letter, factor := range map[string]string{"s": sms, "e": mail} {
		c := mfaCase{mode: authtest.MFARequired, pool: letter, has: letter, recovery: "admin_only"}
		f := start(t, c.config(), c.user())
		_, session := f.signIn("alice", password).challenge(factor)
		access := f.answerMessage(factor, session).tokens()["AccessToken"].(string)
		assert.Empty(t, f.preferences(access))
	}
}

// Fact R22: contacts need not be verified to be used.
func TestFactorsOfUsersWhoChoseNone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pool, has, want string
		setUp           []string
	}{
		{"st", "", "MFA_SETUP", []string{sms, totp}},
		{"ste", "", "MFA_SETUP", []string{totp, mail}},
		{"te", "e", mail, nil},
		{"se", "se", "SELECT_MFA_TYPE", nil},
	} {
		c := mfaCase{mode: authtest.MFARequired, pool: test.pool, has: test.has, recovery: "admin_only"}
		parameters, _ := start(t, c.config(), c.user()).signIn("alice", password).challenge(test.want)
		if test.setUp != nil {
			var offered []string
			require.NoError(t, json.Unmarshal([]byte(parameters["MFAS_CAN_SETUP"].(string)), &offered))
			assert.Subset(t, offered, test.setUp)
		}
	}
}

// Fact R29.
func TestRequiredMFAWithoutAFactor(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	for _, mode := range []string{"ON", "OPTIONAL"} {
		f.admin("SetUserPoolMfaConfig", object{"MfaConfiguration": mode}).fails("InvalidParameterException",
			"Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.")
	}
}

// Fact R30: the old app works until the new one is verified.
func TestNewAuthenticatorAppReplacesTheOldOneWhenVerified(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	_, session := f.signIn("alice", password).challenge(totp)
	access := f.answerTOTP(session, "alice", f.totp(secret)).tokens()["AccessToken"].(string)
	added := f.call("AssociateSoftwareToken", object{"AccessToken": access}).ok()["SecretCode"].(string)
	_, session = f.signIn("alice", password).challenge(totp)
	f.answerTOTP(session, "alice", f.nextTOTP(secret)).tokens()

	f.call("VerifySoftwareToken", object{"AccessToken": access, "UserCode": f.nextTOTP(added)}).ok()
	_, session = f.signIn("alice", password).challenge(totp)
	f.answerTOTP(session, "alice", f.nextTOTP(secret)).failsWith("CodeMismatchException")
	f.answerTOTP(session, "alice", f.nextTOTP(added)).tokens()
}
