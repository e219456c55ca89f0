package admin_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// role is the role of pools that authtest makes with SMS.
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

func TestUpdateMFAConfigRefusals(t *testing.T) {
	t.Parallel()
	totp := authtest.Config{MFA: authtest.MFAOptional, TOTP: true}
	mailOnly := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, AccountRecovery: []string{"verified_email"}}
	on := admin.SwitchOn
	tests := []struct {
		name  string
		pool  authtest.Config
		in    admin.UpdateMFAConfigInput
		want  auth.ErrorCode
		field string
	}{
		{"off with TOTP", totp, admin.UpdateMFAConfigInput{Mode: admin.Off, TOTP: on}, admin.ErrMFAConfigRefused, "TOTP"},
		{"off with SMS", totp, admin.UpdateMFAConfigInput{Mode: "NONE", SMS: on}, admin.ErrMFAConfigRefused, "SMS"},
		{"still off with e-mail", authtest.Config{}, admin.UpdateMFAConfigInput{Email: on}, admin.ErrMFAConfigRefused, "Email"},
		{"required without a factor", authtest.Config{}, admin.UpdateMFAConfigInput{Mode: admin.Required}, admin.ErrMFAConfigRefused, "Mode"},
		{"the last factor", totp, admin.UpdateMFAConfigInput{TOTP: admin.SwitchOff}, admin.ErrMFAConfigRefused, "Mode"},
		{"e-mail with e-mail-only recovery", mailOnly, admin.UpdateMFAConfigInput{Email: on}, admin.ErrMFAConfigRefused, "Email"},
		{"SMS without a role", totp, admin.UpdateMFAConfigInput{SMS: on}, admin.ErrMFAConfigRefused, "SMSSettings.RoleARN"},
		{"a text for SMS that is off", totp, admin.UpdateMFAConfigInput{SMSSettings: admin.SMSSettings{Message: "code {####}"}}, admin.ErrMFAConfigRefused, "SMSSettings"},
		{"a text for e-mail that is off", totp, admin.UpdateMFAConfigInput{EmailSettings: admin.EmailSettings{Subject: "code"}}, admin.ErrMFAConfigRefused, "EmailSettings"},
		{"a challenge without devices", totp, admin.UpdateMFAConfigInput{ChallengeOnNewDevice: on}, admin.ErrMFAConfigRefused, "ChallengeOnNewDevice"},
		{"strange mode", totp, admin.UpdateMFAConfigInput{Mode: "on"}, auth.ErrInvalidParameter, "Mode"},
		{"strange TOTP", totp, admin.UpdateMFAConfigInput{TOTP: "yes"}, auth.ErrInvalidParameter, "TOTP"},
		{"strange SMS", totp, admin.UpdateMFAConfigInput{SMS: "yes"}, auth.ErrInvalidParameter, "SMS"},
		{"strange e-mail", totp, admin.UpdateMFAConfigInput{Email: "yes"}, auth.ErrInvalidParameter, "Email"},
		{"strange challenge", totp, admin.UpdateMFAConfigInput{ChallengeOnNewDevice: "yes"}, auth.ErrInvalidParameter, "ChallengeOnNewDevice"},
		{"strange devices", totp, admin.UpdateMFAConfigInput{Devices: "yes"}, auth.ErrInvalidParameter, "Devices"},
		{"a text without the code", totp, admin.UpdateMFAConfigInput{SMSSettings: admin.SMSSettings{Message: "your code"}}, auth.ErrInvalidParameter, "SMSSettings.Message"},
		{"a letter without the code", totp, admin.UpdateMFAConfigInput{EmailSettings: admin.EmailSettings{Message: "your code"}}, auth.ErrInvalidParameter, "EmailSettings.Message"},
		{"a long subject", totp, admin.UpdateMFAConfigInput{EmailSettings: admin.EmailSettings{Subject: string(make([]byte, 141))}}, auth.ErrInvalidParameter, "EmailSettings.Subject"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool)
			_, err := administer(t, pool).UpdateMFAConfig(context.Background(), tt.in)
			require.ErrorIs(t, err, tt.want)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.Regexp(t, "^field "+tt.field+"[: ]", e.Message)
			assert.Empty(t, writes(pool))
		})
	}
}

func TestUpdateMFAConfigRefusesWhatThePoolIsTooSmallFor(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*cognitoidentityprovider.UpdateUserPoolInput){
		"no sender of its own": func(in *cognitoidentityprovider.UpdateUserPoolInput) {
			in.EmailConfiguration = &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeCognitoDefault}
		},
		"the tier LITE": func(in *cognitoidentityprovider.UpdateUserPoolInput) { in.UserPoolTier = types.UserPoolTierTypeLite },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{})
			request := &cognitoidentityprovider.UpdateUserPoolInput{UserPoolId: &pool.UserPoolID}
			change(request)
			_, err := plain(pool).UpdateUserPool(context.Background(), request)
			require.NoError(t, err)
			_, err = administer(t, pool).UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{Mode: admin.Optional, Email: admin.SwitchOn})
			require.ErrorIs(t, err, admin.ErrMFAConfigRefused)
			assert.ErrorContains(t, err, "field Email")
		})
	}
}

// full has what a pool can have beside MFA.
func full(id string) *cognitoidentityprovider.UpdateUserPoolInput {
	function := aws.String("arn:aws:lambda:us-east-1:123456789012:function:f")
	return &cognitoidentityprovider.UpdateUserPoolInput{
		UserPoolId: &id, PoolName: aws.String("people"),
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeVerifiedPhoneNumber, Priority: aws.Int32(1)},
		}},
		AdminCreateUserConfig:  &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true},
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypePhoneNumber},
		DeletionProtection:     types.DeletionProtectionTypeActive,
		EmailConfiguration: &types.EmailConfigurationType{
			EmailSendingAccount: types.EmailSendingAccountTypeDeveloper, From: aws.String("people@example.com"),
			SourceArn: aws.String("arn:aws:ses:us-east-1:123456789012:identity/people@example.com"),
		},
		EmailVerificationMessage: aws.String("Your code is {####}."),
		EmailVerificationSubject: aws.String("Your code"),
		LambdaConfig:             &types.LambdaConfigType{PreSignUp: function, PostConfirmation: function},
		Policies: &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength: aws.Int32(12), RequireSymbols: true, TemporaryPasswordValidityDays: 3,
		}},
		SmsConfiguration:       &types.SmsConfigurationType{SnsCallerArn: aws.String(role), ExternalId: aws.String("example")},
		SmsVerificationMessage: aws.String("Your code is {####}."),
		UserAttributeUpdateSettings: &types.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		},
		UserPoolAddOns: &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeEnforced},
		UserPoolTags:   map[string]string{"team": "people", "aws:cloudformation:stack-name": "amplify"},
		UserPoolTier:   types.UserPoolTierTypePlus,
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{
			DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithCode, SmsMessage: aws.String("Your code is {####}."),
		},
	}
}

func describe(t *testing.T, pool *authtest.Pool) types.UserPoolType {
	t.Helper()
	out, err := plain(pool).DescribeUserPool(context.Background(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: &pool.UserPoolID})
	require.NoError(t, err)
	return *out.UserPool
}

func TestUpdateMFAConfigKeepsTheRestOfThePool(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	p, ctx := administer(t, pool), context.Background()
	_, err := plain(pool).UpdateUserPool(ctx, full(pool.UserPoolID))
	require.NoError(t, err)
	_, err = p.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{Mode: admin.Required, TOTP: admin.SwitchOn})
	require.NoError(t, err)
	before := describe(t, pool)
	require.NotNil(t, before.SmsConfiguration)

	out, err := p.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{Devices: admin.TrackingOptIn})
	require.NoError(t, err)
	assert.Equal(t, "devices: OFF → OPT_IN\nchallengeOnNewDevice: off → on", out.Changes.String())
	assert.False(t, out.After.SMS, "a pool that can send text messages still does not offer them as a factor")
	after := describe(t, pool)
	assert.NotNil(t, after.DeviceConfiguration)
	after.DeviceConfiguration, after.LastModifiedDate = nil, before.LastModifiedDate
	delete(before.UserPoolTags, "aws:cloudformation:stack-name") // nobody but AWS can take it away
	assert.Equal(t, before, after)

	out, err = p.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{SMS: admin.SwitchOn})
	require.NoError(t, err)
	assert.Equal(t, "sms: off → on\nsms.roleARN: (none) → "+role+"\nsms.externalID: (none) → example", out.Changes.String(),
		"the pool's own way to send text messages")
}

func TestUpdateMFAConfigKeepsAnotherWayToSendTextMessages(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	p, ctx := administer(t, pool), context.Background()
	_, err := plain(pool).UpdateUserPool(ctx, &cognitoidentityprovider.UpdateUserPoolInput{
		UserPoolId:       &pool.UserPoolID,
		SmsConfiguration: &types.SmsConfigurationType{EumsSms: &types.EumsSmsConfigurationType{CallerArn: aws.String(role)}},
	})
	require.NoError(t, err)

	_, err = p.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{Mode: admin.Optional, SMS: admin.SwitchOn, SMSSettings: admin.SMSSettings{RoleARN: role}})
	require.ErrorIs(t, err, admin.ErrMFAConfigRefused, "Cognito takes one of the two")
	out, err := p.UpdateMFAConfig(ctx, admin.UpdateMFAConfigInput{
		Mode: admin.Optional, SMS: admin.SwitchOn, SMSSettings: admin.SMSSettings{Message: "Example: {####}"},
	})
	require.NoError(t, err)
	assert.True(t, out.After.SMS)
	assert.Equal(t, role, aws.ToString(describe(t, pool).SmsConfiguration.EumsSms.CallerArn))
}

func TestUpdateMFAConfigNoticesSomebodyElse(t *testing.T) {
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
	assert.Equal(t, "mfa: OPTIONAL → REQUIRED", out.Changes.String())
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
