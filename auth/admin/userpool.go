package admin

import (
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// rewritten returns the UpdateUserPool request that changes nothing: whatever it left out, Cognito
// would reset.
func rewritten(pool *types.UserPoolType) *cognitoidentityprovider.UpdateUserPoolInput {
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

// invitations leaves out a member that Cognito shows beside the one which replaced it, but does not
// take beside it.
func invitations(pool *types.UserPoolType) *types.AdminCreateUserConfigType {
	if pool.AdminCreateUserConfig == nil || pool.Policies == nil || pool.Policies.PasswordPolicy == nil ||
		pool.Policies.PasswordPolicy.TemporaryPasswordValidityDays == 0 {
		return pool.AdminCreateUserConfig
	}
	own := *pool.AdminCreateUserConfig
	own.UnusedAccountValidityDays = 0
	return &own
}

// ownTags leaves out the tags that AWS puts on what CloudFormation made, and lets nobody else set.
func ownTags(tags map[string]string) map[string]string {
	own := maps.Clone(tags)
	maps.DeleteFunc(own, func(name, _ string) bool { return strings.HasPrefix(strings.ToLower(name), "aws:") })
	return own
}
