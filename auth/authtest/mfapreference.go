package authtest

import (
	"slices"
)

// factorWebAuthn is a passkey: a first factor, and the challenge that asks for it.
const factorWebAuthn = "WEB_AUTHN"

// mfaSettings is what a call says about one factor.
type mfaSettings struct {
	Enabled      bool `wire:"Enabled"`
	PreferredMfa bool `wire:"PreferredMfa"`
}

// mfaPreference is what a call says about the factors. One that it leaves out stays as it is.
type mfaPreference struct {
	SMSMfaSettings           *mfaSettings        `wire:"SMSMfaSettings"`
	SoftwareTokenMfaSettings *mfaSettings        `wire:"SoftwareTokenMfaSettings"`
	EmailMfaSettings         *mfaSettings        `wire:"EmailMfaSettings"`
	WebAuthnMfaSettings      *passkeyMFASettings `wire:"WebAuthnMfaSettings"`
}

// passkeyMFASettings is what a call says about passkeys, which cannot be preferred.
type passkeyMFASettings struct {
	Enabled bool `wire:"Enabled"`
}

func (m mfaPreference) byFactor() map[string]mfaSettings {
	said := map[string]mfaSettings{}
	for factor, settings := range map[string]*mfaSettings{
		challengeSMS:   m.SMSMfaSettings,
		challengeTOTP:  m.SoftwareTokenMfaSettings,
		challengeEmail: m.EmailMfaSettings,
	} {
		if settings != nil {
			said[factor] = *settings
		}
	}
	if m.WebAuthnMfaSettings != nil {
		said[factorWebAuthn] = mfaSettings{Enabled: m.WebAuthnMfaSettings.Enabled}
	}
	return said
}

type setUserMFAPreferenceInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
	mfaPreference
}

type adminSetUserMFAPreferenceInput struct {
	adminTarget
	mfaPreference
}

func (o *ownAccount) setUserMFAPreference(in setUserMFAPreferenceInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return struct{}{}, o.settings.factors().changeMFA(u, in.byFactor())
}

func (o *userAdmin) adminSetUserMFAPreference(in adminSetUserMFAPreferenceInput) (any, error) {
	u, err := o.adminUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	return struct{}{}, o.settings.factors().changeMFA(u, in.byFactor())
}

// changeMFA applies all of a change or nothing. All factors can be switched off even if the pool
// requires MFA.
func (fp factorPolicy) changeMFA(u *user, change map[string]mfaSettings) error {
	if err := fp.checkMFAChange(u, change); err != nil {
		return err
	}
	if settings, changed := change[u.preferredMFA]; changed && !settings.PreferredMfa {
		// Enabled without PreferredMfa takes the preference away as well.
		u.preferredMFA = ""
	}
	for factor, settings := range change {
		if settings.PreferredMfa {
			u.preferredMFA = factor
		}
	}
	if settings, changed := change[factorWebAuthn]; changed {
		u.passkeys.multiFactor = settings.Enabled
	}
	u.mfa = slices.DeleteFunc(factors(), func(f string) bool {
		settings, changed := change[f]
		return changed && !settings.Enabled || !changed && !slices.Contains(u.mfa, f)
	})
	return nil
}

func (fp factorPolicy) checkMFAChange(u *user, change map[string]mfaSettings) error {
	preferred := 0
	for _, factor := range append(factors(), factorWebAuthn) {
		settings, changed := change[factor]
		if !changed {
			continue
		}
		switch {
		case settings.PreferredMfa && !settings.Enabled:
			return refuse(codeInvalidParameter, "A disabled MFA method cannot be preferred.")
		case settings.Enabled && (!u.hasDelivery(factor) || factor == factorWebAuthn && !fp.passkeysAreMFA()):
			return refuse(codeInvalidParameter, "User does not have delivery config set to turn on %s", factor)
		}
		if settings.PreferredMfa {
			preferred++
		}
	}
	if preferred > 1 {
		return refuse(codeInvalidParameter, "Only one MFA method can be preferred.")
	}
	return nil
}

// hasDelivery reports whether the user has what the factor needs. The address need not be verified,
// and the pool need not offer the factor.
func (u *user) hasDelivery(factor string) bool {
	switch factor {
	case challengeTOTP:
		return u.totp.secret != ""
	case challengeSMS:
		return u.attributes[attrPhone] != ""
	case challengeEmail:
		return u.attributes[attrEmail] != ""
	case factorWebAuthn:
		return len(u.passkeys.list) > 0
	}
	return false
}
