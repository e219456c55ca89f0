package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Two people whose names look alike once Cognito has masked them. Only one of them exists.
const (
	existing = "bob@example.com"
	missing  = "bea@example.com"
)

// hidingPool returns a pool that hides who exists and allows every way to sign in.
func hidingPool(t testing.TB) *authtest.Pool {
	t.Helper()
	return newPool(t, authtest.Config{
		NoListener:                 true,
		PreventUserExistenceErrors: true,
		UsernameAttributes:         []string{"email"},
		MFA:                        authtest.MFAOptional, TOTP: true,
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
		ExplicitAuthFlows: []string{
			"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH",
		},
		Triggers: riddle(),
	}, authtest.User{
		Username:   existing,
		Password:   password,
		Attributes: map[string]string{"email": existing, "email_verified": "true"},
	})
}

// riddle asks everyone the same question, and fails the sign-in after the third answer.
func riddle() authtest.Triggers {
	return authtest.Triggers{
		DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
			e.Response.ChallengeName = "CUSTOM_CHALLENGE"
			e.Response.FailAuthentication = len(e.Request.Session) >= 3
			if len(e.Request.Session) == 1 && e.Request.Session[0].ChallengeName == "SRP_A" {
				e.Response.ChallengeName = "PASSWORD_VERIFIER"
			}
			return nil
		},
		CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
			e.Response.PublicChallengeParameters = map[string]string{"question": "Who goes there?"}
			return nil
		},
		VerifyAuthChallenge: func(e *authtest.VerifyAuthChallengeEvent) error {
			e.Response.AnswerCorrect = false
			return nil
		},
	}
}

// A probe tries to find out whether a user exists, and returns everything that it sees.
type probe func(ctx context.Context, session *auth.Session, username string) []any

// signInProbe begins a sign-in, and answers each step with the next of responses.
func signInProbe(in auth.SignInInput, responses ...string) probe {
	return func(ctx context.Context, session *auth.Session, username string) []any {
		in := in
		in.Username = username
		out, err := session.SignIn(ctx, in)
		out.StepID = "" // random
		seen := []any{out, err}
		for _, response := range responses {
			out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: response})
			out.StepID = ""
			seen = append(seen, out, err)
		}
		return seen
	}
}

var probes = map[string]probe{
	"SRP":      signInProbe(auth.SignInInput{Password: "Wrong-Password-1"}),
	"password": signInProbe(auth.SignInInput{Password: "Wrong-Password-1", AuthFlowType: auth.AuthFlowUserPassword}),
	"password, preferred": signInProbe(auth.SignInInput{
		Password: "Wrong-Password-1", AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorPassword,
	}),
	"SRP, preferred": signInProbe(auth.SignInInput{
		Password:           "Wrong-Password-1",
		AuthFlowType:       auth.AuthFlowUserAuth,
		PreferredChallenge: auth.AuthFactorPasswordSRP,
	}),
	"code by e-mail": signInProbe(auth.SignInInput{
		AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorEmailOTP,
	}, "00000000", "00000001"),
	"choice": signInProbe(auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth}),
	"SRP, chosen": signInProbe(auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth}, "PASSWORD_SRP",
		"Wrong-Password-1"),
	"password, chosen": signInProbe(auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth}, "PASSWORD",
		"Wrong-Password-1"),
	"custom": signInProbe(auth.SignInInput{AuthFlowType: auth.AuthFlowCustomWithoutSRP}, "me", "me", "me"),
	"custom with SRP": signInProbe(auth.SignInInput{
		Password: "Wrong-Password-1", AuthFlowType: auth.AuthFlowCustomWithSRP,
	}),
	"lockout": func(ctx context.Context, session *auth.Session, username string) []any {
		var seen []any
		for range 7 {
			seen = append(seen, signInProbe(auth.SignInInput{Password: "Wrong-Password-1"})(ctx, session, username)...)
		}
		return seen
	},
	"resend of a sign-up's code": func(ctx context.Context, session *auth.Session, username string) []any {
		out, err := session.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: username})
		return []any{out, err}
	},
	"reset of the password": func(ctx context.Context, session *auth.Session, username string) []any {
		out, err := session.ResetPassword(ctx, auth.ResetPasswordInput{Username: username})
		seen := []any{out, err}
		for _, code := range []string{"000000", "000001"} {
			seen = append(seen, session.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
				Username: username, ConfirmationCode: code, NewPassword: "Another-Password-1",
			}))
		}
		return seen
	},
	"too many resets": func(ctx context.Context, session *auth.Session, username string) []any {
		var seen []any
		for range 12 {
			out, err := session.ResetPassword(ctx, auth.ResetPasswordInput{Username: username})
			seen = append(seen, out, err)
		}
		return seen
	},
}

// TestUnknownUserLooksLikeAKnownOne compares what is seen of an existing user, whose password and
// codes are not known, with what is seen of one who does not exist.
//
// Cognito reveals three things by design, which no client can hide: SignUp refuses a taken name,
// ConfirmSignUp distinguishes a confirmed user from an unknown one, and ConfirmForgotPassword one
// who asked for no code.
func TestUnknownUserLooksLikeAKnownOne(t *testing.T) {
	t.Parallel()
	for name, probe := range probes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // how long a probe takes makes no difference
				client := newClient(t, configFor(hidingPool(t)))
				known := describe(t, probe(t.Context(), client.Session("known"), existing))
				unknown := describe(t, probe(t.Context(), client.Session("unknown"), missing))
				assert.Equal(t, known, unknown)
				assert.NotContains(t, strings.Join(known, "\n"), string(auth.ErrUserNotFound))
				assert.NotContains(t, strings.Join(known, "\n"), `"isSignedIn":true`)
			})
		})
	}
}

// ofThisUser matches what differs between any two users: the name as typed, and Cognito's own name
// for the user.
var ofThisUser = regexp.MustCompile(existing + "|" + missing + `|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// describe renders all that is seen as text: outputs as JSON, errors with all their fields.
func describe(t *testing.T, seen []any) []string {
	t.Helper()
	described := make([]string, 0, len(seen))
	for _, value := range seen {
		text := ""
		var failure *auth.Error
		if err, failed := value.(error); failed && errors.As(err, &failure) {
			text = fmt.Sprint(failure.Op, failure.Code, failure.Message, failure.Recovery, failure.Err)
		} else {
			data, err := json.Marshal(value)
			require.NoError(t, err)
			text = string(data)
		}
		described = append(described, ofThisUser.ReplaceAllString(text, "<user>"))
	}
	return described
}

// BenchmarkWhoExists measures whether the time of a refused sign-in tells who exists. It reports
// the mean time for an unknown user divided by that for a known one, measured in turns.
func BenchmarkWhoExists(b *testing.B) {
	for name, flow := range map[string]auth.AuthFlowType{
		"SRP": auth.AuthFlowUserSRP, "password": auth.AuthFlowUserPassword,
	} {
		b.Run(name, func(b *testing.B) {
			pool := hidingPool(b)
			session := newClient(b, configFor(pool)).Session("test")
			ctx := context.Background()
			var took [2]time.Duration
			for i := 0; b.Loop(); i++ {
				pool.Advance(time.Hour) // out of every lockout
				start := time.Now()
				_, err := session.SignIn(ctx, auth.SignInInput{
					Username: []string{existing, missing}[i%2], Password: "Wrong-Password-1", AuthFlowType: flow,
				})
				took[i%2] += time.Since(start)
				require.ErrorIs(b, err, auth.ErrNotAuthorized)
			}
			b.ReportMetric(float64(took[1])/float64(max(took[0], 1)), "unknown/known")
		})
	}
}
