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

func (p *Pool) describeUserPool(in poolInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return poolOutput{UserPool: p.describe()}, nil
}

// describe shows the MFA mode but not the factors beside SMS, as the real operation does.
func (p *Pool) describe() poolDescription {
	s := p.settings.withDefaults()
	s.Policies = p.describePolicies()
	s.MfaConfiguration = p.mfa.mode.wireMode()
	s.AutoVerifiedAttributes = p.cfg.AutoVerifiedAttributes
	s.AccountRecoverySetting = p.describeRecovery()
	s.DeviceConfiguration = p.describeDevices()
	s.AdminCreateUserConfig = p.describeAdminCreateUser()
	s.UserAttributeUpdateSettings = p.describeAttributeUpdates()
	if p.mfa.sms != nil {
		s.SmsAuthenticationMessage, s.SmsConfiguration = p.mfa.sms.SmsAuthenticationMessage, p.mfa.sms.SmsConfiguration
	}
	return poolDescription{
		ID: p.UserPoolID, Name: p.name, Arn: p.arn(),
		CreationDate: epoch(p.created), LastModifiedDate: epoch(p.modified),
		poolSettings:           s,
		AliasAttributes:        p.cfg.AliasAttributes,
		UsernameAttributes:     p.cfg.UsernameAttributes,
		UsernameConfiguration:  usernameConfiguration{p.cfg.CaseSensitive},
		SchemaAttributes:       p.schema.all(),
		EstimatedNumberOfUsers: len(p.users.byName),
	}
}

func (p *Pool) describePolicies() *poolPolicies {
	policy := p.cfg.PasswordPolicy
	return &poolPolicies{
		PasswordPolicy: &passwordPolicy{
			MinimumLength: policy.MinimumLength, PasswordHistorySize: policy.PasswordHistorySize, RequireUppercase: policy.RequireUppercase,
			RequireLowercase: policy.RequireLowercase, RequireNumbers: policy.RequireNumbers, RequireSymbols: policy.RequireSymbols,
			TemporaryPasswordValidityDays: policy.TemporaryPasswordValidityDays,
		},
		SignInPolicy: &signInPolicy{p.cfg.AllowedFirstAuthFactors},
	}
}

// describeAdminCreateUser repeats how long a temporary password lives under its old name. The real service does that too, and
// then refuses an update that sends both back.
func (p *Pool) describeAdminCreateUser() *adminCreateUserConfig {
	var shown adminCreateUserConfig
	if set := p.settings.AdminCreateUserConfig; set != nil {
		shown = *set
	}
	shown.UnusedAccountValidityDays = p.cfg.PasswordPolicy.TemporaryPasswordValidityDays
	return &shown
}

func (p *Pool) describeAttributeUpdates() *userAttributeUpdateSettings {
	if len(p.cfg.AttributesRequireVerificationBeforeUpdate) == 0 {
		return nil
	}
	return &userAttributeUpdateSettings{p.cfg.AttributesRequireVerificationBeforeUpdate}
}

func (p *Pool) describeRecovery() *accountRecoverySetting {
	if len(p.cfg.AccountRecovery) == 0 {
		return nil
	}
	setting := &accountRecoverySetting{}
	for i, name := range p.cfg.AccountRecovery {
		setting.RecoveryMechanisms = append(setting.RecoveryMechanisms, recoveryMechanism{name, i + 1})
	}
	return setting
}

func (p *Pool) describeDevices() *deviceConfiguration {
	if p.cfg.Devices == DevicesOff {
		return nil
	}
	return &deviceConfiguration{
		ChallengeRequiredOnNewDevice:     !p.cfg.MFAOnRememberedDevices,
		DeviceOnlyRememberedOnUserPrompt: p.cfg.Devices == DevicesOptIn,
	}
}
