package terminal_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// keyIn returns the secret that a question shows.
func keyIn(t *testing.T, q terminal.Question) string {
	t.Helper()
	match := regexp.MustCompile(`secret=([A-Z2-7]+)`).FindStringSubmatch(q.Detail)
	require.NotNil(t, match, "no URI in %q", q.Detail)
	assert.Contains(t, q.Detail, mfa.GroupSecret(match[1]))
	return match[1]
}

func TestSetUpOfAnAppDuringTheSignIn(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, authtest.User{
		Username: "anna", Password: password, Attributes: anna.Attributes,
	})
	var key string
	s := newScript(t, name(), right(),
		replyFrom(texts.TerminalAppCode, func(q terminal.Question) string {
			assert.Contains(t, q.Picture, "█")
			assert.LessOrEqual(t, strings.Count(q.Picture, "\n"), 23)
			assert.Empty(t, q.Detail)
			return "k"
		}),
		replyFrom(texts.TerminalAppCode, func(q terminal.Question) string {
			key = keyIn(t, q)
			assert.Empty(t, q.Picture)
			return ""
		}),
		replyFrom(texts.TerminalAppCode, func(q terminal.Question) string {
			assert.NotEmpty(t, q.Picture, "an empty answer shows the QR code again")
			return "000000"
		}),
		replyFrom(texts.TerminalAppCode, func(q terminal.Question) string {
			assert.Empty(t, q.Picture)
			return appCode(t, pool, key)
		}))
	opts := options(s)
	opts.MFAType = auth.MFATypeTOTP
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), opts)
	require.NoError(t, err)
	assert.Contains(t, s.transcript(), "Scan this with your authenticator app, or press k to see its key.")
	assert.Contains(t, s.transcript(), "That code is wrong. The app shows a new one every 30 seconds.")
	assert.NotContains(t, s.transcript(), key)
}

func TestSetUpInPlacesThatCannotShowACode(t *testing.T) {
	t.Parallel()
	screens := map[string]terminal.Screen{
		"too narrow":      {Columns: 30, Rows: 40, UTF8: true},
		"too low":         {Columns: 80, Rows: 10, UTF8: true},
		"C locale, 80×24": {Columns: 80, Rows: 24},
	}
	for title, screen := range screens {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, anna)
			s := newScript(t, name(), right(), replyFrom(texts.TerminalAppCode, func(q terminal.Question) string {
				assert.Empty(t, q.Picture)
				return appCode(t, pool, keyIn(t, q))
			}))
			s.screen = screen
			_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
			require.NoError(t, err)
		})
	}
}

func TestSetUpWithoutUTF8(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, anna)
	s := newScript(t, name(), right(),
		replyFrom(texts.TerminalAppCode, func(q terminal.Question) string {
			assert.Regexp(t, `^[# \n]+$`, q.Picture)
			return "k"
		}),
		replyFrom(texts.TerminalAppCode, func(q terminal.Question) string { return appCode(t, pool, keyIn(t, q)) }))
	s.screen = terminal.Screen{Columns: 120, Rows: 60}
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err)
}

// A name that is too long is shortened, so that the code fits.
func TestQRCodeOfALongNameFits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("anna.", 20) + "@example.com"
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, authtest.User{Username: long, Password: password})
	s := newScript(t, reply(texts.FieldUsername, long), right(), replyFrom(texts.TerminalAppCode, func(q terminal.Question) string {
		assert.NotEmpty(t, q.Picture)
		assert.LessOrEqual(t, strings.Count(q.Picture, "\n"), 23)
		return ctrlC
	}))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.ErrorIs(t, err, terminal.ErrInterrupted)
}

func TestSetUpOfCodesByEmail(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true}, authtest.User{
		Username: "anna", Password: password,
	})
	s := newScript(t, name(), right(), reply(texts.TerminalNumber, "2"), reply(texts.FieldEmail, "anna@example.com"),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") }))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err, s.transcript())
	assert.Contains(t, s.transcript(), "Protect your account\n  1  Authenticator app\n  2  Code by email\n")
}

func TestSetUpTOTPOfSomebodySignedIn(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, anna)
	session := newSession(t, pool, nil)
	_, err := terminal.SignIn(t.Context(), session, options(newScript(t, name(), right())))
	require.NoError(t, err)
	s := newScript(t, reply(texts.TerminalAppCode, "K"), reply(texts.TerminalAppCode, "000000"))
	s.answers = append(s.answers, replyFrom(texts.TerminalAppCode, func(terminal.Question) string {
		return appCode(t, pool, keyIn(t, s.asked[1]))
	}))
	require.NoError(t, terminal.SetUpTOTP(t.Context(), session, options(s)))
	preference, err := mfa.FetchMFAPreference(t.Context(), session)
	require.NoError(t, err)
	assert.Equal(t, auth.MFATypeTOTP, preference.Preferred)
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{UsernameAttributes: []string{"email"}}, authtest.User{
		Username: "taken@example.com", Password: password, Attributes: map[string]string{"email": "taken@example.com"},
	})
	passwords := []answer{reply(texts.FieldNewPassword, password), reply(texts.FieldNewPasswordAgain, password)}
	details := append(passwords, reply(texts.AttributeGivenName, "Anna"))
	s := newScript(t, reply(texts.FieldEmail, "taken@example.com"))
	s.answers = append(s.answers, details...)
	s.answers = append(s.answers, reply(texts.FieldEmail, "anna@example.com"))
	s.answers = append(s.answers, details...)
	s.answers = append(s.answers, reply(texts.FieldCode, "r"),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna@example.com") }))
	opts := options(s)
	opts.UsernameLabel, opts.SignUpAttributes = texts.FieldEmail, []string{"email", "given_name"}
	user, err := terminal.SignUp(t.Context(), newSession(t, pool, nil), opts)
	require.NoError(t, err, s.transcript())
	assert.Equal(t, "anna@example.com", user.SignInDetails.LoginID)
	assert.Contains(t, s.transcript(), "That name is taken. Sign in, or choose another one.")
}

func TestSignUpOutOfTheSignIn(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	s := newScript(t, reply(texts.FieldUsername, ""), name(),
		reply(texts.FieldNewPassword, password), reply(texts.FieldNewPasswordAgain, password),
		reply(texts.AttributeEmail, "anna@example.com"),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") }))
	opts := options(s)
	opts.OfferSignUp, opts.SignUpAttributes = true, []string{"email"}
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), opts)
	require.NoError(t, err, s.transcript())
	assert.Contains(t, s.transcript(), "Press Enter alone to create an account.")
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, anna)
	s := newScript(t, name(), reply(texts.FieldCode, "R"),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") }),
		reply(texts.FieldNewPassword, "weak"), reply(texts.FieldNewPasswordAgain, "weak"),
		reply(texts.FieldNewPassword, newer), reply(texts.FieldNewPasswordAgain, newer))
	session := newSession(t, pool, nil)
	require.NoError(t, terminal.ResetPassword(t.Context(), session, options(s)), s.transcript())
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "anna", Password: newer})
	require.NoError(t, err)
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, anna)
	session := newSession(t, pool, nil)
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "anna", Password: password})
	require.NoError(t, err)
	s := newScript(t, reply(texts.FieldCurrentPassword, password),
		reply(texts.FieldNewPassword, newer), reply(texts.FieldNewPasswordAgain, newer))
	require.NoError(t, terminal.ChangePassword(t.Context(), session, options(s)))
	_, err = session.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "anna", Password: newer})
	require.NoError(t, err)
}

func TestGermanConversation(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, SMS: true, Devices: authtest.DevicesOptIn}, anna)
	s := newScript(t, name(), right(),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") }),
		reply(texts.RememberComputer, "J"))
	opts, german := options(s), texts.German()
	opts.Texts = &german
	session := newSession(t, pool, nil)
	_, err := terminal.SignIn(t.Context(), session, opts)
	require.NoError(t, err)
	assert.Contains(t, s.transcript(), "? [j/N]: J")
	current, err := session.CurrentDevice(t.Context())
	require.NoError(t, err)
	assert.True(t, current.Remembered)
}
