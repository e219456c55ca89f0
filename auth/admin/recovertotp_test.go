package admin_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func signedInWithTOTP(t testing.TB, pool *authtest.Pool, device string) *auth.Session {
	t.Helper()
	s, ctx := session(t, pool, device), context.Background()
	out, err := s.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.IsType(t, auth.ConfirmSignInWithTOTPCode{}, out.NextStep)
	pool.Advance(30 * time.Second) // a code works once; this is the next one
	code, err := authtest.TOTPCode(secret, pool.Now())
	require.NoError(t, err)
	out, err = s.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	return s
}

// firstStep returns the first step of a sign-in with the password on a new device.
func firstStep(t testing.TB, pool *authtest.Pool) auth.SignInStep {
	t.Helper()
	out, err := session(t, pool, "stranger").SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	return out.NextStep
}

var (
	optional = authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true}
	required = authtest.Config{MFA: authtest.MFARequired, TOTP: true, SMS: true, Email: true}
	totpOnly = authtest.Config{MFA: authtest.MFARequired, TOTP: true}
	without  = authtest.Config{MFA: authtest.MFAOff}
)

func TestRecoverTOTP(t *testing.T) {
	t.Parallel()
	const set, change, end = "AdminUpdateUserAttributes", "AdminSetUserMFAPreference", "AdminUserGlobalSignOut"
	const app = "AdminDeleteSoftwareToken"
	sms, byEmail := auth.MFATypeSMS, auth.MFATypeEmail
	tests := []struct {
		name    string
		pool    authtest.Config
		user    authtest.User
		in      admin.RecoverTOTPInput
		writes  []string
		factors []auth.MFAType
		step    auth.SignInStep
	}{
		{
			"optional, new phone", optional, alice(),
			admin.RecoverTOTPInput{Method: admin.BySMS, Address: phone},
			[]string{set, change, end, app},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"optional, phone on file", optional, alice(withPhone),
			admin.RecoverTOTPInput{Method: admin.BySMS},
			[]string{change, end, app},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"optional, new address", optional, alice(),
			admin.RecoverTOTPInput{Method: admin.ByEmail, Address: mail},
			[]string{set, change, end, app},
			[]auth.MFAType{byEmail},
			auth.ConfirmSignInWithEmailCode{},
		},
		{
			"optional, the address that is on file", optional, alice(withEmail),
			admin.RecoverTOTPInput{Method: admin.ByEmail, Address: mail},
			[]string{change, end, app},
			[]auth.MFAType{byEmail},
			auth.ConfirmSignInWithEmailCode{},
		},
		{
			"optional, without MFA", optional, alice(),
			admin.RecoverTOTPInput{Method: admin.WithoutMFA},
			[]string{end, app},
			nil,
			auth.DoneSignInStep{},
		},
		{
			"optional, still signed in", optional, alice(withPhone),
			admin.RecoverTOTPInput{Method: admin.BySMS, KeepSessions: true},
			[]string{change, app},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"required, new phone", required, alice(),
			admin.RecoverTOTPInput{Method: admin.BySMS, Address: phone},
			[]string{set, change, end, app},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"required, address on file", required, alice(withEmail),
			admin.RecoverTOTPInput{Method: admin.ByEmail},
			[]string{change, end, app},
			[]auth.MFAType{byEmail},
			auth.ConfirmSignInWithEmailCode{},
		},
		{
			"optional, without MFA although there are messages, too", optional, alice(withPhone, func(u *authtest.User) { u.MFA = append(u.MFA, "SMS_MFA") }),
			admin.RecoverTOTPInput{Method: admin.WithoutMFA},
			[]string{end, change, app},
			nil,
			auth.DoneSignInStep{},
		},
		{
			"optional, another app", optional, alice(),
			admin.RecoverTOTPInput{Method: admin.WithNewApp},
			[]string{end, app},
			nil,
			auth.DoneSignInStep{},
		},
		{
			"optional, another app and meanwhile the phone", optional, alice(withPhone, func(u *authtest.User) { u.MFA = append(u.MFA, "SMS_MFA") }),
			admin.RecoverTOTPInput{Method: admin.WithNewApp},
			[]string{end, app},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"required and TOTP only, another app", totpOnly, alice(),
			admin.RecoverTOTPInput{Method: admin.WithNewApp},
			[]string{end, app},
			nil,
			auth.ContinueSignInWithTOTPSetup{},
		},
		{
			"required, an app that is not listed", totpOnly, alice(func(u *authtest.User) { u.MFA, u.PreferredMFA = nil, "" }),
			admin.RecoverTOTPInput{Method: admin.WithNewApp},
			[]string{end, app},
			nil,
			auth.ContinueSignInWithTOTPSetup{},
		},
		{
			"optional, an app that is not listed", optional, alice(func(u *authtest.User) { u.MFA, u.PreferredMFA = nil, "" }),
			admin.RecoverTOTPInput{Method: admin.WithoutMFA},
			[]string{end, app},
			nil,
			auth.DoneSignInStep{},
		},
		{
			"required, no app at all", required, alice(withPhone, func(u *authtest.User) { u.TOTPSecret, u.MFA, u.PreferredMFA = "", nil, "" }),
			admin.RecoverTOTPInput{Method: admin.BySMS},
			[]string{change, end, app},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"off, without MFA", without, alice(),
			admin.RecoverTOTPInput{Method: admin.WithoutMFA},
			[]string{end, app},
			nil,
			auth.DoneSignInStep{},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.user)
			p, ctx := administer(t, pool), context.Background()
			tt.in.Username = "alice"

			dry := tt.in
			dry.DryRun = true
			planned, err := p.RecoverTOTP(ctx, dry)
			require.NoError(t, err)
			assert.Empty(t, writes(pool), "a dry run changes nothing")
			assert.Equal(t, []string{"AdminGetUser", "AdminListDevices", "GetUserPoolMfaConfig", "DescribeUserPool"}, operations(pool), "all that its permissions cover")
			assert.Zero(t, planned.After)
			assert.Contains(t, planned.Steps[0].String(), "to do: ")

			out, err := p.RecoverTOTP(ctx, tt.in)
			require.NoError(t, err)
			assert.Equal(t, tt.writes, writes(pool))
			assert.ElementsMatch(t, tt.factors, out.After.Factors)
			assert.Equal(t, planned.Next, out.Next, "as planned")
			require.Len(t, out.Steps, len(planned.Steps))
			for i, step := range out.Steps {
				assert.True(t, step.Done)
				assert.Equal(t, admin.Action(tt.writes[i]), step.Action)
				assert.Equal(t, planned.Steps[i].Text, step.Text, "as planned")
				assert.False(t, planned.Steps[i].Done)
			}
			signInAfter(t, pool, tt.step)
		})
	}
}

func operations(pool *authtest.Pool) []string {
	var names []string
	for _, request := range pool.Requests() {
		names = append(names, request.Operation)
	}
	return names
}

// signInAfter completes a sign-in with the code that the pool sent.
func signInAfter(t *testing.T, pool *authtest.Pool, step auth.SignInStep) {
	t.Helper()
	s, ctx := session(t, pool, "new phone"), context.Background()
	out, err := s.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.IsType(t, step, out.NextStep)
	code := pool.LastCode("alice")
	if setup, ok := out.NextStep.(auth.ContinueSignInWithTOTPSetup); ok {
		code, err = authtest.TOTPCode(setup.TOTPSetupDetails.SharedSecret, pool.Now())
		require.NoError(t, err)
	}
	if !out.IsSignedIn {
		out, err = s.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
		require.NoError(t, err)
	}
	assert.True(t, out.IsSignedIn)
}

func TestRecoverTOTPEndsWhatTheLostDeviceCouldDo(t *testing.T) {
	t.Parallel()
	cfg := optional
	cfg.Devices = authtest.DevicesAlways
	pool := newPool(t, cfg, alice())
	lost, ctx := signedInWithTOTP(t, pool, "lost phone"), context.Background()

	out, err := administer(t, pool).RecoverTOTP(ctx, admin.RecoverTOTPInput{Username: "alice", Method: admin.BySMS, Address: phone})
	require.NoError(t, err)
	assert.Equal(t, 1, out.Before.RememberedDevices)
	assert.Zero(t, out.After.RememberedDevices)
	assert.Equal(t, []string{
		"done: set the phone number to +***4567, as verified",
		"done: ask for a code by SMS",
		"done: forget all devices (1)",
		"done: sign the person out everywhere",
		"done: forget the authenticator app",
	}, texts(out.Steps))

	_, err = lost.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	again, err := lost.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	assert.IsType(t, auth.ConfirmSignInWithSMSCode{}, again.NextStep, "the device stands in for nothing any more")
}

func texts(steps []admin.Step) []string {
	var lines []string
	for _, s := range steps {
		lines = append(lines, s.String())
	}
	return lines
}

func TestRecoverTOTPKeepsDevices(t *testing.T) {
	t.Parallel()
	cfg := optional
	cfg.Devices = authtest.DevicesAlways
	pool := newPool(t, cfg, alice(withPhone))
	signedInWithTOTP(t, pool, "laptop")
	out, err := administer(t, pool).RecoverTOTP(context.Background(), admin.RecoverTOTPInput{
		Username: "alice", Method: admin.BySMS, KeepDevices: true,
	})
	require.NoError(t, err)
	assert.Equal(t, 1, out.After.RememberedDevices)
}

func TestRecoverTOTPUnderAnAliasThatChanges(t *testing.T) {
	t.Parallel()
	cfg := optional
	cfg.AliasAttributes = []string{"email"}
	pool := newPool(t, cfg, alice(withEmail))
	out, err := administer(t, pool).RecoverTOTP(context.Background(), admin.RecoverTOTPInput{
		Username: mail, Method: admin.ByEmail, Address: "new@example.com",
	})
	require.NoError(t, err)
	assert.Equal(t, admin.Contact{Address: "new@example.com", Verified: true}, out.After.Email)
	assert.Contains(t, out.Steps[0].Text, "***@example.com")
}
