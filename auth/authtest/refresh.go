package authtest

type getTokensInput struct {
	RefreshToken   string            `wire:"RefreshToken,Token,required"`
	ClientID       string            `wire:"ClientId,ClientId,required"`
	ClientSecret   string            `wire:"ClientSecret,ClientSecret"`
	DeviceKey      string            `wire:"DeviceKey,DeviceKey"`
	ClientMetadata map[string]string `wire:"ClientMetadata"`
}

type getTokensOutput struct {
	AuthenticationResult *authenticationResult
}

func (p *Pool) getTokensFromRefreshToken(in getTokensInput) (any, error) {
	c, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	if complaint := c.secretComplaint(in.ClientSecret); complaint != "" {
		return nil, notAuthorized(complaint)
	}
	g, err := p.refresh(c, in)
	if err != nil {
		return nil, err
	}
	result, err := p.result(g)
	if err != nil {
		return nil, err
	}
	return getTokensOutput{AuthenticationResult: result}, nil
}

func (p *Pool) refresh(c *appClient, in getTokensInput) (*grant, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.renew(c, in)
}

// renew is refresh with the pool's lock held.
func (p *Pool) renew(c *appClient, in getTokensInput) (*grant, error) {
	t := p.logins.find(in.RefreshToken)
	if t == nil || t.client.id != c.id {
		return nil, notAuthorized(textInvalidRefreshToken)
	}
	if err := p.checkRefresh(c, t, in.DeviceKey); err != nil {
		return nil, err
	}
	overrides, err := p.preTokenGeneration(t.user, sourceRefresh, caller{clientID: c.id, metadata: in.ClientMetadata})
	if err != nil {
		return nil, err
	}
	// The token may have died while the trigger ran.
	if err := p.checkRefresh(c, t, in.DeviceKey); err != nil {
		return nil, err
	}
	t.client = c // as it is now
	g := p.grantFor(t.login)
	g.override(overrides)
	if c.rotation {
		if t.rotated.IsZero() {
			t.rotated = p.Now()
		}
		g.refreshToken = p.logins.add(t.login)
	}
	return g, nil
}

// checkRefresh wants a living token. Where devices are tracked it also wants the key of the confirmed device that the token was
// issued to: the SDKs' reference says that a new key would be handed out otherwise, but clients report the refusal.
func (p *Pool) checkRefresh(c *appClient, t *refreshToken, deviceKey string) error {
	now := p.Now()
	switch {
	case !p.users.has(t.user):
		return refuse(codeUserNotFound, textUserDoesNotExist)
	case t.user.disabled:
		return notAuthorized(textUserDisabled)
	case t.revoked || t.refreshRevoked:
		return notAuthorized("Refresh Token has been revoked")
	case !now.Before(t.expires):
		return notAuthorized("Refresh Token has expired")
	case !t.rotated.IsZero() && !now.Before(t.rotated.Add(c.grace)):
		return refuse(codeRefreshTokenReuse, "Refresh Token has been rotated.")
	case p.cfg.Devices != DevicesOff && (t.deviceKey != deviceKey || t.user.knownDevice(deviceKey) == nil):
		return notAuthorized(textInvalidRefreshToken)
	}
	return nil
}

// beginRefresh is the older way to refresh tokens, which hands out no refresh token. PreTokenGeneration gets no ClientMetadata from
// InitiateAuth.
func (p *Pool) beginRefresh(b beginning) (outcome, error) {
	in := getTokensInput{RefreshToken: b.parameters["REFRESH_TOKEN"], DeviceKey: b.parameters["DEVICE_KEY"]}
	if t := p.logins.find(in.RefreshToken); t != nil {
		if err := b.client.checkRefreshHash(b.parameters["SECRET_HASH"], t.user); err != nil {
			return outcome{}, err
		}
	}
	g, err := p.renew(b.client, in)
	return outcome{grant: g}, err
}

// checkRefreshHash wants the hash over the user name that is in the tokens, or over the sub: an alias is in neither.
func (c *appClient) checkRefreshHash(hash string, u *user) error {
	err := c.checkSecretHash(hash, u.username)
	if err != nil && c.checkSecretHash(hash, u.sub) == nil {
		return nil
	}
	return err
}
