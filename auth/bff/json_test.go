package bff_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func next(out map[string]any) string {
	step, _ := out["nextStep"].(map[string]any)
	for _, name := range []string{"signInStep", "signUpStep", "resetPasswordStep", "updateAttributeStep"} {
		if step, ok := step[name].(string); ok {
			return step
		}
	}
	return ""
}

func TestScriptsGetAmplifysSteps(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true})
	user := withTOTP(alice())
	user.MFA = append(user.MFA, "SMS_MFA")
	w.add(user)
	b := w.browser()
	out := b.json(http.MethodGet, "/auth/user", nil)
	assert.Equal(t, http.StatusUnauthorized, b.status)
	assert.Equal(t, "UserUnAuthenticatedException", out["name"])

	out = b.json(http.MethodPost, "/auth/sign-in", map[string]string{"username": "alice", "password": "wrong"})
	assert.Equal(t, http.StatusUnprocessableEntity, b.status)
	assert.Equal(t, map[string]any{"name": "NotAuthorizedException", "message": "Name or password is wrong."}, out)

	out = b.json(http.MethodPost, "/auth/sign-in", map[string]string{"username": "alice", "password": goodPassword})
	assert.Equal(t, "CONTINUE_SIGN_IN_WITH_MFA_SELECTION", next(out))
	out = b.json(http.MethodPost, "/auth/step", map[string]any{"stepId": out["stepId"], "challengeResponse": "TOTP"})
	assert.Equal(t, "CONFIRM_SIGN_IN_WITH_TOTP_CODE", next(out))
	again := b.json(http.MethodGet, "/auth/step", nil)
	assert.Equal(t, out["stepId"], again["stepId"])
	wrong := b.json(http.MethodPost, "/auth/step", map[string]any{"stepId": out["stepId"], "challengeResponse": "000000"})
	assert.Equal(t, "CodeMismatchException", wrong["name"])
	out = b.json(http.MethodPost, "/auth/step", map[string]any{"stepId": out["stepId"], "challengeResponse": w.code(totpSecret)})
	assert.Equal(t, map[string]any{"isSignedIn": true, "nextStep": map[string]any{"signInStep": "DONE"}}, out)

	out = b.json(http.MethodGet, "/auth/sign-in", nil)
	assert.Equal(t, true, out["isSignedIn"])
	out = b.json(http.MethodGet, "/auth/user?slide=false", nil)
	require.Equal(t, http.StatusOK, b.status)
	assert.Equal(t, "alice", out["username"])
	assert.Len(t, out["factors"], 2)
	assert.NotEmpty(t, out["expiresAt"])
	out = b.json(http.MethodGet, "/auth/account/factors", nil)
	assert.ElementsMatch(t, []any{"TOTP", "SMS"}, out["enabled"])

	b.json(http.MethodPost, "/auth/sign-out", map[string]bool{"everywhere": true})
	assert.Contains(t, b.page, `"wasSignedIn":true,"revoked":true`)
	out = b.json(http.MethodPost, "/auth/step", map[string]string{"stepId": "x", "challengeResponse": "1"})
	assert.Equal(t, http.StatusGone, b.status)
	assert.Equal(t, "SignInException", out["name"])
}

func TestScriptsSignUpAndResetPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	b := w.browser()
	out := b.json(http.MethodPost, "/auth/sign-up", map[string]any{
		"username": "bob", "password": goodPassword, "userAttributes": map[string]string{"email": "bob@example.com"},
	})
	assert.Equal(t, "CONFIRM_SIGN_UP", next(out), b.page)
	out = b.json(http.MethodPost, "/auth/confirm", map[string]string{"username": "bob", "confirmationCode": w.pool.LastCode("bob")})
	assert.Equal(t, true, out["isSignUpComplete"], b.page)
	out = b.json(http.MethodPost, "/auth/forgot", map[string]string{"username": "bob"})
	assert.Equal(t, "CONFIRM_RESET_PASSWORD_WITH_CODE", next(out))
	b.json(http.MethodPost, "/auth/reset", map[string]string{
		"username": "bob", "confirmationCode": w.pool.LastCode("bob"), "newPassword": newPassword,
	})
	assert.Equal(t, http.StatusOK, b.status)
	out = b.json(http.MethodPost, "/auth/sign-in", map[string]string{"username": "bob", "password": newPassword})
	assert.Equal(t, true, out["isSignedIn"])
}

func TestFetchesAreRefusedWithJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	w.add(alice())
	b := w.browser()
	fetch := func(path string) (int, string) {
		b.do(http.MethodGet, path, "", nil, http.Header{"Sec-Fetch-Mode": {"cors"}, "Sec-Fetch-Site": {"same-origin"}})
		return b.status, b.got.Get("Content-Type")
	}
	for path, want := range map[string]int{"/orders": 401, "/payments": 401} {
		status, kind := fetch(path)
		assert.Equal(t, want, status, path)
		assert.Equal(t, "application/json", kind)
	}
	b.signIn("/orders", "alice")
	status, _ := fetch("/payments")
	assert.Equal(t, http.StatusForbidden, status)
	assert.Contains(t, b.page, "MFASetupRequiredException")
	status, _ = fetch("/admin")
	assert.Equal(t, http.StatusForbidden, status)
	b.get("/admin")
	assert.Equal(t, http.StatusForbidden, b.status)
	assert.Equal(t, "You may not do this.", b.alert())
}
