package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
)

func TestEachFlowChecksItsInput(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   auth.SignInInput
		want auth.ErrorCode
	}{
		{"no user name", auth.SignInInput{AuthFlowType: auth.AuthFlowCustomWithoutSRP}, auth.ErrEmptySignInUsername},
		{"default without password", auth.SignInInput{Username: "alice"}, auth.ErrEmptySignInPassword},
		{
			"SRP without password",
			auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserSRP},
			auth.ErrEmptySignInPassword,
		},
		{
			"password flow without it",
			auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserPassword},
			auth.ErrEmptySignInPassword,
		},
		{
			"custom with SRP, without password",
			auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowCustomWithSRP},
			auth.ErrEmptySignInPassword,
		},
		{
			"custom without SRP, with password",
			auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowCustomWithoutSRP},
			auth.ErrCustomAuthSignInPassword,
		},
		{
			"preferred password without it",
			auth.SignInInput{
				Username: "alice", AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorPassword,
			},
			auth.ErrEmptySignInPassword,
		},
		{
			"preferred SRP without password",
			auth.SignInInput{
				Username: "alice", AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorPasswordSRP,
			},
			auth.ErrEmptySignInPassword,
		},
		{
			"unknown flow",
			auth.SignInInput{Username: "alice", Password: password, AuthFlowType: "SMOKE_SIGNALS"},
			auth.ErrInvalidParameter,
		},
	}
	pool := newPool(t, authtest.Config{}, alice())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := len(pool.Requests())
			_, err := newSession(t, pool).SignIn(context.Background(), tt.in)
			require.ErrorIs(t, err, tt.want)
			assert.Len(t, pool.Requests(), before)
		})
	}
}

func TestFlowThatTheAppClientDoesNotAllow(t *testing.T) {
	t.Parallel()
	_, err := newSession(t, newPool(t, authtest.Config{}, alice())).SignIn(context.Background(), auth.SignInInput{
		Username: "alice", AuthFlowType: auth.AuthFlowUserAuth,
	})
	assert.ErrorIs(t, err, auth.ErrInvalidParameter)
}

// TestUserAuth covers the ways to choose how to sign in, each call in a process of its own.
func TestUserAuth(t *testing.T) {
	t.Parallel()
	plain := alice(func(u *authtest.User) { u.TOTPSecret = "" })
	choose := func(factor auth.AuthFactorType) turn {
		return turn{auth.StepContinueSignInWithFirstFactorSelection, respond(string(factor))}
	}
	typePassword := turn{auth.StepConfirmSignInWithPassword, respond(password)}
	emailCode := turn{auth.StepConfirmSignInWithEmailCode, respondWithInbox}
	smsCode := turn{auth.StepConfirmSignInWithSMSCode, respondWithInbox}
	tests := []struct {
		name  string
		user  authtest.User
		in    auth.SignInInput
		turns []turn
		want  []string
	}{
		{
			"a code by e-mail by choice", plain,
			auth.SignInInput{},
			[]turn{choose(auth.AuthFactorEmailOTP), emailCode},
			[]string{"InitiateAuth", "SELECT_CHALLENGE", "EMAIL_OTP"},
		},
		{
			"a code by text message by choice", plain,
			auth.SignInInput{},
			[]turn{choose(auth.AuthFactorSMSOTP), smsCode},
			[]string{"InitiateAuth", "SELECT_CHALLENGE", "SMS_OTP"},
		},
		{
			"the password by choice", plain,
			auth.SignInInput{},
			[]turn{choose(auth.AuthFactorPassword), typePassword},
			[]string{"InitiateAuth", "SELECT_CHALLENGE"},
		},
		{
			"its proof by choice", plain,
			auth.SignInInput{},
			[]turn{choose(auth.AuthFactorPasswordSRP), typePassword},
			[]string{"InitiateAuth", "SELECT_CHALLENGE", "PASSWORD_VERIFIER"},
		},
		{
			"a code by e-mail by preference", plain,
			auth.SignInInput{PreferredChallenge: auth.AuthFactorEmailOTP},
			[]turn{emailCode},
			[]string{"InitiateAuth", "EMAIL_OTP"},
		},
		{
			"a code by text message by preference", plain,
			auth.SignInInput{PreferredChallenge: auth.AuthFactorSMSOTP},
			[]turn{smsCode},
			[]string{"InitiateAuth", "SMS_OTP"},
		},
		{
			"the password by preference", plain,
			auth.SignInInput{PreferredChallenge: auth.AuthFactorPassword, Password: password},
			nil,
			[]string{"InitiateAuth"},
		},
		{
			"its proof by preference", plain,
			auth.SignInInput{PreferredChallenge: auth.AuthFactorPasswordSRP, Password: password},
			nil,
			[]string{"InitiateAuth", "PASSWORD_VERIFIER"},
		},
		{
			"a preference that the pool does not have", plain,
			auth.SignInInput{PreferredChallenge: auth.AuthFactorWebAuthn},
			[]turn{choose(auth.AuthFactorEmailOTP), emailCode},
			[]string{"InitiateAuth", "SELECT_CHALLENGE", "EMAIL_OTP"},
		},
		{
			"the password, then a choice of the second factor",
			alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"} }),
			auth.SignInInput{PreferredChallenge: auth.AuthFactorEmailOTP},
			[]turn{
				choose(auth.AuthFactorPasswordSRP), typePassword,
				{auth.StepContinueSignInWithMFASelection, respond("TOTP")},
				{auth.StepConfirmSignInWithTOTPCode, respondWithTOTP},
			},
			[]string{"InitiateAuth", "SELECT_CHALLENGE", "PASSWORD_VERIFIER", "SELECT_MFA_TYPE", "SOFTWARE_TOKEN_MFA"},
		},
		{
			"a temporary password",
			authtest.User{Username: "alice", Password: password, TemporaryPassword: true, Attributes: plain.Attributes},
			auth.SignInInput{PreferredChallenge: auth.AuthFactorEmailOTP},
			[]turn{
				choose(auth.AuthFactorPassword), typePassword,
				{auth.StepConfirmSignInWithNewPasswordRequired, respond("New-" + password)},
			},
			[]string{"InitiateAuth", "SELECT_CHALLENGE", "NEW_PASSWORD_REQUIRED"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := choicePool(t, tt.user)
			session, _ := processes(t, pool)
			ctx := context.Background()
			tt.in.Username, tt.in.AuthFlowType = "alice", auth.AuthFlowUserAuth
			out, err := session().SignIn(ctx, tt.in)
			require.NoError(t, err)
			for _, turn := range tt.turns {
				require.Equal(t, turn.step, out.NextStep.Name())
				out, err = session().ConfirmSignIn(ctx, turn.answer(t, pool, out.NextStep))
				require.NoError(t, err)
			}
			require.True(t, out.IsSignedIn)
			assert.Equal(t, tt.want, challengesAnswered(pool))
			user, err := session().CurrentUser(ctx)
			require.NoError(t, err)
			assert.Equal(t, auth.AuthFlowUserAuth, user.SignInDetails.AuthFlowType)
		})
	}
}

// challengesAnswered returns the requests of a sign-in: the first operation, then the challenges.
func challengesAnswered(pool *authtest.Pool) []string {
	var names []string
	for _, request := range pool.Requests() {
		switch request.Operation {
		case "InitiateAuth":
			names = append(names, request.Operation)
		case "RespondToAuthChallenge":
			names = append(names, request.Body["ChallengeName"].(string))
		}
	}
	return names
}

func TestFirstFactorThatWasNotOffered(t *testing.T) {
	t.Parallel()
	pool := choicePool(t, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	session, _ := processes(t, pool)
	ctx := context.Background()
	out, err := session().SignIn(ctx, auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth})
	require.NoError(t, err)
	step, ok := out.NextStep.(auth.ContinueSignInWithFirstFactorSelection)
	require.True(t, ok)
	assert.ElementsMatch(t, []auth.AuthFactorType{
		auth.AuthFactorPassword, auth.AuthFactorPasswordSRP, auth.AuthFactorEmailOTP, auth.AuthFactorSMSOTP,
	}, step.AvailableChallenges)
	for _, answer := range []string{"WEB_AUTHN", "email_otp", "123456"} {
		_, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: answer})
		require.ErrorIs(t, err, auth.ErrIncorrectFirstFactor)
	}
	assert.Len(t, pool.Requests(), 1)
	_, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "EMAIL_OTP"})
	assert.NoError(t, err)
}

// TestAnyFactorIsSentIfTheOffersAreUnknown: Cognito lists the factors in the answer to InitiateAuth
// only.
func TestAnyFactorIsSentIfTheOffersAreUnknown(t *testing.T) {
	t.Parallel()
	server := newScript(t,
		`{"ChallengeName":"CUSTOM_CHALLENGE","Session":"session-of-twenty-characters","ChallengeParameters":{`+
			`"USERNAME":"alice"}}`,
		`{"ChallengeName":"SELECT_CHALLENGE","Session":"another-of-twenty-characters"}`)
	session := newClient(t, server.config()).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
	require.NoError(t, err)
	out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "x"})
	require.NoError(t, err)
	assert.Empty(t, out.NextStep.(auth.ContinueSignInWithFirstFactorSelection).AvailableChallenges)
	_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "SMS_OTP"})
	require.NoError(t, err, "a factor is sent if the offers are unknown")
	assert.Equal(t, "SMS_OTP", server.requests[2]["ChallengeResponses"].(map[string]any)["ANSWER"])
}

func TestWrongPasswordAsFirstFactor(t *testing.T) {
	t.Parallel()
	for _, factor := range []auth.AuthFactorType{auth.AuthFactorPassword, auth.AuthFactorPasswordSRP} {
		t.Run(string(factor), func(t *testing.T) {
			t.Parallel()
			pool := choicePool(t, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
			session, _ := processes(t, pool)
			ctx := context.Background()
			_, err := session().SignIn(ctx, auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth})
			require.NoError(t, err)
			out, err := session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(factor)})
			require.NoError(t, err)
			require.Equal(t, auth.StepConfirmSignInWithPassword, out.NextStep.Name())
			_, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "wrong"})
			require.ErrorIs(t, err, auth.ErrNotAuthorized)
			require.NotErrorIs(t, err, auth.ErrSignInExpired)

			out, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: password})
			if err != nil {
				// The server used the challenge session up. Then the sign-in is over, and says so.
				require.ErrorIs(t, err, auth.ErrSignInExpired)
				_, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: password})
				require.ErrorIs(t, err, auth.ErrSignIn)
				return
			}
			assert.True(t, out.IsSignedIn)
		})
	}
}

func TestDeviceInUserAuth(t *testing.T) {
	t.Parallel()
	for _, second := range []auth.SignInInput{
		{
			Username: "alice", Password: password,
			AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorPassword,
		},
		{
			Username: "alice", Password: password,
			AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorPasswordSRP,
		},
		{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserSRP},
	} {
		t.Run(string(second.AuthFlowType)+" "+string(second.PreferredChallenge), func(t *testing.T) {
			t.Parallel()
			pool := choicePool(t, aliceWithTOTP())
			session, _ := processes(t, pool)
			ctx := context.Background()
			first := second
			first.AuthFlowType, first.PreferredChallenge = auth.AuthFlowUserAuth, auth.AuthFactorPassword
			_, err := session().SignIn(ctx, first)
			require.NoError(t, err)
			out, err := session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{
				ChallengeResponse: nextTOTP(t, pool, totpSecret),
			})
			require.NoError(t, err)
			require.True(t, out.IsSignedIn)
			require.NoError(t, errOf(session().SignOut(ctx, auth.SignOutInput{})))

			out, err = session().SignIn(ctx, second)
			require.NoError(t, err)
			require.True(t, out.IsSignedIn, "the device replaces the code")
			require.NoError(t, errOf(session().SignOut(ctx, auth.SignOutInput{})))

			_, err = session().SignIn(ctx, second)
			require.NoError(t, err)
			forgetOnServer(t, pool, session())
			require.NoError(t, errOf(session().SignOut(ctx, auth.SignOutInput{})))
			out, err = session().SignIn(ctx, second)
			require.NoError(t, err)
			require.Equal(t, auth.StepConfirmSignInWithTOTPCode, out.NextStep.Name(),
				"a device that the pool forgot is not presented again")
			_, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{
				ChallengeResponse: nextTOTP(t, pool, totpSecret),
			})
			require.NoError(t, err)
			devices, err := device.FetchDevices(ctx, session())
			require.NoError(t, err)
			assert.Len(t, devices, 1)
		})
	}
}

// TestDeviceAfterTheChoiceOfAFactor has the device prove itself where Amplify fails.
func TestDeviceAfterTheChoiceOfAFactor(t *testing.T) {
	t.Parallel()
	for _, factor := range []auth.AuthFactorType{auth.AuthFactorPassword, auth.AuthFactorPasswordSRP} {
		t.Run(string(factor), func(t *testing.T) {
			t.Parallel()
			pool := choicePool(t, aliceWithTOTP())
			session, _ := processes(t, pool)
			ctx := context.Background()
			choose := func() auth.SignInOutput {
				_, err := session().SignIn(ctx, auth.SignInInput{
					Username: "Alice", AuthFlowType: auth.AuthFlowUserAuth,
				})
				require.NoError(t, err)
				_, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(factor)})
				require.NoError(t, err)
				out, err := session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: password})
				require.NoError(t, err)
				return out
			}
			require.Equal(t, auth.StepConfirmSignInWithTOTPCode, choose().NextStep.Name())
			_, err := session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{
				ChallengeResponse: nextTOTP(t, pool, totpSecret),
			})
			require.NoError(t, err)
			require.NoError(t, errOf(session().SignOut(ctx, auth.SignOutInput{})))
			pool.ResetRequests()
			require.True(t, choose().IsSignedIn)
			answered := challengesAnswered(pool)
			assert.Equal(t, []string{"DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"}, answered[len(answered)-2:])
		})
	}
}

// TestDeviceWhoseProofIsRefusedAfterAStepIsNotPresentedAgain: it would be refused each time.
func TestDeviceWhoseProofIsRefusedAfterAStepIsNotPresentedAgain(t *testing.T) {
	t.Parallel()
	pool := choicePool(t, aliceWithTOTP())
	session, store := processes(t, pool)
	enterPassword := func() (auth.SignInOutput, error) {
		_, err := session().SignIn(t.Context(), auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth})
		require.NoError(t, err)
		_, err = session().ConfirmSignIn(t.Context(),
			auth.ConfirmSignInInput{ChallengeResponse: string(auth.AuthFactorPassword)})
		require.NoError(t, err)
		return session().ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: password})
	}
	signInOn(t, pool, session(), login{"alice", auth.AuthFlowUserSRP})
	require.NoError(t, errOf(session().SignOut(t.Context(), auth.SignOutInput{})))
	key := "device/" + pool.ClientID + "/test"
	record, err := store.Load(t.Context(), key)
	require.NoError(t, err)
	devices, rest, err := auth.ExportDevices(record.Data)
	require.NoError(t, err)
	require.Len(t, devices, 1)
	devices[0].Password += "x"
	record.Data, err = auth.ImportDevices(devices, rest)
	require.NoError(t, err)
	_, err = store.Save(t.Context(), key, record)
	require.NoError(t, err)
	_, err = enterPassword()
	require.ErrorIs(t, err, auth.ErrDeviceNotRecognized)
	out, err := enterPassword()
	require.NoError(t, err)
	assert.Equal(t, auth.StepConfirmSignInWithTOTPCode, out.NextStep.Name())
}

// TestFirstRequestThatSendsACodeIsSentOnce loses the answer to InitiateAuth.
func TestFirstRequestThatSendsACodeIsSentOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in    auth.SignInInput
		once  bool
		inbox int
	}{
		{auth.SignInInput{}, false, 0},
		{auth.SignInInput{PreferredChallenge: auth.AuthFactorWebAuthn}, false, 0},
		{auth.SignInInput{PreferredChallenge: auth.AuthFactorPasswordSRP, Password: password}, false, 0},
		{auth.SignInInput{PreferredChallenge: auth.AuthFactorPassword, Password: password}, true, 0},
		{auth.SignInInput{PreferredChallenge: auth.AuthFactorEmailOTP}, true, 1},
		{auth.SignInInput{PreferredChallenge: auth.AuthFactorSMSOTP}, true, 1},
	}
	for _, tt := range tests {
		t.Run(string(tt.in.PreferredChallenge), func(t *testing.T) {
			t.Parallel()
			pool := choicePool(t, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
			pool.Fail(authtest.Fault{Operation: "InitiateAuth", LoseReply: true})
			tt.in.Username, tt.in.AuthFlowType = "alice", auth.AuthFlowUserAuth
			_, err := newSession(t, pool).SignIn(context.Background(), tt.in)
			if tt.once {
				require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, tt.once, count(pool, "InitiateAuth") == 1)
			assert.Len(t, pool.Messages("alice"), tt.inbox)
		})
	}
}

// TestCanceledRequestThatSendsACodeHasAnUnknownOutcome: the code may be on its way.
func TestCanceledRequestThatSendsACodeHasAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	pool := choicePool(t, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	release := pool.Hold("InitiateAuth")
	defer release()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done, session := make(chan error, 1), newSession(t, pool)
	go func() {
		done <- errOf(session.SignIn(ctx, auth.SignInInput{
			Username: "alice", AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorEmailOTP,
		}))
	}()
	require.Eventually(t, func() bool { return count(pool, "InitiateAuth") == 1 }, time.Minute, time.Millisecond)
	cancel()
	err := <-done
	require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
	require.ErrorIs(t, err, context.Canceled)
}
