package authtest

import (
	"slices"
)

type createUserPoolInput struct {
	PoolName string `wire:"PoolName,PoolName,required"`
	poolSettings
	AliasAttributes       []string               `wire:"AliasAttributes,AliasAttribute"`
	UsernameAttributes    []string               `wire:"UsernameAttributes,VerifiedAttribute"`
	UsernameConfiguration *usernameConfiguration `wire:"UsernameConfiguration"`
	Schema                []schemaAttribute      `wire:"Schema"`
}

type listUserPoolsInput struct {
	MaxResults int    `wire:"MaxResults,PoolPageSize,required"`
	NextToken  string `wire:"NextToken,PaginationToken"`
}

type listUserPoolsOutput struct {
	UserPools []poolSummary
	NextToken string `json:",omitempty"`
}

type poolSummary struct {
	ID               string `json:"Id"`
	Name             string
	LambdaConfig     *lambdaConfig
	CreationDate     float64
	LastModifiedDate float64
}

// createUserPool makes a pool with the defaults of the API, which are not those of Config: it has
// no app client, verifies no attribute by itself and tells Alice from alice.
func (s *service) createUserPool(in createUserPoolInput) (any, error) {
	settings := in.withDefaults()
	if err := settings.check(mfaConfig{}); err != nil {
		return nil, err
	}
	if len(in.AliasAttributes) > 0 && len(in.UsernameAttributes) > 0 {
		return nil, refuse(codeInvalidParameter, "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
	}
	cfg := Config{
		Region: s.region, AliasAttributes: in.AliasAttributes, UsernameAttributes: in.UsernameAttributes,
		CaseSensitive: in.UsernameConfiguration == nil || in.UsernameConfiguration.CaseSensitive, MFA: MFAOff,
	}
	p, err := s.newPool(cfg)
	if err != nil {
		return nil, err
	}
	if err := p.extendSchema(in.Schema); err != nil {
		return nil, err
	}
	p.name = in.PoolName
	p.apply(settings)
	out := poolOutput{UserPool: p.describe()}
	s.add(p)
	return out, nil
}

// deleteUserPool removes the pool with all that is in it.
func (p *Pool) deleteUserPool(in poolInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if p.settings.DeletionProtection == "ACTIVE" {
		return nil, refuse(codeInvalidParameter, "The user pool cannot be deleted because deletion protection is activated. "+
			"Deletion protection must be inactivated first.")
	}
	p.service.remove(p)
	return noOutput{}, nil
}

func (s *service) listUserPools(in listUserPoolsInput) (any, error) {
	pools, next, err := page(s.all(), func(p *Pool) string { return p.UserPoolID }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := listUserPoolsOutput{UserPools: []poolSummary{}, NextToken: next}
	for _, p := range pools {
		out.UserPools = append(out.UserPools, p.summary())
	}
	return out, nil
}

func (p *Pool) summary() poolSummary {
	p.mu.Lock()
	defer p.mu.Unlock()
	shown := poolSummary{
		ID: p.UserPoolID, Name: p.name, LambdaConfig: &lambdaConfig{},
		CreationDate: epoch(p.created), LastModifiedDate: epoch(p.modified),
	}
	if p.settings.LambdaConfig != nil {
		shown.LambdaConfig = p.settings.LambdaConfig
	}
	return shown
}

type updateUserPoolInput struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	PoolName   string `wire:"PoolName,PoolName"`
	poolSettings
}

// updateUserPool replaces the settings: one that the call leaves out falls back to its default. A
// name that is left out stays.
func (p *Pool) updateUserPool(in updateUserPoolInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	settings := in.withDefaults()
	if err := settings.check(p.mfa); err != nil {
		return nil, err
	}
	if in.PoolName != "" {
		p.name = in.PoolName
	}
	p.apply(settings)
	p.modified = p.Now()
	return struct{}{}, nil
}

type addCustomAttributesInput struct {
	UserPoolID       string            `wire:"UserPoolId,UserPoolId,required"`
	CustomAttributes []schemaAttribute `wire:"CustomAttributes,,required"`
}

func (p *Pool) addCustomAttributes(in addCustomAttributesInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	for _, a := range in.CustomAttributes {
		if slices.Contains(standardAttributes(), a.Name) {
			return nil, refuse(codeInvalidParameter, "%s: Existing attribute already has name %s.\n", a.Name, a.Name)
		}
	}
	if err := p.extendSchema(in.CustomAttributes); err != nil {
		return nil, err
	}
	p.modified = p.Now()
	return struct{}{}, nil
}

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

// describeAdminCreateUser repeats how long a temporary password lives under its old name. The real
// service does that too, and then refuses an update that sends both back.
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
