package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// atTOTPCode returns a session at the step that asks for a code of the authenticator app.
func atTOTPCode(t *testing.T, cfg auth.Config) *auth.Session {
	t.Helper()
	session := newClient(t, cfg).Session("test")
	out, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.Equal(t, auth.StepConfirmSignInWithTOTPCode, out.NextStep.Name())
	return session
}

func totpPool(t *testing.T) *authtest.Pool {
	t.Helper()
	return newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true},
		alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} }))
}

func TestConfirmSignInNeedsAnAnswerAndASignIn(t *testing.T) {
	t.Parallel()
	session := newSession(t, newPool(t, authtest.Config{}))
	_, err := session.ConfirmSignIn(context.Background(), auth.ConfirmSignInInput{})
	require.ErrorIs(t, err, auth.ErrEmptyChallengeResponse)
	_, err = session.ConfirmSignIn(context.Background(), auth.ConfirmSignInInput{ChallengeResponse: "123456"})
	assert.ErrorIs(t, err, auth.ErrSignIn)
}

func TestWrongCodeKeepsTheStep(t *testing.T) {
	t.Parallel()
	noFactor := authtest.User{Username: "alice", Password: password}
	tests := []struct {
		name  string
		pool  authtest.Config
		user  authtest.User
		right func(t *testing.T, pool *authtest.Pool, step auth.SignInStep) auth.ConfirmSignInInput
		want  auth.ErrorCode
	}{
		{
			"text message",
			authtest.Config{MFA: authtest.MFAOptional, SMS: true},
			alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA"} }), respondWithInbox, auth.ErrCodeMismatch,
		},
		{
			"e-mail",
			authtest.Config{MFA: authtest.MFAOptional, Email: true},
			alice(func(u *authtest.User) { u.MFA = []string{"EMAIL_OTP"} }), respondWithInbox, auth.ErrCodeMismatch,
		},
		{
			"authenticator app",
			authtest.Config{MFA: authtest.MFAOptional, TOTP: true},
			alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} }),
			respondWithTOTP,
			auth.ErrCodeMismatch,
		},
		{
			"set-up of an authenticator app",
			authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			noFactor, respondWithNewTOTP, auth.ErrEnableSoftwareTokenMFA,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.user)
			session := newSession(t, pool)
			ctx := context.Background()
			out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			require.NoError(t, err)

			right := tt.right(t, pool, out.NextStep)
			for range 2 {
				_, err = session.ConfirmSignIn(ctx,
					auth.ConfirmSignInInput{ChallengeResponse: wrongCode(right.ChallengeResponse)})
				require.ErrorIs(t, err, tt.want)
			}
			out, err = session.ConfirmSignIn(ctx, right)
			require.NoError(t, err)
			assert.True(t, out.IsSignedIn)
		})
	}
}

func TestRefusedNewPasswordKeepsTheStep(t *testing.T) {
	t.Parallel()
	session := newSession(t,
		newPool(t, authtest.Config{}, authtest.User{Username: "alice", Password: password, TemporaryPassword: true}))
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "short"})
	require.ErrorIs(t, err, auth.ErrInvalidPassword)
	out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: password + "-2"})
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

func TestFactorThatWasNotOffered(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		pool authtest.Config
		user authtest.User
	}{
		{
			"to use",
			authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true},
			alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"} }),
		},
		{
			"to set up",
			authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true},
			authtest.User{Username: "alice", Password: password},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.user)
			session := newSession(t, pool)
			ctx := context.Background()
			_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			require.NoError(t, err)
			before := len(pool.Requests())
			for _, answer := range []string{"CARRIER_PIGEON", "totp", "123456"} {
				_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: answer})
				require.ErrorIs(t, err, auth.ErrIncorrectMFAMethod)
			}
			assert.Len(t, pool.Requests(), before, "a choice that was not offered must not be sent")
			_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "TOTP"})
			assert.NoError(t, err)
		})
	}
}

func TestExpiredSignIn(t *testing.T) {
	t.Parallel()
	required := authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true}
	bare := authtest.User{Username: "alice", Password: password}
	optional := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true}
	factors := func(names ...string) authtest.User {
		return alice(func(u *authtest.User) { u.MFA = names })
	}
	tests := []struct {
		name   string
		pool   authtest.Config
		user   authtest.User
		before []string // answers before the time is up
		late   string
	}{
		{"text message", optional, factors("SMS_MFA"), nil, "123456"},
		{"e-mail", optional, factors("EMAIL_OTP"), nil, "123456"},
		{"authenticator app", optional, factors("SOFTWARE_TOKEN_MFA"), nil, "123456"},
		{"choice of the factor", optional, factors("SMS_MFA", "EMAIL_OTP"), nil, "SMS"},
		{"choice of the set-up", required, bare, nil, "TOTP"},
		{"set-up of an authenticator app", required, bare, []string{"TOTP"}, "123456"},
		{"set-up by e-mail", required, bare, []string{"EMAIL"}, "alice@example.com"},
		{
			"new password",
			authtest.Config{},
			authtest.User{Username: "alice", Password: password, TemporaryPassword: true},
			nil, password + "-2",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.user)
			session := newSession(t, pool)
			ctx := context.Background()
			_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			require.NoError(t, err)
			for _, answer := range tt.before {
				_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: answer})
				require.NoError(t, err)
			}

			pool.Advance(3*time.Minute + time.Second)
			_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: tt.late})
			require.ErrorIs(t, err, auth.ErrSignInExpired)
			require.ErrorIs(t, err, auth.ErrNotAuthorized, "an expired sign-in also matches Amplify's error name")

			_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: tt.late})
			require.ErrorIs(t, err, auth.ErrSignIn, "an expired sign-in is removed")
			_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			assert.NoError(t, err)
		})
	}
}

func TestStepsTellWhenTheyExpire(t *testing.T) {
	t.Parallel()
	cfg := configFor(totpPool(t))
	cfg.AuthSessionValidity = 10 * time.Minute
	start := time.Now()
	out, err := newClient(t, cfg).Session("test").
		SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	assert.WithinRange(t, out.NextStep.(auth.ConfirmSignInWithTOTPCode).ExpiresAt,
		start.Add(10*time.Minute), time.Now().Add(10*time.Minute))
}

func TestNewSignInReplacesTheOlderOne(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	ctx := context.Background()

	older := atTOTPCode(t, cfg)
	release := pool.Hold("RespondToAuthChallenge")
	failed := make(chan error, 1)
	code := nextTOTP(t, pool, totpSecret)
	go func() {
		_, err := older.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(pool.Requests()) >= 3 }, time.Minute, time.Millisecond)
	// Meanwhile another process signs out.
	require.NoError(t, errOf(newClient(t, cfg).Session("test").SignOut(ctx, auth.SignOutInput{})))
	release()

	require.ErrorIs(t, <-failed, auth.ErrSignIn)
	_, err := older.CurrentUser(ctx)
	assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated, "the later sign-out wins")
}

func TestUnknownChallengeIsAnswerable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   auth.ConfirmSignInInput
		want map[string]any
	}{
		{
			"in one word",
			auth.ConfirmSignInInput{ChallengeResponse: "42"},
			map[string]any{"ANSWER": "42", "USERNAME": "alice-id"},
		},
		{
			"in Cognito's terms",
			auth.ConfirmSignInInput{ChallengeResponses: map[string]string{"RIDDLE": "42"}},
			map[string]any{"RIDDLE": "42", "USERNAME": "alice-id"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := newScript(t,
				`{"ChallengeName":"SPHINX","Session":"session-of-twenty-characters","ChallengeParameters":{`+
					`"USERNAME":"alice-id","HINT":"legs"}}`,
				`{"ChallengeName":"SMS_MFA","Session":"another-of-twenty-characters","ChallengeParameters":{`+
					`"USERNAME":"alice-id"}}`)
			session := newClient(t, server.config()).Session("test")
			out, err := session.SignIn(context.Background(), auth.SignInInput{
				Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
			})
			require.NoError(t, err)
			step, ok := out.NextStep.(auth.ConfirmSignInWithUnknownChallenge)
			require.True(t, ok)
			assert.Equal(t, "SPHINX", step.ChallengeName)
			assert.Equal(t, "legs", step.ChallengeParameters["HINT"])

			out, err = session.ConfirmSignIn(context.Background(), tt.in)
			require.NoError(t, err)
			assert.Equal(t, auth.StepConfirmSignInWithSMSCode, out.NextStep.Name())
			assert.Equal(t, tt.want, server.requests[1]["ChallengeResponses"])
			assert.Equal(t, "session-of-twenty-characters", server.requests[1]["Session"])
		})
	}
}

func TestVerifiedCodeIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true},
		authtest.User{Username: "alice", Password: password})
	session := newSession(t, pool)
	ctx := context.Background()
	out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	in := respondWithNewTOTP(t, pool, out.NextStep)

	pool.Fail(
		authtest.Fault{Operation: "RespondToAuthChallenge", Code: "TooManyRequestsException", Message: "Rate exceeded"})
	_, err = session.ConfirmSignIn(ctx, in)
	require.ErrorIs(t, err, auth.ErrTooManyRequests)
	out, err = session.ConfirmSignIn(ctx, in)
	require.NoError(t, err, "the accepted code is not sent again")
	assert.True(t, out.IsSignedIn)
}

func TestFailingStoreStopsTheSignIn(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	cfg := configFor(pool)
	cfg.Store = brokenStore{}
	session := newClient(t, cfg).Session("test")
	_, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.ErrorIs(t, err, errBroken)
	assert.Empty(t, pool.Requests(), "no request is sent if the Store fails")
}

var errBroken = errors.New("the disk is on fire")

type brokenStore struct{}

func (brokenStore) Load(context.Context, string) (auth.Record, error) {
	return auth.Record{}, errBroken
}

func (brokenStore) Save(context.Context, string, auth.Record) (auth.Record, error) {
	return auth.Record{}, errBroken
}
func (brokenStore) Delete(context.Context, string, auth.Record) error { return errBroken }

func TestSetUpCanBeChosenAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true},
		authtest.User{Username: "alice", Password: password})
	session := newSession(t, pool)
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	pool.Fail(
		authtest.Fault{Operation: "AssociateSoftwareToken", Code: "TooManyRequestsException", Message: "Rate exceeded"})
	_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "TOTP"})
	require.ErrorIs(t, err, auth.ErrTooManyRequests)

	out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "TOTP"})
	require.NoError(t, err)
	out, err = session.ConfirmSignIn(ctx, respondWithNewTOTP(t, pool, out.NextStep))
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

// TestStepThatTakesTextNeedsAChallengeResponse: Cognito would count an empty code as a wrong one.
func TestStepThatTakesTextNeedsAChallengeResponse(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	session := atTOTPCode(t, configFor(pool))
	pool.ResetRequests()
	_, err := session.ConfirmSignIn(context.Background(),
		auth.ConfirmSignInInput{ChallengeResponses: map[string]string{"ANSWER": "123456"}})
	require.ErrorIs(t, err, auth.ErrEmptyChallengeResponse)
	assert.Empty(t, pool.Requests())
}

// TestUnknownChallengeSessionEndsTheSignIn: Cognito would accept no further answer.
func TestUnknownChallengeSessionEndsTheSignIn(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	session := atTOTPCode(t, configFor(pool))
	pool.Fail(authtest.Fault{
		Operation: "RespondToAuthChallenge", Code: "NotAuthorizedException", Message: "Invalid session for the user.",
	})
	_, err := session.ConfirmSignIn(context.Background(), auth.ConfirmSignInInput{ChallengeResponse: "123456"})
	require.ErrorIs(t, err, auth.ErrSignInExpired)
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	assert.Equal(t, auth.StateSignedOut, stateOf(t, session))
}
