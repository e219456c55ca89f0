package conformance_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const changedPassword = "Newer-horse-2!"

// accountOperations are the operations on the user's own account.
var accountOperations = []operation{
	{name: "ForgotPassword", oneShot: true, arrange: enter, act: resetPassword},
	{name: "ConfirmForgotPassword", oneShot: true, arrange: askedForReset, act: confirmResetPassword},
	{name: "ChangePassword", oneShot: true, arrange: enter, act: updatePassword},
	{name: "GetUser", variant: "for the attributes", arrange: enter, act: fetchAttributes},
	{name: "UpdateUserAttributes", oneShot: true, arrange: enter, act: updateEmail},
	{name: "DeleteUserAttributes", arrange: enter, act: deleteEmail},
	{name: "GetUserAttributeVerificationCode", oneShot: true, arrange: enter, act: sendEmailCode},
	{name: "VerifyUserAttribute", oneShot: true, arrange: askedForEmailCode, act: confirmEmail},
	{name: "DeleteUser", oneShot: true, arrange: enter, act: deleteUser, leads: auth.StateSignedOut},
}

// askedForReset signs in and requests a code to reset the password.
func askedForReset(t *testing.T, p *person) {
	t.Helper()
	enter(t, p)
	require.NoError(t, resetPassword(t.Context(), p.undisturbed, p))
}

func askedForEmailCode(t *testing.T, p *person) {
	t.Helper()
	enter(t, p)
	require.NoError(t, sendEmailCode(t.Context(), p.undisturbed, p))
}

func resetPassword(ctx context.Context, s *auth.Session, p *person) error {
	_, err := s.ResetPassword(ctx, auth.ResetPasswordInput{Username: p.name})
	return err
}

func confirmResetPassword(ctx context.Context, s *auth.Session, p *person) error {
	return s.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
		Username: p.name, NewPassword: changedPassword, ConfirmationCode: p.pool.LastCode(p.name),
	})
}

func updatePassword(ctx context.Context, s *auth.Session, _ *person) error {
	return s.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: password, NewPassword: changedPassword})
}

func fetchAttributes(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := s.FetchUserAttributes(ctx)
	return err
}

func updateEmail(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := s.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{AttributeKey: "email", Value: "new@example.com"})
	return err
}

func deleteEmail(ctx context.Context, s *auth.Session, _ *person) error {
	return s.DeleteUserAttributes(ctx, auth.DeleteUserAttributesInput{UserAttributeKeys: []string{"email"}})
}

func sendEmailCode(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := s.SendUserAttributeVerificationCode(ctx, auth.SendUserAttributeVerificationCodeInput{
		UserAttributeKey: "email",
	})
	return err
}

func confirmEmail(ctx context.Context, s *auth.Session, p *person) error {
	return s.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{
		UserAttributeKey: "email", ConfirmationCode: p.pool.LastCode(p.name),
	})
}

func deleteUser(ctx context.Context, s *auth.Session, _ *person) error {
	return s.DeleteUser(ctx)
}
