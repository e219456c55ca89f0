package authtest

// resourceServer is an API whose scopes access tokens may have, as the API describes it.
type resourceServer struct {
	UserPoolID string `json:"UserPoolId"`
	Identifier string
	Name       string
	Scopes     []resourceScope `json:",omitempty"`
}

type resourceScope struct {
	ScopeName        string `wire:"ScopeName,ResourceName,required"`
	ScopeDescription string `wire:"ScopeDescription,ResourceName,required"`
}

type resourceServerTarget struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	Identifier string `wire:"Identifier,ResourceName,required"`
}

type resourceServerTargetInput struct {
	resourceServerTarget
}

type resourceServerInput struct {
	resourceServerTarget
	Name   string          `wire:"Name,ResourceName,required"`
	Scopes []resourceScope `wire:"Scopes,,max=100"`
}

type listResourceServersInput struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	MaxResults int    `wire:"MaxResults,ResourceServerPageSize"`
	NextToken  string `wire:"NextToken,PaginationToken"`
}

type resourceServerOutput struct {
	ResourceServer resourceServer
}

type listResourceServersOutput struct {
	ResourceServers []resourceServer
	NextToken       string `json:",omitempty"`
}

func (o *hostedAdmin) createResourceServer(in resourceServerInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if o.hosted.resourceServers[in.Identifier] != nil {
		return nil, refuse(codeInvalidParameter, "A resource server with the identifier %s already exists.",
			in.Identifier)
	}
	rs := &resourceServer{UserPoolID: o.identity.id, Identifier: in.Identifier, Name: in.Name, Scopes: in.Scopes}
	o.hosted.resourceServers[in.Identifier] = rs
	return resourceServerOutput{*rs}, nil
}

func (o *hostedAdmin) describeResourceServer(in resourceServerTargetInput) (any, error) {
	rs, err := o.managedResourceServer(in.resourceServerTarget)
	if err != nil {
		return nil, err
	}
	return resourceServerOutput{*rs}, nil
}

// updateResourceServer replaces the name and the scopes.
func (o *hostedAdmin) updateResourceServer(in resourceServerInput) (any, error) {
	rs, err := o.managedResourceServer(in.resourceServerTarget)
	if err != nil {
		return nil, err
	}
	rs.Name, rs.Scopes = in.Name, in.Scopes
	return resourceServerOutput{*rs}, nil
}

func (o *hostedAdmin) deleteResourceServer(in resourceServerTargetInput) (any, error) {
	rs, err := o.managedResourceServer(in.resourceServerTarget)
	if err != nil {
		return nil, err
	}
	delete(o.hosted.resourceServers, rs.Identifier)
	return noOutput{}, nil
}

func (o *hostedAdmin) listResourceServers(in listResourceServersInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	fill(&in.MaxResults, mostResourceServers)
	servers, next, err := page(o.list("ListResourceServers"), sortedValues(o.hosted.resourceServers),
		func(rs *resourceServer) string { return rs.Identifier }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := listResourceServersOutput{ResourceServers: []resourceServer{}, NextToken: next}
	for _, rs := range servers {
		out.ResourceServers = append(out.ResourceServers, *rs)
	}
	return out, nil
}

// mostResourceServers is how many resource servers a page has at most.
const mostResourceServers = 50

// managedResourceServer returns the resource server of an administrator's call.
func (o *hostedAdmin) managedResourceServer(target resourceServerTarget) (*resourceServer, error) {
	if err := o.checkPool(target.UserPoolID); err != nil {
		return nil, err
	}
	if rs := o.hosted.resourceServers[target.Identifier]; rs != nil {
		return rs, nil
	}
	return nil, refuse(codeResourceNotFound, "Resource server %s does not exist.", target.Identifier)
}
