package authtest

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Request is one call of the API, or one request to the pool's domain, as the pool received it.
// Do not change Header and Body. Those of the API contain secrets as they were sent; those of the
// domain have "REDACTED" in place of credentials, codes, tokens and all values that are not known
// to be public.
type Request struct {
	// Operation is the part of X-Amz-Target after the dot, or the path of the domain:
	// "oauth2/token", "login".
	Operation string
	Header    http.Header
	// Body is the JSON object, or nil if the body was not a JSON object. At the domain it has the
	// parameters of the query and the form, each as a string.
	Body map[string]any
	// Status is the HTTP status of the answer, even if [Fault].LoseReply kept it from the client.
	// It is 0 until the request is answered, and stays 0 after a panic.
	Status int
	// ErrorCode is the name of the error in the answer, or empty. An answer to a browser has it if
	// it redirects to the app with an error, or to the page for errors.
	ErrorCode string
	// At is the time of arrival by the pool's clock.
	At time.Time
}

// requestLog keeps the calls in order of arrival.
type requestLog struct {
	mu      sync.Mutex
	entries []*Request
}

// add records an arrival and returns a function that records the answer.
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

// Requests returns the calls of the API and the requests to the domains of all pools behind the
// address, since the start or since [Pool.ResetRequests], in order of arrival. It keeps at least
// the newest 20,000. Preflight requests, requests with a method that the path does not have, those
// for keys and at identity providers, and the /_pool paths are not included.
func (p *Pool) Requests() []Request {
	p.service.log.mu.Lock()
	defer p.service.log.mu.Unlock()
	requests := make([]Request, 0, len(p.service.log.entries))
	for _, entry := range p.service.log.entries {
		requests = append(requests, *entry)
	}
	return slices.Clip(requests)
}

// ResetRequests forgets the requests received so far.
func (p *Pool) ResetRequests() {
	p.service.log.mu.Lock()
	defer p.service.log.mu.Unlock()
	p.service.log.entries = nil
}
