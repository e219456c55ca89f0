package authtest

import "slices"

type updateUserPoolInput struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	PoolName   string `wire:"PoolName,PoolName"`
	poolSettings
}

// updateUserPool replaces the settings: one that the call leaves out falls back to its default. A name that is left out stays.
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
