package authtest

import (
	"crypto/sha256"
	"time"
)

// login is a finished sign-in: what its tokens share for as long as they are refreshed.
type login struct {
	user *user
	// client is the app client that the tokens were issued to, as it was then.
	client    *appClient
	originJTI string
	// at is the auth_time, expires the end of the refresh tokens.
	at, expires time.Time
	// deviceKey is the device that the tokens are bound to, if any.
	deviceKey string
	// revoked logins have no working token left.
	revoked bool
	// refreshRevoked ones are not refreshed any more; their access tokens work until they expire.
	refreshRevoked bool
}

// refreshToken is what the pool keeps of a refresh token.
type refreshToken struct {
	*login
	// rotated is when the token was first exchanged for another one.
	rotated time.Time
}

// logins are kept by their origin_jti, by the event_id of their access tokens, and by the hashes of
// their refresh tokens.
type logins struct {
	byOrigin map[string]*login
	byEvent  map[string]*login
	byToken  map[[sha256.Size]byte]*refreshToken
}

func newLogins() logins {
	return logins{byOrigin: map[string]*login{}, byEvent: map[string]*login{}, byToken: map[[sha256.Size]byte]*refreshToken{}}
}

// add hands out the login's next refresh token.
func (all logins) add(l *login) string {
	token := newRefreshToken()
	l.user.signedIn = true
	all.byOrigin[l.originJTI] = l
	all.byToken[sha256.Sum256([]byte(token))] = &refreshToken{login: l}
	return token
}

func (all logins) find(token string) *refreshToken {
	return all.byToken[sha256.Sum256([]byte(token))]
}

// event returns the login's next tokens an event_id. Not every access token has an origin_jti to be
// found by.
func (all logins) event(l *login) string {
	id := newUUID()
	all.byEvent[id] = l
	return id
}

// revoked reports whether the access token with that event_id was revoked.
func (all logins) revoked(eventID string) bool {
	l := all.byEvent[eventID]
	return l != nil && l.revoked
}

// end revokes all of the user's logins.
func (all logins) end(u *user) {
	for _, l := range all.byOrigin {
		if l.user == u {
			l.revoked = true
		}
	}
}

// grantTokens ends a sign-in. Where devices are tracked, one that presented no device gets the key
// of a new one.
func (a *authentication) grantTokens(in signIn) (outcome, error) {
	if err := a.lambdas.postAuthentication(in, a.settings.cfg.Devices != DevicesOff && a.devices.presented(in) == nil); err != nil {
		return outcome{}, err
	}
	overrides, err := a.lambdas.preTokenGeneration(in.user, in.tokenSource(), in.caller())
	if err != nil {
		return outcome{}, err
	}
	now := a.clock.now()
	l := &login{user: in.user, client: in.client, originJTI: newUUID(), at: now, expires: now.Add(in.client.refreshValidity)}
	var created *newDeviceMetadata
	if a.devices.tracks(in) {
		d := a.devices.presented(in)
		if d == nil {
			d = a.devices.issueDevice(in.user)
			created = &newDeviceMetadata{DeviceKey: d.key, DeviceGroupKey: d.groupKey}
		}
		d.authenticated = now
		if !in.aliased || in.provenKey == d.key {
			l.deviceKey = d.key
		}
	}
	g := a.tokens.logins.grant(l, a.clock.now())
	g.override(overrides)
	g.newDevice, g.refreshToken = created, a.tokens.logins.add(l)
	return outcome{grant: g}, nil
}

type revokeTokenInput struct {
	Token        string `wire:"Token,Token,required"`
	ClientID     string `wire:"ClientId,ClientId,required"`
	ClientSecret string `wire:"ClientSecret,ClientSecret"`
}

type globalSignOutInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
}

// refresher exchanges and revokes refresh tokens.
type refresher struct {
	*core
}

// revokeToken ends the sign-in that a refresh token belongs to. A token that is dead or unknown is
// no error, as in RFC 7009.
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

// globalSignOut ends all sign-ins of the user.
func (o *ownAccount) globalSignOut(in globalSignOutInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	o.tokens.logins.end(u)
	return struct{}{}, nil
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
	overrides, err := r.lambdas.preTokenGeneration(t.user, sourceRefresh, caller{clientID: c.id, metadata: in.ClientMetadata})
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

// checkRefresh wants a living token. Where devices are tracked it also wants the key of the
// confirmed device that the token was issued to: the SDKs' reference says that a new key would be
// handed out otherwise, but clients report the refusal.
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
	case r.settings.cfg.Devices != DevicesOff && (t.deviceKey != deviceKey || t.user.knownDevice(deviceKey) == nil):
		return notAuthorized(textInvalidRefreshToken)
	}
	return nil
}

// beginRefresh is the older way to refresh tokens, which hands out no refresh token.
// PreTokenGeneration gets no ClientMetadata from InitiateAuth.
func (a *authentication) beginRefresh(b beginning) (outcome, error) {
	in := getTokensInput{RefreshToken: b.parameters["REFRESH_TOKEN"], DeviceKey: b.parameters["DEVICE_KEY"]}
	if t := a.tokens.logins.find(in.RefreshToken); t != nil {
		if err := b.client.checkRefreshHash(b.parameters["SECRET_HASH"], t.user); err != nil {
			return outcome{}, err
		}
	}
	g, err := a.refresher.renew(b.client, in)
	return outcome{grant: g}, err
}

// checkRefreshHash wants the hash over the user name that is in the tokens, or over the sub: an
// alias is in neither.
func (c *appClient) checkRefreshHash(hash string, u *user) error {
	err := c.checkSecretHash(hash, u.username)
	if err != nil && c.checkSecretHash(hash, u.sub) == nil {
		return nil
	}
	return err
}
