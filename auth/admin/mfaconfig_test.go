package admin_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// role is the role in authtest's pools that offer SMS.
const role = "arn:aws:iam::123456789012:role/authtest"

func TestParseMode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]admin.Mode{
		"OFF": admin.Off, "NONE": admin.Off, "OPTIONAL": admin.Optional, "REQUIRED": admin.Required, "ON": admin.Required,
	} {
		mode, known := admin.ParseMode(text)
		assert.True(t, known)
		assert.Equal(t, want, mode)
	}
	for _, text := range []string{"", "on", "SOMETIMES"} {
		_, known := admin.ParseMode(text)
		assert.False(t, known, text)
	}
}

func TestFetchMFAConfig(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		pool authtest.Config
		want admin.MFAConfig
	}{
		{"off", authtest.Config{}, admin.MFAConfig{Mode: admin.Off, Devices: admin.TrackingOff}},
		{
			"required with everything",
			authtest.Config{MFA: authtest.MFARequired, TOTP: true, SMS: true, Email: true, Devices: authtest.DevicesOptIn},
			admin.MFAConfig{
				Mode: admin.Required, TOTP: true, SMS: true, Email: true, SMSSettings: admin.SMSSettings{RoleARN: role},
				Devices: admin.TrackingOptIn, ChallengeOnNewDevice: true,
			},
		},
		{
			"optional with devices that replace nothing",
			authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways, MFAOnRememberedDevices: true},
			admin.MFAConfig{Mode: admin.Optional, TOTP: true, Devices: admin.TrackingAlways},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := administer(t, newPool(t, tt.pool)).FetchMFAConfig(context.Background())
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestUpdateMFAConfig(t *testing.T) {
	t.Parallel()
	const set, update = "SetUserPoolMfaConfig", "UpdateUserPool"
	everything := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true, Devices: authtest.DevicesAlways}
	totp := authtest.Config{MFA: authtest.MFAOptional, TOTP: true}
	tests := []struct {
		name   string
		pool   authtest.Config
		in     admin.UpdateMFAConfigInput
		diff   string
		writes []string
	}{
		{"nothing", everything, admin.UpdateMFAConfigInput{}, "", nil},
		{
			"what is there", everything,
			admin.UpdateMFAConfigInput{Mode: admin.Optional, TOTP: admin.SwitchOn, SMS: admin.SwitchOn, SMSSettings: admin.SMSSettings{RoleARN: role}, Devices: admin.TrackingAlways},
			"", nil,
		},
		{"require", totp, admin.UpdateMFAConfigInput{Mode: admin.Required}, "mfa: OPTIONAL → REQUIRED", []string{set}},
		{"require, in Cognito's words", totp, admin.UpdateMFAConfigInput{Mode: "ON"}, "mfa: OPTIONAL → REQUIRED", []string{set}},
		{"one factor more", totp, admin.UpdateMFAConfigInput{Email: admin.SwitchOn}, "email: off → on", []string{set}},
		{"one factor less", everything, admin.UpdateMFAConfigInput{SMS: admin.SwitchOff}, "sms: on → off", []string{set}},
		{
			"from nothing",
			authtest.Config{},
			admin.UpdateMFAConfigInput{Mode: admin.Optional, TOTP: admin.SwitchOn},
			"mfa: OFF → OPTIONAL\ntotp: off → on",
			[]string{set},
		},
		{
			"off", everything,
			admin.UpdateMFAConfigInput{Mode: admin.Off},
			"mfa: OPTIONAL → OFF\ntotp: on → off\nsms: on → off\nemail: on → off",
			[]string{set},
		},
		{
			"messages", everything,
			admin.UpdateMFAConfigInput{
				SMSSettings:   admin.SMSSettings{Message: "Example: {####}", ExternalID: "example", Region: "us-east-1"},
				EmailSettings: admin.EmailSettings{Subject: "Your code", Message: "It is {####}."},
			},
			"sms.externalID: (none) → example\nsms.region: (none) → us-east-1\nsms.message: (none) → Example: {####}\n" +
				"email.subject: (none) → Your code\nemail.message: (none) → It is {####}.",
			[]string{set},
		},
		{
			"text messages", totp,
			admin.UpdateMFAConfigInput{SMS: admin.SwitchOn, SMSSettings: admin.SMSSettings{RoleARN: "arn:aws:iam::123456789012:role/sms"}},
			"sms: off → on\nsms.roleARN: (none) → arn:aws:iam::123456789012:role/sms",
			[]string{set},
		},
		{
			"devices", totp,
			admin.UpdateMFAConfigInput{Devices: admin.TrackingOptIn},
			"devices: OFF → OPT_IN\nchallengeOnNewDevice: off → on",
			[]string{update},
		},
		{
			"devices that replace nothing", totp,
			admin.UpdateMFAConfigInput{Devices: admin.TrackingAlways, ChallengeOnNewDevice: admin.SwitchOff},
			"devices: OFF → ALWAYS",
			[]string{update},
		},
		{
			"no devices", everything,
			admin.UpdateMFAConfigInput{Devices: admin.TrackingOff},
			"devices: ALWAYS → OFF\nchallengeOnNewDevice: on → off",
			[]string{update},
		},
		{
			"both", everything,
			admin.UpdateMFAConfigInput{Mode: admin.Required, ChallengeOnNewDevice: admin.SwitchOff},
			"mfa: OPTIONAL → REQUIRED\nchallengeOnNewDevice: on → off",
			[]string{update, set},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool)
			p, ctx := administer(t, pool), context.Background()

			dry := tt.in
			dry.DryRun = true
			planned, err := p.UpdateMFAConfig(ctx, dry)
			require.NoError(t, err)
			assert.Equal(t, tt.diff, planned.Changes.String())
			assert.Empty(t, writes(pool), "a dry run changes nothing")

			out, err := p.UpdateMFAConfig(ctx, tt.in)
			require.NoError(t, err)
			assert.Equal(t, tt.diff, out.Changes.String())
			assert.ElementsMatch(t, tt.writes, writes(pool))
			found, err := p.FetchMFAConfig(ctx)
			require.NoError(t, err)
			assert.Equal(t, found, out.After)

			again, err := p.UpdateMFAConfig(ctx, tt.in)
			require.NoError(t, err)
			assert.Empty(t, again.Changes)
			assert.ElementsMatch(t, tt.writes, writes(pool), "nothing is sent twice")
		})
	}
}

func TestUpdateMFAConfigNoticesAConcurrentChange(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	p := administer(t, pool, func(cfg *admin.Config) {
		cfg.AWS.HTTPClient = tamper{"SetUserPoolMfaConfig", func() {
			_, err := plain(pool).SetUserPoolMfaConfig(context.Background(), &cognitoidentityprovider.SetUserPoolMfaConfigInput{
				UserPoolId: &pool.UserPoolID, MfaConfiguration: types.UserPoolMfaTypeOff,
			})
			assert.NoError(t, err)
		}}
	})
	out, err := p.UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{Mode: admin.Required})
	require.ErrorIs(t, err, admin.ErrMFAConfigDiffers)
	assert.ErrorContains(t, err, "mfa: OFF → REQUIRED, totp: off → on")
	assert.Equal(t, admin.Off, out.After.Mode)
	assert.Equal(t, "mfa: OPTIONAL → OFF\ntotp: on → off", out.Changes.String())
}

func TestUpdateMFAConfigFailures(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"GetUserPoolMfaConfig", "DescribeUserPool", "UpdateUserPool", "SetUserPoolMfaConfig"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
			pool.Fail(authtest.Fault{Operation: operation, Code: "ConcurrentModificationException"})
			_, err := administer(t, pool).UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{
				Mode: admin.Required, Devices: admin.TrackingAlways,
			})
			require.ErrorIs(t, err, auth.ErrConcurrentModification)
			assert.True(t, auth.Retryable(err))
		})
	}
}
