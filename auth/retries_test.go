package auth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// TestRepeatableOperationsAreTriedThreeTimes has each one fail twice.
func TestRepeatableOperationsAreTriedThreeTimes(t *testing.T) {
	t.Parallel()
	calls := map[string]func(context.Context, *auth.Session) error{
		"GetUser": func(ctx context.Context, s *auth.Session) error { return errOf(s.FetchUserAttributes(ctx)) },
		"ListDevices": func(ctx context.Context, s *auth.Session) error {
			return errOf(device.FetchDevices(ctx, s))
		},
		"UpdateDeviceStatus": func(ctx context.Context, s *auth.Session) error { return device.RememberDevice(ctx, s) },
		"ForgetDevice": func(ctx context.Context, s *auth.Session) error {
			return device.ForgetDevice(ctx, s, device.ForgetDeviceInput{})
		},
		"RevokeToken": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.SignOut(ctx, auth.SignOutInput{}))
		},
		"GlobalSignOut": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.SignOut(ctx, auth.SignOutInput{Global: true}))
		},
		"SetUserMFAPreference": func(ctx context.Context, s *auth.Session) error {
			return mfa.UpdateMFAPreference(ctx, s, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Enabled})
		},
		"DeleteUserAttributes": func(ctx context.Context, s *auth.Session) error {
			return s.DeleteUserAttributes(ctx, auth.DeleteUserAttributesInput{UserAttributeKeys: []string{"name"}})
		},
		"StartWebAuthnRegistration": func(ctx context.Context, s *auth.Session) error {
			return errOf(passkey.StartAssociateWebAuthnCredential(ctx, s))
		},
		"ListWebAuthnCredentials": func(ctx context.Context, s *auth.Session) error {
			return errOf(passkey.ListWebAuthnCredentials(ctx, s, passkey.ListWebAuthnCredentialsInput{}))
		},
	}
	for operation, call := range calls {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{
				MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesOptIn,
				ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"},
				AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"},
			}, alice())
			session := newSession(t, pool)
			require.NoError(t, errOf(session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})))
			pool.Fail(authtest.Fault{Operation: operation, Times: 2})
			require.NoError(t, call(t.Context(), session))
			assert.Equal(t, 3, count(pool, operation))
		})
	}
}

// TestRefreshIsNotSentAgain: the first request may have spent the refresh token.
func TestRefreshIsNotSentAgain(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
	session, _ := signedInWithStore(t, pool)
	pool.Fail(authtest.Fault{Operation: refreshOperation})
	require.ErrorIs(t, forceRefresh(t.Context(), t, pool, session), auth.ErrInternal)
	assert.Equal(t, 1, count(pool, refreshOperation))
	require.NoError(t, forceRefresh(t.Context(), t, pool, session))
}

// TestSignInOfASignUpIsSentOnce: its challenge session works once.
func TestSignInOfASignUpIsSentOnce(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	session, _ := processes(t, pool)
	signUpBob(t, session(), &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth})
	confirmBob(t, session(), pool)
	pool.Fail(authtest.Fault{Operation: "InitiateAuth"})
	err := errOf(session().AutoSignIn(t.Context(), auth.AutoSignInInput{}))
	require.ErrorIs(t, err, auth.ErrInternal)
	assert.Equal(t, 1, count(pool, "InitiateAuth"))
}
