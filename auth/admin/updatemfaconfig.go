package admin

import (
	"cmp"
	"context"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// UpdateMFAConfigInput is the input of [Client.UpdateMFAConfig]. A zero field leaves the setting as
// it is.
type UpdateMFAConfigInput struct {
	// Mode may also be one of the names that [ParseMode] knows. [Off] turns all factors off.
	Mode Mode
	// TOTP, SMS and Email turn on or off which factors the pool offers.
	TOTP, SMS, Email Switch
	// SMSSettings replaces the settings whose fields are not empty. SMS needs a RoleARN, here or in
	// the pool.
	SMSSettings SMSSettings
	// EmailSettings replaces the settings whose fields are not empty. E-mail needs the tier
	// ESSENTIALS or higher, your own sender in Amazon SES, and another way than e-mail to recover
	// accounts.
	EmailSettings EmailSettings
	// Devices says whether devices are tracked.
	Devices Tracking
	// ChallengeOnNewDevice lets a remembered device replace the second factor. Default, when
	// Devices turns tracking on: [SwitchOn].
	ChallengeOnNewDevice Switch
	// DryRun makes all checks and changes nothing.
	DryRun bool
}

// UpdateMFAConfigOutput is the output of [Client.UpdateMFAConfig].
type UpdateMFAConfigOutput struct {
	// Before is the configuration before the update.
	Before MFAConfig
	// After is the configuration read after the update, or, in a dry run, what it would be. It is
	// zero if the update failed before that.
	After MFAConfig
	// Changes lists what the update changes, for printing.
	Changes Diff
}

// updateMFAConfig is the Op of the errors.
const updateMFAConfig = "UpdateMFAConfig"

// UpdateMFAConfig changes the factors that the pool offers and how it treats devices. It changes
// what the input asks for and nothing else: Cognito's own operations replace the whole
// configuration, so the rest of it is read first and sent along.
//
// UpdateUserPool changes the device settings, and then SetUserPoolMfaConfig the factors. If the
// second call fails, the first has happened, and a pool that can send text messages may now offer
// them as a factor; call again with SMS set. UpdateUserPool also resets pool settings that are
// newer than the AWS SDK that the program was built with: keep it up to date.
//
// Cognito has no lock against concurrent changes. A change that somebody else makes between the
// reading and the writing, less than a second, is lost. The configuration is read again at the end.
//
// Requiring MFA locks out nobody who has a factor; all others set one up at their next sign-in.
// Turning MFA off keeps the users' own factors, but the pool loses its texts for e-mails.
//
// Errors:
//   - [ErrMFAConfigRefused]: Cognito is known to refuse the configuration; nothing was sent
//   - [ErrMFAConfigDiffers]: the configuration read at the end is not what was written; the output
//     is complete
//   - [auth.ErrInvalidParameter]: a value does not exist
//   - [auth.ErrConcurrentModification]: another change was under way; try again
//
// Cognito: GetUserPoolMfaConfig, DescribeUserPool, SetUserPoolMfaConfig, UpdateUserPool.
func (c *Client) UpdateMFAConfig(ctx context.Context, in UpdateMFAConfigInput) (UpdateMFAConfigOutput, error) {
	if err := in.check(); err != nil {
		return UpdateMFAConfigOutput{}, err
	}
	found, err := c.setup(ctx, updateMFAConfig)
	if err != nil {
		return UpdateMFAConfigOutput{}, err
	}
	before := found.config()
	wanted := in.applied(before)
	out := UpdateMFAConfigOutput{Before: before}
	if err := refusal(in, wanted, found); err != nil {
		return out, err
	}
	devices := diff(before.deviceFields(), wanted.deviceFields())
	factors := diff(before.mfaFields(), wanted.mfaFields())
	out.Changes = append(factors, devices...)
	if len(out.Changes) == 0 || in.DryRun {
		out.After = wanted
		return out, nil
	}
	if err := c.write(ctx, found, wanted, len(devices) > 0, len(factors) > 0); err != nil {
		return out, err
	}
	out.After, err = c.reread(ctx, wanted)
	return out, err
}

// write sends the requests that are needed. UpdateUserPool comes first: in a pool that can send
// text messages it may turn SMS on as a factor, which SetUserPoolMfaConfig then corrects.
func (c *Client) write(ctx context.Context, found setup, wanted MFAConfig, devices, factors bool) error {
	if devices {
		request := unchanged(found.pool)
		request.DeviceConfiguration = wanted.deviceConfiguration()
		if _, err := c.cognito.UpdateUserPool(ctx, request); err != nil {
			return shaped(ctx, updateMFAConfig, err)
		}
		now, err := c.setup(ctx, updateMFAConfig)
		if err != nil {
			return err
		}
		factors = len(diff(now.config().mfaFields(), wanted.mfaFields())) > 0
	}
	if factors {
		if _, err := c.cognito.SetUserPoolMfaConfig(ctx, found.request(c.id, wanted)); err != nil {
			return shaped(ctx, updateMFAConfig, err)
		}
	}
	return nil
}

// reread returns the configuration after the update, and an error if it is not what was wanted.
func (c *Client) reread(ctx context.Context, wanted MFAConfig) (MFAConfig, error) {
	found, err := c.setup(ctx, updateMFAConfig)
	if err != nil {
		return MFAConfig{}, err
	}
	after := found.config()
	missing := append(diff(after.mfaFields(), wanted.mfaFields()), diff(after.deviceFields(), wanted.deviceFields())...)
	if len(missing) > 0 {
		return after, fail(updateMFAConfig, ErrMFAConfigDiffers, "the pool lacks what was written: "+missing.line(),
			"Check whether somebody else changes the pool, then try again.")
	}
	return after, nil
}

// applied returns c with the changes that the input asks for.
func (in UpdateMFAConfigInput) applied(c MFAConfig) MFAConfig {
	if mode, known := ParseMode(string(in.Mode)); known {
		c.Mode = mode
	}
	c.TOTP, c.SMS, c.Email = in.TOTP.applied(c.TOTP), in.SMS.applied(c.SMS), in.Email.applied(c.Email)
	if c.Mode == Off {
		c.TOTP, c.SMS, c.Email = false, false, false
	}
	c.SMSSettings = SMSSettings{
		RoleARN:    cmp.Or(in.SMSSettings.RoleARN, c.SMSSettings.RoleARN),
		ExternalID: cmp.Or(in.SMSSettings.ExternalID, c.SMSSettings.ExternalID),
		Region:     cmp.Or(in.SMSSettings.Region, c.SMSSettings.Region),
		Message:    cmp.Or(in.SMSSettings.Message, c.SMSSettings.Message),
	}
	c.EmailSettings.Subject = cmp.Or(in.EmailSettings.Subject, c.EmailSettings.Subject)
	c.EmailSettings.Message = cmp.Or(in.EmailSettings.Message, c.EmailSettings.Message)
	if !c.Email {
		c.EmailSettings = EmailSettings{}
	}
	fresh := c.Devices == TrackingOff
	c.Devices = cmp.Or(in.Devices, c.Devices)
	challenge := in.ChallengeOnNewDevice.applied(c.ChallengeOnNewDevice || fresh)
	c.ChallengeOnNewDevice = challenge && c.Devices != TrackingOff
	return c
}

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
