package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// A Mode says whether sign-in asks for a second factor, in the words of Amplify's defineAuth.
type Mode string

// The modes.
const (
	Off      Mode = "OFF"      // nobody is asked
	Optional Mode = "OPTIONAL" // those are asked who have enabled a factor
	Required Mode = "REQUIRED" // everybody is asked, and those who have no factor must set one up to sign in
)

// ParseMode reads a mode by any of its names: OFF and OPTIONAL, REQUIRED as Amplify says or ON as
// Cognito does, and NONE, which is how amplify_outputs.json says OFF. It reports whether the text
// is a mode.
func ParseMode(text string) (Mode, bool) {
	mode, known := map[string]Mode{
		"OFF": Off, "NONE": Off, "OPTIONAL": Optional, "REQUIRED": Required, "ON": Required,
	}[text]
	return mode, known
}

// wire is Cognito's MfaConfiguration.
func (m Mode) wire() types.UserPoolMfaType {
	if m == Required {
		return types.UserPoolMfaTypeOn
	}
	return types.UserPoolMfaType(m)
}

// Tracking says whether the pool tracks the devices that people sign in on.
type Tracking string

// The values of Tracking.
const (
	TrackingOff    Tracking = "OFF"    // no device is remembered
	TrackingAlways Tracking = "ALWAYS" // every device is remembered at its first sign-in
	TrackingOptIn  Tracking = "OPT_IN" // a device is remembered when the person says so: device.RememberDevice
)

// A Switch turns something on or off. The zero value leaves it as it is.
type Switch string

// The values of Switch.
const (
	SwitchOn  Switch = "ON"
	SwitchOff Switch = "OFF"
)

func (s Switch) known() bool { return s == "" || s == SwitchOn || s == SwitchOff }

// applied returns what becomes of a setting.
func (s Switch) applied(current bool) bool {
	if s == "" {
		return current
	}
	return s == SwitchOn
}

// A Diff is what a change changes, in the order of MFAConfig's fields. It is empty if nothing.
type Diff []Change

// Change is one line of a Diff.
type Change struct {
	Field    string // such as "mfa", "totp" or "sms.roleARN"
	Old, New string // empty for nothing
}

// String returns one line per change: "mfa: OPTIONAL → REQUIRED". It is empty if there is none.
func (d Diff) String() string {
	lines := make([]string, 0, len(d))
	for _, c := range d {
		lines = append(lines, c.String())
	}
	return strings.Join(lines, "\n")
}

// line is String for the middle of a sentence.
func (d Diff) line() string { return strings.ReplaceAll(d.String(), "\n", ", ") }

// String returns the change as "mfa: OPTIONAL → REQUIRED".
func (c Change) String() string {
	return fmt.Sprintf("%s: %s → %s", c.Field, orNothing(c.Old), orNothing(c.New))
}

func orNothing(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// field is one line of a set-up, as text.
type field struct{ name, value string }

// mfaFields are those that SetUserPoolMfaConfig changes, deviceFields those that UpdateUserPool
// does.
func (c MFAConfig) mfaFields() []field {
	var sms SMSSettings
	if c.SMS {
		sms = c.SMSSettings
	}
	return []field{
		{"mfa", string(c.Mode)},
		{"totp", onOff(c.TOTP)},
		{"sms", onOff(c.SMS)},
		{"sms.roleARN", sms.RoleARN},
		{"sms.externalID", sms.ExternalID},
		{"sms.region", sms.Region},
		{"sms.message", sms.Message},
		{"email", onOff(c.Email)},
		{"email.subject", c.EmailSettings.Subject},
		{"email.message", c.EmailSettings.Message},
	}
}

func (c MFAConfig) deviceFields() []field {
	return []field{{"devices", string(c.Devices)}, {"challengeOnNewDevice", onOff(c.ChallengeOnNewDevice)}}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// diff compares two lists of the same fields. An empty wanted value is one that nobody asked for:
// Cognito may have put a default there, and settings of a factor that is off do not matter.
func diff(old, wanted []field) Diff {
	var d Diff
	for i, f := range old {
		if want := wanted[i].value; want != "" && f.value != want {
			d = append(d, Change{Field: f.name, Old: f.value, New: want})
		}
	}
	return d
}
