package authtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"sync"
	"time"
)

// appClient is one app client of a pool. It never changes: whoever updates a client puts another one in its place.
type appClient struct {
	id, name string
	// secret is "" for a client without one.
	secret string
	// flows are its ExplicitAuthFlows.
	flows []string
	// hideUsers hides who exists: PreventUserExistenceErrors.
	hideUsers bool
	// rotation replaces refresh tokens when they are used; the old ones work for the grace period.
	rotation bool
	grace    time.Duration
	// sessionValidity is how long a challenge may be answered, the others how long the tokens live.
	sessionValidity, accessValidity, idValidity, refreshValidity time.Duration
	// writable are the attributes that users may write through the client; nil is all of them.
	writable []string
}

// newAppClient makes the app client that a Config describes.
func newAppClient(cfg Config) *appClient {
	c := &appClient{
		id: newClientID(), name: "authtest", flows: cfg.ExplicitAuthFlows, hideUsers: cfg.PreventUserExistenceErrors,
		rotation: cfg.RefreshTokenRotation, grace: cfg.RetryGracePeriod,
		sessionValidity: cfg.AuthSessionValidity, accessValidity: cfg.AccessTokenValidity,
		idValidity: cfg.IDTokenValidity, refreshValidity: cfg.RefreshTokenValidity,
	}
	if cfg.ClientSecret {
		c.secret = newClientSecret()
	}
	return c
}

func newClientID() string { return randomText(26, lowerAlphanumeric) }

func newClientSecret() string { return randomText(52, lowerAlphanumeric) }

// allows reports whether a sign-in may begin with the flow.
func (c *appClient) allows(flow string) bool {
	return slices.Contains(c.flows, "ALLOW_"+flow)
}

// mayWrite reports whether users may write the attribute through the client.
func (c *appClient) mayWrite(attribute string) bool {
	return c.writable == nil || slices.Contains(c.writable, attribute)
}

// secretComplaint says what is wrong with the client secret itself, which some calls send in place of a hash.
func (c *appClient) secretComplaint(secret string) string {
	switch {
	case c.secret == "" && secret != "":
		return "Client " + c.id + " is not configured for secret but secret was received"
	case c.secret != "" && secret == "":
		return "Client " + c.id + " is configured with secret but secret was not received"
	case !sameSecret(c.secret, secret):
		return "Unable to verify secret for client " + c.id
	}
	return ""
}

// checkSecretHash wants the hash exactly where the app client has a secret. The user name in the hash is the typed one in
// the first call of a flow and the internal one in answers to challenges.
func (c *appClient) checkSecretHash(hash, username string) error {
	switch {
	case c.secret == "" && hash == "":
		return nil
	case c.secret == "":
		return notAuthorized("Client " + c.id + " is not configured for secret but secret hash was received")
	case hash == "":
		return notAuthorized("Client " + c.id + " is configured with secret but SECRET_HASH was not received")
	}
	h := hmac.New(sha256.New, []byte(c.secret))
	h.Write([]byte(username + c.id))
	if want := base64.StdEncoding.EncodeToString(h.Sum(nil)); !hmac.Equal([]byte(want), []byte(hash)) {
		return notAuthorized("Unable to verify secret hash for client " + c.id)
	}
	return nil
}

// appClients are the app clients of a pool, by id. They have a lock of their own, so that a client can be looked up with or
// without the pool's.
type appClients struct {
	mu   sync.Mutex
	byID map[string]*appClient
}

func newAppClients(first *appClient) *appClients {
	return &appClients{byID: map[string]*appClient{first.id: first}}
}

func (all *appClients) find(id string) *appClient {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.byID[id]
}

// client finds an app client of the pool. It may be called with the pool's lock held.
func (p *Pool) client(id string) (*appClient, error) {
	if c := p.clients.find(id); c != nil {
		return c, nil
	}
	return nil, refuse(codeResourceNotFound, "User pool client %s does not exist.", id)
}

// checkPool refuses another pool's id.
func (p *Pool) checkPool(id string) error {
	if id != p.UserPoolID {
		return refuse(codeResourceNotFound, "User pool %s does not exist.", id)
	}
	return nil
}
