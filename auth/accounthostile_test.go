package auth_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// TestHostileAnswersToTheAccountVerbs has a server answer with what no Cognito sends.
func TestHostileAnswersToTheAccountVerbs(t *testing.T) {
	t.Parallel()
	const page = "<html>"
	verbs := map[string]struct {
		answers []string
		call    func(context.Context, *auth.Session) error
	}{
		"ResetPassword": {[]string{page, `{"CodeDeliveryDetails":7}`}, func(ctx context.Context, s *auth.Session) error {
			return resetPassword(ctx, s, nil)
		}},
		"ConfirmResetPassword": {[]string{page, `[]`}, func(ctx context.Context, s *auth.Session) error {
			return s.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
				Username: "alice", NewPassword: newPassword, ConfirmationCode: "123456",
			})
		}},
		"UpdatePassword": {[]string{page, `[]`}, func(ctx context.Context, s *auth.Session) error {
			return s.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: password, NewPassword: newPassword})
		}},
		"FetchUserAttributes": {[]string{page, `{"UserAttributes":{}}`}, func(ctx context.Context, s *auth.Session) error {
			_, err := s.FetchUserAttributes(ctx)
			return err
		}},
		"UpdateUserAttribute": {[]string{page, `{"CodeDeliveryDetailsList":[7]}`}, changeEmail},
		"SendUserAttributeVerificationCode": {[]string{page, `{"CodeDeliveryDetails":[]}`}, func(ctx context.Context, s *auth.Session) error {
			_, err := s.SendUserAttributeVerificationCode(ctx, auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"})
			return err
		}},
		"ConfirmUserAttribute": {[]string{page, `[]`}, func(ctx context.Context, s *auth.Session) error {
			return s.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{UserAttributeKey: "email", ConfirmationCode: "123456"})
		}},
		"DeleteUserAttributes": {[]string{page, `[]`}, func(ctx context.Context, s *auth.Session) error {
			return s.DeleteUserAttributes(ctx, auth.DeleteUserAttributesInput{UserAttributeKeys: []string{"name"}})
		}},
		"DeleteUser": {[]string{page}, func(ctx context.Context, s *auth.Session) error { return s.DeleteUser(ctx) }},
	}
	for verb, hostile := range verbs {
		for _, answer := range hostile.answers {
			t.Run(verb+", "+answer, func(t *testing.T) {
				t.Parallel()
				server := newScript(t, fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q}}`, unsignedToken()), answer)
				session := newClient(t, server.config()).Session("test")
				_, err := session.SignIn(context.Background(), auth.SignInInput{
					Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
				})
				require.NoError(t, err)
				err = hostile.call(context.Background(), session)
				requireTyped(t, err)
				require.ErrorIs(t, err, auth.ErrUnexpectedResponse)
				require.Equal(t, auth.StateSignedIn, stateOf(t, session))
			})
		}
	}
}
