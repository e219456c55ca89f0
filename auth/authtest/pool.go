package authtest

import (
	"fmt"
	"net/http"
	"time"
)

// A Pool is a running user pool with its app clients. [NewPool] starts it and [Pool.Close] stops
// it. All methods are safe for concurrent use.
//
// The operation CreateUserPool creates further pools behind the same address; [Pool.Pool] returns
// them. Each has its own users, clients, keys and messages. All pools behind an address share the
// address, the clock, the list of requests, the faults and the held operations. Close stops all of
// them, on whichever Pool it is called.
type Pool struct {
	// URL is the address of the API, with a trailing slash: http://127.0.0.1:PORT/, or https://
	// with [Config].TLS. It replaces https://cognito-idp.{region}.amazonaws.com/ in a client. With
	// [Config].NoListener it is an address that nobody listens on.
	URL string
	// UserPoolID, ClientID and ClientSecret identify the pool and its first app client. Do not
	// change them. ClientSecret is empty unless [Config].ClientSecret is set. ClientID and
	// ClientSecret are empty in a pool that CreateUserPool created, which has no first client.
	UserPoolID, ClientID, ClientSecret string

	service    *service
	core       *core
	sessions   *challengeSessions
	handshakes *handshakes
	hidden     *hiddenUsers
	groups     groups
	hosted     *hosted
	login      *loginState
	providers  *socialProviders
}

// NewPool starts a pool. In a test, [New] does it with less. The error names the field of cfg that
// is wrong, or says why the pool cannot listen.
func NewPool(cfg Config) (*Pool, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := newService(cfg)
	if cfg.NoListener {
		if err := s.begin(cfg); err != nil {
			return nil, err
		}
		return s.first, nil
	}
	listener, err := s.listen(cfg)
	if err != nil {
		return nil, err
	}
	if err := s.begin(cfg); err != nil {
		_ = listener.Close()
		return nil, err
	}
	s.server, s.served = &http.Server{Handler: s.handler(cfg), ReadHeaderTimeout: 10 * time.Second}, make(chan struct{})
	go s.serve(listener)
	return s.first, nil
}

// handler returns what the listener serves.
func (s *service) handler(cfg Config) http.Handler {
	if cfg.Handler == nil {
		return s
	}
	return cfg.Handler(s.first)
}

// begin creates the pool of the Config.
func (s *service) begin(cfg Config) error {
	first, err := s.newPool(cfg)
	if err != nil {
		return err
	}
	cfg.UserPoolID = "" // it is nobody's
	s.nowhere, err = s.newPool(cfg)
	if err != nil {
		return err
	}
	client := configClient(cfg, first.core.settings.created)
	first.core.clients.put(client)
	first.ClientID, first.ClientSecret = client.id, client.secret()
	first.hosted.open(cfg.ManagedLogin, first.core.identity, first.core.settings.created)
	if cfg.State != nil {
		if err := first.restore(cfg.State.saved); err != nil {
			return fmt.Errorf("authtest: Config.State: %w", err)
		}
		first.ClientSecret = first.core.clients.find(first.ClientID).secret()
	}
	s.first = first
	s.add(first)
	return nil
}

// newPool creates a pool that no request can reach yet.
func (s *service) newPool(cfg Config) (*Pool, error) {
	blockCipher, err := newBlockCipher()
	if err != nil {
		return nil, fmt.Errorf("authtest: %w", err)
	}
	k := newCore(cfg, s.url, &s.clock)
	return &Pool{
		URL:        s.url,
		UserPoolID: k.identity.id,
		service:    s,
		core:       k,
		sessions:   &challengeSessions{clock: k.clock, byHash: map[sessionHash]*challengeSession{}},
		handshakes: &handshakes{
			mu: k.mu, clock: k.clock, group: k.passwords.group, blockCipher: blockCipher, spent: spentBlocks{},
		},
		hidden: &hiddenUsers{
			clock: k.clock, settings: k.settings, users: k.users, group: k.passwords.group, key: randomBytes(32),
			placeholders: map[string]*user{},
		},
		groups: groups{},
		hosted: newHosted(&s.domains),
		login:  newLoginState(k.clock), providers: newSocialProviders(cfg, k.identity, k.clock),
	}, nil
}

// Close stops the pool and all others behind its address. It stops listening, drops held requests
// and returns when no request is being served any more. Further calls do nothing. A trigger or
// OnViolation must not call Close: it would wait for itself.
func (p *Pool) Close() {
	p.service.close()
}

// ServeHTTP serves all pools behind the pool's address without their listener, for a transport that
// calls a handler. It answers with status 503 once the pool is closed.
func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.service.ServeHTTP(w, r)
}

// Pool returns the pool with that id behind the same address: this one, or one that CreateUserPool
// created. It returns nil if there is none, or if the pool was deleted.
func (p *Pool) Pool(userPoolID string) *Pool {
	return p.service.pool(userPoolID)
}

// The families of operations. Each is made of what it needs for the time of a call.

func (p *Pool) refresher() *refresher { return &refresher{core: p.core} }

func (p *Pool) authentication() *authentication {
	return &authentication{
		core: p.core, sessions: p.sessions, handshakes: p.handshakes, hidden: p.hidden, refresher: p.refresher(),
	}
}

func (p *Pool) authOperations() *authOperations {
	return &authOperations{authentication: p.authentication()}
}

func (p *Pool) registration() *registration {
	return &registration{core: p.core, sessions: p.sessions, hidden: p.hidden}
}

func (p *Pool) ownAccount() *ownAccount {
	return &ownAccount{core: p.core, sessions: p.sessions}
}

func (p *Pool) ownDevices() *ownDevices   { return &ownDevices{core: p.core} }
func (p *Pool) ownPasskeys() *ownPasskeys { return &ownPasskeys{core: p.core} }
func (p *Pool) userAdmin() *userAdmin     { return &userAdmin{core: p.core} }
func (p *Pool) deviceAdmin() *deviceAdmin { return &deviceAdmin{core: p.core} }
func (p *Pool) clientAdmin() *clientAdmin { return &clientAdmin{core: p.core} }

func (p *Pool) groupAdmin() *groupAdmin {
	return &groupAdmin{core: p.core, groups: p.groups}
}

func (p *Pool) hostedAdmin() *hostedAdmin {
	return &hostedAdmin{core: p.core, hosted: p.hosted}
}

func (p *Pool) poolAdmin() *poolAdmin {
	return &poolAdmin{core: p.core, hosted: p.hosted, remove: func() { p.service.remove(p) }}
}

// opened reports whether the string is one of this pool's challenge sessions, in whatever state.
func (p *Pool) opened(token string) bool {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	return p.sessions.find(token) != nil
}
