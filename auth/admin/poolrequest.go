package admin

import (
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// request builds the whole of SetUserPoolMfaConfig, which turns off every factor that it leaves
// out.
func (s setup) request(id string, wanted MFAConfig) *cognitoidentityprovider.SetUserPoolMfaConfigInput {
	request := &cognitoidentityprovider.SetUserPoolMfaConfigInput{
		UserPoolId: &id, MfaConfiguration: wanted.Mode.wire(), WebAuthnConfiguration: s.mfa.WebAuthnConfiguration,
	}
	if wanted.TOTP {
		request.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
	}
	if wanted.SMS {
		request.SmsMfaConfiguration = &types.SmsMfaConfigType{
			SmsAuthenticationMessage: optional(wanted.SMSSettings.Message),
			SmsConfiguration:         s.smsConfiguration(wanted.SMSSettings),
		}
	}
	if wanted.Email {
		request.EmailMfaConfiguration = &types.EmailMfaConfigType{
			Subject: optional(wanted.EmailSettings.Subject), Message: optional(wanted.EmailSettings.Message),
		}
	}
	return request
}

// smsConfiguration keeps what [SMSSettings] cannot express: a pool may send with another service
// than Amazon SNS.
func (s setup) smsConfiguration(wanted SMSSettings) *types.SmsConfigurationType {
	var own types.SmsConfigurationType
	if current := s.sms(); current != nil {
		own = *current
	}
	own.SnsCallerArn = optional(wanted.RoleARN)
	own.ExternalId = optional(wanted.ExternalID)
	own.SnsRegion = optional(wanted.Region)
	return &own
}

func (c MFAConfig) deviceConfiguration() *types.DeviceConfigurationType {
	if c.Devices == TrackingOff {
		return nil
	}
	return &types.DeviceConfigurationType{
		ChallengeRequiredOnNewDevice:     c.ChallengeOnNewDevice,
		DeviceOnlyRememberedOnUserPrompt: c.Devices == TrackingOptIn,
	}
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return aws.String(text)
}

// unchanged returns the UpdateUserPool request that changes nothing: Cognito resets whatever a
// request leaves out.
func unchanged(pool *types.UserPoolType) *cognitoidentityprovider.UpdateUserPoolInput {
	return &cognitoidentityprovider.UpdateUserPoolInput{
		UserPoolId:                  pool.Id,
		PoolName:                    pool.Name,
		AccountRecoverySetting:      pool.AccountRecoverySetting,
		AdminCreateUserConfig:       invitations(pool),
		AutoVerifiedAttributes:      pool.AutoVerifiedAttributes,
		DeletionProtection:          pool.DeletionProtection,
		DeviceConfiguration:         pool.DeviceConfiguration,
		EmailConfiguration:          pool.EmailConfiguration,
		EmailVerificationMessage:    pool.EmailVerificationMessage,
		EmailVerificationSubject:    pool.EmailVerificationSubject,
		IssuerConfiguration:         pool.IssuerConfiguration,
		KeyConfiguration:            pool.KeyConfiguration,
		LambdaConfig:                pool.LambdaConfig,
		MfaConfiguration:            pool.MfaConfiguration,
		Policies:                    pool.Policies,
		SmsAuthenticationMessage:    pool.SmsAuthenticationMessage,
		SmsConfiguration:            pool.SmsConfiguration,
		SmsVerificationMessage:      pool.SmsVerificationMessage,
		UserAttributeUpdateSettings: pool.UserAttributeUpdateSettings,
		UserPoolAddOns:              pool.UserPoolAddOns,
		UserPoolTags:                ownTags(pool.UserPoolTags),
		UserPoolTier:                pool.UserPoolTier,
		VerificationMessageTemplate: pool.VerificationMessageTemplate,
	}
}

// invitations returns the pool's AdminCreateUserConfig without UnusedAccountValidityDays if the
// password policy has the field that replaced it: Cognito returns both, but refuses both.
func invitations(pool *types.UserPoolType) *types.AdminCreateUserConfigType {
	if pool.AdminCreateUserConfig == nil || pool.Policies == nil || pool.Policies.PasswordPolicy == nil ||
		pool.Policies.PasswordPolicy.TemporaryPasswordValidityDays == 0 {
		return pool.AdminCreateUserConfig
	}
	own := *pool.AdminCreateUserConfig
	own.UnusedAccountValidityDays = 0
	return &own
}

// ownTags returns the tags without those of AWS, such as CloudFormation's, which nobody else may
// set.
func ownTags(tags map[string]string) map[string]string {
	own := maps.Clone(tags)
	maps.DeleteFunc(own, func(name, _ string) bool { return strings.HasPrefix(strings.ToLower(name), "aws:") })
	return own
}
