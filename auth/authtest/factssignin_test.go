package authtest_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Fact R5: "Alice" signs up, and is "alice" in every answer.
func TestUserNamesAreInLowerCaseUnlessCaseSensitive(t *testing.T) {
	t.Parallel()
	for sensitive, want := range map[bool]string{false: "alice", true: "Alice"} {
		f := start(t, authtest.Config{CaseSensitive: sensitive})
		f.signUp("Alice", password, "email", email).ok()
		f.admin("AdminConfirmSignUp", object{"Username": "Alice"}).ok()
		parameters, _ := f.beginSRP("Alice", "2").challenge("PASSWORD_VERIFIER")
		assert.Equal(t, want, parameters["USERNAME"])
		assert.Equal(t, want, parameters["USER_ID_FOR_SRP"])
		tokens := f.signInSRP("Alice", password).tokens()
		assert.Equal(t, want, f.claims(tokens).access["username"])
		assert.Equal(t, want, f.claims(tokens).id["cognito:username"])
		assert.Equal(t, want, f.call("GetUser", object{"AccessToken": tokens["AccessToken"]}).ok()["Username"])
	}
}

// Facts R8 and R9: members without a meaning are ignored, and USER_SRP_AUTH has no session.
func TestParametersWithoutAMeaningAreIgnored(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, withTOTP())
	c := newSRPClient()
	parameters, _ := f.call("InitiateAuth", object{
		"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID, "AuthParameters": object{
			"USERNAME": "alice", "SRP_A": c.public.Text(16), "CHALLENGE_NAME": "SRP_A",
		},
	}).challenge("PASSWORD_VERIFIER")
	assert.Contains(t, f.violated(), `unknown member "CHALLENGE_NAME"`)
	answer := c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	_, session := f.respond("PASSWORD_VERIFIER", "", answer).challenge(totp)
	f.unviolated()
	answer["SRP_A"], answer["SOFTWARE_TOKEN_MFA_CODE"] = "2", f.totp(secret)
	f.call("RespondToAuthChallenge", object{
		"ChallengeName": totp, "ClientId": f.ClientID, "Session": session, "ChallengeResponses": answer,
		"UserPoolId": f.UserPoolID,
	}).tokens()
	assert.Len(t, f.violations.take(), 5, "SRP_A, TIMESTAMP, the two of the claim, and UserPoolId")
}

// Fact R11: EMAIL_OTP has no USER_ID_FOR_SRP either.
func TestPreferredChallengeListsAllFactors(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.AllowedFirstAuthFactors = append(cfg.AllowedFirstAuthFactors, "WEB_AUTHN")
	cfg.RelyingPartyID = "localhost"
	f := start(t, cfg, reachableAlice())
	f.addPasskey(f.accessToken("alice"), newBrowser(t))
	all := []any{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}
	for _, challenge := range []string{"EMAIL_OTP", "WEB_AUTHN"} {
		r := f.preferring(challenge)
		parameters, _ := r.challenge(challenge)
		assert.Equal(t, all, r.body["AvailableChallenges"])
		assert.NotContains(t, parameters, "USER_ID_FOR_SRP")
	}
}

// Fact R12: also the members and the timeout of a registration.
func TestPasskeyOptions(t *testing.T) {
	t.Parallel()
	f := start(t, choiceWithPasskeys, alice())
	token := f.accessToken("alice")
	assert.InDelta(t, 60000, f.startPasskey(token)["timeout"], 0)
	f.addPasskey(token, newBrowser(t))
	text, _ := f.askPasskey("alice")
	options := readObject(t, text)
	assert.Len(t, options, 5)
	assert.InDelta(t, 180000, options["timeout"], 0)
	assert.Equal(t, "localhost", options["rpId"])
	assert.Contains(t, options, "challenge")
	assert.Contains(t, options, "userVerification")
	credential := options["allowCredentials"].([]any)[0].(object)
	assert.Len(t, credential, 3)
	assert.Contains(t, credential, "id")
	assert.Equal(t, "public-key", credential["type"])
	assert.Contains(t, credential, "transports")
}

// Fact R13: the SECRET_HASH over the typed name serves in all three calls.
func TestSelectPasswordThenAuthenticatorApp(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.MFA, cfg.TOTP, cfg.ClientSecret, cfg.AliasAttributes = authtest.MFAOptional, true, true, []string{"email"}
	f := start(t, cfg, verified())
	access := f.signInUnder(email, email, "").tokens()["AccessToken"]
	associated := f.call("AssociateSoftwareToken", object{"AccessToken": access}).ok()["SecretCode"].(string)
	f.call("VerifySoftwareToken", object{
		"AccessToken": access, "UserCode": f.totp(associated), "FriendlyDeviceName": "telephone",
	}).ok()
	f.call("SetUserMFAPreference", object{"AccessToken": access, "SoftwareTokenMfaSettings": preferred}).ok()

	hash := f.hash(email)
	parameters, session := f.userAuth(email, "SECRET_HASH", hash).challenge("SELECT_CHALLENGE")
	assert.Equal(t, object{}, parameters)
	parameters, session = f.respond("SELECT_CHALLENGE", session, object{
		"USERNAME": email, "ANSWER": "PASSWORD", "PASSWORD": password, "SECRET_HASH": hash,
	}).challenge(totp)
	assert.Equal(t, object{"FRIENDLY_DEVICE_NAME": "telephone", "USER_ID_FOR_SRP": "alice"}, parameters)
	f.respond(totp, session, object{
		"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": f.nextTOTP(associated), "SECRET_HASH": hash,
	}).tokens()
	f.unviolated()
}

// Fact R14.
func TestSelectChallengeWithTheSessionOfAnotherFlow(t *testing.T) {
	t.Parallel()
	f := totpPool(t)
	_, session := f.signIn("alice", password).challenge(totp)
	f.choose(session, "PASSWORD").
		fails("NotAuthorizedException", "Invalid session due to a mismatched auth flow")
	f.answerTOTP(session, "alice", f.totp(secret)).tokens()
}

// Fact R28: wrong passwords are counted as usual.
func TestResetIsToldAfterTheRightPasswordOnly(t *testing.T) {
	t.Parallel()
	bothFlowsInABubble(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{NoListener: true},
			authtest.User{Username: "alice", Password: password, ResetRequired: true})
		for range 2 {
			signIn(f, "alice", wrong).fails("NotAuthorizedException", wrongPassword)
			signIn(f, "alice", password).
				fails("PasswordResetRequiredException", "Password reset required for the user")
		}
		for range 5 {
			signIn(f, "alice", wrong).fails("NotAuthorizedException", wrongPassword)
		}
		signIn(f, "alice", password).fails("NotAuthorizedException", "Password attempts exceeded")
	})
}

// A user without a password learns at once that one must be set.
func TestResetIsToldAtOnceWithoutAPassword(t *testing.T) {
	t.Parallel()
	u := reachableAlice()
	u.Password, u.ResetRequired = "", true
	f := start(t, choosing(), u)
	f.signIn("alice", wrong).failsWith("PasswordResetRequiredException")
}

// Fact R31: the header has kid and alg in this order, and JSON's escape of the slash.
func TestTokenHeader(t *testing.T) {
	t.Parallel()
	for range 50 { // until a kid has a slash: one in two has none
		f := start(t, authtest.Config{}, alice())
		token := f.accessToken("alice")
		header, _ := f.verify(token)
		text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
		require.NoError(t, err)
		kid := strings.ReplaceAll(header["kid"].(string), "/", `\/`)
		require.Equal(t, `{"kid":"`+kid+`","alg":"RS256"}`, string(text))
		if strings.Contains(kid, "/") {
			return
		}
	}
	t.Fatal("no kid has a slash")
}

// Fact R35.
func TestEmailOTPReplacesThePassword(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.UsernameAttributes = []string{"email"}
	f := start(t, cfg, authtest.User{
		Username: email, Password: password, Attributes: map[string]string{"email_verified": "true"},
	})
	ask := func() (session, code string) {
		_, session = f.userAuth(email, "PREFERRED_CHALLENGE", mail).challenge(mail)
		return session, f.LastCode(email)
	}
	answer := func(session, code string) reply {
		return f.respond(mail, session, object{"USERNAME": email, "EMAIL_OTP_CODE": code})
	}
	_, old := ask()
	session, code := ask()
	assert.Regexp(t, `^[0-9]{8}$`, code)
	answer(session, old).fails("CodeMismatchException", wrongCode)
	answer(session, code).tokens()
}
