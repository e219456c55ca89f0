package authtest

import "slices"

type describeUserPoolOutput struct {
	UserPool poolDescription
}

type poolDescription struct {
	ID                     string `json:"Id"`
	Name                   string
	Arn                    string
	CreationDate           float64
	LastModifiedDate       float64
	Policies               poolPolicies
	MfaConfiguration       string
	AutoVerifiedAttributes []string                `json:",omitempty"`
	AliasAttributes        []string                `json:",omitempty"`
	UsernameAttributes     []string                `json:",omitempty"`
	UsernameConfiguration  usernameConfiguration   `json:",omitempty"`
	AccountRecoverySetting *accountRecoverySetting `json:",omitempty"`
	DeviceConfiguration    *deviceConfiguration    `json:",omitempty"`
	SchemaAttributes       []schemaAttribute
	UserPoolTier           string
	EstimatedNumberOfUsers int
}

type poolPolicies struct {
	PasswordPolicy PasswordPolicy
	SignInPolicy   signInPolicy
}

type signInPolicy struct {
	AllowedFirstAuthFactors []string
}

type usernameConfiguration struct {
	CaseSensitive bool
}

type accountRecoverySetting struct {
	RecoveryMechanisms []recoveryMechanism
}

type deviceConfiguration struct {
	ChallengeRequiredOnNewDevice     bool
	DeviceOnlyRememberedOnUserPrompt bool
}

type recoveryMechanism struct {
	Name     string
	Priority int
}

type schemaAttribute struct {
	Name              string
	AttributeDataType string
	Mutable           bool
	Required          bool
}

// describeUserPool shows the MFA mode but not the factors, as the real operation does.
func (p *Pool) describeUserPool(in poolInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return describeUserPoolOutput{UserPool: poolDescription{
		ID:                     p.UserPoolID,
		Name:                   p.poolName(),
		Arn:                    "arn:aws:cognito-idp:" + p.cfg.Region + ":123456789012:userpool/" + p.UserPoolID,
		CreationDate:           epoch(p.created),
		LastModifiedDate:       epoch(p.created),
		Policies:               poolPolicies{p.cfg.PasswordPolicy, signInPolicy{[]string{"PASSWORD"}}},
		MfaConfiguration:       p.mfa.mode.wireMode(),
		AutoVerifiedAttributes: p.cfg.AutoVerifiedAttributes,
		AliasAttributes:        p.cfg.AliasAttributes,
		UsernameAttributes:     p.cfg.UsernameAttributes,
		UsernameConfiguration:  usernameConfiguration{p.cfg.CaseSensitive},
		AccountRecoverySetting: p.describeRecovery(),
		DeviceConfiguration:    p.describeDevices(),
		SchemaAttributes:       p.describeSchema(),
		UserPoolTier:           "ESSENTIALS",
		EstimatedNumberOfUsers: len(p.users.byName),
	}}, nil
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

func (p *Pool) describeSchema() []schemaAttribute {
	schema := []schemaAttribute{{Name: attrSub, AttributeDataType: "String", Required: true}}
	for _, name := range slices.Concat(standardAttributes(), p.cfg.CustomAttributes) {
		schema = append(schema, schemaAttribute{
			Name: name, AttributeDataType: "String", Mutable: true, Required: slices.Contains(p.cfg.RequiredAttributes, name),
		})
	}
	for _, name := range []string{attrEmailVerified, attrPhoneVerified} {
		schema = append(schema, schemaAttribute{Name: name, AttributeDataType: "Boolean", Mutable: true})
	}
	return schema
}
