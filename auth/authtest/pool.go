package authtest

import (
	"crypto/cipher"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Pool is a running user pool with its app clients. Start it with NewPool and stop it with Close.
// All methods are safe for concurrent use.
//
// CreateUserPool makes further pools behind the same address; Pool.Pool gives them. Each has its
// own users, clients, keys and inbox. The address, the clock, the list of requests, the faults and
// the held operations belong to all of them together, and Close stops all of them, whichever Pool
// it is called on.
type Pool struct {
	// URL is where the API is, with a trailing slash: http://127.0.0.1:PORT/. It takes the place of
	// https://cognito-idp.{region}.amazonaws.com/ in a client.
	URL string
	// UserPoolID, ClientID and ClientSecret identify the pool and its first app client; they are
	// for reading. ClientSecret is "" unless Config.ClientSecret asked for one. A pool that
	// CreateUserPool made has no first client: both are "".
	UserPoolID, ClientID, ClientSecret string

	service     *service
	cfg         Config
	clients     *appClients
	created     time.Time
	simulation  []byte // the key that what seems to exist is derived from
	blockCipher cipher.AEAD
	kids        keyIDs
	group       group
	inbox       inbox

	mu         sync.Mutex
	name       string
	settings   poolSettings
	schema     schema
	modified   time.Time
	users      directory
	mfa        mfaConfig
	challenges challengeSessions
	spent      spentBlocks
	lockouts   lockouts
	strangers  map[string]*user
	sizes      sizes
	logins     logins
	groups     map[string]*userGroup
}

// NewPool starts a pool. Its ids and keys are new each time. The error names the field of cfg that
// is wrong, or says why the pool cannot listen.
func NewPool(cfg Config) (*Pool, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := newService(cfg)
	listener, err := s.listen(cfg.Listen)
	if err != nil {
		return nil, err
	}
	if err := s.begin(cfg); err != nil {
		_ = listener.Close()
		return nil, err
	}
	go s.serve(listener)
	return s.first, nil
}

// begin makes the pool of the Config.
func (s *service) begin(cfg Config) error {
	first, err := s.newPool(cfg)
	if err != nil {
		return err
	}
	s.nowhere, err = s.newPool(cfg)
	if err != nil {
		return err
	}
	client := configClient(cfg, first.created)
	first.clients.put(client)
	first.ClientID, first.ClientSecret = client.id, client.secret
	s.first = first
	s.add(first)
	return nil
}

// newPool makes a pool that nobody can reach yet.
func (s *service) newPool(cfg Config) (*Pool, error) {
	blockCipher, err := newBlockCipher()
	if err != nil {
		return nil, fmt.Errorf("authtest: %w", err)
	}
	now := s.clock.now()
	p := &Pool{
		URL:         s.url,
		UserPoolID:  cfg.Region + "_" + randomText(9, alphanumeric),
		service:     s,
		cfg:         cfg,
		clients:     newAppClients(),
		created:     now,
		modified:    now,
		simulation:  randomBytes(32),
		blockCipher: blockCipher,
		kids:        newKeyIDs(),
		group:       newGroup(),
		schema:      newSchema(cfg),
		users:       newDirectory(cfg),
		mfa:         newMFAConfig(cfg),
		challenges:  challengeSessions{},
		spent:       spentBlocks{},
		lockouts:    lockouts{},
		strangers:   map[string]*user{},
		logins:      newLogins(),
		groups:      map[string]*userGroup{},
	}
	p.name = p.poolName()
	return p, nil
}

// Close stops the pool and all others behind its address: it stops listening, drops held requests,
// and returns when no request is being served any more. Calling it again does nothing. A trigger or
// OnViolation that calls it would wait for itself.
func (p *Pool) Close() {
	p.service.close()
}

// ServeHTTP serves all pools behind the pool's address without their listener, for a transport that
// calls a handler. It answers 503 once the pool is closed.
func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.service.ServeHTTP(w, r)
}

// Pool returns the pool of that id behind the same address: this one, or one that CreateUserPool
// made. It is nil where there is none, or none any more. It is safe for concurrent use.
func (p *Pool) Pool(userPoolID string) *Pool {
	return p.service.pool(userPoolID)
}

// poolName is the part of the id after the underscore, which goes into the password hash.
func (p *Pool) poolName() string {
	_, name, _ := strings.Cut(p.UserPoolID, "_")
	return name
}

// arn is the pool's Amazon Resource Name.
func (p *Pool) arn() string {
	return "arn:aws:cognito-idp:" + p.cfg.Region + ":123456789012:userpool/" + p.UserPoolID
}
