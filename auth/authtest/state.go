package authtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// A State is what a pool kept when [Pool.WriteState] wrote it, for a pool in another process to
// continue with: see [Config].State. [ReadState] reads it.
//
// It has the users with their passwords' verifiers, attributes, codes, factors, devices, passkeys,
// groups and messages; the sign-ins with what refresh tokens stand for; the groups, the app
// clients, the resource servers and the identity providers with their people; the signing keys and
// the clock.
//
// It does not have the settings and domains of the pool and the settings of its first app client,
// which are those of the Config; the sign-ins that wait for an answer, authorization codes and the
// sessions of browsers; what the pool counts to limit attempts, and the users' histories of
// sign-ins; pools that CreateUserPool created, and identity pools.
type State struct {
	saved savedPool
}

const (
	// stateVersion is that of the form in which states are written. Another one is refused.
	stateVersion = 1
	// largestState is how many bytes ReadState reads at most.
	largestState = 256 << 20
)

// savedPool is a state as it is written: a JSON object. Bytes are in base64.
type savedPool struct {
	Version    int    `json:"version"`
	UserPoolID string `json:"userPoolId"`
	ClientID   string `json:"clientId"`
	// Clock is how far the pool's clock was ahead.
	Clock           time.Duration      `json:"clockNanoseconds"`
	Keys            savedKeys          `json:"keys"`
	Groups          []savedGroup       `json:"groups,omitempty"`
	Clients         []savedClient      `json:"clients,omitempty"`
	ResourceServers []resourceServer   `json:"resourceServers,omitempty"`
	Providers       []identityProvider `json:"providers,omitempty"`
	SocialUsers     []SocialUser       `json:"socialUsers,omitempty"`
	Users           []savedUser        `json:"users,omitempty"`
	Logins          []savedLogin       `json:"logins,omitempty"`
}

// WriteState writes what the pool keeps, as JSON: see [State]. It holds secrets of the users. A
// pool that did not change writes the same bytes again.
func (p *Pool) WriteState(w io.Writer) error {
	text, err := p.encodeState()
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("authtest: WriteState: %w", err)
	}
	return nil
}

// encodeState encodes with the pool's lock held, so that the state is that of one moment.
func (p *Pool) encodeState() ([]byte, error) {
	keys, err := p.core.tokens.keys.save()
	if err != nil {
		return nil, err
	}
	k := p.core
	k.mu.Lock()
	defer k.mu.Unlock()
	saved := savedPool{
		Version: stateVersion, UserPoolID: p.UserPoolID, ClientID: p.ClientID,
		Clock: time.Duration(k.clock.offset.Load()), Keys: keys,
		Groups: p.groups.save(), Clients: k.clients.save(), Users: k.saveUsers(), Logins: k.saveLogins(),
		SocialUsers: p.providers.everybody(),
	}
	for _, rs := range sortedValues(p.hosted.resourceServers) {
		saved.ResourceServers = append(saved.ResourceServers, *rs)
	}
	for _, provider := range sortedValues(p.hosted.providers) {
		saved.Providers = append(saved.Providers, *provider)
	}
	return json.Marshal(saved)
}

// ReadState reads what [Pool.WriteState] wrote, up to 256 MiB. The error says what is wrong with
// it, without its secrets.
func ReadState(r io.Reader) (*State, error) {
	bounded := &io.LimitedReader{R: r, N: largestState + 1}
	decoder := json.NewDecoder(bounded)
	decoder.DisallowUnknownFields()
	var s State
	err := decoder.Decode(&s.saved)
	if err == nil {
		err = atEnd(decoder)
	}
	switch {
	case bounded.N <= 0:
		return nil, errors.New("authtest: the state is larger than 256 MiB")
	case err != nil:
		return nil, fmt.Errorf("authtest: the state is not JSON as WriteState writes it: %w", err)
	}
	if err := s.saved.check(); err != nil {
		return nil, fmt.Errorf("authtest: state: %w", err)
	}
	return &s, nil
}

func atEnd(decoder *json.Decoder) error {
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON object")
	}
	return nil
}

// check refuses what no pool wrote, as far as that does not depend on the Config.
func (s savedPool) check() error {
	switch {
	case s.Version != stateVersion:
		return fmt.Errorf("the version is %d; this package reads %d", s.Version, stateVersion)
	case s.UserPoolID == "" || s.ClientID == "":
		return errors.New("the id of the pool or of its first app client is missing")
	}
	if err := s.Keys.check(); err != nil {
		return err
	}
	for _, c := range s.Clients {
		if err := c.check(); err != nil && c.ID != s.ClientID { // the first one's settings are the Config's
			return fmt.Errorf("app client %q: %w", c.ID, err)
		}
	}
	for _, u := range s.Users {
		if err := u.check(); err != nil {
			return fmt.Errorf("user %q: %w", u.Username, err)
		}
	}
	return nil
}

// withState takes the ids from the state, and refuses others.
func (c Config) withState() (Config, error) {
	if c.State == nil {
		return c, nil
	}
	saved := c.State.saved
	fill(&c.UserPoolID, saved.UserPoolID)
	fill(&c.ClientID, saved.ClientID)
	if c.UserPoolID != saved.UserPoolID || c.ClientID != saved.ClientID {
		return c, badField("State", "is that of the pool %s with the app client %s, not of %s and %s",
			saved.UserPoolID, saved.ClientID, c.UserPoolID, c.ClientID)
	}
	return c, nil
}

// restore makes the saved state that of a new pool, which no request can reach yet.
func (p *Pool) restore(s savedPool) error {
	k := p.core
	k.clock.offset.Store(int64(s.Clock))
	k.tokens.keys.restore(s.Keys)
	if err := p.groups.restore(s.Groups); err != nil {
		return err
	}
	k.clients.restore(s.Clients)
	for _, rs := range s.ResourceServers { // those of the Config have its scopes
		if p.hosted.resourceServers[rs.Identifier] == nil {
			p.hosted.resourceServers[rs.Identifier] = &rs
		}
	}
	for _, provider := range s.Providers {
		p.hosted.providers[provider.ProviderName] = &provider
	}
	for _, u := range s.SocialUsers {
		p.providers.set(u)
	}
	if err := p.restoreUsers(s.Users); err != nil {
		return err
	}
	return k.restoreLogins(s.Logins)
}

// everybody returns the people at all providers.
func (sp *socialProviders) everybody() []SocialUser {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	var all []SocialUser
	for _, people := range sortedValues(sp.people) {
		all = append(all, people...)
	}
	return all
}
