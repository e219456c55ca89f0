package authtest

import (
	"slices"
)

type clientTarget struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	ClientID   string `wire:"ClientId,ClientId,required"`
}

type clientInput struct {
	clientTarget
}

type createUserPoolClientInput struct {
	UserPoolID     string `wire:"UserPoolId,UserPoolId,required"`
	ClientName     string `wire:"ClientName,PoolName,required"`
	GenerateSecret bool   `wire:"GenerateSecret"`
	ClientSecret   string `wire:"ClientSecret,GivenClientSecret"`
	clientSettings
}

type updateUserPoolClientInput struct {
	clientTarget
	ClientName string `wire:"ClientName,PoolName"`
	clientSettings
}

type listUserPoolClientsInput struct {
	UserPoolID string `wire:"UserPoolId,UserPoolId,required"`
	MaxResults int    `wire:"MaxResults,PoolPageSize"`
	NextToken  string `wire:"NextToken,PaginationToken"`
}

type clientOutput struct {
	UserPoolClient clientDescription
}

type clientDescription struct {
	clientSummary
	ClientSecret     string `json:",omitempty"`
	CreationDate     float64
	LastModifiedDate float64
	clientSettings
}

type clientSummary struct {
	ClientID   string `json:"ClientId"`
	UserPoolID string `json:"UserPoolId"`
	ClientName string
}

type listUserPoolClientsOutput struct {
	UserPoolClients []clientSummary
	NextToken       string `json:",omitempty"`
}

// clientAdmin are the administrator's operations on app clients.
type clientAdmin struct {
	*core
}

func (o *clientAdmin) createUserPoolClient(in createUserPoolClientInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	now := o.clock.now()
	c := appClient{id: newClientID(), name: in.ClientName, created: now, modified: now}
	switch {
	case in.GenerateSecret && in.ClientSecret != "":
		return nil, refuse(codeInvalidParameter, "GenerateSecret and ClientSecret cannot go together.")
	case in.GenerateSecret:
		c = c.withSecret(newClientSecret(), now)
	case in.ClientSecret != "":
		c = c.withSecret(in.ClientSecret, now)
	}
	return o.putClient(c, in.clientSettings, "creating")
}

// updateUserPoolClient replaces the settings. A setting that the call omits returns to its default;
// the name and the secret are kept. Sign-ins in progress continue with the new settings.
func (o *clientAdmin) updateUserPoolClient(in updateUserPoolClientInput) (any, error) {
	old, err := o.managedClient(in.clientTarget)
	if err != nil {
		return nil, err
	}
	c := *old
	c.modified = o.clock.now()
	if in.ClientName != "" {
		c.name = in.ClientName
	}
	return o.putClient(c, in.clientSettings, "updating")
}

// putClient stores the client with the settings. The verb is for the text of errors.
func (o *clientAdmin) putClient(c appClient, given clientSettings, verb string) (any, error) {
	s := given.withDefaults()
	if s.EnablePropagateAdditionalUserContextData && c.secret() == "" {
		return nil, refuse(codeInvalidParameter,
			"EnablePropagateAdditionalUserContextData needs a client with a secret.")
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := o.settings.checkClientLists(s, verb); err != nil {
		return nil, err
	}
	next := c.with(s)
	o.clients.put(next)
	return clientOutput{UserPoolClient: o.describeClient(next)}, nil
}

// checkClientLists refuses lists of attributes that are not in the schema. Users cannot write what
// only the service sets, and must be able to write what the pool requires of them.
func (st *settings) checkClientLists(s clientSettings, verb string) error {
	unknown := func(name string) bool { return st.schema.index(name) < 0 }
	unwritable := func(name string) bool {
		return unknown(name) || slices.Contains([]string{attrSub, attrEmailVerified, attrPhoneVerified}, name)
	}
	left := slices.ContainsFunc(st.cfg.RequiredAttributes, func(name string) bool {
		return len(s.WriteAttributes) > 0 && !slices.Contains(s.WriteAttributes, name)
	})
	switch {
	case slices.ContainsFunc(s.ReadAttributes, unknown):
		return refuse(codeInvalidParameter, "Invalid read attributes specified while %s a client", verb)
	case left || slices.ContainsFunc(s.WriteAttributes, unwritable):
		return refuse(codeInvalidParameter, "Invalid write attributes specified while %s a client", verb)
	}
	return nil
}

func (o *clientAdmin) describeUserPoolClient(in clientInput) (any, error) {
	c, err := o.managedClient(in.clientTarget)
	if err != nil {
		return nil, err
	}
	return clientOutput{UserPoolClient: o.describeClient(c)}, nil
}

func (o *clientAdmin) describeClient(c *appClient) clientDescription {
	return clientDescription{
		clientSummary: o.clientSummary(c), ClientSecret: c.secret(),
		CreationDate: epoch(c.created), LastModifiedDate: epoch(c.modified), clientSettings: c.settings,
	}
}

func (o *clientAdmin) clientSummary(c *appClient) clientSummary {
	return clientSummary{ClientID: c.id, UserPoolID: o.identity.id, ClientName: c.name}
}

// deleteUserPoolClient also invalidates everything that was issued to the client: its tokens name a
// client that does not exist.
func (o *clientAdmin) deleteUserPoolClient(in clientInput) (any, error) {
	c, err := o.managedClient(in.clientTarget)
	if err != nil {
		return nil, err
	}
	o.clients.remove(c)
	return noOutput{}, nil
}

func (o *clientAdmin) listUserPoolClients(in listUserPoolClientsInput) (any, error) {
	if err := o.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	clients, next, err := page(o.list("ListUserPoolClients"), o.clients.list(),
		func(c *appClient) string { return c.id }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := listUserPoolClientsOutput{UserPoolClients: []clientSummary{}, NextToken: next}
	for _, c := range clients {
		out.UserPoolClients = append(out.UserPoolClients, o.clientSummary(c))
	}
	return out, nil
}
