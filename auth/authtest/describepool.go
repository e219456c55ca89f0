package authtest

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
	if o.settings.mfa.sms != nil {
		s.SmsAuthenticationMessage = o.settings.mfa.sms.SmsAuthenticationMessage
		s.SmsConfiguration = o.settings.mfa.sms.SmsConfiguration
	}
	return poolDescription{
		ID: o.identity.id, Name: o.settings.name, Arn: o.identity.arn(),
		CreationDate: epoch(o.settings.created), LastModifiedDate: epoch(o.settings.modified),
		poolSettings:           s,
		AliasAttributes:        o.settings.cfg.AliasAttributes,
		UsernameAttributes:     o.settings.cfg.UsernameAttributes,
		UsernameConfiguration:  usernameConfiguration{o.settings.cfg.CaseSensitive},
		SchemaAttributes:       o.settings.schema.all(),
		EstimatedNumberOfUsers: len(o.users.byName),
	}
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
	if len(st.cfg.AttributesRequireVerificationBeforeUpdate) == 0 {
		return nil
	}
	return &userAttributeUpdateSettings{st.cfg.AttributesRequireVerificationBeforeUpdate}
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
