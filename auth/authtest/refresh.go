package authtest

// refresher exchanges and revokes refresh tokens.
type refresher struct {
	*core
}

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

func (r *refresher) getTokensFromRefreshToken(in getTokensInput) (any, error) {
	c, err := r.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	if complaint := c.secretComplaint(in.ClientSecret); complaint != "" {
		return nil, notAuthorized(complaint)
	}
	g, err := r.refresh(c, in)
	if err != nil {
		return nil, err
	}
	result, err := r.tokens.result(g)
	if err != nil {
		return nil, err
	}
	return getTokensOutput{AuthenticationResult: result}, nil
}

func (r *refresher) refresh(c *appClient, in getTokensInput) (*grant, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.renew(c, in)
}

// renew is refresh with the pool's lock held.
func (r *refresher) renew(c *appClient, in getTokensInput) (*grant, error) {
	t := r.tokens.logins.find(in.RefreshToken)
	if t == nil || t.client.id != c.id {
		return nil, notAuthorized(textInvalidRefreshToken)
	}
	if err := r.checkRefresh(c, t, in.DeviceKey); err != nil {
		return nil, err
	}
	overrides, err := r.lambdas.preTokenGeneration(
		t.user,
		sourceRefresh,
		t.oauth,
		caller{clientID: c.id, metadata: in.ClientMetadata},
	)
	if err != nil {
		return nil, err
	}
	// The token may have died while the trigger ran.
	if err := r.checkRefresh(c, t, in.DeviceKey); err != nil {
		return nil, err
	}
	t.client = c // as it is now
	g := r.tokens.logins.grant(t.login, r.clock.now())
	g.override(overrides)
	if c.rotation {
		if t.rotated.IsZero() {
			t.rotated = r.clock.now()
		}
		g.refreshToken = r.tokens.logins.add(t.login)
	}
	return g, nil
}

// checkRefresh refuses a refresh token that is no longer valid. If devices are tracked, it also
// requires the key of the confirmed device to which the token was issued: by the SDKs' reference a
// new key would be issued otherwise, but clients report the refusal. Tokens of OAuth have no
// device.
func (r *refresher) checkRefresh(c *appClient, t *refreshToken, deviceKey string) error {
	now := r.clock.now()
	switch {
	case !r.users.has(t.user):
		return refuse(codeUserNotFound, textUserDoesNotExist)
	case t.user.disabled:
		return notAuthorized(textUserDisabled)
	case t.revoked || t.refreshRevoked:
		return notAuthorized("Refresh Token has been revoked")
	case !now.Before(t.expires):
		return notAuthorized("Refresh Token has expired")
	case !t.rotated.IsZero() && !now.Before(t.rotated.Add(c.grace)):
		return refuse(codeRefreshTokenReuse, "Refresh Token has been rotated.")
	case t.oauth == nil && !r.isBound(t, deviceKey):
		return notAuthorized(textInvalidRefreshToken)
	}
	return nil
}

// isBound reports whether the device is the confirmed one that the token was issued to, if devices
// are tracked.
func (r *refresher) isBound(t *refreshToken, deviceKey string) bool {
	return r.settings.cfg.Devices == DevicesOff || t.deviceKey == deviceKey && t.user.knownDevice(deviceKey) != nil
}

// beginRefresh refreshes tokens with InitiateAuth, which returns no refresh token and passes no
// ClientMetadata to PreTokenGeneration.
func (o *authOperations) beginRefresh(b beginning) (outcome, error) {
	in := getTokensInput{RefreshToken: b.parameters["REFRESH_TOKEN"], DeviceKey: b.parameters["DEVICE_KEY"]}
	if t := o.tokens.logins.find(in.RefreshToken); t != nil {
		if err := b.client.checkRefreshHash(b.parameters["SECRET_HASH"], t.user); err != nil {
			return outcome{}, err
		}
	}
	g, err := o.refresher.renew(b.client, in)
	return outcome{grant: g}, err
}

// checkRefreshHash requires a hash over the user name in the tokens or over the sub. An alias is in
// neither.
func (c *appClient) checkRefreshHash(hash string, u *user) error {
	err := c.checkSecretHash(hash, u.username)
	if err != nil && c.checkSecretHash(hash, u.sub) == nil {
		return nil
	}
	return err
}

type revokeTokenInput struct {
	Token        string `wire:"Token,Token,required"`
	ClientID     string `wire:"ClientId,ClientId,required"`
	ClientSecret string `wire:"ClientSecret,ClientSecret"`
}

// revokeToken ends the sign-in that a refresh token belongs to. An expired or unknown token is no
// error, as in RFC 7009.
func (r *refresher) revokeToken(in revokeTokenInput) (any, error) {
	notIssued := refuse(codeUnauthorized, "The token was not issued to this client.")
	c := r.clients.find(in.ClientID)
	if c == nil {
		return nil, notIssued
	}
	if complaint := c.secretComplaint(in.ClientSecret); complaint != "" {
		return nil, refuse(codeUnauthorized, "%s", complaint)
	}
	if !*c.settings.EnableTokenRevocation {
		return nil, refuse(codeUnsupportedOperation, "Token revocation is not enabled for this client.")
	}
	if _, err := r.tokens.verifiedPayload(in.Token); err == nil {
		return nil, refuse(codeUnsupportedTokenType, "Only refresh tokens can be revoked.")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tokens.logins.find(in.Token)
	switch {
	case t == nil:
	case t.client.id != c.id:
		return nil, notIssued
	default:
		t.revoked = true
	}
	return struct{}{}, nil
}
