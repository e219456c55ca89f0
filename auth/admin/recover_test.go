package admin_test

import (
	"context"
	"slices"
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

// firstStep is what somebody meets who has the password, on a device that the pool does not know.
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
			admin.RecoverTOTPInput{WayOut: admin.BySMS, Address: phone},
			[]string{set, change, app, end},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"optional, phone on file", optional, alice(withPhone),
			admin.RecoverTOTPInput{WayOut: admin.BySMS},
			[]string{change, app, end},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"optional, new address", optional, alice(),
			admin.RecoverTOTPInput{WayOut: admin.ByEmail, Address: mail},
			[]string{set, change, app, end},
			[]auth.MFAType{byEmail},
			auth.ConfirmSignInWithEmailCode{},
		},
		{
			"optional, the address that is on file", optional, alice(withEmail),
			admin.RecoverTOTPInput{WayOut: admin.ByEmail, Address: mail},
			[]string{change, app, end},
			[]auth.MFAType{byEmail},
			auth.ConfirmSignInWithEmailCode{},
		},
		{
			"optional, without MFA", optional, alice(),
			admin.RecoverTOTPInput{WayOut: admin.WithoutMFA},
			[]string{end, app},
			nil,
			auth.DoneSignInStep{},
		},
		{
			"optional, still signed in", optional, alice(withPhone),
			admin.RecoverTOTPInput{WayOut: admin.BySMS, KeepSessions: true},
			[]string{change, app},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"required, new phone", required, alice(),
			admin.RecoverTOTPInput{WayOut: admin.BySMS, Address: phone},
			[]string{set, change, app, end},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"required, address on file", required, alice(withEmail),
			admin.RecoverTOTPInput{WayOut: admin.ByEmail},
			[]string{change, app, end},
			[]auth.MFAType{byEmail},
			auth.ConfirmSignInWithEmailCode{},
		},
		{
			"optional, without MFA although there are messages, too", optional, alice(withPhone, func(u *authtest.User) { u.MFA = append(u.MFA, "SMS_MFA") }),
			admin.RecoverTOTPInput{WayOut: admin.WithoutMFA},
			[]string{end, change, app},
			nil,
			auth.DoneSignInStep{},
		},
		{
			"optional, another app", optional, alice(),
			admin.RecoverTOTPInput{WayOut: admin.WithNewApp},
			[]string{end, app},
			nil,
			auth.DoneSignInStep{},
		},
		{
			"optional, another app and meanwhile the phone", optional, alice(withPhone, func(u *authtest.User) { u.MFA = append(u.MFA, "SMS_MFA") }),
			admin.RecoverTOTPInput{WayOut: admin.WithNewApp},
			[]string{end, app},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"required and TOTP only, another app", totpOnly, alice(),
			admin.RecoverTOTPInput{WayOut: admin.WithNewApp},
			[]string{end, app},
			nil,
			auth.ContinueSignInWithTOTPSetup{},
		},
		{
			"required, an app that is not listed", totpOnly, alice(func(u *authtest.User) { u.MFA, u.PreferredMFA = nil, "" }),
			admin.RecoverTOTPInput{WayOut: admin.WithNewApp},
			[]string{end, app},
			nil,
			auth.ContinueSignInWithTOTPSetup{},
		},
		{
			"required, no app at all", required, alice(withPhone, func(u *authtest.User) { u.TOTPSecret, u.MFA, u.PreferredMFA = "", nil, "" }),
			admin.RecoverTOTPInput{WayOut: admin.BySMS},
			[]string{change, app, end},
			[]auth.MFAType{sms},
			auth.ConfirmSignInWithSMSCode{},
		},
		{
			"off, without MFA", without, alice(),
			admin.RecoverTOTPInput{WayOut: admin.WithoutMFA},
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
			assert.Zero(t, planned.After)
			assert.Contains(t, planned.Steps[0].String(), "to do: ")

			out, err := p.RecoverTOTP(ctx, tt.in)
			require.NoError(t, err)
			assert.Equal(t, tt.writes, writes(pool))
			assert.ElementsMatch(t, tt.factors, out.After.Factors)
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

// signInAfter signs in for real, with the code that the pool sent.
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
		{"required, without MFA", required, alice(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA}, admin.ErrWayOutClosed, "SMS or EMAIL or TOTP."},
		{"required and TOTP only, without MFA", totpOnly, alice(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA}, admin.ErrWayOutClosed, "way out TOTP."},
		{"required and TOTP only, SMS", totpOnly, alice(withPhone), admin.RecoverTOTPInput{WayOut: admin.BySMS}, admin.ErrWayOutClosed, "way out TOTP."},
		{
			"optional, SMS is not offered",
			authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Email: true},
			alice(withPhone),
			admin.RecoverTOTPInput{WayOut: admin.BySMS},
			admin.ErrWayOutClosed, "EMAIL or TOTP or NONE",
		},
		{"off, SMS", without, alice(withPhone), admin.RecoverTOTPInput{WayOut: admin.BySMS}, admin.ErrWayOutClosed, "password"},
		{"off, another app", without, alice(), admin.RecoverTOTPInput{WayOut: admin.WithNewApp}, admin.ErrWayOutClosed, "password"},
		{
			"required, SMS only, another app",
			authtest.Config{MFA: authtest.MFARequired, SMS: true},
			alice(),
			admin.RecoverTOTPInput{WayOut: admin.WithNewApp},
			admin.ErrWayOutClosed, "SMS.",
		},
		{"off, e-mail", without, alice(withEmail), admin.RecoverTOTPInput{WayOut: admin.ByEmail}, admin.ErrWayOutClosed, "password"},
		{"no phone", optional, alice(), admin.RecoverTOTPInput{WayOut: admin.BySMS}, admin.ErrWayOutClosed, "Give Address"},
		{"a phone that nobody verified", optional, alice(unverified), admin.RecoverTOTPInput{WayOut: admin.BySMS}, admin.ErrWayOutClosed, "made sure"},
		{"no e-mail", optional, alice(withPhone), admin.RecoverTOTPInput{WayOut: admin.ByEmail}, admin.ErrWayOutClosed, "Give Address"},
		{"no way out", optional, alice(), admin.RecoverTOTPInput{}, auth.ErrInvalidParameter, ""},
		{"not a phone", optional, alice(), admin.RecoverTOTPInput{WayOut: admin.BySMS, Address: "555 1234"}, auth.ErrInvalidParameter, ""},
		{"not an e-mail", optional, alice(), admin.RecoverTOTPInput{WayOut: admin.ByEmail, Address: phone}, auth.ErrInvalidParameter, ""},
		{"a useless address", optional, alice(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA, Address: phone}, auth.ErrInvalidParameter, ""},
		{"nobody", optional, bob(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA}, auth.ErrUserNotFound, ""},
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
	_, err := administer(t, newPool(t, optional)).RecoverTOTP(context.Background(), admin.RecoverTOTPInput{WayOut: admin.WithoutMFA})
	require.ErrorContains(t, err, "field Username")
}

func TestRecoverTOTPEndsWhatTheLostDeviceCouldDo(t *testing.T) {
	t.Parallel()
	cfg := optional
	cfg.Devices = authtest.DevicesAlways
	pool := newPool(t, cfg, alice())
	lost, ctx := signedInWithTOTP(t, pool, "lost phone"), context.Background()

	out, err := administer(t, pool).RecoverTOTP(ctx, admin.RecoverTOTPInput{Username: "alice", WayOut: admin.BySMS, Address: phone})
	require.NoError(t, err)
	assert.Equal(t, 1, out.Before.RememberedDevices)
	assert.Zero(t, out.After.RememberedDevices)
	assert.Equal(t, []string{
		"done: set the phone number to +***4567, as verified",
		"done: ask for a code by SMS",
		"done: forget the authenticator app",
		"done: forget all devices (1)",
		"done: sign the person out everywhere",
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
		Username: "alice", WayOut: admin.BySMS, KeepDevices: true,
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
		Username: mail, WayOut: admin.ByEmail, Address: "new@example.com",
	})
	require.NoError(t, err)
	assert.Equal(t, admin.Contact{Address: "new@example.com", Verified: true}, out.After.Email)
	assert.Contains(t, out.Steps[0].Text, "***@example.com")
}

// A crash after any number of writes leaves an account that still asks for a second factor, unless taking that away was the
// last thing to do; and calling again completes the work.
func TestRecoverTOTPSurvivesCrashes(t *testing.T) {
	t.Parallel()
	setUp := []admin.Action{admin.ForgetDevices, admin.SignOut, admin.DeleteApp}
	message := append([]admin.Action{admin.SetAddress, admin.ChangeFactors}, setUp...)
	for _, tt := range []struct {
		in   admin.RecoverTOTPInput
		acts []admin.Action
	}{
		{admin.RecoverTOTPInput{WayOut: admin.BySMS, Address: phone}, message},
		{admin.RecoverTOTPInput{WayOut: admin.ByEmail, Address: mail}, message},
		{admin.RecoverTOTPInput{WayOut: admin.WithNewApp}, setUp},
		{admin.RecoverTOTPInput{WayOut: admin.WithoutMFA}, setUp},
	} {
		for _, action := range tt.acts {
			t.Run(string(tt.in.WayOut)+" "+string(action), func(t *testing.T) {
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
	assert.Equal(t, []string{"done: sign the person out everywhere"}, texts(out.Steps), "nothing else is left to do")
}

func TestTheLostAppIsOfNoUseAnyMore(t *testing.T) {
	t.Parallel()
	pool := newPool(t, required, alice(withPhone))
	p, ctx := administer(t, pool), context.Background()
	pool.Fail(authtest.Fault{Operation: "AdminDeleteSoftwareToken", LoseReply: true})
	_, err := p.RecoverTOTP(ctx, admin.RecoverTOTPInput{Username: "alice", WayOut: admin.BySMS})
	require.NoError(t, err, "sent again, it finds no app, which is what was wanted")
	_, err = plain(pool).AdminSetUserMFAPreference(ctx, &cognitoidentityprovider.AdminSetUserMFAPreferenceInput{
		UserPoolId: &pool.UserPoolID, Username: aws.String("alice"),
		SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true},
	})
	require.Error(t, err, "there is no app to enable")
}
