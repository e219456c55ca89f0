package authtest

import "slices"

// Refusals of a pool's configuration, as they were recorded in us-east-1 in August and September
// 2026 (go-to-k/cdkd#1975 and #2064, hashicorp/terraform-provider-aws#50110).
const (
	textFirstFactor = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor " +
		"if MFA is enabled"
	textSingleFactor = "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required " +
		"and WebAuthn is an allowed first auth factor"
	textWebAuthnFactor = "WEB_AUTHN cannot be used as an auth factor when MFA is enabled " +
		"if not configured for MFA."
	textNoSender = "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains " +
		"an EmailSendingAccount of COGNITO_DEFAULT"

	codeFeatureNotInTier = "FeatureUnavailableInTierException"
	// The code is documented, the text is not known.
	textEmailNotInTier = "Email MFA is not available in the LITE tier."
)

// checkAgainstPool refuses factors that contradict the rest of the pool.
func (c mfaConfig) checkAgainstPool(st *settings) error {
	required, first := c.mode == MFARequired, st.cfg.AllowedFirstAuthFactors
	switch sender := st.shown.EmailConfiguration; {
	case c.email != nil && st.shown.UserPoolTier == "LITE":
		return refuse(codeFeatureNotInTier, textEmailNotInTier)
	case c.email != nil && (sender == nil || sender.EmailSendingAccount != "DEVELOPER"):
		return refuse(codeInvalidParameter, textNoSender)
	case required && hasMessage(first):
		return refuse(codeInvalidParameter, textFirstFactor)
	case required && slices.Contains(first, factorWebAuthn) && !c.passkeysCount():
		return refuse(codeInvalidParameter, textSingleFactor)
	}
	return nil
}

// checkFirstFactors refuses first factors that contradict the MFA mode of the same request.
func (s poolSettings) checkFirstFactors(mfa mfaConfig) error {
	required, first := s.MfaConfiguration == MFARequired.wireMode(), s.firstFactors()
	switch {
	case required && hasMessage(first):
		return refuse(codeInvalidParameter, textFirstFactor)
	case required && slices.Contains(first, factorWebAuthn) && !mfa.passkeysCount():
		return refuse(codeInvalidParameter, textWebAuthnFactor)
	}
	return nil
}

// passkeysCount reports whether a passkey stands for two factors.
func (c mfaConfig) passkeysCount() bool { return c.webAuthn != nil && c.webAuthn.isMultiFactor() }

func hasMessage(firstFactors []string) bool {
	return slices.Contains(firstFactors, challengeEmail) || slices.Contains(firstFactors, challengeSMSOTP)
}

// keepSMS makes the way to send text messages that of the whole pool, which keeps it when text
// messages are no factor any more. Whether the service does so is not known: a pool that lost it
// could not verify phone numbers.
func (st *settings) keepSMS(next mfaConfig) {
	if next.sms != nil {
		st.shown.SmsConfiguration = next.sms.SmsConfiguration
		st.shown.SmsAuthenticationMessage = next.sms.SmsAuthenticationMessage
	}
}
