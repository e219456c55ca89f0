package authtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// appClient is an app client of a pool. It is immutable: an update replaces it.
type appClient struct {
	id, name string
	// secrets are the oldest first; a public client has none.
	secrets           []clientSecret
	created, modified time.Time
	// settings are what the rest is made of.
	settings clientSettings
	// flows are its ExplicitAuthFlows.
	flows []string
	// hideUsers hides who exists: PreventUserExistenceErrors.
	hideUsers bool
	// rotation replaces refresh tokens when they are used; the old ones work for the grace period.
	rotation bool
	grace    time.Duration
	// sessionValidity is how long a challenge may be answered, the others how long the tokens live.
	sessionValidity, accessValidity, idValidity, refreshValidity time.Duration
	// readable and writable are the attributes that users may read and write through the client.
	readable, writable []string
}

// with returns the client with other settings.
func (c appClient) with(s clientSettings) *appClient {
	c.settings, c.flows, c.hideUsers = s, s.allowed(), s.PreventUserExistenceErrors == existenceHidden
	c.rotation, c.grace = s.rotates(), 0
	if c.rotation {
		c.grace = time.Duration(s.RefreshTokenRotation.RetryGracePeriodSeconds) * time.Second
	}
	c.sessionValidity = time.Duration(s.AuthSessionValidity) * time.Minute
	c.accessValidity, c.idValidity, c.refreshValidity = s.validities()
	c.readable, c.writable = s.ReadAttributes, s.WriteAttributes
	if len(c.readable) == 0 {
		c.readable = append(standardAttributes(), attrEmailVerified, attrPhoneVerified)
	}
	if len(c.writable) == 0 {
		c.writable = standardAttributes()
	}
	return &c
}

// configClient makes the app client that a Config describes. Users read and write every attribute
// through it.
func configClient(cfg Config, now time.Time) *appClient {
	s := clientSettings{
		AccessTokenValidity:  int(cfg.AccessTokenValidity.Seconds()),
		IDTokenValidity:      int(cfg.IDTokenValidity.Seconds()),
		RefreshTokenValidity: int(cfg.RefreshTokenValidity.Seconds()),
		AuthSessionValidity:  int(cfg.AuthSessionValidity.Minutes()),
		TokenValidityUnits:   &tokenValidityUnits{AccessToken: "seconds", IDToken: "seconds", RefreshToken: "seconds"},
		ExplicitAuthFlows:    cfg.ExplicitAuthFlows,
	}
	cfg.ManagedLogin.configure(&s)
	if cfg.PreventUserExistenceErrors {
		s.PreventUserExistenceErrors = existenceHidden
	}
	revocable := !cfg.TokenRevocationOff
	s.EnableTokenRevocation = &revocable
	if cfg.RefreshTokenRotation {
		s.RefreshTokenRotation = &refreshTokenRotation{featureEnabled, int(cfg.RetryGracePeriod.Seconds())}
	}
	if len(cfg.CustomAttributes) > 0 {
		s.WriteAttributes = slices.Concat(standardAttributes(), cfg.CustomAttributes)
		s.ReadAttributes = append(slices.Clone(s.WriteAttributes), attrEmailVerified, attrPhoneVerified)
	}
	id := cfg.ClientID
	if id == "" {
		id = newClientID()
	}
	c := appClient{id: id, name: "authtest", created: now, modified: now}.with(s.withDefaults())
	// The API counts whole seconds and minutes.
	c.grace, c.sessionValidity = cfg.RetryGracePeriod, cfg.AuthSessionValidity
	c.accessValidity = cfg.AccessTokenValidity
	c.idValidity, c.refreshValidity = cfg.IDTokenValidity, cfg.RefreshTokenValidity
	if cfg.ClientSecret {
		confidential := c.withSecret(newClientSecret(), now)
		return &confidential
	}
	return c
}

func newClientID() string { return randomText(26, lowerAlphanumeric) }

func newClientSecret() string { return randomText(52, lowerAlphanumeric) }

// allows reports whether a sign-in may begin with the flow.
func (c *appClient) allows(flow string) bool {
	switch flow {
	case flowAdminNoSRP:
		flow = flowAdminPassword // the same under its old name
	case flowRefreshShort:
		flow = flowRefresh
	}
	if flow == flowRefresh && c.rotation {
		return false
	}
	return slices.Contains(c.flows, allowPrefix+flow)
}

// mayWrite reports whether users may write the attribute through the client.
func (c *appClient) mayWrite(attribute string) bool {
	return slices.Contains(c.writable, attribute)
}

// mayRead reports whether users see the attribute through the client.
func (c *appClient) mayRead(attribute string) bool {
	return attribute == attrSub || slices.Contains(c.readable, attribute)
}

// secretComplaint returns what is wrong with the client secret itself, which some calls send
// instead of a hash.
func (c *appClient) secretComplaint(secret string) string {
	switch {
	case c.secret() == "" && secret != "":
		return "Client " + c.id + " is not configured for secret but secret was received"
	case c.secret() != "" && secret == "":
		return "Client " + c.id + " is configured with secret but secret was not received"
	case secret != "" && !c.anySecret(func(own string) bool { return sameSecret(own, secret) }):
		return "Unable to verify secret for client " + c.id
	}
	return ""
}

// checkSecretHash requires a hash exactly if the app client has a secret. The user name in the hash
// is the one in the same call: the client may use any name of the user, but the same for both.
func (c *appClient) checkSecretHash(hash, username string) error {
	switch {
	case c.secret() == "" && hash == "":
		return nil
	case c.secret() == "":
		return notAuthorized("Client " + c.id + " is not configured for secret but secret hash was received")
	case hash == "":
		return notAuthorized("Client " + c.id + " is configured with secret but SECRET_HASH was not received")
	}
	if !c.anySecret(func(secret string) bool { return c.secretHashed(secret, username, hash) }) {
		return notAuthorized("Unable to verify secret hash for client " + c.id)
	}
	return nil
}

// secretHashed reports whether hash is the SECRET_HASH of the user name under the secret.
func (c *appClient) secretHashed(secret, username, hash string) bool {
	return hmac.Equal([]byte(c.secretHash(secret, username)), []byte(hash))
}

func (c *appClient) secretHash(secret, username string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(username + c.id))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// appClients are the app clients of a pool, by id. They have a lock of their own, so that a client
// can be looked up with or without the pool's.
type appClients struct {
	mu   sync.Mutex
	byID map[string]*appClient
}

func newAppClients() *appClients {
	return &appClients{byID: map[string]*appClient{}}
}

// put adds the client, replacing an older one with the same id.
func (all *appClients) put(c *appClient) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.byID[c.id] = c
}

func (all *appClients) remove(c *appClient) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.byID, c.id)
}

// list is all clients, by id.
func (all *appClients) list() []*appClient {
	all.mu.Lock()
	defer all.mu.Unlock()
	return slices.SortedFunc(maps.Values(all.byID), func(a, b *appClient) int { return strings.Compare(a.id, b.id) })
}

func (all *appClients) find(id string) *appClient {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.byID[id]
}
