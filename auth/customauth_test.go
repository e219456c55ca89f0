package auth_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// quiz returns a pool whose triggers ask for rounds right answers, and end the sign-in at the third
// wrong one.
func quiz(t *testing.T, rounds int, cfg authtest.Config, user authtest.User) *authtest.Pool {
	t.Helper()
	cfg.ExplicitAuthFlows = []string{"ALLOW_CUSTOM_AUTH"}
	cfg.Triggers = authtest.Triggers{
		DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
			right, wrong := 0, 0
			for _, result := range e.Request.Session {
				switch {
				case result.ChallengeName != "CUSTOM_CHALLENGE":
				case result.ChallengeResult:
					right++
				default:
					wrong++
				}
			}
			steps := e.Request.Session
			switch {
			case len(steps) > 0 && steps[len(steps)-1].ChallengeName == "SRP_A":
				e.Response.ChallengeName = "PASSWORD_VERIFIER"
			case wrong == 3:
				e.Response.FailAuthentication = true
			case right == rounds:
				e.Response.IssueTokens = true
			default:
				e.Response.ChallengeName = "CUSTOM_CHALLENGE"
			}
			return nil
		},
		CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
			e.Response.PublicChallengeParameters = map[string]string{
				"question": fmt.Sprintf("round %d", len(e.Request.Session)),
			}
			e.Response.PrivateChallengeParameters = map[string]string{"answer": "that"}
			return nil
		},
		VerifyAuthChallenge: func(e *authtest.VerifyAuthChallengeEvent) error {
			e.Response.AnswerCorrect = e.Request.ChallengeAnswer == e.Request.PrivateChallengeParameters["answer"] &&
				e.Request.ClientMetadata["from"] == "sign-in"
			return nil
		},
	}
	return newPool(t, cfg, user)
}

func TestCustomAuth(t *testing.T) {
	t.Parallel()
	ask := func(answer string) turn { return turn{auth.StepConfirmSignInWithCustomChallenge, respond(answer)} }
	plain := alice(func(u *authtest.User) { u.TOTPSecret = "" })
	mfaPool := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, ClientSecret: true}
	tests := []struct {
		name  string
		flow  auth.AuthFlowType
		pool  authtest.Config
		user  authtest.User
		turns []turn
		want  []string
	}{
		{
			"no password, three rounds", auth.AuthFlowCustomWithoutSRP,
			authtest.Config{ClientSecret: true},
			plain,
			[]turn{ask("that"), ask("that"), ask("that")},
			[]string{"InitiateAuth", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE"},
		},
		{
			"a wrong answer is another round",
			auth.AuthFlowCustomWithoutSRP,
			authtest.Config{},
			plain,
			[]turn{ask("this"), ask("that"), ask("this"), ask("that"), ask("that")},
			[]string{
				"InitiateAuth", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE",
				"CUSTOM_CHALLENGE",
			},
		},
		{
			"the password first", auth.AuthFlowCustomWithSRP,
			authtest.Config{},
			plain,
			[]turn{ask("that"), ask("that"), ask("that")},
			[]string{"InitiateAuth", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE"},
		},
		{
			"the password, a code, then the rounds",
			auth.AuthFlowCustomWithSRP,
			mfaPool,
			aliceWithTOTP(),
			[]turn{{auth.StepConfirmSignInWithTOTPCode, respondWithTOTP}, ask("that"), ask("that"), ask("that")},
			[]string{
				"InitiateAuth", "PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE",
				"CUSTOM_CHALLENGE",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := quiz(t, 3, tt.pool, tt.user)
			session, _ := processes(t, pool)
			ctx := context.Background()
			in := auth.SignInInput{
				Username: "alice", AuthFlowType: tt.flow, ClientMetadata: map[string]string{"from": "sign-in"},
			}
			if tt.flow == auth.AuthFlowCustomWithSRP {
				in.Password = password
			}
			out, err := session().SignIn(ctx, in)
			require.NoError(t, err)
			for i, turn := range tt.turns {
				require.Equal(t, turn.step, out.NextStep.Name(), "turn %d", i)
				if step, ok := out.NextStep.(auth.ConfirmSignInWithCustomChallenge); ok {
					assert.NotEmpty(t, step.AdditionalInfo["question"])
					assert.Equal(t, "alice", step.AdditionalInfo["USERNAME"],
						"AdditionalInfo has all parameters, as in Amplify")
				}
				out, err = session().ConfirmSignIn(ctx, turn.answer(t, pool, out.NextStep))
				require.NoError(t, err)
			}
			require.True(t, out.IsSignedIn)
			assert.Equal(t, tt.want, challengesAnswered(pool))
			user, err := session().CurrentUser(ctx)
			require.NoError(t, err)
			assert.Equal(t, tt.flow, user.SignInDetails.AuthFlowType)
		})
	}
}

func TestCustomAuthThatFails(t *testing.T) {
	t.Parallel()
	session := newSession(t, quiz(t, 1, authtest.Config{}, alice(func(u *authtest.User) { u.TOTPSecret = "" })))
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
	require.NoError(t, err)
	for range 2 {
		_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "this"})
		require.NoError(t, err)
	}
	_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "this"})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	_, err = session.CurrentUser(ctx)
	assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}

func TestWrongPasswordInCustomAuth(t *testing.T) {
	t.Parallel()
	pool := quiz(t, 1, authtest.Config{}, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	_, err := newSession(t, pool).SignIn(context.Background(), auth.SignInInput{
		Username: "alice", Password: "wrong", AuthFlowType: auth.AuthFlowCustomWithSRP,
	})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	assert.Equal(t, []string{"InitiateAuth", "PASSWORD_VERIFIER"}, challengesAnswered(pool))
}

// TestDeviceInCustomAuth has a remembered device prove itself after the custom challenges.
func TestDeviceInCustomAuth(t *testing.T) {
	t.Parallel()
	for _, in := range []auth.SignInInput{
		{Username: "alice", AuthFlowType: auth.AuthFlowCustomWithoutSRP},
		{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowCustomWithSRP},
	} {
		t.Run(string(in.AuthFlowType), func(t *testing.T) {
			t.Parallel()
			pool := quiz(t, 1, authtest.Config{Devices: authtest.DevicesAlways, ClientSecret: true},
				alice(func(u *authtest.User) { u.TOTPSecret = "" }))
			session, _ := processes(t, pool)
			ctx := context.Background()
			in.ClientMetadata = map[string]string{"from": "sign-in"}
			through := func() auth.SignInOutput {
				_, err := session().SignIn(ctx, in)
				require.NoError(t, err)
				out, err := session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "that"})
				require.NoError(t, err)
				require.True(t, out.IsSignedIn)
				return out
			}
			require.NotEmpty(t, through().NewDevice.Key)
			require.NoError(t, errOf(session().SignOut(ctx, auth.SignOutInput{})))
			pool.ResetRequests()
			assert.Empty(t, through().NewDevice.Key, "the device is known")
			answered := challengesAnswered(pool)
			assert.Equal(t, []string{"CUSTOM_CHALLENGE", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"},
				answered[len(answered)-3:])

			forgetOnServer(t, pool, session())
			require.NoError(t, errOf(session().SignOut(ctx, auth.SignOutInput{})))
			assert.NotEmpty(t, through().NewDevice.Key, "a device that the pool forgot is registered anew")
		})
	}
}
