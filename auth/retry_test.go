package auth_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func count(pool *authtest.Pool, operation string) int {
	n := 0
	for _, name := range operations(pool) {
		if name == operation {
			n++
		}
	}
	return n
}

// TestOneShotCallsAreNotResent loses the answer to each one-shot call after the pool has carried it
// out.
func TestOneShotCallsAreNotResent(t *testing.T) {
	t.Parallel()
	sms := alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA"} })
	signIn := func(ctx context.Context, s *auth.Session) error {
		_, err := s.SignIn(ctx,
			auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
		return err
	}
	tests := []struct {
		operation string
		pool      authtest.Config
		users     []authtest.User
		before    func(context.Context, *auth.Session) error
		call      func(context.Context, *auth.Session, *authtest.Pool) error
	}{
		{
			operation: "SignUp",
			call: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
				_, err := s.SignUp(ctx, auth.SignUpInput{Username: "bob", Password: password})
				return err
			},
		},
		{
			operation: "ConfirmSignUp",
			users:     []authtest.User{alice(func(u *authtest.User) { u.Unconfirmed = true })},
			before: func(ctx context.Context, s *auth.Session) error {
				_, err := s.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "alice"})
				return err
			},
			call: func(ctx context.Context, s *auth.Session, pool *authtest.Pool) error {
				_, err := s.ConfirmSignUp(ctx,
					auth.ConfirmSignUpInput{Username: "alice", ConfirmationCode: pool.LastCode("alice")})
				return err
			},
		},
		{
			operation: "ResendConfirmationCode",
			users:     []authtest.User{alice(func(u *authtest.User) { u.Unconfirmed = true })},
			call: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
				_, err := s.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "alice"})
				return err
			},
		},
		{
			operation: "RespondToAuthChallenge",
			pool:      authtest.Config{MFA: authtest.MFAOptional, SMS: true},
			users:     []authtest.User{sms},
			before:    signIn,
			call: func(ctx context.Context, s *auth.Session, pool *authtest.Pool) error {
				_, err := s.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("alice")})
				return err
			},
		},
		{
			operation: "AssociateSoftwareToken",
			pool:      authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			users:     []authtest.User{{Username: "alice", Password: password}},
			call: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
				return signIn(ctx, s)
			},
		},
		{
			operation: "VerifySoftwareToken",
			pool:      authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			users:     []authtest.User{{Username: "alice", Password: password}},
			before:    signIn,
			call: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
				_, err := s.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "123456"})
				return err
			},
		},
		{operation: "ForgotPassword", users: []authtest.User{alice()}, call: resetPassword},
		{
			operation: "ConfirmForgotPassword",
			users:     []authtest.User{alice()},
			before: func(ctx context.Context, s *auth.Session) error {
				return resetPassword(ctx, s, nil)
			},
			call: func(ctx context.Context, s *auth.Session, pool *authtest.Pool) error {
				return s.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
					Username: "alice", NewPassword: newPassword, ConfirmationCode: pool.LastCode("alice"),
				})
			},
		},
		{
			operation: "ChangePassword",
			users:     []authtest.User{alice()},
			before:    signIn,
			call: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
				return s.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: password, NewPassword: newPassword})
			},
		},
		{
			operation: "UpdateUserAttributes",
			users:     []authtest.User{alice()},
			before:    signIn,
			call: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
				return changeEmail(ctx, s)
			},
		},
		{
			operation: "GetUserAttributeVerificationCode",
			users:     []authtest.User{alice()},
			before:    signIn,
			call: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
				_, err := s.SendUserAttributeVerificationCode(ctx,
					auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"})
				return err
			},
		},
		{
			operation: "VerifyUserAttribute",
			users:     []authtest.User{alice()},
			before: func(ctx context.Context, s *auth.Session) error {
				return errors.Join(signIn(ctx, s), changeEmail(ctx, s))
			},
			call: func(ctx context.Context, s *auth.Session, pool *authtest.Pool) error {
				return s.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{
					UserAttributeKey: "email", ConfirmationCode: pool.LastCode("alice"),
				})
			},
		},
		{
			operation: "DeleteUser",
			users:     []authtest.User{alice()},
			before:    signIn,
			call: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
				return s.DeleteUser(ctx)
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.operation, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.users...)
			session := newSession(t, pool)
			ctx := context.Background()
			if tt.before != nil {
				require.NoError(t, tt.before(ctx, session))
			}
			pool.ResetRequests()
			pool.Fail(authtest.Fault{Operation: tt.operation, LoseReply: true})
			err := tt.call(ctx, session, pool)
			require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
			assert.Equal(t, 1, count(pool, tt.operation))
		})
	}
}

func resetPassword(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
	_, err := s.ResetPassword(ctx, auth.ResetPasswordInput{Username: "alice"})
	return err
}

func changeEmail(ctx context.Context, s *auth.Session) error {
	_, err := s.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{AttributeKey: "email", Value: newEmail})
	return err
}

func TestOneShotCallsAreNotResentAfterAServerError(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	pool.Fail(authtest.Fault{Operation: "SignUp", Code: "InternalErrorException", Message: "sorry", Times: 2})
	_, err := newSession(t, pool).SignUp(context.Background(), auth.SignUpInput{Username: "bob", Password: password})
	require.ErrorIs(t, err, auth.ErrInternal)
	assert.Equal(t, 1, count(pool, "SignUp"))
}

func TestLostProofOfThePasswordStartsOverOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		lost int
		want error
	}{
		{"one lost answer", 1, nil},
		{"two lost answers", 2, auth.ErrOutcomeUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice())
			pool.Fail(authtest.Fault{Operation: "RespondToAuthChallenge", LoseReply: true, Times: tt.lost})
			_, err := newSession(t,
				pool).SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t,
				[]string{"InitiateAuth", "RespondToAuthChallenge", "InitiateAuth", "RespondToAuthChallenge"},
				operations(pool))
		})
	}
}

func TestRepeatableCallsAreTriedAgain(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	pool.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "InternalErrorException", Message: "sorry", Times: 2})
	_, err := newSession(t, pool).SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	assert.Equal(t, 3, count(pool, "InitiateAuth"))
}

func TestLostRemovalOfAttributesIsTriedAgain(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := signedInWithStore(t, pool)
	pool.Fail(authtest.Fault{Operation: "DeleteUserAttributes", LoseReply: true})
	err := session.DeleteUserAttributes(context.Background(),
		auth.DeleteUserAttributesInput{UserAttributeKeys: []string{"email"}})
	require.NoError(t, err)
	assert.Equal(t, 2, count(pool, "DeleteUserAttributes"))
}

func TestUnreachableServerIsANetworkError(t *testing.T) {
	t.Parallel()
	cfg := auth.Config{
		UserPoolID: "us-east-1_Nobody", ClientID: "client", Endpoint: "http://127.0.0.1:1", // a port that pools never get
	}
	_, err := newClient(t, cfg).Session("test").
		SignUp(context.Background(), auth.SignUpInput{Username: "bob", Password: password})
	require.ErrorIs(t, err, auth.ErrNetwork, "nothing was sent, so the outcome is known")
	var op *net.OpError
	assert.ErrorAs(t, err, &op)
}

func TestErrorWrapsTheCanceledContext(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	release := pool.Hold("InitiateAuth")
	defer release()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	session := newSession(t, pool)
	go func() {
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		done <- err
	}()
	require.Eventually(t, func() bool { return count(pool, "InitiateAuth") == 1 }, time.Minute, time.Millisecond)
	cancel()
	err := <-done
	require.ErrorIs(t, err, context.Canceled)
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.Empty(t, e.Code, "the network has not failed")
	assert.Equal(t, "SignIn", e.Op)
}

// TestErrorPageOfAProxyAfterAPassword: no one knows whether Cognito has received the request.
func TestErrorPageOfAProxyAfterAPassword(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(server.Close)
	cfg := auth.Config{UserPoolID: "us-east-1_Script", ClientID: "client", Endpoint: server.URL}
	_, err := newClient(t, cfg).Session("test").SignIn(context.Background(), auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
	assert.EqualValues(t, 1, requests.Load())
}
