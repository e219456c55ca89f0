package authtest

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// service is what the pools behind one address share.
type service struct {
	url, region string
	onViolation func(error)
	shapes      map[string]shape
	operations  map[string]operation

	clock  clock
	log    requestLog
	faults faults
	holds  holds

	identities *identityService

	mu    sync.Mutex
	pools map[string]*Pool
	// first is the pool of the Config, even after it was deleted.
	first *Pool
	// nowhere has no users and no clients. It answers requests that name no existing pool, with the
	// errors of a real pool.
	nowhere *Pool

	mux       *http.ServeMux
	server    *http.Server
	served    chan struct{}
	lifetime  sync.Mutex
	closing   chan struct{}
	inFlight  sync.WaitGroup
	closeOnce sync.Once
}

func newService(cfg Config) *service {
	s := &service{
		region: cfg.Region, onViolation: cfg.OnViolation, shapes: shapes(), operations: operations(),
		pools: map[string]*Pool{}, served: make(chan struct{}), closing: make(chan struct{}),
	}
	s.identities = newIdentityService(s)
	s.mux = s.routes()
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	return s
}

// listen opens the listener, which serve uses.
func (s *service) listen(address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("authtest: listen on %s: %w", address, err)
	}
	s.url = "http://" + listener.Addr().String() + "/"
	return listener, nil
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
		_ = s.server.Close() // frees the listener and the connections; there is nothing else to do about an error
		s.inFlight.Wait()
		<-s.served
	})
}

// enter counts a request as in flight, unless the service is closed.
func (s *service) enter() bool {
	s.lifetime.Lock()
	defer s.lifetime.Unlock()
	select {
	case <-s.closing:
		return false
	default:
		s.inFlight.Add(1)
		return true
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
