package admin_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

func TestRecoverTOTPRefusals(t *testing.T) {
	t.Parallel()
	unverified := func(u *authtest.User) { u.Attributes["phone_number"] = phone }
	tests := []struct {
		name     string
		pool     authtest.Config
		user     authtest.User
		in       admin.RecoverTOTPInput
		want     error
		recovery string
	}{
		{"required, without MFA", required, alice(), admin.RecoverTOTPInput{Method: admin.WithoutMFA}, admin.ErrRecoveryRefused, "SMS or EMAIL or TOTP."},
		{"required and TOTP only, without MFA", totpOnly, alice(), admin.RecoverTOTPInput{Method: admin.WithoutMFA}, admin.ErrRecoveryRefused, "Choose TOTP."},
		{"required and TOTP only, SMS", totpOnly, alice(withPhone), admin.RecoverTOTPInput{Method: admin.BySMS}, admin.ErrRecoveryRefused, "Choose TOTP."},
		{
			"optional, SMS is not offered",
			authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Email: true},
			alice(withPhone),
			admin.RecoverTOTPInput{Method: admin.BySMS},
			admin.ErrRecoveryRefused, "EMAIL or TOTP or NONE",
		},
		{"off, SMS", without, alice(withPhone), admin.RecoverTOTPInput{Method: admin.BySMS}, admin.ErrRecoveryRefused, "password"},
		{"off, another app", without, alice(), admin.RecoverTOTPInput{Method: admin.WithNewApp}, admin.ErrRecoveryRefused, "password"},
		{
			"required, SMS only, another app",
			authtest.Config{MFA: authtest.MFARequired, SMS: true},
			alice(),
			admin.RecoverTOTPInput{Method: admin.WithNewApp},
			admin.ErrRecoveryRefused, "SMS.",
		},
		{"off, e-mail", without, alice(withEmail), admin.RecoverTOTPInput{Method: admin.ByEmail}, admin.ErrRecoveryRefused, "password"},
		{"no phone", optional, alice(), admin.RecoverTOTPInput{Method: admin.BySMS}, admin.ErrRecoveryRefused, "Set Address"},
		{"a phone that nobody verified", optional, alice(unverified), admin.RecoverTOTPInput{Method: admin.BySMS}, admin.ErrRecoveryRefused, "verified to be theirs"},
		{"no e-mail", optional, alice(withPhone), admin.RecoverTOTPInput{Method: admin.ByEmail}, admin.ErrRecoveryRefused, "Set Address"},
		{"no method", optional, alice(), admin.RecoverTOTPInput{}, auth.ErrInvalidParameter, ""},
		{"not a phone", optional, alice(), admin.RecoverTOTPInput{Method: admin.BySMS, Address: "555 1234"}, auth.ErrInvalidParameter, ""},
		{"not an e-mail", optional, alice(), admin.RecoverTOTPInput{Method: admin.ByEmail, Address: phone}, auth.ErrInvalidParameter, ""},
		{"a useless address", optional, alice(), admin.RecoverTOTPInput{Method: admin.WithoutMFA, Address: phone}, auth.ErrInvalidParameter, ""},
		{"nobody", optional, bob(), admin.RecoverTOTPInput{Method: admin.WithoutMFA}, auth.ErrUserNotFound, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.user)
			tt.in.Username = "alice"
			_, err := administer(t, pool).RecoverTOTP(context.Background(), tt.in)
			require.ErrorIs(t, err, tt.want)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "RecoverTOTP", e.Op)
			assert.Contains(t, e.Recovery, tt.recovery)
			assert.Empty(t, writes(pool))
		})
	}
	_, err := administer(t, newPool(t, optional)).RecoverTOTP(context.Background(), admin.RecoverTOTPInput{Method: admin.WithoutMFA})
	require.ErrorContains(t, err, "field Username")
}

func TestAnotherAppIsRefusedWhereACodeCouldGoToAnUnverifiedAddress(t *testing.T) {
	t.Parallel()
	unverified := func(u *authtest.User) { u.Attributes["phone_number"] = phone }
	unverifiedEmail := func(u *authtest.User) { u.Attributes["email"] = mail }
	disabled := func(u *authtest.User) { u.Disabled = true }
	for name, tt := range map[string]struct {
		user authtest.User
		want string
	}{
		"a phone":                    {alice(unverified), "+***4567"},
		"a phone, account disabled":  {alice(unverified, disabled), "+***4567"},
		"a choice of two addresses":  {alice(unverified, unverifiedEmail), "+***4567, ***@example.com"},
		"a choice, account disabled": {alice(withPhone, unverifiedEmail, disabled), "***@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, required, tt.user)
			_, err := administer(t, pool).RecoverTOTP(context.Background(), admin.RecoverTOTPInput{
				Username: "alice", Method: admin.WithNewApp,
			})
			require.ErrorIs(t, err, admin.ErrRecoveryRefused)
			assert.True(t, strings.HasSuffix(err.Error(), "nobody has verified: "+tt.want), err)
			assert.Empty(t, writes(pool))
		})
	}
}

// A crash after any number of writes leaves an account that still asks for a second factor, unless
// removing it was the last step; and another call completes the work.
func TestRecoverTOTPSurvivesCrashes(t *testing.T) {
	t.Parallel()
	setUp := []admin.Action{admin.ActionForgetDevices, admin.ActionSignOut, admin.ActionDeleteApp}
	message := append([]admin.Action{admin.ActionSetAddress, admin.ActionChangeFactors}, setUp...)
	for _, tt := range []struct {
		in   admin.RecoverTOTPInput
		acts []admin.Action
	}{
		{admin.RecoverTOTPInput{Method: admin.BySMS, Address: phone}, message},
		{admin.RecoverTOTPInput{Method: admin.ByEmail, Address: mail}, message},
		{admin.RecoverTOTPInput{Method: admin.WithNewApp}, setUp},
		{admin.RecoverTOTPInput{Method: admin.WithoutMFA}, setUp},
	} {
		for _, action := range tt.acts {
			t.Run(string(tt.in.Method)+" "+string(action), func(t *testing.T) {
				t.Parallel()
				tt.in.Username = "alice"
				crash(t, tt.in, action)
			})
		}
	}
}

func crash(t *testing.T, in admin.RecoverTOTPInput, action admin.Action) {
	t.Helper()
	cfg := optional
	cfg.Devices = authtest.DevicesAlways
	pool := newPool(t, cfg, alice())
	signedInWithTOTP(t, pool, "lost phone")
	p, ctx := administer(t, pool), context.Background()

	pool.Fail(authtest.Fault{Operation: string(action), Code: "AccessDeniedException"})
	out, err := p.RecoverTOTP(ctx, in)
	require.ErrorIs(t, err, admin.ErrAccessDenied)
	failed := slices.IndexFunc(out.Steps, func(s admin.Step) bool { return s.Action == action })
	require.NotEqual(t, -1, failed)
	for i, step := range out.Steps {
		assert.Equal(t, i < failed, step.Done, step.Text)
	}
	assert.NotEqual(t, auth.DoneSignInStep{}, firstStep(t, pool), "the password alone is not enough")

	out, err = p.RecoverTOTP(ctx, in)
	require.NoError(t, err)
	assert.Zero(t, out.After.RememberedDevices)
	assert.NotContains(t, out.After.Factors, auth.MFATypeTOTP)
	out, err = p.RecoverTOTP(ctx, in)
	require.NoError(t, err)
	assert.Equal(t, []string{"done: sign the person out everywhere", "done: forget the authenticator app"}, texts(out.Steps),
		"nothing else is left to do; of an app that is not listed nobody knows")
}

// The lost device holds a session until it is ended.
func TestNoOtherAppIsSetUpOnTheLostDeviceMeanwhile(t *testing.T) {
	t.Parallel()
	pool := newPool(t, optional, alice(withPhone))
	lost, ctx := signedInWithTOTP(t, pool, "lost phone"), context.Background()
	setUpAnother := func() error {
		app, err := mfa.SetUpTOTP(ctx, lost)
		if err != nil {
			return err
		}
		pool.Advance(30 * time.Second) // a code works once; this is the next one
		code, err := authtest.TOTPCode(app.SharedSecret, pool.Now())
		if err != nil {
			return err
		}
		if err = mfa.VerifyTOTPSetup(ctx, lost, mfa.VerifyTOTPSetupInput{Code: code}); err != nil {
			return err
		}
		return mfa.UpdateMFAPreference(ctx, lost, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred})
	}
	p := administer(t, pool, func(cfg *admin.Config) {
		cfg.AWS.HTTPClient = tamper{"AdminDeleteSoftwareToken", func() { assert.Error(t, setUpAnother()) }}
	})
	out, err := p.RecoverTOTP(ctx, admin.RecoverTOTPInput{Username: "alice", Method: admin.BySMS})
	require.NoError(t, err)
	assert.Equal(t, []auth.MFAType{auth.MFATypeSMS}, out.After.Factors)
}

func TestTheLostAppCannotSignInAnyMore(t *testing.T) {
	t.Parallel()
	pool := newPool(t, required, alice(withPhone))
	p, ctx := administer(t, pool), context.Background()
	pool.Fail(authtest.Fault{Operation: "AdminDeleteSoftwareToken", LoseReply: true})
	_, err := p.RecoverTOTP(ctx, admin.RecoverTOTPInput{Username: "alice", Method: admin.BySMS})
	require.NoError(t, err, "sent again, it finds no app, which is what was wanted")
	_, err = plain(pool).AdminSetUserMFAPreference(ctx, &cognitoidentityprovider.AdminSetUserMFAPreferenceInput{
		UserPoolId: &pool.UserPoolID, Username: aws.String("alice"),
		SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true},
	})
	require.Error(t, err, "there is no app to enable")
}
