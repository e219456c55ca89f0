package authtest

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// service is what the pools behind one address share.
type service struct {
	url, region string
	onViolation func(error)
	shapes      map[string]shape
	operations  map[string]operation
	// adminOrigins are those of pages that may call the administrator's operations.
	adminOrigins []string

	clock  clock
	log    requestLog
	faults faults
	holds  holds

	identities *identityService

	mu    sync.Mutex
	pools map[string]*Pool
	// first is the pool of the Config, even after it was deleted.
	first *Pool
	// domains are those of all pools.
	domains domainNames
	// nowhere has no users and no clients. It answers requests that name no existing pool, with the
	// errors of a real pool.
	nowhere *Pool

	mux *http.ServeMux
	// certificate is that of the listener; nil without TLS.
	certificate *tls.Certificate
	// server serves the listener until served is closed. They are nil without a listener.
	server *http.Server
	served chan struct{}

	// lifetime guards inFlight, the number of requests that are being served; idle is signaled when
	// it reaches 0. A sync.WaitGroup could not be used in and outside of a synctest bubble.
	lifetime  sync.Mutex
	inFlight  int
	idle      *sync.Cond
	closing   chan struct{}
	closeOnce sync.Once
}

// unlistened is the address of a service without a listener. Port 0 cannot be connected to.
const unlistened = "http://127.0.0.1:0/"

func newService(cfg Config) *service {
	s := &service{
		region: cfg.Region, onViolation: cfg.OnViolation, shapes: shapes(), operations: operations(),
		pools: map[string]*Pool{}, closing: make(chan struct{}), url: cmp.Or(cfg.URL, unlistened),
		domains: domainNames{pools: map[string]string{}}, adminOrigins: slices.Clone(cfg.AdminOrigins),
	}
	s.identities = newIdentityService(s)
	s.idle = sync.NewCond(&s.lifetime)
	s.mux = s.routes()
	return s
}

// listen opens the listener, which serve uses.
func (s *service) listen(cfg Config) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("authtest: listen on %s: %w", cfg.Listen, err)
	}
	s.url = cmp.Or(cfg.URL, "http://"+connectable(listener.Addr())+"/")
	if !cfg.TLS {
		return listener, nil
	}
	certificate, err := newCertificate()
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	s.url, s.certificate = cmp.Or(cfg.URL, "https://"+connectable(listener.Addr())+"/"), &certificate
	return tls.NewListener(listener, &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}), nil
}

// connectable returns the address of a listener by which this machine reaches it. All addresses of a
// machine are none that a client can connect to.
func connectable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

func (s *service) serve(listener net.Listener) {
	defer close(s.served)
	_ = s.server.Serve(listener) // always http.ErrServerClosed, once close has been called
}

func (s *service) close() {
	s.closeOnce.Do(func() {
		s.lifetime.Lock()
		close(s.closing)
		s.lifetime.Unlock()
		if s.server != nil {
			_ = s.server.Close() // frees the listener and the connections; there is nothing else to do about an error
			defer func() { <-s.served }()
		}
		s.lifetime.Lock()
		defer s.lifetime.Unlock()
		for s.inFlight > 0 {
			s.idle.Wait()
		}
	})
}

// enter counts a request as in flight, unless the service is closed. The caller calls leave after
// the request.
func (s *service) enter() bool {
	s.lifetime.Lock()
	defer s.lifetime.Unlock()
	select {
	case <-s.closing:
		return false
	default:
		s.inFlight++
		return true
	}
}

func (s *service) leave() {
	s.lifetime.Lock()
	defer s.lifetime.Unlock()
	if s.inFlight--; s.inFlight == 0 {
		s.idle.Broadcast()
	}
}

func (s *service) add(p *Pool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pools[p.UserPoolID] = p
}

func (s *service) remove(p *Pool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pools, p.UserPoolID)
}

// pool returns the pool of that id, or nil.
func (s *service) pool(id string) *Pool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pools[id]
}

// all returns the existing pools, by id.
func (s *service) all() []*Pool {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Pool, 0, len(s.pools))
	for _, id := range slices.Sorted(maps.Keys(s.pools)) {
		list = append(list, s.pools[id])
	}
	return list
}
