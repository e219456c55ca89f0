package conformance_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

// TestPagesInChromium walks through the pages of auth/bff with a keyboard, in a real browser:
// once with scripts, from the sign-up to a forgotten password, and once without, over every page.
//
//nolint:tparallel // the walks follow each other, so that each has the processor to itself
func TestPagesInChromium(t *testing.T) {
	t.Parallel()
	needNode(t)
	seen := map[string]bool{}
	t.Run("with scripts", func(t *testing.T) { withScripts(t, &tour{startChromium(t), seen}) })
	t.Run("without scripts", func(t *testing.T) { withoutScripts(t, &tour{startChromium(t), seen}) })
	t.Run("every page was seen", func(t *testing.T) {
		for _, name := range []string{
			"sign-in", "remember", "sign-up", "confirm", "forgot", "reset", "verify", "verify-code", "step-up", "sign-out", "account",
			"factors", "totp", "password", "details", "devices", "passkeys", "error",
			"CONFIRM_SIGN_IN_WITH_SMS_CODE", "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", "CONFIRM_SIGN_IN_WITH_TOTP_CODE",
			"CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE", "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED",
			"CONFIRM_SIGN_IN_WITH_PASSWORD", "CONFIRM_SIGN_IN_WITH_WEB_AUTHN", "CONFIRM_SIGN_IN_WITH_UNKNOWN_CHALLENGE",
			"CONTINUE_SIGN_IN_WITH_TOTP_SETUP", "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP",
			"CONTINUE_SIGN_IN_WITH_MFA_SELECTION", "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION",
			"CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION",
		} {
			assert.True(t, seen[name], "nobody has looked at %s", name)
		}
	})
}

// everything is a pool in which people can sign in in many ways.
func everything() authtest.Config {
	return authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true, Devices: authtest.DevicesOptIn,
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN", "EMAIL_OTP"},
	}
}

// waysIn are those that the first page of such a pool offers.
func waysIn() bff.Config {
	return bff.Config{FirstFactors: []auth.AuthFactorType{auth.AuthFactorWebAuthn, auth.AuthFactorEmailOTP}}
}

func named(name string, mfa ...string) authtest.User {
	u := verifiedAlice()
	u.Username, u.MFA = name, mfa
	u.Attributes["email"], u.Attributes["phone_number_verified"] = name+"@example.com", "true"
	for _, factor := range mfa {
		if factor == "SOFTWARE_TOKEN_MFA" {
			u.TOTPSecret = totpSecret
		}
	}
	return u
}

// code is the one that the app shows next: none is used twice.
func (w *walker) code(secret string) string {
	w.t.Helper()
	w.site.pool.Advance(30 * time.Second)
	return codeAt(w.t, secret, w.site.pool.Now())
}

func (w *walker) signIn(name string) *walker {
	w.t.Helper()
	w.open("/auth/sign-in").arrives("Sign in to Acme")
	w.fill("username", name, "password", password)
	return w
}

func (w *walker) signOut() {
	w.t.Helper()
	w.open("/auth/sign-out").arrives("Sign out")
	w.push("Sign out")
	w.arrives("Sign in to Acme")
}

// A walker that notices nothing would prove nothing.
func faultsAreNoticed(t *testing.T, c *tour) {
	w := c.walk(t, startSite(t, newPool(t, authtest.Config{}), bff.Config{}, nil), true)
	w.open("/planted").arrives("planted")
	assert.Contains(t, strings.Join(w.axe("light", "wcag2a"), "\n"), "label: ")
	assert.Contains(t, strings.Join(w.axe("dark", "color-contrast"), "\n"), "color-contrast: ")
	assert.Eventually(t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return strings.Contains(strings.Join(w.faults, " "), "style-src") && len(w.foreign) > 0
	}, patience, 10*time.Millisecond)
}

// scanned returns the secret in the QR code on the page, as a phone sees it.
func (w *walker) scanned() string {
	w.t.Helper()
	need(w.t, "zbarimg", "install zbar-tools")
	png, err := chromedp.Run(w.tab, chromedp.ScreenshotScale(".qr", 2))
	require.NoError(w.t, err)
	file := filepath.Join(w.t.TempDir(), "qr.png")
	require.NoError(w.t, os.WriteFile(file, png, 0o600))
	link, err := url.Parse(strings.TrimSpace(string(run(w.t, "zbarimg", "--quiet", "--raw", file))))
	require.NoError(w.t, err)
	return link.Query().Get("secret")
}

func withScripts(t *testing.T, c *tour) {
	t.Run("faults are noticed", func(t *testing.T) { faultsAreNoticed(t, c) })
	d := startSite(t, newPool(t, everything(), named("bob")), waysIn(), nil)
	w := c.walk(t, d, true)
	w.signsUp()
	w.signOut()
	w.signIn("anna").arrives("/") // without a code, on the browser that is remembered
	w.open("/auth/account/devices").arrives("Your devices").look("devices")
	w.signOut()

	w.usesAPasskey()

	w.push("Forgot it?")
	w.arrives("Forgotten password")
	w.fill("username", "bob")
	w.arrives("Choose a new password")
	w.fill("confirmationCode", d.pool.LastCode("bob"), "newPassword", "short", "newPasswordAgain", "short")
	w.fails("That password does not meet the rules.").look("reset with an error")
	w.fill("confirmationCode", d.pool.LastCode("bob"), "newPassword", wrongPassword, "newPasswordAgain", wrongPassword)
	w.meets(`//p[@role="status"]`)
	w.fill("password", wrongPassword)
	w.arrives("/")
	w.keepsToItself()
	tellsTheTime(t, c)
}

// tellsTheTime checks the time that is left, with a clock that is wrong, and when time has passed.
func tellsTheTime(t *testing.T, c *tour) {
	w := c.walk(t, startSite(t, newPool(t, everything(), named("sms", "SMS_MFA")), bff.Config{}, nil), true)
	w.signIn("sms").arrives("Code by text message")
	assert.Regexp(t, `^This page is good until \d+:\d\d [AP]M\.$`, inPage[string](w, "document.querySelector('.until').innerText"))
	for _, at := range []struct{ wrong, passed, shown string }{
		{"86400e3", "0", `^This page is good until \d+:\d\d [AP]M\.$`},
		{"0", "150e3", `^\d\d seconds left$`},
		{"0", "200e3", `^This sign-in took too long, or another one took its place\. Start again\.$`},
	} {
		call(w, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: "{ const start = " + at.wrong + " + (window.began ??= Date.now()); let asked = 0; " +
				"Date.now = () => start + (asked++ ? " + at.passed + " : 0); }",
		})
		w.open("/auth/step").arrives("Code by text message")
		assert.Regexp(t, at.shown, inPage[string](w, "document.querySelector('.until').innerText"))
	}
}

// signsUp creates an account, has the browser remembered, and sets up an app for the payments.
func (w *walker) signsUp() {
	w.t.Helper()
	w.open("/payments").arrives("Sign in to Acme").look("sign-in")
	w.push("Create an account")
	w.arrives("Create an account").look("sign-up")
	w.fill("username", "anna", "userAttributes.email", "anna@example.com", "password", password, "passwordAgain", "other")
	w.fails("The passwords are not the same.").look("sign-up with an error")
	w.reach("[data-show] input").press(" ")
	assert.Equal(w.t, "text", inPage[string](w, "document.querySelector('[name=password]').type"))
	w.press(" ")
	assert.Equal(w.t, "password", inPage[string](w, "document.querySelector('[name=password]').type"))
	w.fill("password", password, "passwordAgain", password)
	w.arrives("Confirm your account").look("confirm")
	w.fill("confirmationCode", w.site.pool.LastCode("anna"))
	w.meets(`//p[@role="status"]`)
	w.fill("password", password)
	w.arrives("Remember this browser?").look("remember")
	w.push("Remember browser")

	w.arrives("Set up your authenticator app")
	w.push("Set up")
	w.meets(`//div[@class="qr"]`).look("totp")
	secret := w.scanned()
	w.push("Can't scan it?")
	shown := strings.ReplaceAll(inPage[string](w, "document.querySelector('.secret').innerText"), " ", "")
	assert.Equal(w.t, secret, shown)
	w.push("Copy key")
	w.meets(`//button[@data-copy][text()="Copied"]`)
	w.fill("code", w.code(secret))
	w.arrives("Confirm it's you").look("step-up")
	w.fill("password", password)
	w.arrives("Code from your app")
	w.fill("challengeResponse", "000000")
	w.fails("That code is wrong.").look("CONFIRM_SIGN_IN_WITH_TOTP_CODE with an error")
	w.fill("challengeResponse", w.code(secret))
	w.arrives("/payments")
}

// usesAPasskey creates a passkey on the account page, and signs in with it.
func (w *walker) usesAPasskey() {
	w.t.Helper()
	call(w, webauthn.Enable, webauthn.EnableParams{})
	call(w, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	})
	w.signIn("bob").arrives("Remember this browser?")
	w.open("/auth/account/passkeys").arrives("Your passkeys").look("passkeys without any")
	w.push("Create a passkey")
	w.meets(`//p[@role="status"][normalize-space()="Your passkey is ready."]`).look("passkeys")
	w.push("Create a passkey")
	w.meets(`//p[@data-problem][not(@hidden)]`)
	w.signOut()
	w.fill("username", "bob")
	w.arrives("/") // the browser has offered the passkey by itself, and its owner has taken it
	call(w, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false",
	})
	w.signOut()
	w.reach(`[name="username"]`).press("bob")
	w.push("Use a passkey")
	w.arrives("/")
	w.open("/auth/step-up?return=/safe").arrives("Confirm it's you")
	w.push("Use a passkey")
	w.arrives("/safe")
	w.signOut()
}

func withoutScripts(t *testing.T, c *tour) {
	t.Run("second factors", func(t *testing.T) {
		d := startSite(t, newPool(t, everything(), named("sms", "SMS_MFA"), named("mail", "EMAIL_OTP"),
			named("both", "SMS_MFA", "SOFTWARE_TOKEN_MFA"), named("alice")), waysIn(), nil)
		w := c.walk(t, d, false)
		w.signIn("sms").arrives("Code by text message").look("CONFIRM_SIGN_IN_WITH_SMS_CODE")
		w.fill("challengeResponse", d.pool.LastCode("sms"))
		w.arrives("Remember this browser?").look("remember")
		w.push("Not now")
		w.arrives("/")
		w.signOut()
		w.signIn("mail").arrives("Code by email").look("CONFIRM_SIGN_IN_WITH_EMAIL_CODE")
		w.fill("challengeResponse", d.pool.LastCode("mail"))
		w.arrives("Remember this browser?")
		w.signOut()
		w.signIn("both").arrives("Choose how to confirm it's you").look("CONTINUE_SIGN_IN_WITH_MFA_SELECTION")
		w.choose("TOTP")
		w.arrives("Code from your app").look("CONFIRM_SIGN_IN_WITH_TOTP_CODE")
		w.fill("challengeResponse", w.code(totpSecret))
		w.arrives("Remember this browser?")
		w.account()
		w.open("/admin").arrives("That did not work").look("error")
		w.signOut()
		w.push("Forgot it?")
		w.arrives("Forgotten password").look("forgot")
		w.fill("username", "alice")
		w.arrives("Choose a new password").look("reset")
		w.keepsToItself()
	})
	t.Run("set-up", func(t *testing.T) {
		stranger := authtest.User{Username: "alice", Password: password}
		invited := authtest.User{Username: "bob", Password: password, TemporaryPassword: true}
		d := startSite(t, newPool(t, authtest.Config{
			MFA: authtest.MFARequired, TOTP: true, Email: true, AutoVerifiedAttributes: []string{},
			RequiredAttributes: []string{"given_name"},
		}, stranger, invited), bff.Config{}, nil)
		w := c.walk(t, d, false)
		w.signIn("alice").arrives("Protect your account").look("CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION")
		w.choose("EMAIL")
		w.arrives("Set up codes by email").look("CONTINUE_SIGN_IN_WITH_EMAIL_SETUP")
		w.fill("challengeResponse", "alice@example.com")
		w.arrives("Code by email")
		w.fill("challengeResponse", d.pool.LastCode("alice"))
		w.arrives("/")
		w.signOut()
		w.signIn("bob").arrives("Choose a new password").look("CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED")
		w.fill("challengeResponse", wrongPassword, "challengeResponseAgain", wrongPassword, "userAttributes.given_name", "Bob")
		w.arrives("Protect your account")
		w.choose("TOTP")
		w.arrives("Set up your authenticator app").look("CONTINUE_SIGN_IN_WITH_TOTP_SETUP")
		w.fill("challengeResponse", "000000")
		w.fails("That code is wrong. The app shows a new one every 30 seconds.").look("CONTINUE_SIGN_IN_WITH_TOTP_SETUP with an error")
		w.fill("challengeResponse", w.code(w.scanned()))
		w.arrives("/")
		w.keepsToItself()
	})
	t.Run("managed login", func(t *testing.T) { comesFromElsewhere(t, c) })
	t.Run("first factors", func(t *testing.T) { choosesFirst(t, c) })
	t.Run("custom challenges", func(t *testing.T) { answersARiddle(t, c) })
	t.Run("contacts", func(t *testing.T) {
		user := named("alice")
		delete(user.Attributes, "phone_number")
		delete(user.Attributes, "phone_number_verified")
		delete(user.Attributes, "email_verified")
		w := c.walk(t, startSite(t, newPool(t, authtest.Config{}, user), bff.Config{}, nil), false)
		w.signIn("alice").arrives("Confirm how to reach you").look("verify")
		w.choose("email")
		w.arrives("Confirm that it is yours").look("verify-code")
		w.fill("confirmationCode", w.site.pool.LastCode("alice"))
		w.arrives("/")
		w.keepsToItself()
	})
}

// account looks at the account pages.
func (w *walker) account() {
	w.t.Helper()
	w.open("/auth/account").arrives("Your account").look("account")
	for _, next := range []struct{ link, name string }{
		{"Second step at sign-in", "factors"},
		{"Change your password", "password"},
		{"Your details", "details"},
		{"Your devices", "devices"},
		{"Your passkeys", "passkeys"},
		{"Sign out", "sign-out"},
	} {
		w.open("/auth/account").arrives("Your account")
		w.push(next.link)
		w.arrives(next.link).look(next.name)
	}
	w.open("/auth/account/totp").arrives("Set up your authenticator app").look("totp before it begins")
	w.open("/auth/step-up").arrives("Confirm it's you").look("step-up")
	w.open("/auth/account/factors").arrives("Second step at sign-in")
	w.push("Ask for this first")
	w.meets(`//p[@role="status"]`)
}

// choosesFirst signs in where the name alone is asked first.
func choosesFirst(t *testing.T, c *tour) {
	cfg := everything()
	pool := newPool(t, cfg, named("alice"))
	authenticator := authtest.Authenticator{Origin: "http://localhost"}
	session := newClient(t, pool).Session("alice")
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	options, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.NoError(t, err)
	credential, err := authenticator.Create(options)
	require.NoError(t, err)
	require.NoError(t, passkey.CompleteAssociateWebAuthnCredential(t.Context(), session, credential))

	how := bff.Config{SignIn: auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth}}
	w := c.walk(t, startSite(t, pool, how, nil), false)
	w.open("/auth/sign-in").arrives("Sign in to Acme").look("sign-in with a name only")
	w.fill("username", "alice")
	w.arrives("Choose how to sign in").look("CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION")
	w.choose("PASSWORD_SRP")
	w.arrives("Type your password").look("CONFIRM_SIGN_IN_WITH_PASSWORD")
	w.fill("challengeResponse", password)
	w.arrives("Remember this browser?")
	w.signOut()
	w.fill("username", "alice")
	w.arrives("Choose how to sign in")
	w.choose("WEB_AUTHN")
	w.arrives("Use your passkey").look("CONFIRM_SIGN_IN_WITH_WEB_AUTHN")
	w.keepsToItself()
}

// comesFromElsewhere signs in and out by way of another host, to which the policy of the pages lets
// no form lead.
func comesFromElsewhere(t *testing.T, c *tour) {
	at := newFreeAddress(t)
	pool := newPool(t, authtest.Config{ManagedLogin: at.managedLogin()}, named("alice"))
	require.NoError(t, pool.SetSocialUser(authtest.SocialUser{
		Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "anna@example.com"},
	}))
	cfg := bff.Config{IdentityProviders: []bff.IdentityProvider{{Name: auth.ProviderGoogle}, {Name: auth.ProviderApple}}}
	w := c.walk(t, startSiteAt(t, at, pool, cfg, nil), false)
	w.abroad = pool.URL
	w.open("/").arrives("Sign in to Acme").look("sign-in with providers")
	w.push("Continue with Google")
	surfer{t: t, tab: w.tab}.click("#person-1234")
	w.arrives("/")
	w.open("/auth/account").meets(`//p[text()="Signed in as anna@example.com."]`)
	w.open("/payments").arrives("Confirm it's you").look("step-up after managed login")
	w.push("Sign out")
	w.arrives("Sign out")
	w.push("Sign out")
	w.meets(`//p[@role="status"][text()="You are signed out."]`)
	w.keepsToItself()
}

// renaming has the pool ask for a challenge that nobody knows.
type renaming struct{}

func (renaming) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	body = bytes.ReplaceAll(body, []byte(`"CUSTOM_CHALLENGE"`), []byte(`"SPHINX"`))
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, nil
}

// answersARiddle answers a challenge of the pool's triggers, and meets one that is unknown.
func answersARiddle(t *testing.T, c *tour) {
	pool := newPool(t, authtest.Config{
		ExplicitAuthFlows: []string{"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		Triggers: authtest.Triggers{
			DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
				e.Response.IssueTokens = len(e.Request.Session) > 0 && e.Request.Session[0].ChallengeResult
				e.Response.ChallengeName = "CUSTOM_CHALLENGE"
				return nil
			},
			CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
				e.Response.PublicChallengeParameters = map[string]string{"question": "What walks on four legs in the morning?"}
				return nil
			},
			VerifyAuthChallenge: func(e *authtest.VerifyAuthChallengeEvent) error {
				e.Response.AnswerCorrect = e.Request.ChallengeAnswer == "man"
				return nil
			},
		},
	}, named("alice"))
	how := bff.Config{SignIn: auth.SignInInput{AuthFlowType: auth.AuthFlowCustomWithoutSRP}}
	w := c.walk(t, startSite(t, pool, how, nil), false)
	w.open("/").arrives("Sign in to Acme")
	w.fill("username", "alice")
	w.arrives("One more question").look("CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE")
	w.fill("challengeResponse", "man")
	w.arrives("/")
	w.keepsToItself()

	w = c.walk(t, startSite(t, pool, how, renaming{}), false)
	w.open("/").arrives("Sign in to Acme")
	w.fill("username", "alice")
	w.arrives("This step cannot be shown").look("CONFIRM_SIGN_IN_WITH_UNKNOWN_CHALLENGE")
	w.push("Start again")
	w.arrives("Sign in to Acme")
	w.keepsToItself()
}
