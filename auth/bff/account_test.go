package bff_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func TestRequireMFALeadsToTheSetUpAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	w.add(alice())
	b := w.browser().signIn("/orders", "alice")
	before := b.cookie(sessionCookie)
	b.get("/payments")
	require.Equal(t, "Set up your authenticator app", b.heading(), b.page)
	b.submit("start", "yes")
	secret := secretOn(t, b.page)
	b.get(b.path)
	assert.Equal(t, secret, secretOn(t, b.page), "a page that is loaded again shows the same code")
	b.submit("code", "000000")
	assert.NotEmpty(t, b.alert())
	b.submit("code", w.code(secret))
	assert.NotEqual(t, before, b.cookie(sessionCookie), "a change of factors begins a new id")
	require.Equal(t, "Confirm it's you", b.heading(), "who has the session could have set up an app of their own")
	b.submit("password", goodPassword)
	require.Equal(t, "Code from your app", b.heading())
	b.submit("challengeResponse", w.code(secret))
	b.isApp("/payments", "alice")
}

func TestStepUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	w.add(withTOTP(alice()))
	b := w.browser().signIn("/orders", "alice").submit("challengeResponse", w.code(totpSecret))
	before := b.cookie(sessionCookie)
	b.get("/auth/step-up?return=/orders").submit("password", "wrong")
	assert.Equal(t, "Your current password is wrong.", b.alert())
	b.submit("password", goodPassword)
	require.Equal(t, "Code from your app", b.heading())
	tab := b.fork().get("/orders")
	tab.isApp("/orders", "alice")
	b.submit("challengeResponse", w.code(totpSecret))
	b.isApp("/orders", "alice")
	assert.NotEqual(t, before, b.cookie(sessionCookie), "the id is another one")
}

func TestFactorsArePreferredAndTurnedOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true})
	w.add(alice())
	b := w.browser().signIn("/auth/account/factors", "alice")
	require.Equal(t, "Second step at sign-in", b.heading())
	b.post("/auth/account/factors", map[string][]string{"factor": {"SMS"}, "preference": {"PREFERRED"}})
	assert.Contains(t, b.page, "Saved.")
	b.get("/auth/account/factors")
	assert.Contains(t, b.page, "Asked for first")
	b.post("/auth/account/factors", map[string][]string{"factor": {"RUBBISH"}, "preference": {"PREFERRED"}})
	assert.Equal(t, http.StatusBadRequest, b.status)
	b.submit("factor", "SMS", "preference", "DISABLED")
	b.get("/auth/account/factors")
	assert.NotContains(t, b.page, "Asked for first")
}

func TestPasswordAndDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	w.add(alice())
	b := w.browser().signIn("/auth/account/password", "alice")
	b.submit("oldPassword", "wrong", "newPassword", newPassword, "newPasswordAgain", newPassword)
	assert.Equal(t, "Your current password is wrong.", b.alert())
	before := b.cookie(sessionCookie)
	b.submit("oldPassword", goodPassword, "newPassword", newPassword, "newPasswordAgain", newPassword)
	assert.Contains(t, b.page, "Your password is changed.")
	assert.NotEqual(t, before, b.cookie(sessionCookie))

	b.get("/auth/account/details")
	assert.Contains(t, b.page, "alice@example.com")
	b.submit("userAttributeKey", "email", "value", "new@@example")
	assert.NotEmpty(t, b.alert())
	assert.Contains(t, b.page, `value="new@@example"`, "what was typed is there to be mended")
	b.submit("userAttributeKey", "email", "value", "new@example.com")
	require.Equal(t, "Confirm that it is yours", b.heading(), b.page)
	b.submit("confirmationCode", w.pool.LastCode("alice"))
	b.get("/auth/account/details")
	assert.Contains(t, b.page, "new@example.com")
}

func TestDevicesAreListedAndForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{Devices: authtest.DevicesAlways})
	w.add(alice())
	laptop := w.browser()
	laptop.header.Set("User-Agent", "Laptop")
	laptop.signIn("/", "alice")
	phone := w.browser()
	phone.header.Set("User-Agent", "Phone<script>")
	phone.signIn("/auth/account/devices", "alice")
	assert.Contains(t, phone.page, "Laptop")
	assert.Contains(t, phone.page, "this one")
	assert.NotContains(t, phone.page, "<script>")
	for _, d := range w.pool.Devices("alice") {
		if d.Name == "Laptop" {
			phone.post("/auth/account/devices", map[string][]string{"deviceId": {d.Key}})
		}
	}
	assert.NotContains(t, phone.page, "Laptop")
}

func TestPasskeyIsCreatedUsedAndDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"},
	}, func(c *bff.Config) {
		c.SignIn = auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth}
	})
	w.add(alice())
	key := authtest.Authenticator{Origin: "http://localhost:8080"}
	b := w.browser()
	b.get("/auth/sign-in").submit("username", "alice")
	if b.heading() == "Choose how to sign in" {
		b.submit("challengeResponse", "PASSWORD")
	}
	b.submit("challengeResponse", goodPassword)
	b.json(http.MethodPost, "/auth/account/passkeys/start", struct{}{})
	require.Equal(t, http.StatusOK, b.status, b.page)
	credential, err := key.Create([]byte(b.page))
	require.NoError(t, err)
	b.json(http.MethodPost, "/auth/account/passkeys/complete", map[string]any{"credential": credential})
	require.Equal(t, http.StatusOK, b.status, b.page)

	other := w.browser()
	other.get("/auth/sign-in").submit("username", "alice")
	require.Equal(t, "Choose how to sign in", other.heading())
	other.submit("challengeResponse", "WEB_AUTHN")
	require.Equal(t, "Use your passkey", other.heading())
	assert.Contains(t, other.page, "passkey.js")
	step := other.json(http.MethodGet, "/auth/step", nil)
	next, _ := step["nextStep"].(map[string]any)
	require.NotNil(t, next["credentialRequestOptions"], other.page)
	options := jsonOf(t, next["credentialRequestOptions"])
	answer, err := key.Get(options)
	require.NoError(t, err)
	other.json(http.MethodPost, "/auth/step", map[string]any{"stepId": step["stepId"], "challengeResponse": string(answer)})
	other.get("/orders")
	other.isApp("/orders", "alice")

	b.get("/auth/account/passkeys").submit("credentialId", keyID(t, b.page))
	b.get("/auth/account/passkeys")
	assert.NotContains(t, b.page, "credentialId")
}

func TestAccountChangesNeedAFreshProof(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		b := s.visitor()
		b.signIn("alice")
		b.get("/auth/account/password")
		assert.Equal(t, http.StatusOK, b.status)
		time.Sleep(11 * time.Minute)
		b.get("/auth/account/password")
		assert.Equal(t, "/auth/step-up?return=%2Fauth%2Faccount%2Fpassword", b.location)
		b.post("/auth/account/password", map[string][]string{"oldPassword": {goodPassword}, "newPassword": {newPassword}})
		assert.Equal(t, "/auth/step-up", b.location)
		b.post("/auth/step-up", map[string][]string{"password": {goodPassword}})
		b.get("/auth/account/password")
		assert.Equal(t, http.StatusOK, b.status)
	})
}

func TestSessionsTimeOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		b := s.visitor()
		b.signIn("alice")
		for range 10 {
			time.Sleep(25 * time.Minute)
			b.get("/")
			require.Equal(t, http.StatusOK, b.status, "a session that is used stays")
		}
		time.Sleep(31 * time.Minute)
		b.get("/")
		assert.Equal(t, "/auth/sign-in", b.location, "one that is not used ends")
		b.get("/")
		assert.Equal(t, "/auth/sign-in", b.location)

		b.signIn("alice")
		for range 28 {
			time.Sleep(25 * time.Minute)
			b.get("/")
			require.Equal(t, http.StatusOK, b.status)
		}
		time.Sleep(25 * time.Minute)
		b.get("/")
		assert.Equal(t, "/auth/sign-in", b.location, "one that is old ends")
	})
}

func TestAPollIsNoUseOfTheSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		b := s.visitor()
		b.signIn("alice")
		for range 5 {
			time.Sleep(5 * time.Minute)
			b.get("/auth/user?slide=false")
			require.Equal(t, http.StatusOK, b.status)
		}
		time.Sleep(6 * time.Minute)
		b.get("/auth/user?slide=false")
		assert.NotEqual(t, http.StatusOK, b.status)
	})
}

func TestWhatEndsElsewhereLeadsToTheSignIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{AccessTokenValidity: 5 * time.Minute, IDTokenValidity: 5 * time.Minute})
		b, other := s.visitor(), s.visitor()
		b.signIn("alice")
		other.signIn("alice")
		other.post("/auth/sign-out", map[string][]string{"everywhere": {"on"}})
		time.Sleep(6 * time.Minute)
		b.get("/orders")
		assert.Equal(t, "/auth/sign-in?return=%2Forders", b.location)
		assert.NotContains(t, b.cookies, sessionCookie)
	})
}
