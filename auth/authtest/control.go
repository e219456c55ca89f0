package authtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// routeControl adds the paths by which programs in other languages control the pool. Pages of other
// origins cannot use them, because they could read codes.
func (s *service) routeControl(mux *http.ServeMux) {
	protection := http.NewCrossOriginProtection()
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET /_pool/clock":       s.serveNow,
		"GET /_pool/requests":    s.serveRequests,
		"DELETE /_pool/requests": s.serveNoRequests,
		"GET /_pool/messages":    s.serveMessages,
		"POST /_pool/clock":      s.serveClock,
		"POST /_pool/faults":     s.serveFaults,
		"DELETE /_pool/faults":   s.serveNoFaults,
		"POST /_pool/authorize":  s.serveAuthorized,

		"POST /_pool/social-users":    s.serveSocialUsers,
		"POST /_pool/provider-faults": s.serveProviderFaults,
	} {
		mux.Handle(pattern, protection.Handler(handle))
	}
}

// serveMessages lists the messages of the pool named in the query, or of the first pool: those to
// the user named there, or to all.
func (s *service) serveMessages(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	p := s.first
	if id := query.Get("pool"); id != "" {
		p = s.pool(id)
	}
	if p == nil {
		http.Error(w, "pool: there is no such pool", http.StatusNotFound)
		return
	}
	if !query.Has("username") {
		writeJSON(w, p.allMessages())
		return
	}
	messages := p.Messages(query.Get("username"))
	if messages == nil {
		messages = []Message{}
	}
	writeJSON(w, messages)
}

func (s *service) serveClock(w http.ResponseWriter, r *http.Request) {
	var move struct {
		Advance string `json:"advance"`
	}
	if !readControl(w, r, &move) {
		return
	}
	d, err := time.ParseDuration(move.Advance)
	if err != nil {
		http.Error(w, `advance: want a duration like "5m" or "30s"`, http.StatusBadRequest)
		return
	}
	s.clock.offset.Add(int64(d))
	writeJSON(w, map[string]time.Time{"now": s.clock.now()})
}

func (s *service) serveFaults(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if !readControl(w, r, &f) {
		return
	}
	if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
		http.Error(w, "status: want 400 to 599", http.StatusBadRequest)
		return
	}
	s.faults.add(f)
	w.WriteHeader(http.StatusNoContent)
}

func (s *service) serveNoFaults(w http.ResponseWriter, _ *http.Request) {
	s.faults.clear()
	w.WriteHeader(http.StatusNoContent)
}

// serveAuthorized is [Pool.Authorize] for the pool of the app client in the URL.
func (s *service) serveAuthorized(w http.ResponseWriter, r *http.Request) {
	var in struct {
		URL      string `json:"url"`
		Username string `json:"username"`
	}
	if !readControl(w, r, &in) {
		return
	}
	callbackURL, err := s.first.Authorize(in.URL, in.Username)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeJSON(w, map[string]string{"callbackUrl": callbackURL})
}

// serveSocialUsers is [Pool.SetSocialUser] of the first pool.
func (s *service) serveSocialUsers(w http.ResponseWriter, r *http.Request) {
	var u SocialUser
	if !readControl(w, r, &u) {
		return
	}
	if err := s.first.SetSocialUser(u); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// serveProviderFaults is [Pool.FailProvider] of the first pool.
func (s *service) serveProviderFaults(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Provider string        `json:"provider"`
		Fault    ProviderFault `json:"fault"`
	}
	if !readControl(w, r, &in) {
		return
	}
	if err := s.first.FailProvider(in.Provider, in.Fault); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// readControl decodes the body and rejects unknown names, so that a misspelt name is not taken for
// success.
func readControl(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // an error means that the client has gone
}

// clock runs at the pace of the wall clock, at an offset that can change.
type clock struct {
	offset atomic.Int64
}

func (c *clock) now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load()))
}

// Now returns the time of the clock that all pools behind the address share.
func (p *Pool) Now() time.Time {
	return p.service.clock.now()
}

// Advance moves the clock by d, backwards if d is negative. Sessions, codes, TOTP steps, lockouts,
// temporary passwords and tokens follow it.
func (p *Pool) Advance(d time.Duration) {
	p.service.clock.offset.Add(int64(d))
}

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
