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

const newPassword = "Newer-Horse-8-Battery"

func TestResetPassword(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{"public client": false, "client secret": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{ClientSecret: secret}, alice())
			session := newSession(t, pool)
			ctx := auth.WithUserContext(context.Background(), auth.UserContext{IPAddress: "192.0.2.7"})

			out, err := session.ResetPassword(ctx, auth.ResetPasswordInput{
				Username:       "alice",
				ClientMetadata: map[string]string{"page": "7"},
			})
			require.NoError(t, err)
			sent := auth.CodeDeliveryDetails{
				DeliveryMedium: "SMS", Destination: "+*******4567", AttributeName: "phone_number",
			}
			assert.Equal(t,
				auth.ResetPasswordOutput{NextStep: auth.ConfirmResetPasswordWithCode{CodeDeliveryDetails: sent}}, out)

			code := pool.LastCode("alice")
			confirm := auth.ConfirmResetPasswordInput{
				Username: "alice", NewPassword: newPassword, ConfirmationCode: wrongCode(code),
				ClientMetadata: map[string]string{"page": "8"},
			}
			require.ErrorIs(t, session.ConfirmResetPassword(ctx, confirm), auth.ErrCodeMismatch)
			confirm.ConfirmationCode, confirm.NewPassword = code, "weak"
			require.ErrorIs(t, session.ConfirmResetPassword(ctx, confirm), auth.ErrInvalidPassword)
			confirm.NewPassword = newPassword
			require.NoError(t, session.ConfirmResetPassword(ctx, confirm), "the code stays valid")
			require.ErrorIs(t, session.ConfirmResetPassword(ctx, confirm), auth.ErrExpiredCode)

			for i, request := range pool.Requests() {
				assert.Equal(t, map[string]any{"IpAddress": "192.0.2.7"}, request.Body["UserContextData"],
					request.Operation)
				assert.Equal(t, map[string]any{"page": string("78888"[i])}, request.Body["ClientMetadata"],
					request.Operation)
			}
			_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			require.ErrorIs(t, err, auth.ErrNotAuthorized)
			signedIn, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: newPassword})
			require.NoError(t, err)
			assert.True(t, signedIn.IsSignedIn)
		})
	}
}

func TestResetPasswordHidesWhoExists(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{PreventUserExistenceErrors: true})
	session := newSession(t, pool)
	out, err := session.ResetPassword(context.Background(), auth.ResetPasswordInput{Username: "nobody@example.com"})
	require.NoError(t, err)
	assert.Equal(t, auth.ConfirmResetPasswordWithCode{CodeDeliveryDetails: auth.CodeDeliveryDetails{
		DeliveryMedium: "EMAIL", Destination: "n***@e***", AttributeName: "email",
	}}, out.NextStep)
	err = session.ConfirmResetPassword(context.Background(), auth.ConfirmResetPasswordInput{
		Username: "nobody@example.com", NewPassword: newPassword, ConfirmationCode: "123456",
	})
	require.ErrorIs(t, err, auth.ErrCodeMismatch)
}

func TestResetPasswordRefusals(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, authtest.User{Username: "bob", Password: password, TemporaryPassword: true})
	session := newSession(t, pool)
	ctx := context.Background()
	reset := func(username string) error {
		_, err := session.ResetPassword(ctx, auth.ResetPasswordInput{Username: username})
		return err
	}
	require.ErrorIs(t, reset(""), auth.ErrEmptyResetPasswordUsername)
	require.ErrorIs(t, reset("nobody"), auth.ErrUserNotFound)
	require.ErrorIs(t, reset("bob"), auth.ErrNotAuthorized)

	confirm := func(username, password, code string) error {
		return session.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
			Username: username, NewPassword: password, ConfirmationCode: code,
		})
	}
	require.ErrorIs(t, confirm("", "", ""), auth.ErrEmptyConfirmResetPasswordUsername)
	require.ErrorIs(t, confirm("bob", "", ""), auth.ErrEmptyConfirmResetPasswordNewPassword)
	require.ErrorIs(t, confirm("bob", newPassword, ""), auth.ErrEmptyConfirmResetPasswordConfirmationCode)
	assert.Equal(t, []string{"ForgotPassword", "ForgotPassword"}, operations(pool), "empty inputs are not sent")
}

func TestResetPasswordOutputMarshalsToAmplifysJSON(t *testing.T) {
	t.Parallel()
	sent := auth.CodeDeliveryDetails{DeliveryMedium: "EMAIL", Destination: "a***@e***", AttributeName: "email"}
	for want, out := range map[string]auth.ResetPasswordOutput{
		`{"isPasswordReset":false,"nextStep":{"resetPasswordStep":"CONFIRM_RESET_PASSWORD_WITH_CODE",
		  "codeDeliveryDetails":{"deliveryMedium":"EMAIL","destination":"a***@e***","attributeName":"email"}}}`: {
			NextStep: auth.ConfirmResetPasswordWithCode{CodeDeliveryDetails: sent},
		},
		`{"isPasswordReset":true,"nextStep":{"resetPasswordStep":"DONE"}}`: {
			IsPasswordReset: true, NextStep: auth.DoneResetPasswordStep{},
		},
	} {
		got, err := json.Marshal(out)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got))
	}
}

func TestUpdatePassword(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := signedInWithStore(t, pool)
	ctx := context.Background()
	update := func(old, proposed string) error {
		return session.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: old, NewPassword: proposed})
	}
	require.ErrorIs(t, update(password, ""), auth.ErrEmptyUpdatePassword)
	require.ErrorIs(t, update("Wrong-Horse-1", newPassword), auth.ErrNotAuthorized)
	require.ErrorIs(t, update("", newPassword), auth.ErrNotAuthorized,
		"Cognito refuses an empty password of a user who has one")
	require.ErrorIs(t, update(password, "weak"), auth.ErrInvalidPassword)
	require.NoError(t, update(password, newPassword))
	require.ErrorIs(t, update(password, newPassword), auth.ErrNotAuthorized, "the old password does not work any more")
	require.ErrorIs(t, update(newPassword, password), auth.ErrLimitExceeded)

	_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err, "the session stays signed in")
	_, err = newSession(t, pool).SignIn(ctx, auth.SignInInput{Username: "alice", Password: newPassword})
	require.NoError(t, err)
	require.ErrorIs(t, newSession(t, pool).UpdatePassword(ctx, auth.UpdatePasswordInput{NewPassword: newPassword}),
		auth.ErrUserUnAuthenticated)
}
