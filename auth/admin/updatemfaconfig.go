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

// UpdateMFAConfigInput is the input of UpdateMFAConfig. What is left empty stays as it is.
type UpdateMFAConfigInput struct {
	// Mode may be given by Cognito's names, too, see ParseMode. Off switches all factors off with
	// it.
	Mode Mode
	// TOTP, SMS and Email say which factors the pool offers.
	TOTP, SMS, Email Switch
	// SMSSettings replaces those members that are not empty. SMS needs a RoleARN, here or in the
	// pool.
	SMSSettings SMSSettings
	// EmailSettings replaces those members that are not empty. E-mail needs the tier ESSENTIALS or
	// higher, a sender of your own in Amazon SES, and a way to recover accounts beside e-mail.
	EmailSettings EmailSettings
	// Devices says whether devices are tracked.
	Devices Tracking
	// ChallengeOnNewDevice lets a remembered device stand in for the second factor. Where Devices
	// switches tracking on and this is left empty, it does.
	ChallengeOnNewDevice Switch
	// DryRun checks everything and changes nothing.
	DryRun bool
}

// UpdateMFAConfigOutput is the output of UpdateMFAConfig.
type UpdateMFAConfigOutput struct {
	Before  MFAConfig // what was found
	After   MFAConfig // what was found at the end; in a dry run, what it would be; zero if it was not got to
	Changes Diff      // what was asked for and was not there; print it
}

// updateMFAConfig is the Op of the errors.
const updateMFAConfig = "UpdateMFAConfig"

// UpdateMFAConfig changes which factors the pool offers and what it makes of devices: only what was
// asked for, and nothing that is there already. Cognito's own operations replace; what they would
// lose is read first and sent along.
//
// What Cognito is known to refuse gives [ErrMFAConfigRefused] before anything is sent. Otherwise
// UpdateUserPool changes what is made of devices, and then SetUserPoolMfaConfig the factors: if the
// second call fails, the first has happened, and a pool that can send text messages may now offer
// them as a factor; call again with SMS given. UpdateUserPool also resets what the AWS SDK that
// this program was built with does not know of a pool: keep it up to date.
//
// Cognito has no lock against others who change the pool at the same time. What they change between
// our reading and our writing, less than a second, is lost. Everything is read again at the end; if
// it is not what was written, the error is [ErrMFAConfigDiffers], with an output that is complete.
//
// Requiring MFA locks nobody out who has a factor; the others set one up at their next sign-in.
// Switching MFA off keeps people's own factors, but loses the pool's texts for e-mail.
//
// Errors also: [auth.ErrInvalidParameter] for values that do not exist,
// [auth.ErrConcurrentModification] (try again). Cognito: GetUserPoolMfaConfig, DescribeUserPool;
// SetUserPoolMfaConfig, UpdateUserPool.
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

// write sends what is needed. UpdateUserPool comes first: where a pool can send text messages, it
// may switch SMS on as a factor, and SetUserPoolMfaConfig then puts that right.
func (c *Client) write(ctx context.Context, found setup, wanted MFAConfig, devices, factors bool) error {
	if devices {
		request := rewritten(found.pool)
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

func (c *Client) reread(ctx context.Context, wanted MFAConfig) (MFAConfig, error) {
	found, err := c.setup(ctx, updateMFAConfig)
	if err != nil {
		return MFAConfig{}, err
	}
	after := found.config()
	missing := append(diff(after.mfaFields(), wanted.mfaFields()), diff(after.deviceFields(), wanted.deviceFields())...)
	if len(missing) > 0 {
		return after, fail(updateMFAConfig, ErrMFAConfigDiffers, "the pool is not what was written, it lacks: "+missing.line(),
			"See whether somebody else changes the pool, then try again.")
	}
	return after, nil
}

// applied returns the set-up that the input asks for.
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
	c.ChallengeOnNewDevice = c.Devices != TrackingOff && in.ChallengeOnNewDevice.applied(c.ChallengeOnNewDevice || fresh)
	return c
}

// request is the whole of SetUserPoolMfaConfig, which switches off what it does not mention.
func (s setup) request(id string, wanted MFAConfig) *cognitoidentityprovider.SetUserPoolMfaConfigInput {
	request := &cognitoidentityprovider.SetUserPoolMfaConfigInput{
		UserPoolId: &id, MfaConfiguration: wanted.Mode.wire(), WebAuthnConfiguration: s.mfa.WebAuthnConfiguration,
	}
	if wanted.TOTP {
		request.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
	}
	if wanted.SMS {
		request.SmsMfaConfiguration = &types.SmsMfaConfigType{
			SmsAuthenticationMessage: optional(wanted.SMSSettings.Message), SmsConfiguration: s.smsConfiguration(wanted.SMSSettings),
		}
	}
	if wanted.Email {
		request.EmailMfaConfiguration = &types.EmailMfaConfigType{
			Subject: optional(wanted.EmailSettings.Subject), Message: optional(wanted.EmailSettings.Message),
		}
	}
	return request
}

// smsConfiguration keeps what SMSSettings does not have: a pool may send with another service than
// Amazon SNS.
func (s setup) smsConfiguration(wanted SMSSettings) *types.SmsConfigurationType {
	var own types.SmsConfigurationType
	if current := s.sms(); current != nil {
		own = *current
	}
	own.SnsCallerArn, own.ExternalId, own.SnsRegion = optional(wanted.RoleARN), optional(wanted.ExternalID), optional(wanted.Region)
	return &own
}

func (c MFAConfig) deviceConfiguration() *types.DeviceConfigurationType {
	if c.Devices == TrackingOff {
		return nil
	}
	return &types.DeviceConfigurationType{
		ChallengeRequiredOnNewDevice: c.ChallengeOnNewDevice, DeviceOnlyRememberedOnUserPrompt: c.Devices == TrackingOptIn,
	}
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return aws.String(text)
}

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
