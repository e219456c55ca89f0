package auth_test

import (
	"encoding/json"
	"errors"
	"fmt"
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
	err := refused(t,
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

// TestCodeOfTheMessage checks what Cognito tells apart by its message only.
func TestCodeOfTheMessage(t *testing.T) {
	t.Parallel()
	const form = "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must %s"
	for _, tt := range []struct {
		code    auth.ErrorCode
		message string
		want    auth.ErrorCode
	}{
		{auth.ErrNotAuthorized, "Unable to verify secret hash for client abc", auth.ErrInvalidConfig},
		{auth.ErrNotAuthorized, "SecretHash does not match for the client: abc", auth.ErrInvalidConfig},
		{auth.ErrNotAuthorized, "Client abc is configured with secret but SECRET_HASH was not received", auth.ErrInvalidConfig},
		{auth.ErrNotAuthorized, "Client abc is configured for secret but secret was not received", auth.ErrInvalidConfig},
		{auth.ErrNotAuthorized, "Client abc is not configured for secret but secret hash was received", auth.ErrInvalidConfig},
		{auth.ErrResourceNotFound, "User pool client abc does not exist.", auth.ErrInvalidConfig},
		{auth.ErrResourceNotFound, "User pool eu-west-1_Ab1Cd2Ef3 does not exist.", auth.ErrInvalidConfig},
		{auth.ErrLimitExceeded, "Exceeded daily email limit for the operation or the account. If a higher limit is required, " +
			"please configure your user pool to use your own Amazon SES configuration for sending email.", auth.ErrCodeDeliveryFailure},
		{auth.ErrInvalidParameter, fmt.Sprintf(form, "password", "have length greater than or equal to 6"), auth.ErrInvalidPassword},
		{auth.ErrInvalidParameter, fmt.Sprintf(form, "proposedPassword", `satisfy regular expression pattern: ^[\S]+.*[\S]+$`), auth.ErrInvalidPassword},
		{auth.ErrInvalidParameter, fmt.Sprintf(form, "previousPassword", "have length less than or equal to 256"), auth.ErrNotAuthorized},

		{auth.ErrLimitExceeded, "Attempt limit exceeded, please try after some time.", auth.ErrLimitExceeded},
		{auth.ErrInvalidParameter, fmt.Sprintf(form, "password", "not be null"), auth.ErrInvalidParameter},
		{auth.ErrInvalidParameter, fmt.Sprintf(form, "username", "have length less than or equal to 128"), auth.ErrInvalidParameter},
		{auth.ErrInvalidPassword, fmt.Sprintf(form, "code", "have length less than or equal to 6"), auth.ErrInvalidPassword},
	} {
		body, err := json.Marshal(map[string]string{"__type": string(tt.code), "message": tt.message})
		require.NoError(t, err)
		err = refused(t, string(body))
		assert.Equal(t, tt.want, failureOf(t, err).Code, tt.message)
		require.ErrorIs(t, err, tt.code, tt.message)
		if tt.want == auth.ErrInvalidPassword || tt.want == auth.ErrNotAuthorized {
			assert.Equal(t, tt.code == auth.ErrInvalidParameter, !strings.Contains(err.Error(), "constraint"), tt.message)
		}
	}
}

// TestPasswordOfTheWrongForm checks that people hear of the password, and not of "an input".
func TestPasswordOfTheWrongForm(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{OnViolation: func(error) {}}, alice())
	session := newSession(t, pool)
	for name, unfit := range map[string]string{"a blank before it": " " + password, "a blank after it": password + " ", "endless": strings.Repeat("Aa1!", 70)} {
		err := errOf(session.SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: unfit}))
		require.ErrorIs(t, err, auth.ErrInvalidPassword, name)
		require.ErrorIs(t, err, auth.ErrInvalidParameter, name)
		assert.NotContains(t, fmt.Sprintf("%+v", err), strings.TrimSpace(unfit))
		err = session.ConfirmResetPassword(t.Context(), auth.ConfirmResetPasswordInput{Username: "alice", ConfirmationCode: "123456", NewPassword: unfit})
		require.ErrorIs(t, err, auth.ErrInvalidPassword, name)
	}
	require.NoError(t, errOf(session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})))
	err := session.UpdatePassword(t.Context(), auth.UpdatePasswordInput{OldPassword: password, NewPassword: " " + password})
	require.ErrorIs(t, err, auth.ErrInvalidPassword)
	err = session.UpdatePassword(t.Context(), auth.UpdatePasswordInput{OldPassword: password + " ", NewPassword: password + "2"})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	require.NotErrorIs(t, err, auth.ErrSessionExpired)
}

// TestWrongClientSecret checks that nobody is told that the password is wrong.
func TestWrongClientSecret(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{ClientSecret: true, OnViolation: func(error) {}}, alice())
	for name, secret := range map[string]string{"another": "the secret of another client", "none": ""} {
		cfg := configFor(pool)
		cfg.ClientSecret = secret
		err := errOf(newClient(t, cfg).Session("s").SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password}))
		require.ErrorIs(t, err, auth.ErrInvalidConfig, name)
		require.ErrorIs(t, err, auth.ErrNotAuthorized, name)
		assert.NotContains(t, fmt.Sprintf("%+v %#v", err, err), "the secret of")
	}
}

// TestMessageIsOneLine checks that the words of a trigger cannot forge a line of a log, nor change
// how a terminal shows it.
func TestMessageIsOneLine(t *testing.T) {
	t.Parallel()
	const message = "PreSignUp failed with error no.\r\n2026-11-29 alice signed in\u2028<b>{\"a\":\"é\"}</b>\x1b[2J\u202egnp\u0000.\n"
	body, err := json.Marshal(map[string]string{"__type": "UserLambdaValidationException", "message": message})
	require.NoError(t, err)
	err = refused(t, string(body))
	require.ErrorIs(t, err, auth.ErrUserLambdaValidation)
	assert.Equal(t, `PreSignUp failed with error no.  2026-11-29 alice signed in <b>{"a":"é"}</b> [2J gnp .`, failureOf(t, err).Message)
}

// TestCodeIsOneLine checks a code that only somebody who is not Cognito would send.
func TestCodeIsOneLine(t *testing.T) {
	t.Parallel()
	err := refused(t, `{"__type":"X\nalice signed in\u202e","message":"text"}`)
	assert.Equal(t, auth.ErrorCode("X alice signed in"), failureOf(t, err).Code)
}

// TestAnswerWithoutAKind checks an error that names no exception.
func TestAnswerWithoutAKind(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"message":"Forbidden"}`, `{"__type":"","message":"text"}`, `{"__type":"\n"}`, `{}`} {
		require.ErrorIs(t, refused(t, body), auth.ErrUnexpectedResponse, body)
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

// TestPhoneNumberInGroups checks that a phone number may be typed as people write it.
func TestPhoneNumberInGroups(t *testing.T) {
	t.Parallel()
	const typed = "\u202a+49 170\u00a01234567\u202c"
	pool := newPool(t, authtest.Config{}, authtest.User{Username: "+491701234567", Password: password})
	require.NoError(t, errOf(newSession(t, pool).SignIn(t.Context(), auth.SignInInput{Username: typed, Password: password})))
	_, err := newSession(t, pool).SignUp(t.Context(), auth.SignUpInput{
		Username: "bob", Password: password, UserAttributes: map[string]string{"phone_number": "+49 170 7654321"},
	})
	require.NoError(t, err)
}

// TestCodesAsPeopleTypeThem enters the code of every step that has one in other spellings.
func TestCodesAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	wide := func(code string) string {
		return strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
	}
	grouped := func(code string) string { return "\u200f" + code[:3] + "-" + code[3:] + "\u200e" }
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	session := newSession(t, pool)
	_, err := session.SignUp(t.Context(), auth.SignUpInput{
		Username: "bob", Password: password, UserAttributes: map[string]string{"email": "bob@example.com"},
	})
	require.NoError(t, err)
	_, err = session.ConfirmSignUp(t.Context(), auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: wide(pool.LastCode("bob"))})
	require.NoError(t, err)
	require.NoError(t, errOf(session.ResetPassword(t.Context(), auth.ResetPasswordInput{Username: "bob"})))
	require.NoError(t, session.ConfirmResetPassword(t.Context(), auth.ConfirmResetPasswordInput{
		Username: "bob", ConfirmationCode: grouped(pool.LastCode("bob")), NewPassword: password + "2",
	}))
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "bob", Password: password + "2"})
	require.NoError(t, err)
	secret := out.NextStep.(auth.ContinueSignInWithTOTPSetup).TOTPSetupDetails.SharedSecret
	_, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: wide(nextTOTP(t, pool, secret))})
	require.NoError(t, err)
	details, err := mfa.SetUpTOTP(t.Context(), session)
	require.NoError(t, err)
	code := grouped(nextTOTP(t, pool, details.SharedSecret))
	require.NoError(t, mfa.VerifyTOTPSetup(t.Context(), session, mfa.VerifyTOTPSetupInput{Code: code}))
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
