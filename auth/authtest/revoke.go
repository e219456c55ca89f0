package authtest

type revokeTokenInput struct {
	Token        string `wire:"Token,Token,required"`
	ClientID     string `wire:"ClientId,ClientId,required"`
	ClientSecret string `wire:"ClientSecret,ClientSecret"`
}

type globalSignOutInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

// revokeToken ends the sign-in that a refresh token belongs to. A token that is dead or unknown is no error, as in RFC 7009.
func (p *Pool) revokeToken(in revokeTokenInput) (any, error) {
	notIssued := refuse(codeUnauthorized, "The token was not issued to this client.")
	c := p.clients.find(in.ClientID)
	if c == nil {
		return nil, notIssued
	}
	if complaint := c.secretComplaint(in.ClientSecret); complaint != "" {
		return nil, refuse(codeUnauthorized, "%s", complaint)
	}
	if !*c.settings.EnableTokenRevocation {
		return nil, refuse(codeUnsupportedOperation, "Token revocation is not enabled for this client.")
	}
	if _, err := p.verifiedPayload(in.Token); err == nil {
		return nil, refuse(codeUnsupportedTokenType, "Only refresh tokens can be revoked.")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.logins.find(in.Token)
	switch {
	case t == nil:
	case t.client.id != c.id:
		return nil, notIssued
	default:
		t.revoked = true
	}
	return struct{}{}, nil
}

// globalSignOut ends all sign-ins of the user.
func (p *Pool) globalSignOut(in globalSignOutInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	p.logins.end(u)
	return struct{}{}, nil
}
