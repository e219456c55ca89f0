package authtest

// mfaConfig is the pool's MFA set-up, which SetUserPoolMfaConfig replaces.
type mfaConfig struct {
	mode  MFA
	totp  bool
	sms   *smsMFAConfiguration
	email *emailMFAConfiguration
	// webAuthn is the pool as a relying party, which is no second factor.
	webAuthn *webAuthnConfiguration
}

type smsMFAConfiguration struct {
	SmsAuthenticationMessage string            `wire:"SmsAuthenticationMessage,SmsMessage" json:",omitempty"`
	SmsConfiguration         *smsConfiguration `wire:"SmsConfiguration" json:",omitempty"`
}

type smsConfiguration struct {
	SnsCallerArn string        `wire:"SnsCallerArn,String" json:",omitempty"`
	ExternalID   string        `wire:"ExternalId,String" json:"ExternalId,omitempty"`
	SnsRegion    string        `wire:"SnsRegion,String" json:",omitempty"`
	EumsSms      *messagingSMS `wire:"EumsSms" json:",omitempty"`
}

// messagingSMS sends text messages with another service than SNS.
type messagingSMS struct {
	CallerArn            string `wire:"CallerArn,String,required"`
	ConfigurationSetName string `wire:"ConfigurationSetName,String" json:",omitempty"`
	ExternalID           string `wire:"ExternalId,String" json:"ExternalId,omitempty"`
	InEntityID           string `wire:"InEntityId,String" json:"InEntityId,omitempty"`
	InTemplateID         string `wire:"InTemplateId,String" json:"InTemplateId,omitempty"`
	OriginationIdentity  string `wire:"OriginationIdentity,String" json:",omitempty"`
	Region               string `wire:"Region,String" json:",omitempty"`
}

type emailMFAConfiguration struct {
	Message string `wire:"Message,EmailMfaMessage" json:",omitempty"`
	Subject string `wire:"Subject,String" json:",omitempty"`
}

type softwareTokenMFAConfiguration struct {
	Enabled bool `wire:"Enabled"`
}

func newMFAConfig(cfg Config) mfaConfig {
	c := mfaConfig{mode: cfg.MFA, totp: cfg.TOTP, webAuthn: newWebAuthnConfiguration(cfg)}
	if cfg.SMS {
		c.sms = &smsMFAConfiguration{SmsConfiguration: &smsConfiguration{
			SnsCallerArn: "arn:aws:iam::" + accountID + ":role/authtest",
		}}
	}
	if cfg.Email {
		c.email = &emailMFAConfiguration{}
	}
	return c
}

// offers reports whether the pool offers the factor.
func (c mfaConfig) offers(factor string) bool {
	switch factor {
	case challengeTOTP:
		return c.totp
	case challengeSMS:
		return c.sms != nil
	default:
		return c.email != nil
	}
}

// wireMode is the MfaConfiguration of the API.
func (m MFA) wireMode() string {
	if m == MFARequired {
		return "ON"
	}
	return string(m)
}

type setUserPoolMFAConfigInput struct {
	UserPoolID                    string                         `wire:"UserPoolId,UserPoolId,required"`
	MfaConfiguration              string                         `wire:"MfaConfiguration,String"`
	SmsMfaConfiguration           *smsMFAConfiguration           `wire:"SmsMfaConfiguration"`
	SoftwareTokenMfaConfiguration *softwareTokenMFAConfiguration `wire:"SoftwareTokenMfaConfiguration"`
	EmailMfaConfiguration         *emailMFAConfiguration         `wire:"EmailMfaConfiguration"`
	WebAuthnConfiguration         *webAuthnConfiguration         `wire:"WebAuthnConfiguration"`
}

type mfaConfigOutput struct {
	MfaConfiguration              string
	SmsMfaConfiguration           *smsMFAConfiguration           `json:",omitempty"`
	SoftwareTokenMfaConfiguration *softwareTokenMFAConfiguration `json:",omitempty"`
	EmailMfaConfiguration         *emailMFAConfiguration         `json:",omitempty"`
	WebAuthnConfiguration         *webAuthnConfiguration         `json:",omitempty"`
}

// setUserPoolMFAConfig replaces the configuration: a factor that the call omits is off afterwards.
func (o *poolAdmin) setUserPoolMFAConfig(in setUserPoolMFAConfigInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	mode, err := parseMode(in.MfaConfiguration, o.settings.mfa.mode)
	if err != nil {
		return nil, err
	}
	next := mfaConfig{
		mode: mode, sms: in.SmsMfaConfiguration, email: in.EmailMfaConfiguration, webAuthn: in.WebAuthnConfiguration,
	}
	next.totp = in.SoftwareTokenMfaConfiguration != nil && in.SoftwareTokenMfaConfiguration.Enabled
	if err := o.settings.checkMFAConfig(next); err != nil {
		return nil, err
	}
	o.settings.mfa = next
	o.settings.keepSMS(next)
	return o.settings.mfa.output(), nil
}

func parseMode(text string, current MFA) (MFA, error) {
	if text == "" {
		return current, nil
	}
	if mode, known := parsedModes()[text]; known {
		return mode, nil
	}
	return "", malformed(codeInvalidParameter, "[MfaConfiguration] must be one of 'ON', 'OFF', or 'OPTIONAL'.")
}

// parsedModes are the modes by their names in the API.
func parsedModes() map[string]MFA {
	return map[string]MFA{"ON": MFARequired, "OFF": MFAOff, "OPTIONAL": MFAOptional}
}

func (st *settings) checkMFAConfig(next mfaConfig) error {
	offered := next.totp || next.sms != nil || next.email != nil
	switch {
	case next.sms != nil && next.sms.SmsConfiguration == nil:
		return refuse(
			codeInvalidParameter,
			"[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].",
		)
	case next.mode == MFAOff && offered:
		return refuse(
			codeInvalidParameter,
			"Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
		)
	case next.mode != MFAOff && !offered:
		return refuse(codeInvalidParameter,
			"Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.")
	case next.email != nil && onlyEmail(st.cfg.AccountRecovery):
		return refuse(codeInvalidParameter, textEmailRecovery)
	}
	if err := next.checkAgainstPool(st); err != nil {
		return err
	}
	return next.webAuthn.check()
}

func (c mfaConfig) output() mfaConfigOutput {
	out := mfaConfigOutput{
		MfaConfiguration: c.mode.wireMode(), SmsMfaConfiguration: c.sms, EmailMfaConfiguration: c.email,
		WebAuthnConfiguration: c.webAuthn,
	}
	if c.totp {
		out.SoftwareTokenMfaConfiguration = &softwareTokenMFAConfiguration{Enabled: true}
	}
	return out
}

type poolInput struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
}

func (o *poolAdmin) getUserPoolMFAConfig(in poolInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return o.settings.mfa.output(), nil
}
