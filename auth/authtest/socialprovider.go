package authtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// A SocialUser is somebody with an account at an identity provider of the pool, such as Google. A
// stand-in for the provider, behind the pool's own address, shows a page on which a person chooses
// who to be.
type SocialUser struct {
	// Provider is the name of the identity provider, and Subject the id that the person has there.
	Provider string `json:"provider"`
	Subject  string `json:"subject"`
	// Claims are what the provider tells of the person besides the subject: email, email_verified,
	// name and so on. Its attribute mapping says what the pool makes of them.
	Claims map[string]any `json:"claims"`
}

// A ProviderFault is what goes wrong at an identity provider.
type ProviderFault string

// The faults that [Pool.FailProvider] can inject. The app is redirected to with the error that the
// real service reports.
const (
	// ProviderDenies refuses the person: access_denied.
	ProviderDenies ProviderFault = "denies"
	// ProviderTokenError answers the exchange of the code with status 500.
	ProviderTokenError ProviderFault = "token-error"
	// ProviderTokenTimeout does not answer the exchange of the code in time. Nobody waits for that.
	ProviderTokenTimeout ProviderFault = "token-timeout"
	// ProviderConnectionReset cuts the connection in place of an answer.
	ProviderConnectionReset ProviderFault = "connection-reset"
	// ProviderReadTimeout begins to answer the exchange of the code and does not end in time.
	// Nobody waits for that either.
	ProviderReadTimeout ProviderFault = "read-timeout"
	// ProviderKeysTimeout does not show its keys in time.
	ProviderKeysTimeout ProviderFault = "keys-timeout"
	// ProviderBadSignature signs the ID token with another key than the published one.
	ProviderBadSignature ProviderFault = "bad-signature"
	// ProviderMalformedAnswer answers the exchange of the code with what is not JSON: server_error.
	ProviderMalformedAnswer ProviderFault = "malformed-answer"
)

func providerFaults() []ProviderFault {
	return []ProviderFault{
		ProviderDenies, ProviderTokenError, ProviderTokenTimeout, ProviderConnectionReset, ProviderReadTimeout,
		ProviderKeysTimeout, ProviderBadSignature, ProviderMalformedAnswer,
	}
}

// SetSocialUser adds a person to an identity provider of the pool, or changes what it tells of the
// person. The error says that the pool has no such provider, or that there is no subject.
func (p *Pool) SetSocialUser(u SocialUser) error {
	switch {
	case !p.hasProvider(u.Provider):
		return fmt.Errorf("authtest: SetSocialUser: the pool has no identity provider %q", u.Provider)
	case u.Subject == "":
		return fmt.Errorf("authtest: SetSocialUser: there is no Subject")
	}
	u.Claims = maps.Clone(u.Claims)
	p.providers.set(u)
	return nil
}

// FailProvider makes the next sign-in through the identity provider fail, on pages and by
// [Pool.Authorize]. Further calls are for the sign-ins after that. The error says that the pool has
// no such provider, or that there is no such fault.
func (p *Pool) FailProvider(provider string, fault ProviderFault) error {
	switch {
	case !p.hasProvider(provider):
		return fmt.Errorf("authtest: FailProvider: the pool has no identity provider %q", provider)
	case !slices.Contains(providerFaults(), fault):
		return fmt.Errorf("authtest: FailProvider: there is no fault %q: want one of %q", fault, providerFaults())
	}
	p.providers.mu.Lock()
	defer p.providers.mu.Unlock()
	p.providers.faults[provider] = append(p.providers.faults[provider], fault)
	return nil
}

// hasProvider reports whether users of the pool may sign in at the identity provider.
func (p *Pool) hasProvider(name string) bool {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	return p.hosted.providers[name] != nil
}

// socialProviders stand in for the identity providers of a pool.
type socialProviders struct {
	pool identity
	keys *keyRing

	mu     sync.Mutex
	people map[string][]SocialUser
	faults map[string][]ProviderFault
	// grants are what codes and access tokens stand for.
	grants *tickets[socialGrant]
}

// socialGrant is what a provider granted to the pool.
type socialGrant struct {
	user            SocialUser
	clientID, nonce string
}

func newSocialProviders(cfg Config, pool identity, c *clock) *socialProviders {
	return &socialProviders{
		pool: pool, keys: newKeyRing(cfg, pool.id+" providers"), people: map[string][]SocialUser{},
		faults: map[string][]ProviderFault{}, grants: newTickets[socialGrant](c, pageLife),
	}
}

// set adds the person, or replaces the one with the same subject.
func (sp *socialProviders) set(u SocialUser) {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	others := slices.DeleteFunc(slices.Clone(sp.people[u.Provider]), func(other SocialUser) bool {
		return other.Subject == u.Subject
	})
	sp.people[u.Provider] = slices.SortedFunc(slices.Values(append(others, u)), func(a, b SocialUser) int {
		return strings.Compare(a.Subject, b.Subject)
	})
}

// at returns the people at a provider.
func (sp *socialProviders) at(provider string) []SocialUser {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	return slices.Clone(sp.people[provider])
}

// find returns the person with that subject.
func (sp *socialProviders) find(provider, subject string) (SocialUser, bool) {
	people := sp.at(provider)
	i := slices.IndexFunc(people, func(u SocialUser) bool { return u.Subject == subject })
	if i < 0 {
		return SocialUser{}, false
	}
	return people[i], true
}

// fails reports whether the next fault of the provider is one of these, and takes it.
func (sp *socialProviders) fails(provider string, faults ...ProviderFault) (ProviderFault, bool) {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	queue := sp.faults[provider]
	if len(queue) == 0 || !slices.Contains(faults, queue[0]) {
		return "", false
	}
	sp.faults[provider] = queue[1:]
	return queue[0], true
}

// grant keeps what a code or an access token stands for, and returns it.
func (sp *socialProviders) grant(g socialGrant) (handle string) {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	handle = newHandle()
	sp.grants.issue(handle, g)
	return handle
}

// granted returns what a code or an access token stands for. A code is good once.
func (sp *socialProviders) granted(handle string, once bool) (socialGrant, bool) {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	g, found := sp.grants.find(handle)
	if once {
		sp.grants.drop(handle)
	}
	return g, found
}

// all are the claims about the person.
func (u SocialUser) all() claims {
	return claims(u.Claims).with(claims{"sub": u.Subject})
}

// idToken says who the person is. With forged it is signed with a key that is not published.
func (sp *socialProviders) idToken(g socialGrant, now time.Time, forged bool) (string, error) {
	key, _, err := sp.keys.current()
	if err != nil {
		return "", err
	}
	if forged {
		other, _, err := sp.keys.after(1)
		if err != nil {
			return "", err
		}
		key.PrivateKey = other.PrivateKey
	}
	return key.sign(claims{
		"iss": sp.url(g.user.Provider, ""), "sub": g.user.Subject, "aud": g.clientID, "nonce": g.nonce,
		"iat": now.Unix(), "exp": now.Add(pageLife).Unix(),
	})
}
