package authtest

type createUserPoolInput struct {
	PoolName string `wire:"PoolName,PoolName,required"`
	poolSettings
	AliasAttributes       []string               `wire:"AliasAttributes,AliasAttribute"`
	UsernameAttributes    []string               `wire:"UsernameAttributes,VerifiedAttribute"`
	UsernameConfiguration *usernameConfiguration `wire:"UsernameConfiguration"`
	Schema                []schemaAttribute      `wire:"Schema,,max=50"`
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

// createUserPool creates a pool with the defaults of the API, which differ from those of Config: it
// has no app client, verifies no attribute automatically and is case-sensitive. It is in the region
// for which the request is signed.
func (s *service) createUserPool(region string, in createUserPoolInput) (any, error) {
	settings := in.withDefaults()
	if err := settings.check(mfaConfig{}); err != nil {
		return nil, err
	}
	if len(in.AliasAttributes) > 0 && len(in.UsernameAttributes) > 0 {
		return nil, refuse(
			codeInvalidParameter,
			"Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
		)
	}
	cfg := Config{
		Region: region, AliasAttributes: in.AliasAttributes, UsernameAttributes: in.UsernameAttributes,
		CaseSensitive: in.UsernameConfiguration == nil || in.UsernameConfiguration.CaseSensitive, MFA: MFAOff,
	}
	p, err := s.newPool(cfg)
	if err != nil {
		return nil, err
	}
	if err := p.core.settings.defineSchema(in.Schema); err != nil {
		return nil, err
	}
	p.core.settings.name = in.PoolName
	p.core.settings.apply(settings)
	p.core.tokens.follow(settings.IssuerConfiguration)
	out := poolOutput{UserPool: p.poolAdmin().describe()}
	s.add(p)
	return out, nil
}

// poolAdmin are the administrator's operations on the pool itself.
type poolAdmin struct {
	*core
	hosted *hosted
	// remove takes the pool away from its address.
	remove func()
}

// deleteUserPool removes the pool with all that is in it.
func (o *poolAdmin) deleteUserPool(in poolInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if o.settings.shown.DeletionProtection == "ACTIVE" {
		return nil, refuse(
			codeInvalidParameter,
			"The user pool cannot be deleted because deletion protection is activated. "+
				"Deletion protection must be inactivated first.",
		)
	}
	if o.hosted.hasDomain() {
		return nil, refuse(codeInvalidParameter,
			"User pool cannot be deleted. It has a domain configured that should be deleted first.")
	}
	o.remove()
	return noOutput{}, nil
}

func (s *service) listUserPools(_ string, in listUserPoolsInput) (any, error) {
	pools, next, err := page("ListUserPools", s.all(),
		func(p *Pool) string { return p.UserPoolID }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := listUserPoolsOutput{UserPools: []poolSummary{}, NextToken: next}
	for _, p := range pools {
		out.UserPools = append(out.UserPools, p.poolAdmin().summary())
	}
	return out, nil
}

func (o *poolAdmin) summary() poolSummary {
	o.mu.Lock()
	defer o.mu.Unlock()
	shown := poolSummary{
		ID: o.identity.id, Name: o.settings.name, LambdaConfig: &lambdaConfig{},
		CreationDate: epoch(o.settings.created), LastModifiedDate: epoch(o.settings.modified),
	}
	if o.settings.shown.LambdaConfig != nil {
		shown.LambdaConfig = o.settings.shown.LambdaConfig
	}
	return shown
}

type updateUserPoolInput struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	PoolName   string `wire:"PoolName,PoolName"`
	poolSettings
}

// updateUserPool replaces the settings. A setting that the call omits returns to its default; the
// name is kept.
func (o *poolAdmin) updateUserPool(in updateUserPoolInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	settings := in.withDefaults()
	if err := settings.check(o.settings.mfa); err != nil {
		return nil, err
	}
	if in.PoolName != "" {
		o.settings.name = in.PoolName
	}
	o.settings.apply(settings)
	o.tokens.follow(settings.IssuerConfiguration)
	o.settings.modified = o.clock.now()
	return struct{}{}, nil
}

type addCustomAttributesInput struct {
	UserPoolID       string            `wire:"UserPoolId,UserPoolId,required"`
	CustomAttributes []schemaAttribute `wire:"CustomAttributes,,required,max=25"`
}

// addCustomAttributes adds custom attributes only: "email" becomes custom:email.
func (o *poolAdmin) addCustomAttributes(in addCustomAttributesInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if err := o.settings.addCustom(in.CustomAttributes); err != nil {
		return nil, err
	}
	o.settings.modified = o.clock.now()
	return struct{}{}, nil
}
