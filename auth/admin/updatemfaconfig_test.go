package admin_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// full returns a request that sets everything but MFA.
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
	assert.Equal(t, "sms: off → on", out.Changes.String(), "the pool's own way to send text messages was there")
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
