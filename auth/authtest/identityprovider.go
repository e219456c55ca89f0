package authtest

import (
	"slices"
)

// identityProvider is another service at which users of the pool may sign in, as the API describes
// it.
type identityProvider struct {
	UserPoolID string `json:"UserPoolId"`
	providerSummary
	ProviderDetails  map[string]string
	AttributeMapping map[string]string `json:",omitempty"`
	IdpIdentifiers   []string          `json:",omitempty"`
}

type providerSummary struct {
	ProviderName     string
	ProviderType     string
	CreationDate     float64
	LastModifiedDate float64
}

type providerTarget struct {
	UserPoolID   string `wire:"UserPoolId,UserPoolId,required"`
	ProviderName string `wire:"ProviderName,ProviderName,required"`
}

type providerTargetInput struct {
	providerTarget
}

type createProviderInput struct {
	providerTarget
	ProviderType     string            `wire:"ProviderType,ProviderType,required"`
	ProviderDetails  map[string]string `wire:"ProviderDetails,,required"`
	AttributeMapping map[string]string `wire:"AttributeMapping"`
	IdpIdentifiers   []string          `wire:"IdpIdentifiers,IdpIdentifier,max=50"`
}

type updateProviderInput struct {
	providerTarget
	ProviderDetails  map[string]string `wire:"ProviderDetails"`
	AttributeMapping map[string]string `wire:"AttributeMapping"`
	IdpIdentifiers   []string          `wire:"IdpIdentifiers,IdpIdentifier,max=50"`
}

type providerByIdentifierInput struct {
	UserPoolID    string `wire:"UserPoolId,UserPoolId,required"`
	IdpIdentifier string `wire:"IdpIdentifier,IdpIdentifier,required"`
}

type listProvidersInput struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	MaxResults int    `wire:"MaxResults,PageSize"`
	NextToken  string `wire:"NextToken,PaginationToken"`
}

type providerOutput struct {
	IdentityProvider identityProvider
}

type listProvidersOutput struct {
	Providers []providerSummary
	NextToken string `json:",omitempty"`
}

func (o *hostedAdmin) createIdentityProvider(in createProviderInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if o.hosted.providers[in.ProviderName] != nil {
		return nil, refuse(codeDuplicateProvider, "A provider with the name %s already exists in this user pool.",
			in.ProviderName)
	}
	now := epoch(o.clock.now())
	p := &identityProvider{
		UserPoolID: o.identity.id,
		providerSummary: providerSummary{
			ProviderName: in.ProviderName, ProviderType: in.ProviderType, CreationDate: now, LastModifiedDate: now,
		},
		ProviderDetails: in.ProviderDetails, AttributeMapping: in.AttributeMapping, IdpIdentifiers: in.IdpIdentifiers,
	}
	o.hosted.providers[in.ProviderName] = p
	return providerOutput{*p}, nil
}

func (o *hostedAdmin) describeIdentityProvider(in providerTargetInput) (any, error) {
	p, err := o.managedProvider(in.providerTarget)
	if err != nil {
		return nil, err
	}
	return providerOutput{*p}, nil
}

func (o *hostedAdmin) getIdentityProviderByIdentifier(in providerByIdentifierInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	for _, p := range o.hosted.providers {
		if slices.Contains(p.IdpIdentifiers, in.IdpIdentifier) {
			return providerOutput{*p}, nil
		}
	}
	return nil, unknownProvider(in.IdpIdentifier)
}

// updateIdentityProvider changes what the call contains and keeps the rest.
func (o *hostedAdmin) updateIdentityProvider(in updateProviderInput) (any, error) {
	p, err := o.managedProvider(in.providerTarget)
	if err != nil {
		return nil, err
	}
	if in.ProviderDetails != nil {
		p.ProviderDetails = in.ProviderDetails
	}
	if in.AttributeMapping != nil {
		p.AttributeMapping = in.AttributeMapping
	}
	if in.IdpIdentifiers != nil {
		p.IdpIdentifiers = in.IdpIdentifiers
	}
	p.LastModifiedDate = epoch(o.clock.now())
	return providerOutput{*p}, nil
}

func (o *hostedAdmin) deleteIdentityProvider(in providerTargetInput) (any, error) {
	p, err := o.managedProvider(in.providerTarget)
	if err != nil {
		return nil, err
	}
	delete(o.hosted.providers, p.ProviderName)
	return noOutput{}, nil
}

func (o *hostedAdmin) listIdentityProviders(in listProvidersInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	providers, next, err := page(o.list("ListIdentityProviders"), sortedValues(o.hosted.providers),
		func(p *identityProvider) string { return p.ProviderName }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := listProvidersOutput{Providers: []providerSummary{}, NextToken: next}
	for _, p := range providers {
		out.Providers = append(out.Providers, p.providerSummary)
	}
	return out, nil
}

// managedProvider returns the identity provider of an administrator's call.
func (o *hostedAdmin) managedProvider(target providerTarget) (*identityProvider, error) {
	if err := o.checkPool(target.UserPoolID); err != nil {
		return nil, err
	}
	if p := o.hosted.providers[target.ProviderName]; p != nil {
		return p, nil
	}
	return nil, unknownProvider(target.ProviderName)
}

func unknownProvider(name string) error {
	return refuse(codeResourceNotFound, "Identity provider %s does not exist.", name)
}
