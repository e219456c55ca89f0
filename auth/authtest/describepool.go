package authtest

import (
	"maps"
)

type poolOutput struct {
	UserPool poolDescription
}

type poolDescription struct {
	ID               string `json:"Id"`
	Name             string
	Arn              string
	CreationDate     float64
	LastModifiedDate float64
	poolSettings
	// The real service shows these two even when they are empty.
	LambdaConfig           lambdaConfig
	UserPoolTags           map[string]string
	Domain                 string   `json:",omitempty"`
	CustomDomain           string   `json:",omitempty"`
	AliasAttributes        []string `json:",omitempty"`
	UsernameAttributes     []string `json:",omitempty"`
	UsernameConfiguration  usernameConfiguration
	SchemaAttributes       []schemaAttribute
	EstimatedNumberOfUsers int
}

type usernameConfiguration struct {
	CaseSensitive bool `wire:"CaseSensitive"`
}

func (o *poolAdmin) describeUserPool(in poolInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return poolOutput{UserPool: o.describe()}, nil
}

// describe shows the MFA mode but not the factors beside SMS, as the real operation does.
func (o *poolAdmin) describe() poolDescription {
	s := o.settings.shown.withDefaults()
	s.Policies = o.settings.describePolicies()
	s.MfaConfiguration = o.settings.mfa.mode.wireMode()
	s.AutoVerifiedAttributes = o.settings.cfg.AutoVerifiedAttributes
	s.AccountRecoverySetting = o.settings.describeRecovery()
	s.DeviceConfiguration = o.settings.describeDevices()
	s.AdminCreateUserConfig = o.settings.describeAdminCreateUser()
	s.UserAttributeUpdateSettings = o.settings.describeAttributeUpdates()
	s.describeMessages()
	if o.settings.mfa.sms != nil {
		s.SmsAuthenticationMessage = o.settings.mfa.sms.SmsAuthenticationMessage
		s.SmsConfiguration = o.settings.mfa.sms.SmsConfiguration
	}
	d := poolDescription{
		ID: o.identity.id, Name: o.settings.name, Arn: o.identity.arn(),
		CreationDate: epoch(o.settings.created), LastModifiedDate: epoch(o.settings.modified),
		poolSettings:           s,
		AliasAttributes:        o.settings.cfg.AliasAttributes,
		UsernameAttributes:     o.settings.cfg.UsernameAttributes,
		UsernameConfiguration:  usernameConfiguration{o.settings.cfg.CaseSensitive},
		SchemaAttributes:       o.settings.schema.all(),
		EstimatedNumberOfUsers: len(o.users.byName),
		UserPoolTags:           map[string]string{},
	}
	if s.LambdaConfig != nil {
		d.LambdaConfig = *s.LambdaConfig
	}
	maps.Copy(d.UserPoolTags, s.UserPoolTags)
	d.Domain, d.CustomDomain = o.hosted.domainNames()
	return d
}

// describeMessages fills in the defaults of messages and e-mail. A text that has two names is shown
// under both.
func (s *poolSettings) describeMessages() {
	email := emailConfiguration{}
	if s.EmailConfiguration != nil {
		email = *s.EmailConfiguration
	}
	fill(&email.EmailSendingAccount, "COGNITO_DEFAULT")
	template := verificationMessageTemplate{}
	if s.VerificationMessageTemplate != nil {
		template = *s.VerificationMessageTemplate
	}
	fill(&template.DefaultEmailOption, "CONFIRM_WITH_CODE")
	for _, twins := range [][2]*string{
		{&s.EmailVerificationMessage, &template.EmailMessage},
		{&s.EmailVerificationSubject, &template.EmailSubject},
		{&s.SmsVerificationMessage, &template.SmsMessage},
	} {
		fill(twins[0], *twins[1])
		fill(twins[1], *twins[0])
	}
	s.EmailConfiguration, s.VerificationMessageTemplate = &email, &template
}

func (st *settings) describePolicies() *poolPolicies {
	policy := st.cfg.PasswordPolicy
	return &poolPolicies{
		PasswordPolicy: &passwordPolicy{
			MinimumLength:                 policy.MinimumLength,
			PasswordHistorySize:           policy.PasswordHistorySize,
			RequireUppercase:              policy.RequireUppercase,
			RequireLowercase:              policy.RequireLowercase,
			RequireNumbers:                policy.RequireNumbers,
			RequireSymbols:                policy.RequireSymbols,
			TemporaryPasswordValidityDays: policy.TemporaryPasswordValidityDays,
		},
		SignInPolicy: &signInPolicy{st.cfg.AllowedFirstAuthFactors},
	}
}

// describeAdminCreateUser repeats how long a temporary password lives under its old name. The real
// service does that too, and then refuses an update that sends both back.
func (st *settings) describeAdminCreateUser() *adminCreateUserConfig {
	var shown adminCreateUserConfig
	if set := st.shown.AdminCreateUserConfig; set != nil {
		shown = *set
	}
	shown.UnusedAccountValidityDays = st.cfg.PasswordPolicy.TemporaryPasswordValidityDays
	return &shown
}

func (st *settings) describeAttributeUpdates() *userAttributeUpdateSettings {
	required := st.cfg.AttributesRequireVerificationBeforeUpdate
	if len(required) == 0 && st.shown.UserAttributeUpdateSettings == nil {
		return nil
	}
	return &userAttributeUpdateSettings{append([]string{}, required...)}
}

func (st *settings) describeRecovery() *accountRecoverySetting {
	if len(st.cfg.AccountRecovery) == 0 {
		return nil
	}
	setting := &accountRecoverySetting{}
	for i, name := range st.cfg.AccountRecovery {
		setting.RecoveryMechanisms = append(setting.RecoveryMechanisms, recoveryMechanism{name, i + 1})
	}
	return setting
}

func (st *settings) describeDevices() *deviceConfiguration {
	if st.cfg.Devices == DevicesOff {
		return nil
	}
	return &deviceConfiguration{
		ChallengeRequiredOnNewDevice:     !st.cfg.MFAOnRememberedDevices,
		DeviceOnlyRememberedOnUserPrompt: st.cfg.Devices == DevicesOptIn,
	}
}
