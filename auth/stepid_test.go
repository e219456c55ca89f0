package auth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func answerTo(stepID, response string) auth.ConfirmSignInInput {
	return auth.ConfirmSignInInput{StepID: stepID, ChallengeResponse: response}
}

// TestLateAnswerToAnotherStepIsRefused posts each form twice, the second time after the first has
// been answered.
func TestLateAnswerToAnotherStepIsRefused(t *testing.T) {
	t.Parallel()
	email := map[string]string{"email": "alice@example.com", "email_verified": "true"}
	for name, test := range map[string]struct {
		pool   authtest.Config
		user   authtest.User
		signIn auth.SignInInput
		answer string
	}{
		"a new password, which is not sent as a code": {
			authtest.Config{MFA: authtest.MFARequired, Email: true, SMS: true},
			authtest.User{Username: "alice", Password: password, TemporaryPassword: true, Attributes: email},
			auth.SignInInput{Password: password},
			"My-New-Password-9",
		},
		"the choice of a factor, which is not sent as a password": {
			authtest.Config{
				ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"}, AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
			},
			authtest.User{Username: "alice", Password: password, Attributes: email},
			auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth},
			"PASSWORD",
		},
		"the choice of a factor to set up": {
			authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true},
			authtest.User{Username: "alice", Password: password},
			auth.SignInInput{Password: password},
			"TOTP",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, test.pool, test.user)
			session := newSession(t, pool)
			test.signIn.Username = "alice"
			first, err := session.SignIn(t.Context(), test.signIn)
			require.NoError(t, err)
			require.NotEmpty(t, first.StepID)
			second, err := session.ConfirmSignIn(t.Context(), answerTo(first.StepID, test.answer))
			require.NoError(t, err)
			require.NotEqual(t, first.StepID, second.StepID)

			pool.ResetRequests()
			_, err = session.ConfirmSignIn(t.Context(), answerTo(first.StepID, test.answer))
			require.ErrorIs(t, err, auth.ErrStepMismatch)
			assert.Empty(t, pool.Requests(), "nothing is sent")
			status, err := session.Status(t.Context())
			require.NoError(t, err)
			assert.Equal(t, second.StepID, status.StepID, "the step that waits is the same")
		})
	}
}

func TestStepIDStaysUntilTheStepChanges(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	store := &auth.MemoryStore{}
	cfg := configFor(pool)
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	code := nextTOTP(t, pool, totpSecret)
	_, err = session.ConfirmSignIn(t.Context(), answerTo(out.StepID, wrongCode(code)))
	require.ErrorIs(t, err, auth.ErrCodeMismatch)

	elsewhere := newClient(t, cfg).Session("test") // another tab, another machine
	status, err := elsewhere.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, out.StepID, status.StepID, "a wrong code and a reload keep the step")
	assert.Equal(t, "alice", status.Username)
	done, err := elsewhere.ConfirmSignIn(t.Context(), answerTo(status.StepID, code))
	require.NoError(t, err)
	assert.Empty(t, done.StepID, "nothing waits any more")
}

func TestRepeatedCustomChallengeIsAnotherStep(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{
		ExplicitAuthFlows: []string{"ALLOW_CUSTOM_AUTH"},
		Triggers: authtest.Triggers{
			DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
				e.Response.ChallengeName = "CUSTOM_CHALLENGE"
				return nil
			},
			CreateAuthChallenge: func(*authtest.CreateAuthChallengeEvent) error { return nil },
			VerifyAuthChallenge: func(*authtest.VerifyAuthChallengeEvent) error { return nil },
		},
	}, alice())
	session := newSession(t, pool)
	first, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
	require.NoError(t, err)
	second, err := session.ConfirmSignIn(t.Context(), answerTo(first.StepID, "no"))
	require.NoError(t, err)
	assert.Equal(t, first.NextStep.Name(), second.NextStep.Name())
	assert.NotEqual(t, first.StepID, second.StepID)
}

func TestStatusTellsOfCodesThatAreAwaited(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{AutoVerifiedAttributes: []string{"email"}})
	session := newSession(t, pool)
	ctx := context.Background()
	_, err := session.SignUp(ctx, auth.SignUpInput{
		Username: "alice", Password: password, UserAttributes: map[string]string{"email": "alice@example.com"},
	})
	require.NoError(t, err)
	status, err := session.Status(ctx)
	require.NoError(t, err)
	require.NotNil(t, status.SignUp)
	assert.Equal(t, "alice", status.SignUp.Username)
	assert.Equal(t, "a***@e***", status.SignUp.CodeDeliveryDetails.Destination)
	assert.Nil(t, status.ResetPassword)
	_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "alice", ConfirmationCode: pool.LastCode("alice")})
	require.NoError(t, err)

	_, err = session.ResetPassword(ctx, auth.ResetPasswordInput{Username: "alice"})
	require.NoError(t, err)
	status, err = session.Status(ctx)
	require.NoError(t, err)
	assert.Nil(t, status.SignUp, "the sign-up is confirmed")
	require.NotNil(t, status.ResetPassword)
	assert.Equal(t, "alice", status.ResetPassword.Username)
	require.NoError(t, session.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
		Username: "alice", ConfirmationCode: pool.LastCode("alice"), NewPassword: "Another-Password-1",
	}))
	status, err = session.Status(ctx)
	require.NoError(t, err)
	assert.Equal(t, auth.Status{State: auth.StateSignedOut}, status)
}
