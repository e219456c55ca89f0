package authtest

import (
	"slices"
	"time"
)

// settings is the configuration of a pool, and what it requires of users and their attributes.
type settings struct {
	// cfg is what the pool acts on; shown is kept to be described.
	cfg               Config
	shown             poolSettings
	schema            schema
	mfa               mfaConfig
	name              string
	created, modified time.Time
}

// newSettings returns the settings of a Config. Its pool has a sender of e-mail of its own, without
// which e-mail cannot be a second factor.
func newSettings(cfg Config, name string, now time.Time) *settings {
	sender := &emailConfiguration{
		EmailSendingAccount: "DEVELOPER",
		SourceArn:           "arn:aws:ses:" + cfg.Region + ":" + accountID + ":identity/pool@authtest.example",
	}
	return &settings{
		cfg: cfg, schema: newSchema(cfg), mfa: newMFAConfig(cfg), name: name, created: now, modified: now,
		shown: poolSettings{EmailConfiguration: sender},
	}
}

// apply makes the settings those of the pool. The caller holds the pool's lock, unless no request
// can reach the pool yet.
func (st *settings) apply(s poolSettings) {
	st.shown = s
	st.cfg.AccountRecovery = s.recovery()
	st.cfg.AutoVerifiedAttributes = s.AutoVerifiedAttributes
	st.cfg.AttributesRequireVerificationBeforeUpdate = s.verifiedFirst()
	st.cfg.PasswordPolicy = s.passwordPolicy()
	st.cfg.AllowedFirstAuthFactors = s.firstFactors()
	st.cfg.Devices, st.cfg.MFAOnRememberedDevices = s.devices()
	st.applyMFA(s)
}

// applyMFA sets the MFA mode. It keeps the factors that only SetUserPoolMfaConfig sets up, unless
// MFA is off.
func (st *settings) applyMFA(s poolSettings) {
	st.mfa.mode, st.mfa.sms = parsedModes()[s.MfaConfiguration], nil
	switch {
	case st.mfa.mode == MFAOff:
		st.mfa.totp, st.mfa.email = false, nil
	case s.SmsConfiguration != nil:
		st.mfa.sms = &smsMFAConfiguration{
			SmsAuthenticationMessage: s.SmsAuthenticationMessage, SmsConfiguration: s.SmsConfiguration,
		}
	}
}

// recoveryAttribute returns the verified contact by which the user's password is reset, or "". A
// contact that receives codes at sign-in is excluded: otherwise one stolen phone would be enough
// for both. Without a setting the phone number comes first and nothing is excluded, as in old
// pools.
func (st *settings) recoveryAttribute(u *user) string {
	order := st.cfg.AccountRecovery
	if len(order) == 0 {
		order = []string{recoveryPhone, recoveryEmail}
	}
	attributes := map[string]string{recoveryPhone: attrPhone, recoveryEmail: attrEmail}
	for _, mechanism := range order {
		attribute := attributes[mechanism]
		second := len(st.cfg.AccountRecovery) > 0 && slices.Contains(u.mfa, factorOf(attribute))
		if !second && attribute != "" && u.attributes[attribute] != "" &&
			u.attributes[attribute+verifiedSuffix] == "true" {
			return attribute
		}
	}
	return ""
}

// checkRecoverable refuses a user to whom no code can be sent; nil is an unknown user.
func (st *settings) checkRecoverable(u *user) error {
	switch {
	case u == nil:
		return refuse(codeUserNotFound, textCombinationNotFound)
	case u.disabled:
		return notAuthorized(textUserDisabled)
	case u.status == statusForceChangePassword:
		return nil // who must change a temporary password is told so, whatever contact there is
	case st.recoveryAttribute(u) == "":
		return refuse(codeInvalidParameter, textNoRecoveryContact)
	case u.status == statusUnconfirmed:
		return notAuthorized(textPasswordResetForbidden)
	}
	return nil
}

// factorOf returns the second factor whose codes go to the contact.
func factorOf(contact string) string {
	if contact == attrPhone {
		return challengeSMS
	}
	return challengeEmail
}
