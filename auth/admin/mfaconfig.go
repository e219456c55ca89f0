package admin

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// MFAConfig holds the second factors that a pool offers and how it treats devices: Amplify's
// defineAuth `multifactor`, and device tracking. In a pool whose Mode is [Off] no factor is
// offered.
type MFAConfig struct {
	Mode  Mode
	TOTP  bool // codes of an authenticator app
	SMS   bool // codes by text message
	Email bool // codes by e-mail

	// SMSSettings may be set although SMS is not offered: other text messages use them, too.
	SMSSettings SMSSettings
	// EmailSettings is zero if e-mail is not offered.
	EmailSettings EmailSettings

	Devices Tracking
	// ChallengeOnNewDevice asks for the second factor on new devices only: a remembered device
	// replaces it. If false, devices are tracked, but sign-in asks for the factor on each.
	ChallengeOnNewDevice bool
}

// SMSSettings holds how the pool sends text messages.
type SMSSettings struct {
	RoleARN    string // the IAM role that Cognito assumes to publish through Amazon SNS
	ExternalID string // the external id in the role's trust policy
	Region     string // of Amazon SNS; empty for the pool's
	Message    string // 6 to 140 characters with {####} for the code; empty for Cognito's own
}

// EmailSettings holds the text of e-mails with an MFA code. Empty fields stand for Cognito's own
// text.
type EmailSettings struct {
	Subject string // up to 140 characters
	Message string // 6 to 20,000 characters with {####} for the code
}

// FetchMFAConfig returns the pool's MFA configuration.
//
// Cognito: GetUserPoolMfaConfig, DescribeUserPool.
func (c *Client) FetchMFAConfig(ctx context.Context) (MFAConfig, error) {
	found, err := c.setup(ctx, "FetchMFAConfig")
	if err != nil {
		return MFAConfig{}, err
	}
	return found.config(), nil
}

// setup is the pool's configuration as Cognito describes it, in two parts that each lack something.
type setup struct {
	mfa  *cognitoidentityprovider.GetUserPoolMfaConfigOutput
	pool *types.UserPoolType
}

func (c *Client) setup(ctx context.Context, op string) (setup, error) {
	mfa, err := c.poolFactors(ctx, op)
	if err != nil {
		return setup{}, err
	}
	described, err := c.cognito.DescribeUserPool(ctx, &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: &c.id})
	if err != nil {
		return setup{}, shaped(ctx, op, err)
	}
	if _, known := ParseMode(string(mfa.MfaConfiguration)); !known || described.UserPool == nil {
		return setup{}, fail(op, auth.ErrUnexpectedResponse, "the response does not describe the pool", "")
	}
	return setup{mfa: mfa, pool: described.UserPool}, nil
}

// poolFactors returns the part of the configuration that is about factors.
func (c *Client) poolFactors(
	ctx context.Context, op string,
) (*cognitoidentityprovider.GetUserPoolMfaConfigOutput, error) {
	out, err := c.cognito.GetUserPoolMfaConfig(ctx, &cognitoidentityprovider.GetUserPoolMfaConfigInput{
		UserPoolId: &c.id,
	})
	if err != nil {
		return nil, shaped(ctx, op, err)
	}
	return out, nil
}

func (s setup) config() MFAConfig {
	factors := offered(s.mfa)
	mode, _ := ParseMode(string(s.mfa.MfaConfiguration))
	c := MFAConfig{
		Mode:        mode,
		TOTP:        slices.Contains(factors, auth.MFATypeTOTP),
		SMS:         slices.Contains(factors, auth.MFATypeSMS),
		Email:       slices.Contains(factors, auth.MFATypeEmail),
		SMSSettings: s.smsSettings(),
	}
	if c.Email {
		c.EmailSettings = EmailSettings{
			Subject: aws.ToString(s.mfa.EmailMfaConfiguration.Subject),
			Message: aws.ToString(s.mfa.EmailMfaConfiguration.Message),
		}
	}
	c.Devices, c.ChallengeOnNewDevice = tracking(s.pool.DeviceConfiguration)
	return c
}

// sms returns how the pool sends text messages, or nil if it cannot.
func (s setup) sms() *types.SmsConfigurationType {
	if s.mfa.SmsMfaConfiguration != nil && s.mfa.SmsMfaConfiguration.SmsConfiguration != nil {
		return s.mfa.SmsMfaConfiguration.SmsConfiguration
	}
	return s.pool.SmsConfiguration
}

func (s setup) smsSettings() SMSSettings {
	var settings SMSSettings
	if sms := s.sms(); sms != nil {
		settings.RoleARN = aws.ToString(sms.SnsCallerArn)
		settings.ExternalID = aws.ToString(sms.ExternalId)
		settings.Region = aws.ToString(sms.SnsRegion)
	}
	if block := s.mfa.SmsMfaConfiguration; block != nil {
		settings.Message = aws.ToString(block.SmsAuthenticationMessage)
	} else {
		settings.Message = aws.ToString(s.pool.SmsAuthenticationMessage)
	}
	return settings
}

func tracking(devices *types.DeviceConfigurationType) (Tracking, bool) {
	switch {
	case devices == nil:
		return TrackingOff, false
	case devices.DeviceOnlyRememberedOnUserPrompt:
		return TrackingOptIn, devices.ChallengeRequiredOnNewDevice
	default:
		return TrackingAlways, devices.ChallengeRequiredOnNewDevice
	}
}

// A Mode says whether sign-in asks for a second factor, in the terms of Amplify's defineAuth.
type Mode string

// The values of [Mode].
const (
	Off      Mode = "OFF"      // sign-in never asks
	Optional Mode = "OPTIONAL" // sign-in asks users who have enabled a factor
	Required Mode = "REQUIRED" // sign-in asks everybody; users without a factor must set one up
)

// ParseMode returns the mode of that name, and whether there is one. It knows Amplify's names OFF,
// OPTIONAL and REQUIRED, Cognito's ON for [Required], and NONE for [Off], as amplify_outputs.json
// has it.
func ParseMode(text string) (Mode, bool) {
	mode, known := map[string]Mode{
		"OFF": Off, "NONE": Off, "OPTIONAL": Optional, "REQUIRED": Required, "ON": Required,
	}[text]
	return mode, known
}

// wire returns Cognito's MfaConfiguration.
func (m Mode) wire() types.UserPoolMfaType {
	if m == Required {
		return types.UserPoolMfaTypeOn
	}
	return types.UserPoolMfaType(m)
}

// Tracking says whether the pool remembers the devices that users sign in on.
type Tracking string

// The values of [Tracking].
const (
	TrackingOff    Tracking = "OFF"    // no device is remembered
	TrackingAlways Tracking = "ALWAYS" // every device is remembered at its first sign-in
	TrackingOptIn  Tracking = "OPT_IN" // the user decides: see device.RememberDevice
)

// A Switch turns a setting on or off. The zero value leaves it as it is.
type Switch string

// The values of [Switch].
const (
	SwitchOn  Switch = "ON"
	SwitchOff Switch = "OFF"
)

func (s Switch) known() bool { return s == "" || s == SwitchOn || s == SwitchOff }

func switchTo(on bool) Switch {
	if on {
		return SwitchOn
	}
	return SwitchOff
}

// applied returns the setting after the change.
func (s Switch) applied(current bool) bool {
	if s == "" {
		return current
	}
	return s == SwitchOn
}
