package auth_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestSignUp(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{"public client": false, "client secret": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{ClientSecret: secret})
			session := newSession(t, pool)
			ctx := context.Background()

			out, err := session.SignUp(ctx, auth.SignUpInput{
				Username:       "alice",
				Password:       password,
				UserAttributes: map[string]string{"email": "alice@example.com", "name": "Alice"},
				ClientMetadata: map[string]string{
					"campaign": "spring",
				},
				ValidationData: map[string]string{"captcha": "ok"},
			})
			require.NoError(t, err)
			sent := auth.CodeDeliveryDetails{DeliveryMedium: "EMAIL", Destination: "a***@e***", AttributeName: "email"}
			assert.False(t, out.IsSignUpComplete)
			assert.NotEmpty(t, out.UserID)
			assert.Equal(t, auth.ConfirmSignUpWithCode{CodeDeliveryDetails: sent}, out.NextStep)

			first := pool.LastCode("alice")
			resent, err := session.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "alice"})
			require.NoError(t, err)
			assert.Equal(t, sent, resent)

			_, err = session.ConfirmSignUp(ctx,
				auth.ConfirmSignUpInput{Username: "alice", ConfirmationCode: wrongCode(pool.LastCode("alice"))})
			require.ErrorIs(t, err, auth.ErrCodeMismatch)
			if first != pool.LastCode("alice") {
				_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "alice", ConfirmationCode: first})
				require.Error(t, err, "a newer code replaces the older one")
			}
			confirmed, err := session.ConfirmSignUp(ctx,
				auth.ConfirmSignUpInput{Username: "alice", ConfirmationCode: pool.LastCode("alice")})
			require.NoError(t, err)
			assert.Equal(t, auth.ConfirmSignUpOutput{IsSignUpComplete: true, NextStep: auth.DoneSignUpStep{}},
				confirmed)

			_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "alice", ConfirmationCode: "123456"})
			require.ErrorIs(t, err, auth.ErrNotAuthorized)
			signedIn, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			require.NoError(t, err)
			assert.True(t, signedIn.IsSignedIn)
		})
	}
}

func TestSignUpRefusals(t *testing.T) {
	t.Parallel()
	session := newSession(t, newPool(t, authtest.Config{}, alice()))
	ctx := context.Background()
	tests := []struct {
		name string
		call func() error
		want auth.ErrorCode
	}{
		{"no user name", func() error {
			_, err := session.SignUp(ctx, auth.SignUpInput{Password: password})
			return err
		}, auth.ErrEmptySignUpUsername},
		{"taken user name", func() error {
			_, err := session.SignUp(ctx, auth.SignUpInput{Username: "alice", Password: password})
			return err
		}, auth.ErrUsernameExists},
		{"weak password", func() error {
			_, err := session.SignUp(ctx, auth.SignUpInput{Username: "bob", Password: "weak"})
			return err
		}, auth.ErrInvalidPassword},
		{"confirm without user name", func() error {
			_, err := session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{ConfirmationCode: "123456"})
			return err
		}, auth.ErrEmptyConfirmSignUpUsername},
		{"confirm without code", func() error {
			_, err := session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "alice"})
			return err
		}, auth.ErrEmptyConfirmSignUpCode},
		{"resend without user name", func() error {
			_, err := session.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{})
			return err
		}, auth.ErrEmptySignUpUsername},
		{"resend for a confirmed user", func() error {
			_, err := session.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "alice"})
			return err
		}, auth.ErrInvalidParameter},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, tt.call(), tt.want)
		})
	}
}

func TestMissingPasswordHasAmplifysName(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	pool.Fail(authtest.Fault{
		Operation: "SignUp",
		Code:      "InvalidParameterException",
		Message: "1 validation error detected: Value at 'password' failed to satisfy constraint: " +
			"Member must not be null",
	})
	_, err := newSession(t, pool).SignUp(context.Background(), auth.SignUpInput{Username: "bob"})
	require.ErrorIs(t, err, auth.ErrEmptySignUpPassword)
	assert.ErrorIs(t, err, auth.ErrInvalidParameter)
}

func TestSignUpOutputsMarshalToAmplifysJSON(t *testing.T) {
	t.Parallel()
	sent := auth.CodeDeliveryDetails{DeliveryMedium: "EMAIL", Destination: "a***@e***", AttributeName: "email"}
	tests := []struct {
		out  any
		want string
	}{
		{
			auth.SignUpOutput{UserID: "id", NextStep: auth.ConfirmSignUpWithCode{CodeDeliveryDetails: sent}},
			`{"isSignUpComplete":false,"userId":"id","nextStep":{"signUpStep":"CONFIRM_SIGN_UP",
			  "codeDeliveryDetails":{"deliveryMedium":"EMAIL","destination":"a***@e***","attributeName":"email"}}}`,
		},
		{
			auth.ConfirmSignUpOutput{IsSignUpComplete: true, NextStep: auth.DoneSignUpStep{}},
			`{"isSignUpComplete":true,"nextStep":{"signUpStep":"DONE"}}`,
		},
	}
	for _, tt := range tests {
		got, err := json.Marshal(tt.out)
		require.NoError(t, err)
		assert.JSONEq(t, tt.want, string(got))
	}
}
