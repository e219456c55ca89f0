package auth_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// TestTemporaryPasswordExpired checks that somebody who comes too late is told apart from somebody
// with a wrong password, in both flows with one.
func TestTemporaryPasswordExpired(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice(func(u *authtest.User) { u.TemporaryPassword = true }))
	session := newClient(t, configFor(pool)).Session("late")
	pool.Advance(8 * 24 * time.Hour)
	for _, flow := range []auth.AuthFlowType{auth.AuthFlowUserSRP, auth.AuthFlowUserPassword} {
		_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password, AuthFlowType: flow})
		require.ErrorIs(t, err, auth.ErrTemporaryPasswordExpired)
		require.ErrorIs(t, err, auth.ErrNotAuthorized)
		assert.Contains(t, failureOf(t, err).Recovery, "RESEND")
	}
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: "Wrong-Pass-1!"})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	assert.NotErrorIs(t, err, auth.ErrTemporaryPasswordExpired)
}

// TestAdviceFitsTheVerb checks that advice about the password goes to whoever sent one.
func TestAdviceFitsTheVerb(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice(func(u *authtest.User) { u.TemporaryPassword = true }),
		authtest.User{Username: "bob", Password: password})
	session := newSession(t, pool)
	_, err := session.ResetPassword(t.Context(), auth.ResetPasswordInput{Username: "alice"})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	assert.Contains(t, failureOf(t, err).Recovery, "RESEND")
	_, err = session.ConfirmSignUp(t.Context(), auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: "123456"})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	assert.Contains(t, failureOf(t, err).Recovery, "the message says")
}

// TestTemporaryPasswordExpiredByItsOlderText checks what Cognito has said in its place.
func TestTemporaryPasswordExpiredByItsOlderText(t *testing.T) {
	t.Parallel()
	err := refused(t, http.StatusBadRequest,
		`{"__type":"NotAuthorizedException","message":"User account has expired, it must be reset by an administrator."}`)
	require.ErrorIs(t, err, auth.ErrTemporaryPasswordExpired)
	assert.Contains(t, failureOf(t, err).Recovery, "RESEND")
}

func TestDisabledUser(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	client := newClient(t, configFor(pool))
	in := client.Session("in")
	require.NoError(t, errOf(in.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})))
	_, err := administrator(pool).AdminDisableUser(t.Context(), &cognitoidentityprovider.AdminDisableUserInput{
		UserPoolId: &pool.UserPoolID, Username: aws.String("alice"),
	})
	require.NoError(t, err)

	_, err = client.Session("out").SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.ErrorIs(t, err, auth.ErrUserDisabled)
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	_, err = in.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	require.ErrorIs(t, err, auth.ErrSessionExpired)
	require.ErrorIs(t, err, auth.ErrUserDisabled)
}

// TestCodeOfTheWrongForm checks that a code that cannot be one is a wrong code at the set-up of
// TOTP, and that the step stays.
func TestCodeOfTheWrongForm(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, OnViolation: func(error) {}},
		alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	session := newClient(t, configFor(pool)).Session("set-up")
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.IsType(t, auth.ContinueSignInWithTOTPSetup{}, out.NextStep)
	for _, code := range []string{"abc", "12345", "1234567", "12345x"} {
		_, err := session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: code})
		require.ErrorIs(t, err, auth.ErrCodeMismatch, code)
		assert.NotContains(t, err.Error(), "constraint")
		status, err := session.Status(t.Context())
		require.NoError(t, err)
		assert.IsType(t, auth.ContinueSignInWithTOTPSetup{}, status.NextStep)
	}
}

// TestCodeThatIsTooLong checks every operation that takes a code.
func TestCodeThatIsTooLong(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{OnViolation: func(error) {}}, alice())
	session := newSession(t, pool)
	long := strings.Repeat("1", 3000)
	require.NoError(t, errOf(session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})))
	for name, err := range map[string]error{
		"attribute": session.ConfirmUserAttribute(t.Context(), auth.ConfirmUserAttributeInput{UserAttributeKey: "email", ConfirmationCode: long}),
		"sign-up":   errOf(session.ConfirmSignUp(t.Context(), auth.ConfirmSignUpInput{Username: "alice", ConfirmationCode: long})),
		"password": session.ConfirmResetPassword(t.Context(), auth.ConfirmResetPasswordInput{
			Username: "alice", ConfirmationCode: long, NewPassword: password,
		}),
		"app": mfa.VerifyTOTPSetup(t.Context(), session, mfa.VerifyTOTPSetupInput{Code: long}),
	} {
		require.ErrorIs(t, err, auth.ErrCodeMismatch, name)
		assert.NotContains(t, err.Error(), "constraint", name)
	}
}

// TestAnswerOfBlanks checks that nothing is sent for an answer in which nothing was typed.
func TestAnswerOfBlanks(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]authtest.User{
		"a code": alice(), "the set-up of an app": alice(func(u *authtest.User) { u.TOTPSecret = "" }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, user)
			session := newSession(t, pool)
			require.NoError(t, errOf(session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})))
			sent := len(pool.Requests())
			_, err := session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: " \u200b"})
			require.ErrorIs(t, err, auth.ErrEmptyChallengeResponse)
			assert.Len(t, pool.Requests(), sent)
		})
	}
}

// TestBlanksAreNoPartOfAName checks that what a keyboard leaves around a user name or an address
// does not matter, from the sign-up to the new password.
func TestBlanksAreNoPartOfAName(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	session := newClient(t, configFor(pool)).Session("blanks")
	const typed = "\t\u200bbob\u00a0 \ufeff\n"
	_, err := session.SignUp(t.Context(), auth.SignUpInput{
		Username: typed, Password: password, UserAttributes: map[string]string{"email": " bob@example.com ", "name": " Bob "},
	})
	require.NoError(t, err)
	_, err = session.ResendSignUpCode(t.Context(), auth.ResendSignUpCodeInput{Username: typed})
	require.NoError(t, err)
	_, err = session.ConfirmSignUp(t.Context(), auth.ConfirmSignUpInput{
		Username: typed, ConfirmationCode: " " + pool.LastCode("bob")[:3] + " " + pool.LastCode("bob")[3:],
	})
	require.NoError(t, err)
	_, err = session.ResetPassword(t.Context(), auth.ResetPasswordInput{Username: typed})
	require.NoError(t, err)
	require.NoError(t, session.ConfirmResetPassword(t.Context(), auth.ConfirmResetPasswordInput{
		Username: typed, ConfirmationCode: pool.LastCode("bob") + " ", NewPassword: password + "2",
	}))
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: typed, Password: password + "2"})
	require.NoError(t, err)
	attributes, err := session.FetchUserAttributes(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "bob@example.com", attributes["email"])
	assert.Equal(t, " Bob ", attributes["name"])

	_, err = newClient(t, configFor(pool)).Session("nobody").SignIn(t.Context(), auth.SignInInput{Username: " ", Password: password})
	assert.ErrorIs(t, err, auth.ErrEmptySignInUsername)
}

// TestBlanksThatCount checks what is sent: the joiners within a name, and all of a password.
func TestBlanksThatCount(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{OnViolation: func(error) {}})
	const name, secret = "می\u200cخواهم 👩\u200d💻", " \u200bCorrect-Horse-7-Battery\u00a0"
	_, err := newSession(t, pool).SignIn(t.Context(), auth.SignInInput{
		Username: "\u200d " + name + "\u200d", Password: secret, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.Error(t, err)
	sent := pool.Requests()[0].Body["AuthParameters"].(map[string]any)
	assert.Equal(t, name, sent["USERNAME"])
	assert.Equal(t, secret, sent["PASSWORD"])
}

// TestBlanksInAnswers answers the steps of a sign-in that ask for an address.
func TestBlanksInAnswers(t *testing.T) {
	t.Parallel()
	const typed = "\u00a0alice@example.com\u200b "
	for name, temporary := range map[string]bool{"the set-up of e-mail": false, "a missing attribute": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, Email: true},
				authtest.User{Username: "alice", Password: password, TemporaryPassword: temporary})
			session := newSession(t, pool)
			in := auth.ConfirmSignInInput{ChallengeResponse: typed}
			if temporary {
				in = auth.ConfirmSignInInput{ChallengeResponse: password + "-2", UserAttributes: map[string]string{"email": typed}}
			}
			require.NoError(t, errOf(session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})))
			out, err := session.ConfirmSignIn(t.Context(), in)
			require.NoError(t, err)
			require.IsType(t, auth.ConfirmSignInWithEmailCode{}, out.NextStep)
			code := pool.LastCode("alice")
			_, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: "\u200b" + code[:3] + "\u00a0" + code[3:]})
			require.NoError(t, err)
			attributes, err := session.FetchUserAttributes(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "alice@example.com", attributes["email"])
		})
	}
}

func TestErrorCodePrintsItsName(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"%v", "%s", "%+v"} {
		assert.Equal(t, "CodeMismatchException", fmt.Sprintf(format, auth.ErrCodeMismatch))
		assert.Empty(t, fmt.Sprintf(format, auth.ErrorCode("")))
	}
}

func failureOf(t *testing.T, err error) *auth.Error {
	t.Helper()
	var failure *auth.Error
	require.True(t, errors.As(err, &failure))
	return failure
}
