package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// The times and codes are those of RFC 6238, appendix B, cut to six digits.
func TestTOTPCode(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
		20000000000: "353130",
	} {
		code, err := authtest.TOTPCode(secret, time.Unix(at, 0))
		require.NoError(t, err)
		assert.Equal(t, want, code)
	}
	_, err := authtest.TOTPCode("not base32: 1", time.Unix(59, 0))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "base32: 1")
}

// stepStart moves the clock to the beginning of a time step, so that a test stays within it.
func (f *fixture) stepStart() {
	step := 30 * time.Second
	now := f.Now()
	f.Advance(now.Truncate(step).Add(step).Sub(now))
}

func TestTOTPWindow(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		offset time.Duration
		ok     bool
	}{
		{-60 * time.Second, false},
		{-30 * time.Second, true},
		{0, true},
		{30 * time.Second, true},
		{60 * time.Second, false},
	} {
		t.Run(test.offset.String(), func(t *testing.T) {
			t.Parallel()
			f := totpPool(t)
			_, session := f.signIn("alice", password).challenge(totp)
			f.stepStart()
			code, err := authtest.TOTPCode(secret, f.Now().Add(test.offset))
			require.NoError(t, err)
			if r := f.answerTOTP(session, "alice", code); test.ok {
				r.tokens()
			} else {
				r.fails("CodeMismatchException", "Invalid code received for user")
			}
		})
	}
}

func TestTOTPStepIsUsedOnce(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	answer := func(offset time.Duration) reply {
		_, session := f.signIn("alice", password).challenge(totp)
		code, err := authtest.TOTPCode(secret, f.Now().Add(offset))
		require.NoError(t, err)
		return f.answerTOTP(session, "alice", code)
	}
	spent := func(r reply) { r.fails("ExpiredCodeException", "Your software token has already been used once.") }

	f.stepStart()
	answer(0).tokens()
	spent(answer(0))
	spent(answer(-30 * time.Second)) // the last step is a floor
	answer(30 * time.Second).tokens()
	f.stepStart()
	spent(answer(0))

	// Used steps are counted per user.
	_, session := f.signIn("bob", password).challenge(totp)
	f.answerTOTP(session, "bob", f.totp(secret)).tokens()
}

func TestTOTPStepIsSharedWithSetUp(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, alice())
	_, s0 := f.signIn("alice", password).challenge("MFA_SETUP")
	associated := f.call("AssociateSoftwareToken", object{"Session": s0}).ok()
	secret := associated["SecretCode"].(string)
	f.stepStart()
	verified := f.call("VerifySoftwareToken", object{"Session": associated["Session"], "UserCode": f.totp(secret)}).ok()
	access := f.respond("MFA_SETUP", verified["Session"].(string), object{"USERNAME": "alice"}).tokens()["AccessToken"]

	_, session := f.signIn("alice", password).challenge(totp)
	f.answerTOTP(session, "alice", f.totp(secret)).
		fails("ExpiredCodeException", "Your software token has already been used once.")

	renewed := f.call("AssociateSoftwareToken", object{"AccessToken": access}).ok()["SecretCode"].(string)
	verify := func() reply {
		return f.call("VerifySoftwareToken", object{"AccessToken": access, "UserCode": f.totp(renewed)})
	}
	verify().fails("EnableSoftwareTokenMFAException", "Your software token has already been used once")
	f.stepStart()
	verify().ok()
}

func TestSoftwareTokenByAccessToken(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, alice())
	access := f.accessToken("alice")
	associate := func() string {
		out := f.call("AssociateSoftwareToken", object{"AccessToken": access}).ok()
		assert.NotContains(t, out, "Session")
		return out["SecretCode"].(string)
	}
	verify := func(code string) reply {
		return f.call("VerifySoftwareToken", object{"AccessToken": access, "UserCode": code})
	}
	verify("123456").failsWith("SoftwareTokenMFANotFoundException")

	first := associate()
	verify("000000").fails("EnableSoftwareTokenMFAException", "Code mismatch")
	assert.Equal(t, object{"Status": "SUCCESS"}, verify(f.totp(first)).ok())
	verify(f.nextTOTP(first)).failsWith("SoftwareTokenMFANotFoundException") // nothing is pending any more
	f.signIn("alice", password).tokens()                                     // verifying does not switch it on
	f.call("SetUserMFAPreference", object{
		"AccessToken": access, "SoftwareTokenMfaSettings": object{"Enabled": true},
	}).ok()

	// The old secret works until the new one is verified.
	second := associate()
	_, session := f.signIn("alice", password).challenge(totp)
	f.answerTOTP(session, "alice", f.nextTOTP(first)).tokens()
	verify(f.nextTOTP(second)).ok()
	_, session = f.signIn("alice", password).challenge(totp)
	f.answerTOTP(session, "alice", f.nextTOTP(first)).failsWith("CodeMismatchException")
	f.answerTOTP(session, "alice", f.totp(second)).tokens()
	f.unviolated()
}

func TestSoftwareTokenOff(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true}, alice())
	access := f.accessToken("alice")
	for _, r := range []reply{
		f.call("AssociateSoftwareToken", object{"AccessToken": access}),
		f.call("VerifySoftwareToken", object{"AccessToken": access, "UserCode": "123456"}),
	} {
		r.fails("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
	}
	f.unviolated()
	f.call("AssociateSoftwareToken", object{}).failsWith("InvalidParameterException")
	f.violated()
}

// A user without an authenticator app answers an SMS challenge as if it asked for TOTP.
func TestTOTPAnswerWithoutToken(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true}, mfaCase{has: "s", chose: "s"}.user())
	_, session := f.signIn("alice", password).challenge(sms)
	f.answerTOTP(session, "alice", "123456").
		fails("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.")
	f.answerMessage(sms, session).tokens()
}
