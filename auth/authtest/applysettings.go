package authtest

import (
	"cmp"
	"slices"
)

// withDefaults puts the API's default in the place of what a request leaves out.
func (s poolSettings) withDefaults() poolSettings {
	fill(&s.MfaConfiguration, string(MFAOff))
	fill(&s.DeletionProtection, "INACTIVE")
	fill(&s.UserPoolTier, "ESSENTIALS")
	return s
}

// check refuses settings that contradict each other, or the factors that SetUserPoolMfaConfig has set up.
func (s poolSettings) check(mfa mfaConfig) error {
	days, policyDays := 0, 0
	if s.AdminCreateUserConfig != nil {
		days = s.AdminCreateUserConfig.UnusedAccountValidityDays
	}
	if s.Policies != nil && s.Policies.PasswordPolicy != nil {
		policyDays = s.Policies.PasswordPolicy.TemporaryPasswordValidityDays
	}
	switch {
	case !slices.Contains(s.firstFactors(), challengePassword):
		return refuse(codeInvalidParameter, "AllowedFirstAuthFactors must contain %s.", challengePassword)
	case days > 0 && policyDays > 0:
		return refuse(codeInvalidParameter,
			"Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
	case s.MfaConfiguration != string(MFAOff) && s.SmsConfiguration == nil && !mfa.totp && mfa.email == nil:
		return refuse(codeInvalidParameter,
			"SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
	case s.MfaConfiguration != string(MFAOff) && mfa.email != nil && onlyEmail(s.recovery()):
		return refuse(codeInvalidParameter, textEmailRecovery)
	}
	return nil
}

// apply makes the settings the pool's. The caller holds the pool's lock, unless nobody can reach the pool yet.
func (p *Pool) apply(s poolSettings) {
	p.settings = s
	p.cfg.AccountRecovery = s.recovery()
	p.cfg.AutoVerifiedAttributes = s.AutoVerifiedAttributes
	p.cfg.AttributesRequireVerificationBeforeUpdate = s.verifiedFirst()
	p.cfg.PasswordPolicy = s.passwordPolicy()
	p.cfg.AllowedFirstAuthFactors = s.firstFactors()
	p.cfg.Devices, p.cfg.MFAOnRememberedDevices = s.devices()
	p.applyMFA(s)
}

// applyMFA leaves the factors that only SetUserPoolMfaConfig sets up, unless MFA is off.
func (p *Pool) applyMFA(s poolSettings) {
	p.mfa.mode, p.mfa.sms = parsedModes()[s.MfaConfiguration], nil
	switch {
	case p.mfa.mode == MFAOff:
		p.mfa.totp, p.mfa.email = false, nil
	case s.SmsConfiguration != nil:
		p.mfa.sms = &smsMFAConfiguration{
			SmsAuthenticationMessage: s.SmsAuthenticationMessage, SmsConfiguration: s.SmsConfiguration,
		}
	}
}

// verifiedFirst are the attributes whose new values wait for a code.
func (s poolSettings) verifiedFirst() []string {
	if s.UserAttributeUpdateSettings == nil {
		return nil
	}
	return s.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate
}

// recovery are the names of the mechanisms by priority.
func (s poolSettings) recovery() []string {
	if s.AccountRecoverySetting == nil {
		return nil
	}
	sorted := slices.SortedStableFunc(slices.Values(s.AccountRecoverySetting.RecoveryMechanisms),
		func(a, b recoveryMechanism) int { return cmp.Compare(a.Priority, b.Priority) })
	names := make([]string, 0, len(sorted))
	for _, mechanism := range sorted {
		names = append(names, mechanism.Name)
	}
	return names
}

func (s poolSettings) devices() (tracking Devices, mfaOnRemembered bool) {
	switch c := s.DeviceConfiguration; {
	case c == nil:
		return DevicesOff, false
	case c.DeviceOnlyRememberedOnUserPrompt:
		return DevicesOptIn, !c.ChallengeRequiredOnNewDevice
	default:
		return DevicesAlways, !c.ChallengeRequiredOnNewDevice
	}
}

func (s poolSettings) firstFactors() []string {
	if s.Policies == nil || s.Policies.SignInPolicy == nil {
		return []string{challengePassword}
	}
	return s.Policies.SignInPolicy.AllowedFirstAuthFactors
}

// passwordPolicy is the policy that the settings come to. Without one, the service's own default counts; in one, a requirement
// that is left out is none.
func (s poolSettings) passwordPolicy() PasswordPolicy {
	var policy PasswordPolicy
	if s.Policies != nil && s.Policies.PasswordPolicy != nil {
		given := s.Policies.PasswordPolicy
		policy = PasswordPolicy{
			MinimumLength: cmp.Or(given.MinimumLength, 8), RequireUppercase: given.RequireUppercase,
			RequireLowercase: given.RequireLowercase, RequireNumbers: given.RequireNumbers, RequireSymbols: given.RequireSymbols,
			TemporaryPasswordValidityDays: given.TemporaryPasswordValidityDays, PasswordHistorySize: given.PasswordHistorySize,
		}
	}
	if s.AdminCreateUserConfig != nil && policy.TemporaryPasswordValidityDays == 0 {
		policy.TemporaryPasswordValidityDays = s.AdminCreateUserConfig.UnusedAccountValidityDays
	}
	return policy.withDefaults()
}

func onlyEmail(recovery []string) bool {
	return slices.Equal(recovery, []string{recoveryEmail})
}
