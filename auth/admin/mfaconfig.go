package admin

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// MFAConfig is which second factors a pool offers and what it makes of devices: Amplify's
// defineAuth `multifactor`, and the device tracking beside it. In a pool whose Mode is Off no
// factor is offered.
type MFAConfig struct {
	Mode  Mode
	TOTP  bool // codes of an authenticator app
	SMS   bool // codes by text message
	Email bool // codes by e-mail

	SMSSettings   SMSSettings   // the pool may have them without offering SMS: messages other than codes are sent with them, too
	EmailSettings EmailSettings // zero where e-mail is not offered

	Devices Tracking
	// ChallengeOnNewDevice asks for the second factor on new devices only: a remembered one stands
	// in for it. Otherwise devices are tracked but replace nothing.
	ChallengeOnNewDevice bool
}

// SMSSettings says how the pool sends text messages.
type SMSSettings struct {
	RoleARN    string // the IAM role with which Cognito sends them through Amazon SNS
	ExternalID string // what the role's trust policy asks for
	Region     string // of Amazon SNS; empty for the pool's
	Message    string // the text of an MFA code, 6 to 140 characters with {####} for the code; empty for Cognito's own
}

// EmailSettings says what the e-mail with an MFA code looks like. Empty members stand for Cognito's
// own texts.
type EmailSettings struct {
	Subject string // up to 140 characters
	Message string // 6 to 20,000 characters with {####} for the code
}

// FetchMFAConfig reads the pool's set-up. Cognito: GetUserPoolMfaConfig, DescribeUserPool.
func (c *Client) FetchMFAConfig(ctx context.Context) (MFAConfig, error) {
	found, err := c.setup(ctx, "FetchMFAConfig")
	if err != nil {
		return MFAConfig{}, err
	}
	return found.config(), nil
}

// setup is all that Cognito says of the pool. Neither operation says everything.
type setup struct {
	mfa  *cognitoidentityprovider.GetUserPoolMfaConfigOutput
	pool *types.UserPoolType
}

func (c *Client) setup(ctx context.Context, op string) (setup, error) {
	mfa, err := c.cognito.GetUserPoolMfaConfig(ctx, &cognitoidentityprovider.GetUserPoolMfaConfigInput{UserPoolId: &c.id})
	if err != nil {
		return setup{}, shaped(ctx, op, err)
	}
	described, err := c.cognito.DescribeUserPool(ctx, &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: &c.id})
	if err != nil {
		return setup{}, shaped(ctx, op, err)
	}
	if _, known := ParseMode(string(mfa.MfaConfiguration)); !known || described.UserPool == nil {
		return setup{}, fail(op, auth.ErrUnexpectedResponse, "the server's answer does not describe the pool", "")
	}
	return setup{mfa: mfa, pool: described.UserPool}, nil
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
			Subject: aws.ToString(s.mfa.EmailMfaConfiguration.Subject), Message: aws.ToString(s.mfa.EmailMfaConfiguration.Message),
		}
	}
	c.Devices, c.ChallengeOnNewDevice = tracking(s.pool.DeviceConfiguration)
	return c
}

// sms is the pool's way to send text messages, or nil.
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
