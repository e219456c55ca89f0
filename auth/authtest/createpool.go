package authtest

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

// createUserPool makes a pool with the defaults of the API, which are not those of Config: it has no app client, verifies no
// attribute by itself and tells Alice from alice.
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
