package admin

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// check returns an error of the verb op for values that are invalid in every pool.
func (in UpdateMFAConfigInput) check(op string) error {
	_, known := ParseMode(string(in.Mode))
	for _, bad := range []struct {
		is   bool
		what string
	}{
		{in.Mode != "" && !known, "field Mode is not Off, Optional or Required"},
		{!in.TOTP.known(), "field TOTP is not SwitchOn or SwitchOff"},
		{!in.SMS.known(), "field SMS is not SwitchOn or SwitchOff"},
		{!in.Email.known(), "field Email is not SwitchOn or SwitchOff"},
		{!in.ChallengeOnNewDevice.known(), "field ChallengeOnNewDevice is not SwitchOn or SwitchOff"},
		{
			!slices.Contains([]Tracking{"", TrackingOff, TrackingAlways, TrackingOptIn}, in.Devices),
			"field Devices is not TrackingOff, TrackingAlways or TrackingOptIn",
		},
		{!template(in.SMSSettings.Message, 140), "field SMSSettings.Message is not 6 to 140 characters with {####}"},
		{
			!template(in.EmailSettings.Message, 20_000),
			"field EmailSettings.Message is not 6 to 20,000 characters with {####}",
		},
		{
			utf8.RuneCountInString(in.EmailSettings.Subject) > 140,
			"field EmailSettings.Subject is longer than 140 characters",
		},
	} {
		if bad.is {
			return fail(op, auth.ErrInvalidParameter, bad.what, "")
		}
	}
	return nil
}

// template reports whether text is empty or a message of 6 to longest characters with room for a
// code.
func template(text string, longest int) bool {
	length := utf8.RuneCountInString(text)
	return text == "" || length >= 6 && length <= longest && strings.Contains(text, "{####}")
}

// rule is a rule of Cognito's for configurations.
type rule struct {
	broken        bool
	what, instead string // field and reason, and the advice
}

// refusal returns an error of the verb op if Cognito would refuse the wanted configuration.
func refusal(op string, in UpdateMFAConfigInput, wanted MFAConfig, found setup) error {
	for _, r := range slices.Concat(
		modeRules(in, wanted, found), firstFactorRules(wanted, found), smsRules(in, wanted, found),
		emailRules(in, wanted, found), deviceRules(in, wanted),
	) {
		if r.broken {
			return fail(op, ErrMFAConfigRefused, "field "+r.what, r.instead)
		}
	}
	return nil
}

func modeRules(in UpdateMFAConfigInput, wanted MFAConfig, found setup) []rule {
	const another = "Set Mode to Optional or Required, too."
	off := wanted.Mode == Off
	asked := in.Mode != "" || in.TOTP != "" || in.SMS != "" || in.Email != ""
	none := asked && !wanted.TOTP && !wanted.SMS && !wanted.Email && !passkeysCount(found.mfa.WebAuthnConfiguration)
	return []rule{
		{off && in.TOTP == SwitchOn, "TOTP: a factor cannot be offered while the mode is OFF", another},
		{off && in.SMS == SwitchOn, "SMS: a factor cannot be offered while the mode is OFF", another},
		{off && in.Email == SwitchOn, "Email: a factor cannot be offered while the mode is OFF", another},
		{
			!off && none, "Mode: " + string(wanted.Mode) + " needs a factor",
			"Offer TOTP, SMS or Email, or set Mode to Off.",
		},
	}
}

// firstFactorRules are checked for every change, because the factors of the pool are sent along.
func firstFactorRules(wanted MFAConfig, found setup) []rule {
	const instead = "Take it out of the pool's AllowedFirstAuthFactors, or set Mode to Optional."
	required, first := wanted.Mode == Required, found.firstFactors()
	passkeys := slices.Contains(first, types.AuthFactorTypeWebAuthn)
	rules := make([]rule, 0, 3)
	for _, factor := range []types.AuthFactorType{types.AuthFactorTypeEmailOtp, types.AuthFactorTypeSmsOtp} {
		rules = append(rules, rule{
			required && slices.Contains(first, factor),
			"Mode: REQUIRED cannot go together with the first factor " + string(factor), instead,
		})
	}
	return append(rules, rule{
		required && passkeys && !passkeysCount(found.mfa.WebAuthnConfiguration),
		"Mode: REQUIRED cannot go together with passkeys as a first factor that count as one factor",
		"Set the pool's FactorConfiguration to MULTI_FACTOR_WITH_USER_VERIFICATION, or Mode to Optional.",
	})
}

// firstFactors returns the factors that a sign-in may begin with.
func (s setup) firstFactors() []types.AuthFactorType {
	if s.pool.Policies == nil || s.pool.Policies.SignInPolicy == nil {
		return nil
	}
	return s.pool.Policies.SignInPolicy.AllowedFirstAuthFactors
}

// passkeysCount reports whether a passkey is a second factor in the pool.
func passkeysCount(c *types.WebAuthnConfigurationType) bool {
	return c != nil && c.FactorConfiguration == types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
}

func smsRules(in UpdateMFAConfigInput, wanted MFAConfig, found setup) []rule {
	sms := found.sms()
	other := sms != nil && sms.EumsSms != nil
	return []rule{
		{
			wanted.SMS && wanted.SMSSettings.RoleARN == "" && !other,
			"SMSSettings.RoleARN: SMS needs a role to send messages with",
			"Give the ARN of an IAM role that Cognito may assume and that may publish with Amazon SNS.",
		},
		{
			wanted.SMS && other && in.SMSSettings != SMSSettings{Message: in.SMSSettings.Message},
			"SMSSettings: the pool sends with AWS End User Messaging, not with Amazon SNS", "Set no field but Message.",
		},
		{
			!wanted.SMS && in.SMSSettings != SMSSettings{}, "SMSSettings: SMS is not offered",
			"Set SMS to SwitchOn, too.",
		},
	}
}

func emailRules(in UpdateMFAConfigInput, wanted MFAConfig, found setup) []rule {
	// What is there is sent along with every other change, so Cognito judges it again.
	sent := wanted.Email && len(diff(found.config().fields(), wanted.fields())) > 0
	sender := found.pool.EmailConfiguration
	return []rule{
		{
			sent && onlyEmailRecovers(found.pool.AccountRecoverySetting),
			"Email: e-mail is the pool's only way to recover an account",
			"Add verified_phone_number to the pool's account recovery setting, or make it admin_only.",
		},
		{
			sent && (sender == nil || sender.EmailSendingAccount != types.EmailSendingAccountTypeDeveloper),
			"Email: the pool has no sender of its own", "Set up Amazon SES in the pool's e-mail configuration.",
		},
		{
			sent && found.pool.UserPoolTier == types.UserPoolTierTypeLite, "Email: the pool's tier is LITE",
			"Move the pool to the tier ESSENTIALS or higher.",
		},
		{
			!wanted.Email && in.EmailSettings != EmailSettings{}, "EmailSettings: e-mail is not offered",
			"Set Email to SwitchOn, too.",
		},
	}
}

func onlyEmailRecovers(setting *types.AccountRecoverySettingType) bool {
	return setting != nil && len(setting.RecoveryMechanisms) == 1 &&
		setting.RecoveryMechanisms[0].Name == types.RecoveryOptionNameTypeVerifiedEmail
}

func deviceRules(in UpdateMFAConfigInput, wanted MFAConfig) []rule {
	return []rule{{
		wanted.Devices == TrackingOff && in.ChallengeOnNewDevice == SwitchOn,
		"ChallengeOnNewDevice: devices are not tracked",
		"Set Devices to TrackingAlways or TrackingOptIn, too.",
	}}
}
