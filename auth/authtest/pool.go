package authtest

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Pool is a running user pool with one app client. Start it with NewPool and stop it with Close. All methods are safe for
// concurrent use.
type Pool struct {
	// URL is where the API is, with a trailing slash: http://127.0.0.1:PORT/. It takes the place of
	// https://cognito-idp.{region}.amazonaws.com/ in a client.
	URL string
	// UserPoolID, ClientID and ClientSecret identify the pool and its app client; they are for reading. ClientSecret is ""
	// unless Config.ClientSecret asked for one.
	UserPoolID, ClientID, ClientSecret string

	cfg         Config
	clients     *appClients
	created     time.Time
	simulation  []byte // the key that what seems to exist is derived from
	blockCipher cipher.AEAD
	kids        keyIDs
	group       group
	shapes      map[string]shape
	operations  map[string]operation

	clock  clock
	inbox  inbox
	log    requestLog
	faults faults
	holds  holds

	mu         sync.Mutex
	users      directory
	mfa        mfaConfig
	challenges challengeSessions
	spent      spentBlocks
	lockouts   lockouts
	logins     logins

	mux       *http.ServeMux
	server    *http.Server
	served    chan struct{}
	lifetime  sync.Mutex
	closing   chan struct{}
	inFlight  sync.WaitGroup
	closeOnce sync.Once
}

const (
	lowerAlphanumeric = "0123456789abcdefghijklmnopqrstuvwxyz"
	alphanumeric      = lowerAlphanumeric + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// NewPool starts a pool. Its ids and keys are new each time. The error names the field of cfg that is wrong, or says why the
// pool cannot listen.
func NewPool(cfg Config) (*Pool, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	p, err := newPool(cfg)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("authtest: listen on %s: %w", cfg.Listen, err)
	}
	p.URL = "http://" + listener.Addr().String() + "/"
	go func() {
		defer close(p.served)
		_ = p.server.Serve(listener) // always http.ErrServerClosed, once Close has been called
	}()
	return p, nil
}

func newPool(cfg Config) (*Pool, error) {
	blockCipher, err := newBlockCipher()
	if err != nil {
		return nil, fmt.Errorf("authtest: %w", err)
	}
	client := newAppClient(cfg)
	p := &Pool{
		UserPoolID:   cfg.Region + "_" + randomText(9, alphanumeric),
		ClientID:     client.id,
		ClientSecret: client.secret,
		cfg:          cfg,
		clients:      newAppClients(client),
		simulation:   randomBytes(32),
		blockCipher:  blockCipher,
		kids:         newKeyIDs(),
		group:        newGroup(),
		shapes:       shapes(),
		operations:   operations(),
		users:        newDirectory(cfg),
		mfa:          newMFAConfig(cfg),
		challenges:   challengeSessions{},
		spent:        spentBlocks{},
		lockouts:     lockouts{},
		logins:       newLogins(),
		served:       make(chan struct{}),
		closing:      make(chan struct{}),
	}
	p.created = p.Now()
	p.mux = p.routes()
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	return p, nil
}

// Close stops the pool: it stops listening, drops held requests, and returns when no request is being served any more.
// Calling it again does nothing.
func (p *Pool) Close() {
	p.closeOnce.Do(func() {
		p.lifetime.Lock()
		close(p.closing)
		p.lifetime.Unlock()
		_ = p.server.Close() // frees the listener and the connections; there is nothing else to do about an error
		p.inFlight.Wait()
		<-p.served
	})
}

// enter counts a request in, unless the pool is closed.
func (p *Pool) enter() bool {
	p.lifetime.Lock()
	defer p.lifetime.Unlock()
	select {
	case <-p.closing:
		return false
	default:
		p.inFlight.Add(1)
		return true
	}
}

// poolName is the part of the id after the underscore, which goes into the password hash.
func (p *Pool) poolName() string {
	_, name, _ := strings.Cut(p.UserPoolID, "_")
	return name
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program rather than return an error
	return b
}

// randomText draws n characters of the alphabet, each equally likely.
func randomText(n int, alphabet string) string {
	text := make([]byte, 0, n)
	limit := 256 - 256%len(alphabet)
	for len(text) < n {
		for _, b := range randomBytes(n) {
			if int(b) < limit && len(text) < n {
				text = append(text, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(text)
}

// newUUID returns a random id in the form of Cognito's: like a UUID, with a 70 where RFC 9562 wants version and random bits.
func newUUID() string {
	return formatUUID(randomBytes(16))
}

func formatUUID(b []byte) string {
	return fmt.Sprintf("%x-%x-70%x-%x-%x", b[0:4], b[4:6], b[7:8], b[8:10], b[10:16])
}
