package auth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A turn is one step of a sign-in: the step that the SDK must return, and the user's answer to it.
type turn struct {
	step   auth.SignInStepName
	answer func(t *testing.T, pool *authtest.Pool, step auth.SignInStep) auth.ConfirmSignInInput
}

func respond(response string) func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput {
	return func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput {
		return auth.ConfirmSignInInput{ChallengeResponse: response}
	}
}

func respondWithInbox(_ *testing.T, pool *authtest.Pool, _ auth.SignInStep) auth.ConfirmSignInInput {
	return auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("alice")}
}

func respondWithTOTP(t *testing.T, pool *authtest.Pool, _ auth.SignInStep) auth.ConfirmSignInInput {
	code := nextTOTP(t, pool, totpSecret)
	return auth.ConfirmSignInInput{ChallengeResponse: code[:3] + " " + code[3:]}
}

func respondWithNewTOTP(t *testing.T, pool *authtest.Pool, step auth.SignInStep) auth.ConfirmSignInInput {
	setup, ok := step.(auth.ContinueSignInWithTOTPSetup)
	require.True(t, ok)
	return auth.ConfirmSignInInput{
		ChallengeResponse:  nextTOTP(t, pool, setup.TOTPSetupDetails.SharedSecret),
		FriendlyDeviceName: "phone",
	}
}

func TestSignInPaths(t *testing.T) {
	t.Parallel()
	everyFactor := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true}
	tests := []struct {
		name  string
		pool  authtest.Config
		user  authtest.User
		turns []turn
	}{
		{
			name: "password alone",
			user: alice(),
		},
		{
			name: "text message",
			pool: everyFactor,
			user: alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA"} }),
			turns: []turn{
				{auth.StepConfirmSignInWithSMSCode, respondWithInbox},
			},
		},
		{
			name: "authenticator app",
			pool: everyFactor,
			user: alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} }),
			turns: []turn{
				{auth.StepConfirmSignInWithTOTPCode, respondWithTOTP},
			},
		},
		{
			name: "e-mail",
			pool: everyFactor,
			user: alice(func(u *authtest.User) { u.MFA = []string{"EMAIL_OTP"} }),
			turns: []turn{
				{auth.StepConfirmSignInWithEmailCode, respondWithInbox},
			},
		},
		{
			name: "preferred factor of several",
			pool: everyFactor,
			user: alice(func(u *authtest.User) {
				u.MFA, u.PreferredMFA = []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}, "SOFTWARE_TOKEN_MFA"
			}),
			turns: []turn{
				{auth.StepConfirmSignInWithTOTPCode, respondWithTOTP},
			},
		},
		{
			name: "choice of the factor, text message",
			pool: everyFactor,
			user: alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"} }),
			turns: []turn{
				{auth.StepContinueSignInWithMFASelection, respond("SMS")},
				{auth.StepConfirmSignInWithSMSCode, respondWithInbox},
			},
		},
		{
			name: "choice of the factor, authenticator app",
			pool: everyFactor,
			user: alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"} }),
			turns: []turn{
				{auth.StepContinueSignInWithMFASelection, respond("TOTP")},
				{auth.StepConfirmSignInWithTOTPCode, respondWithTOTP},
			},
		},
		{
			name: "choice of the factor, e-mail",
			pool: everyFactor,
			user: alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA", "EMAIL_OTP"} }),
			turns: []turn{
				{auth.StepContinueSignInWithMFASelection, respond("EMAIL")},
				{auth.StepConfirmSignInWithEmailCode, respondWithInbox},
			},
		},
		{
			name: "set-up of an authenticator app",
			pool: authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			user: authtest.User{Username: "alice", Password: password},
			turns: []turn{
				{auth.StepContinueSignInWithTOTPSetup, respondWithNewTOTP},
			},
		},
		{
			name: "set-up by e-mail",
			pool: authtest.Config{MFA: authtest.MFARequired, Email: true},
			user: authtest.User{Username: "alice", Password: password},
			turns: []turn{
				{auth.StepContinueSignInWithEmailSetup, respond("alice@example.com")},
				{auth.StepConfirmSignInWithEmailCode, respondWithInbox},
			},
		},
		{
			name: "choice of the set-up, authenticator app",
			pool: authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true},
			user: authtest.User{Username: "alice", Password: password},
			turns: []turn{
				{auth.StepContinueSignInWithMFASetupSelection, respond("TOTP")},
				{auth.StepContinueSignInWithTOTPSetup, respondWithNewTOTP},
			},
		},
		{
			name: "choice of the set-up, e-mail",
			pool: authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true},
			user: authtest.User{Username: "alice", Password: password},
			turns: []turn{
				{auth.StepContinueSignInWithMFASetupSelection, respond("EMAIL")},
				{auth.StepContinueSignInWithEmailSetup, respond("alice@example.com")},
				{auth.StepConfirmSignInWithEmailCode, respondWithInbox},
			},
		},
		{
			name: "new password, then set-up of an authenticator app",
			pool: authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			user: authtest.User{Username: "alice", Password: password, TemporaryPassword: true},
			turns: []turn{
				{auth.StepConfirmSignInWithNewPasswordRequired, respond(password + "-2")},
				{auth.StepContinueSignInWithTOTPSetup, respondWithNewTOTP},
			},
		},
		{
			name: "new password with a missing attribute",
			pool: authtest.Config{RequiredAttributes: []string{"name"}},
			user: authtest.User{Username: "alice", Password: password, TemporaryPassword: true},
			turns: []turn{
				{
					auth.StepConfirmSignInWithNewPasswordRequired,
					func(t *testing.T, _ *authtest.Pool, step auth.SignInStep) auth.ConfirmSignInInput {
						assert.Equal(t, []string{"name"},
							step.(auth.ConfirmSignInWithNewPasswordRequired).MissingAttributes)
						return auth.ConfirmSignInInput{
							ChallengeResponse: password + "-2", UserAttributes: map[string]string{"name": "Alice"},
						}
					},
				},
			},
		},
	}
	for _, tt := range tests {
		for _, flow := range []auth.AuthFlowType{auth.AuthFlowUserSRP, auth.AuthFlowUserPassword} {
			for _, secret := range []bool{false, true} {
				name := tt.name + ", " + string(flow)
				if secret {
					name += ", client secret"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					cfg := tt.pool
					cfg.ClientSecret = secret
					signInThrough(t, newPool(t, cfg, tt.user), flow, tt.turns)
				})
			}
		}
	}
}

// signInThrough plays the turns, each on a new Client, as if in another process.
func signInThrough(t *testing.T, pool *authtest.Pool, flow auth.AuthFlowType, turns []turn) {
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	session := func() *auth.Session { return newClient(t, cfg).Session("test") }
	ctx := context.Background()

	out, err := session().SignIn(ctx, auth.SignInInput{Username: "alice", Password: password, AuthFlowType: flow})
	require.NoError(t, err)
	for _, turn := range turns {
		require.Equal(t, turn.step, out.NextStep.Name())
		require.False(t, out.IsSignedIn)
		out, err = session().ConfirmSignIn(ctx, turn.answer(t, pool, out.NextStep))
		require.NoError(t, err)
	}
	require.Equal(t, auth.SignInOutput{IsSignedIn: true, NextStep: auth.DoneSignInStep{}}, out)

	user, err := session().CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, "alice", user.Username)
	assert.Equal(t, auth.SignInDetails{LoginID: "alice", AuthFlowType: flow}, user.SignInDetails)
}

func TestSignInByAliasWithClientSecret(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		pool authtest.Config
	}{
		{"alias", authtest.Config{AliasAttributes: []string{"email"}}},
		{"e-mail address as user name", authtest.Config{UsernameAttributes: []string{"email"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := tt.pool
			cfg.ClientSecret, cfg.MFA, cfg.TOTP = true, authtest.MFAOptional, true
			user := alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} })
			if cfg.UsernameAttributes != nil {
				user.Username = "alice@example.com"
			}
			pool := newPool(t, cfg, user)
			session := newSession(t, pool)
			ctx := context.Background()

			out, err := session.SignIn(ctx, auth.SignInInput{Username: "Alice@Example.com", Password: password})
			require.NoError(t, err)
			require.Equal(t, auth.StepConfirmSignInWithTOTPCode, out.NextStep.Name())
			_, err = session.ConfirmSignIn(ctx,
				auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
			require.NoError(t, err)
			current, err := session.CurrentUser(ctx)
			require.NoError(t, err)
			assert.NotEqual(t, "Alice@Example.com", current.Username)
			assert.Equal(t, "Alice@Example.com", current.SignInDetails.LoginID)
		})
	}
}

func TestSignInRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		pool authtest.Config
		in   auth.SignInInput
		want auth.ErrorCode
	}{
		{"no user name", authtest.Config{}, auth.SignInInput{Password: password}, auth.ErrEmptySignInUsername},
		{"no password", authtest.Config{}, auth.SignInInput{Username: "alice"}, auth.ErrEmptySignInPassword},
		{
			"no such flow",
			authtest.Config{},
			auth.SignInInput{Username: "alice", Password: password, AuthFlowType: "CARRIER_PIGEON"},
			auth.ErrInvalidParameter,
		},
		{
			"wrong password",
			authtest.Config{},
			auth.SignInInput{Username: "alice", Password: "wrong"},
			auth.ErrNotAuthorized,
		},
		{
			"wrong password in the clear",
			authtest.Config{},
			auth.SignInInput{Username: "alice", Password: "wrong", AuthFlowType: auth.AuthFlowUserPassword},
			auth.ErrNotAuthorized,
		},
		{
			"unknown user",
			authtest.Config{},
			auth.SignInInput{Username: "nobody", Password: password},
			auth.ErrUserNotFound,
		},
		{
			"unknown user, hidden",
			authtest.Config{PreventUserExistenceErrors: true},
			auth.SignInInput{Username: "nobody", Password: password},
			auth.ErrNotAuthorized,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			session := newSession(t, newPool(t, tt.pool, alice()))
			out, err := session.SignIn(context.Background(), tt.in)
			require.ErrorIs(t, err, tt.want)
			assert.Zero(t, out)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "SignIn", e.Op)
			_, err = session.CurrentUser(context.Background())
			assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
		})
	}
}

func TestSignInReturnsStepsForUsersWhoCannotSignInYet(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		user authtest.User
		want auth.SignInStep
	}{
		{"not confirmed", alice(func(u *authtest.User) { u.Unconfirmed = true }), auth.ConfirmSignUpBeforeSignIn{}},
		{
			"password to be reset", alice(func(u *authtest.User) { u.ResetRequired = true }),
			auth.ResetPasswordBeforeSignIn{},
		},
	}
	for _, tt := range tests {
		for _, flow := range []auth.AuthFlowType{auth.AuthFlowUserSRP, auth.AuthFlowUserPassword} {
			t.Run(tt.name+", "+string(flow), func(t *testing.T) {
				t.Parallel()
				session := newSession(t, newPool(t, authtest.Config{}, tt.user))
				out, err := session.SignIn(context.Background(),
					auth.SignInInput{Username: "alice", Password: password, AuthFlowType: flow})
				require.NoError(t, err)
				assert.Equal(t, auth.SignInOutput{NextStep: tt.want}, out)
			})
		}
	}
}

func TestSignInWhileSignedIn(t *testing.T) {
	t.Parallel()
	session := newSession(t, newPool(t, authtest.Config{}, alice()))
	ctx := context.Background()
	in := auth.SignInInput{Username: "alice", Password: password}
	_, err := session.SignIn(ctx, in)
	require.NoError(t, err)

	_, err = session.SignIn(ctx, in)
	require.ErrorIs(t, err, auth.ErrUserAlreadyAuthenticated)
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	_, err = session.SignIn(ctx, in)
	assert.NoError(t, err)
}

func TestSignInTakesThreeRequestsWithTOTP(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true},
		alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} }))
	signInThrough(t, pool, auth.AuthFlowUserSRP, []turn{{auth.StepConfirmSignInWithTOTPCode, respondWithTOTP}})
	assert.Equal(t, []string{"InitiateAuth", "RespondToAuthChallenge", "RespondToAuthChallenge"}, operations(pool))
}

func TestClientMetadataIsRepeated(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true},
		authtest.User{Username: "alice", Password: password})
	session := newSession(t, pool)
	ctx := context.Background()

	out, err := session.SignIn(ctx, auth.SignInInput{
		Username: "alice", Password: password, ClientMetadata: map[string]string{"tenant": "7"},
	})
	require.NoError(t, err)
	_, err = session.ConfirmSignIn(ctx, respondWithNewTOTP(t, pool, out.NextStep))
	require.NoError(t, err)

	carried := map[string]int{}
	for _, request := range pool.Requests() {
		if metadata, ok := request.Body["ClientMetadata"]; ok {
			assert.Equal(t, map[string]any{"tenant": "7"}, metadata)
			carried[request.Operation]++
		}
	}
	assert.Equal(t, map[string]int{"InitiateAuth": 1, "RespondToAuthChallenge": 2}, carried)
}
