package auth_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
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

// TestBlanksAreNoPartOfAName checks that what a keyboard leaves around a user name or an address
// does not matter, from the sign-up to the new password.
func TestBlanksAreNoPartOfAName(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	session := newClient(t, configFor(pool)).Session("blanks")
	const typed = "\tbob \n"
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
