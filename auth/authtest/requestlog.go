package authtest

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Request is one call of the API as the pool received it. Header and Body hold secrets as they came; treat them as
// read-only.
type Request struct {
	// Operation is the part of X-Amz-Target after the dot.
	Operation string
	Header    http.Header
	// Body is the JSON object, or nil if it was none.
	Body map[string]any
	// Status is the answer's HTTP status, also when Fault.LoseReply kept it from the client. It is 0 while the request
	// is held or being carried out.
	Status int
	// ErrorCode is the name of the error answered, or "".
	ErrorCode string
	// At is when the request arrived, by the pool's clock.
	At time.Time
}

// requestLog keeps the calls in the order of their arrival.
type requestLog struct {
	mu      sync.Mutex
	entries []*Request
}

// add notes an arrival; the returned function notes the answer.
func (l *requestLog) add(r Request) (answered func(status int, code string)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = newest(append(l.entries, &r), keptRequests)
	return func(status int, code string) {
		l.mu.Lock()
		defer l.mu.Unlock()
		r.Status, r.ErrorCode = status, code
	}
}

// Requests returns the calls of the API, for all pools behind the address, since the start or since ResetRequests, in order of
// arrival. Of very many it returns the newest 20,000 at least. Preflights, keys and the /_pool paths are not in it. It is safe for
// concurrent use.
func (p *Pool) Requests() []Request {
	p.service.log.mu.Lock()
	defer p.service.log.mu.Unlock()
	requests := make([]Request, 0, len(p.service.log.entries))
	for _, entry := range p.service.log.entries {
		requests = append(requests, *entry)
	}
	return slices.Clip(requests)
}

// ResetRequests forgets the requests received so far. It is safe for concurrent use.
func (p *Pool) ResetRequests() {
	p.service.log.mu.Lock()
	defer p.service.log.mu.Unlock()
	p.service.log.entries = nil
}
