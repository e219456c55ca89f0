package terminal_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

var anna = authtest.User{
	Username: "anna", Password: password,
	Attributes: map[string]string{"email": "anna@example.com", "email_verified": "true", "phone_number": "+15551234567"},
}

func annaWith(change func(*authtest.User)) authtest.User {
	user := anna
	change(&user)
	return user
}

func name() answer  { return reply(texts.FieldUsername, "anna") }
func right() answer { return reply(texts.FieldPassword, password) }

func TestSignInAsksUntilTheAnswersAreRight(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, annaWith(func(u *authtest.User) {
		u.TOTPSecret, u.MFA = secret, []string{"SOFTWARE_TOKEN_MFA"}
	}))
	s := newScript(t,
		reply(texts.FieldUsername, ""), reply(texts.FieldUsername, " anna "), reply(texts.FieldPassword, "Wrong-Horse-7!"),
		reply(texts.FieldUsername, ""), right(),
		reply(texts.FieldAppCode, "000000"),
		replyFrom(texts.FieldAppCode, func(terminal.Question) string {
			code := appCode(t, pool, secret)
			return code[:3] + " " + code[3:]
		}),
	)
	user, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err)
	assert.Equal(t, "anna", user.Username)
	assert.Equal(t, `User name: 
Type the name that you sign in with.
User name:  anna 
Password: 
Name or password is wrong.
User name [anna]: 
Press Enter alone if you forgot it.
Password: 
Type the six digits that your authenticator app shows.
Six-digit code: 000000
That code is wrong.
`, strings.Join(strings.SplitAfter(s.transcript(), "\n")[:11], ""))
}

func TestSignInAsksNothingOfSomebodySignedIn(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, anna)
	session := newSession(t, pool, nil)
	_, err := terminal.SignIn(t.Context(), session, options(newScript(t, name(), right())))
	require.NoError(t, err)
	pool.ResetRequests()
	user, err := terminal.SignIn(t.Context(), session, options(newScript(t)))
	require.NoError(t, err)
	assert.Equal(t, "anna", user.Username)
	assert.Empty(t, pool.Requests())
}

func TestSignInGoesOnWithOneThatIsHalfDone(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, SMS: true}, anna)
	store := &auth.MemoryStore{}
	stopped := options(newScript(t, name(), right(), reply(texts.FieldCode, ctrlC)))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, store), stopped)
	require.ErrorIs(t, err, terminal.ErrInterrupted)
	assert.Equal(t, 130, terminal.ExitCode(err))

	s := newScript(t, reply(texts.FieldCode, pool.LastCode("anna")))
	_, err = terminal.SignIn(t.Context(), newSession(t, pool, store), options(s))
	require.NoError(t, err)
	assert.NotContains(t, s.transcript(), "Press r", "the password is not at hand")
}

func TestCodesThatWereSentCanBeSentAgain(t *testing.T) {
	t.Parallel()
	for factor, cfg := range map[string]authtest.Config{
		"We texted a code to +*******4567.": {MFA: authtest.MFARequired, SMS: true},
		"We sent a code to a***@e***.":      {MFA: authtest.MFARequired, Email: true},
	} {
		t.Run(factor, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, cfg, anna)
			s := newScript(t, name(), right(), reply(texts.FieldCode, "R"), replyFrom(texts.FieldCode, func(terminal.Question) string {
				return pool.LastCode("anna")
			}))
			_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
			require.NoError(t, err)
			assert.Equal(t, 2, strings.Count(s.transcript(), factor), s.transcript())
			assert.Len(t, pool.Messages("anna"), 2)
		})
	}
}

func TestExpiredStepStartsOverOnceWithTheNameKept(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, SMS: true}, anna)
	late := replyFrom(texts.FieldCode, func(terminal.Question) string {
		pool.Advance(4 * time.Minute)
		return pool.LastCode("anna")
	})
	intime := replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") })
	s := newScript(t, name(), right(), late, intime)
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err)
	assert.Contains(t, s.transcript(), "That took too long. The sign-in starts over.")

	_, err = terminal.SignIn(t.Context(), newSession(t, pool, nil), options(newScript(t, name(), right(), late, late)))
	require.ErrorIs(t, err, auth.ErrSignInExpired)
	assert.Equal(t, 4, terminal.ExitCode(err))
}

func TestChoiceOfASecondFactor(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{MFA: authtest.MFARequired, SMS: true, TOTP: true}
	user := annaWith(func(u *authtest.User) {
		u.TOTPSecret, u.MFA = secret, []string{"SOFTWARE_TOKEN_MFA", "SMS_MFA"}
	})
	pool := newPool(t, cfg, user)
	s := newScript(t, name(), right(),
		reply(texts.TerminalNumber, "3"), reply(texts.TerminalNumber, "authenticator APP"),
		replyFrom(texts.FieldAppCode, func(terminal.Question) string { return appCode(t, pool, secret) }))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err)
	assert.Contains(t, s.transcript(), "  1  Code by text message\n  2  Authenticator app\n")
	assert.Contains(t, s.transcript(), "Choose one of these.")

	chosen := options(newScript(t, name(), right(), replyFrom(texts.FieldCode, func(terminal.Question) string {
		return pool.LastCode("anna")
	})))
	chosen.MFAType = auth.MFATypeSMS
	_, err = terminal.SignIn(t.Context(), newSession(t, pool, nil), chosen)
	require.NoError(t, err)
}

func TestTemporaryPasswordAndMissingDetails(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RequiredAttributes: []string{"given_name"}},
		authtest.User{Username: "anna", Password: password, TemporaryPassword: true})
	s := newScript(t, name(), right(),
		reply(texts.FieldNewPassword, newer), reply(texts.FieldNewPasswordAgain, "another"),
		reply(texts.FieldNewPassword, "weak"), reply(texts.FieldNewPasswordAgain, "weak"), reply(texts.AttributeGivenName, "Anna"),
		reply(texts.FieldNewPassword, newer), reply(texts.FieldNewPasswordAgain, newer), reply(texts.AttributeGivenName, "Anna"))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err)
	assert.Contains(t, s.transcript(), "The passwords are not the same.")
	assert.Contains(t, s.transcript(), "That password does not meet the rules.")
	for _, q := range s.asked {
		assert.Equal(t, strings.Contains(string(q.ID), "password"), q.Secret, q.ID)
	}
}

func TestAccountThatWasNeverConfirmed(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, annaWith(func(u *authtest.User) { u.Unconfirmed = true }))
	sent := len(pool.Messages("anna"))
	s := newScript(t, name(), right(), reply(texts.FieldCode, "000000"),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") }))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err)
	assert.Len(t, pool.Messages("anna"), sent+1, "one code is enough")
}

func TestAdministratorsResetSendsNoSecondCodeUnasked(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, annaWith(func(u *authtest.User) { u.ResetRequired = true }))
	s := newScript(t, name(), right(),
		replyFrom(texts.FieldCode, func(terminal.Question) string {
			assert.Empty(t, pool.Messages("anna"), "a code of ours would void the administrator's")
			return "r"
		}),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") }),
		reply(texts.FieldNewPassword, newer), reply(texts.FieldNewPasswordAgain, newer))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err)
}

func TestForgottenPasswordWithinTheSignIn(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, anna)
	s := newScript(t, name(), reply(texts.FieldPassword, ""), reply(texts.SignInForgot, "Y"),
		reply(texts.FieldCode, "000000"),
		reply(texts.FieldNewPassword, newer), reply(texts.FieldNewPasswordAgain, newer),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") }))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(s))
	require.NoError(t, err)
	assert.Contains(t, s.transcript(), "If there is such an account, we sent a code to a***@e***.")
	assert.Contains(t, s.transcript(), "Forgot it? [y/N]: Y")
	assert.Contains(t, s.transcript(), "That code is wrong or too old.")
}

func TestQuestionsOfTriggersAreShownWithoutControlCharacters(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{ExplicitAuthFlows: []string{"ALLOW_CUSTOM_AUTH"}, Triggers: authtest.Triggers{
		DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
			steps := e.Request.Session
			e.Response.IssueTokens = len(steps) > 0 && steps[len(steps)-1].ChallengeResult
			if !e.Response.IssueTokens {
				e.Response.ChallengeName = "CUSTOM_CHALLENGE"
			}
			return nil
		},
		CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
			e.Response.PublicChallengeParameters = map[string]string{
				"question": "your\x1b[2J cat\u202e?\nName", "about": "pets",
			}
			e.Response.PrivateChallengeParameters = map[string]string{"answer": "Mia"}
			return nil
		},
		VerifyAuthChallenge: func(e *authtest.VerifyAuthChallengeEvent) error {
			e.Response.AnswerCorrect = e.Request.ChallengeAnswer == "Mia"
			return nil
		},
	}}
	pool := newPool(t, cfg, anna)
	s := newScript(t, name(), reply(texts.FieldAnswer, "Minka"), reply(texts.FieldAnswer, "Mia"))
	opts := options(s)
	opts.AuthFlowType = auth.AuthFlowCustomWithoutSRP
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), opts)
	require.NoError(t, err)
	assert.Contains(t, s.transcript(), "about: pets\nquestion: your[2J cat? Name\nAnswer: Minka\n")
}

func TestFirstFactorsWithoutPasskeys(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{
		ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"}, AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP", "WEB_AUTHN"},
	}, anna)
	s := newScript(t, name(), reply(texts.TerminalNumber, "1"), reply(texts.FieldPassword, "Wrong-Horse-7!"), right())
	opts := options(s)
	opts.AuthFlowType = auth.AuthFlowUserAuth
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), opts)
	require.NoError(t, err, s.transcript())
	assert.Contains(t, s.transcript(), "Choose how to sign in\n  1  Password\n  2  Code by email\n")
	assert.Contains(t, s.transcript(), "Name or password is wrong.")

	s = newScript(t, name(), reply(texts.TerminalNumber, "2"),
		replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") }))
	opts.Prompter = s
	_, err = terminal.SignIn(t.Context(), newSession(t, pool, nil), opts)
	require.NoError(t, err)
}

func TestRememberedComputerReplacesTheCode(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{MFA: authtest.MFARequired, SMS: true, Devices: authtest.DevicesOptIn}
	code := func(pool *authtest.Pool) answer {
		return replyFrom(texts.FieldCode, func(terminal.Question) string { return pool.LastCode("anna") })
	}
	tests := map[string]struct {
		remember   terminal.Remember
		answers    []answer
		remembered bool
	}{
		"agreed":  {answers: []answer{reply(texts.RememberComputer, "y")}, remembered: true},
		"refused": {answers: []answer{reply(texts.RememberComputer, "")}},
		"by yes":  {remember: terminal.RememberYes, remembered: true},
		"by no":   {remember: terminal.RememberNo},
	}
	for title, tt := range tests {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, cfg, anna)
			session := newSession(t, pool, nil)
			opts := options(newScript(t, append([]answer{name(), right(), code(pool)}, tt.answers...)...))
			opts.Remember = tt.remember
			_, err := terminal.SignIn(t.Context(), session, opts)
			require.NoError(t, err)
			_, err = session.SignOut(t.Context(), auth.SignOutInput{})
			require.NoError(t, err)

			again := []answer{name(), right()}
			if !tt.remembered {
				again = append(again, code(pool))
			}
			opts.Prompter = newScript(t, again...)
			_, err = terminal.SignIn(t.Context(), session, opts)
			require.NoError(t, err)
		})
	}
}

func TestSignInGivesUp(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, SMS: true}, anna)
	wrong := reply(texts.FieldPassword, "Wrong-Horse-7!")
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(newScript(t, name(), wrong, name(), wrong, name(), wrong)))
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	assert.Equal(t, 3, terminal.ExitCode(err))

	none := reply(texts.FieldCode, "000000")
	_, err = terminal.SignIn(t.Context(), newSession(t, pool, nil), options(newScript(t, name(), right(), none, none, none)))
	require.ErrorIs(t, err, auth.ErrCodeMismatch)
	assert.Equal(t, 3, terminal.ExitCode(err))
}

func TestLockedOutIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, anna)
	require.NoError(t, pool.Lock("anna"))
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), options(newScript(t, name(), right())))
	require.ErrorIs(t, err, auth.ErrLockedOut)
	assert.Equal(t, 5, terminal.ExitCode(err))
}

func TestSignInWithoutATerminal(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, annaWith(func(u *authtest.User) {
		u.TOTPSecret, u.MFA = secret, []string{"SOFTWARE_TOKEN_MFA"}
	}))
	given := func(answer string) terminal.Source {
		return func(context.Context) (string, error) { return answer, nil }
	}
	opts := terminal.Options{
		Username: "anna", Password: given(password), Prompter: newScript(t),
		TOTPCode: func(context.Context) (string, error) { return appCode(t, pool, secret), nil },
	}
	_, err := terminal.SignIn(t.Context(), newSession(t, pool, nil), opts)
	require.NoError(t, err)

	opts.Password = given("Wrong-Horse-7!")
	_, err = terminal.SignIn(t.Context(), newSession(t, pool, nil), opts)
	require.ErrorIs(t, err, auth.ErrNotAuthorized, "what is given is not asked for again")
	opts.Password, opts.TOTPCode = given(password), given("000000")
	_, err = terminal.SignIn(t.Context(), newSession(t, pool, nil), opts)
	require.ErrorIs(t, err, auth.ErrCodeMismatch)
}
