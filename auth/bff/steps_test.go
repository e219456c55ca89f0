package bff_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func TestSignInWithoutSecondFactorLeadsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	w.add(alice())
	b := w.browser()
	b.signIn("/orders?id=7", "alice")
	assert.Equal(t, "/orders?id=7", b.path)
	b.isApp("/orders", "alice")
	b.get("/auth/sign-in?return=/orders")
	b.isApp("/orders", "alice")
	b.get("/auth/sign-out").submit()
	assert.Contains(t, b.page, "You are signed out.")
	b.get("/orders")
	assert.Contains(t, b.path, "/auth/sign-in")
}

func TestEverySecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true})
	app, sms, mail, both := withTOTP(alice()), alice(), alice(), withTOTP(alice())
	app.Username, sms.Username, mail.Username, both.Username = "app", "sms", "mail", "both"
	sms.MFA, mail.MFA, both.MFA = []string{"SMS_MFA"}, []string{"EMAIL_OTP"}, []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}
	w.add(app, sms, mail, both)
	sent := func(name string) func() string { return func() string { return w.pool.LastCode(name) } }
	shown := func() string { return w.code(totpSecret) }
	for _, c := range []struct {
		name, heading string
		choose        string
		code          func() string
	}{
		{name: "app", heading: "Code from your app", code: shown},
		{name: "sms", heading: "Code by text message", code: sent("sms")},
		{name: "mail", heading: "Code by email", code: sent("mail")},
		{name: "both", choose: "TOTP", heading: "Code from your app", code: shown},
		{name: "both", choose: "SMS", heading: "Code by text message", code: sent("both")},
	} {
		b := w.browser()
		b.signIn("/orders", c.name)
		if c.choose != "" {
			require.Equal(t, "Choose how to confirm it's you", b.heading())
			b.submit("challengeResponse", c.choose)
		}
		require.Equal(t, c.heading, b.heading(), c.name)
		b.submit("challengeResponse", "000000")
		assert.Equal(t, http.StatusUnprocessableEntity, b.status)
		assert.Equal(t, "That code is wrong.", b.alert())
		assert.Regexp(t, `<title>Error: `, b.page)
		b.get("/auth/step?return=/orders")
		require.Equal(t, c.heading, b.heading(), "a page that is loaded again is the same")
		b.submit("challengeResponse", c.code())
		b.isApp("/orders", c.name)
		b.get("/payments")
		b.isApp("/payments", c.name)
	}
}

func TestRequiredFactorIsSetUpAtSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, SMS: true})
	user := alice()
	user.Attributes = map[string]string{"email": "alice@example.com", "email_verified": "true"}
	w.add(user)
	b := w.browser().signIn("/orders", "alice")
	if b.heading() == "Protect your account" {
		b.submit("challengeResponse", "TOTP")
	}
	require.Equal(t, "Set up your authenticator app", b.heading(), b.page)
	secret := secretOn(t, b.page)
	b.submit("challengeResponse", "000000")
	assert.Equal(t, secret, secretOn(t, b.page), "a wrong code keeps the secret")
	assert.Contains(t, b.page, "<svg")
	b.submit("challengeResponse", w.code(secret), "friendlyDeviceName", "phone")
	b.isApp("/orders", "alice")

	again := w.browser().signIn("/orders", "alice")
	again.submit("challengeResponse", w.code(secret))
	again.isApp("/orders", "alice")
}

func secretOn(t *testing.T, page string) string {
	t.Helper()
	found := regexp.MustCompile(`class="secret">([A-Z2-7 ]+)<`).FindStringSubmatch(page)
	require.NotNil(t, found, page)
	return strings.ReplaceAll(found[1], " ", "")
}

func TestEmailIsSetUpAtSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFARequired, Email: true, AutoVerifiedAttributes: []string{}})
	w.add(authtest.User{Username: "alice", Password: goodPassword})
	b := w.browser().signIn("/orders", "alice")
	require.Equal(t, "Set up codes by email", b.heading(), b.page)
	b.submit("challengeResponse", "alice@example.com")
	require.Equal(t, "Code by email", b.heading())
	b.submit("challengeResponse", w.pool.LastCode("alice"))
	require.Contains(t, b.path, "/orders")
	b.isApp("/orders", "alice")
}

func TestTemporaryPasswordIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{RequiredAttributes: []string{"given_name"}})
	w.add(authtest.User{Username: "alice", Password: goodPassword, TemporaryPassword: true})
	b := w.browser().signIn("/orders", "alice")
	require.Equal(t, "Choose a new password", b.heading())
	b.submit("challengeResponse", newPassword, "challengeResponseAgain", "other", "userAttributes.given_name", "Alice")
	assert.Equal(t, "The passwords are not the same.", b.alert())
	b.submit("challengeResponse", newPassword, "challengeResponseAgain", newPassword, "userAttributes.given_name", "Alice")
	b.isApp("/orders", "alice")
}

func TestFirstFactorIsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
	}, func(c *bff.Config) { c.SignIn.AuthFlowType = auth.AuthFlowUserAuth })
	w.add(alice())
	for choice, answer := range map[string]func() string{
		"EMAIL_OTP": func() string { return w.pool.LastCode("alice") },
		"PASSWORD":  func() string { return goodPassword },
	} {
		b := w.browser().get("/orders").submit("username", "alice")
		require.Equal(t, "Choose how to sign in", b.heading(), b.page)
		b.submit("challengeResponse", choice)
		b.submit("challengeResponse", answer())
		b.isApp("/orders", "alice")
	}
}

func TestCustomChallengesAreAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{
		ExplicitAuthFlows: []string{"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		Triggers: authtest.Triggers{
			DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
				done := len(e.Request.Session)
				if done == 2 && e.Request.Session[1].ChallengeResult {
					e.Response.IssueTokens = true
					return nil
				}
				e.Response.ChallengeName, e.Response.FailAuthentication = "CUSTOM_CHALLENGE", done > 2
				return nil
			},
			CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
				e.Response.PublicChallengeParameters = map[string]string{"question": "<b>Your pet?</b>"}
				e.Response.PrivateChallengeParameters = map[string]string{"answer": "rex"}
				return nil
			},
			VerifyAuthChallenge: func(e *authtest.VerifyAuthChallengeEvent) error {
				e.Response.AnswerCorrect = e.Request.ChallengeAnswer == "rex"
				return nil
			},
		},
	}, func(c *bff.Config) { c.SignIn.AuthFlowType = auth.AuthFlowCustomWithoutSRP })
	w.add(alice())
	b := w.browser().get("/orders").submit("username", "alice")
	require.Equal(t, "One more question", b.heading(), b.page)
	assert.Contains(t, b.page, "&lt;b&gt;Your pet?")
	b.submit("challengeResponse", "rex").submit("challengeResponse", "rex")
	b.isApp("/orders", "alice")
}

func TestSignUpToSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	b := w.browser().get("/auth/sign-up?return=/orders")
	b.submit("username", "bob", "password", goodPassword, "passwordAgain", "x", "userAttributes.email", "bob@example.com")
	assert.Equal(t, "The passwords are not the same.", b.alert())
	b.submit("username", "bob", "password", goodPassword, "passwordAgain", goodPassword, "userAttributes.email", "bob@example.com")
	require.Equal(t, "Confirm your account", b.heading(), b.page)
	first := w.pool.LastCode("bob")
	b.submit("confirmationCode", "000000")
	assert.Equal(t, "That code is wrong or too old.", b.alert())
	b.get("/auth/confirm?return=/orders")
	b.post("/auth/confirm/resend", map[string][]string{"username": {"bob"}, "return": {"/orders"}})
	assert.Contains(t, b.page, "We sent a new code")
	require.NotEqual(t, first, w.pool.LastCode("bob"))
	b.submit("confirmationCode", w.pool.LastCode("bob"))
	assert.Contains(t, b.page, "Your account is ready")
	assert.Contains(t, b.page, `value="bob"`, "the name is kept")
	b.submit("password", goodPassword)
	b.isApp("/orders", "bob")
}

func TestSignInOfAnUnconfirmedUserLeadsToTheCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	user := alice()
	user.Unconfirmed = true
	user.Attributes = map[string]string{"email": "alice@example.com"}
	w.add(user)
	b := w.browser().signIn("/orders", "alice")
	require.Equal(t, "Confirm your account", b.heading())
	b.submit("confirmationCode", w.pool.LastCode("alice")).submit("password", goodPassword)
	b.isApp("/orders", "alice")
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	w.add(alice())
	b := w.browser().get("/auth/forgot").submit("username", "alice")
	require.Equal(t, "Choose a new password", b.heading())
	b.submit("confirmationCode", "000000", "newPassword", newPassword, "newPasswordAgain", newPassword)
	assert.Equal(t, "That code is wrong or too old.", b.alert())
	b.submit("confirmationCode", w.pool.LastCode("alice"), "newPassword", newPassword, "newPasswordAgain", newPassword)
	assert.Contains(t, b.page, "Your password is changed")
	b.submit("password", newPassword)
	b.isApp("/", "alice")
}

func TestAnAdministratorsResetSendsNoSecondCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	user := alice()
	user.ResetRequired = true
	w.add(user)
	w.pool.ResetRequests()
	b := w.browser().signIn("/", "alice")
	require.Equal(t, "Choose a new password", b.heading())
	for _, request := range w.pool.Requests() {
		assert.NotEqual(t, "ForgotPassword", request.Operation)
	}
}

func TestRememberedBrowserIsAskedForNoCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesOptIn})
	bob := withTOTP(alice())
	bob.Username = "bob"
	w.add(withTOTP(alice()), bob)
	b := w.browser().signIn("/orders", "alice").submit("challengeResponse", w.code(totpSecret))
	require.Equal(t, "Remember this browser?", b.heading())
	b.submit("remember", "yes")
	b.isApp("/orders", "alice")
	b.get("/auth/sign-out").submit()
	b.signIn("/orders", "alice")
	b.isApp("/orders", "alice")
	b.get("/payments")
	assert.Equal(t, "Confirm it's you", b.heading(), "a remembered browser is not a second factor")

	b.get("/auth/sign-out").submit()
	b.signIn("/orders", "bob")
	assert.Equal(t, "Code from your app", b.heading(), "it is remembered for one person only")
}

func TestUnverifiedContactIsOfferedForConfirmation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	user := alice()
	user.Attributes = map[string]string{"email": "alice@example.com"}
	w.add(user)
	b := w.browser().signIn("/orders", "alice")
	require.Equal(t, "Confirm how to reach you", b.heading())
	assert.Contains(t, b.page, `href="/orders"`, "it can be skipped")
	b.submit("userAttributeKey", "email")
	require.Equal(t, "Confirm that it is yours", b.heading())
	b.submit("confirmationCode", w.pool.LastCode("alice"))
	b.isApp("/orders", "alice")
}

// An answer may be a password, so it is shown again at its own step only.
func TestAnAnswerIsNotShownAtAnotherStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true, AutoVerifiedAttributes: []string{}})
	w.add(authtest.User{Username: "alice", Password: goodPassword})
	b := w.browser().signIn("/", "alice")
	require.Equal(t, "Protect your account", b.heading())
	old := b.fork()
	b.submit("challengeResponse", "EMAIL")
	require.Equal(t, "Set up codes by email", b.heading())
	old.submit("challengeResponse", "secret of another step")
	assert.Equal(t, "Set up codes by email", old.heading())
	assert.NotContains(t, old.page, "secret of another step")
	b.submit("challengeResponse", "no address")
	assert.Contains(t, b.page, `value="no address"`)
}
