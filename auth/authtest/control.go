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
		"GET /_pool/messages": s.serveMessages,
		"POST /_pool/clock":   s.serveClock,
		"POST /_pool/faults":  s.serveFaults,
	} {
		mux.Handle(pattern, protection.Handler(handle))
	}
}

// serveMessages lists the messages of the pool named in the query, or of the first pool.
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

// holds are the gates at which requests of an operation wait.
type holds struct {
	mu    sync.Mutex
	gates map[string][]chan struct{}
}

func (h *holds) add(operation string) (release func()) {
	gate := make(chan struct{})
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gates == nil {
		h.gates = map[string][]chan struct{}{}
	}
	h.gates[operation] = append(h.gates[operation], gate)
	return sync.OnceFunc(func() { close(gate) })
}

// wait returns true once every gate of the operation is open, and false if the pool is closed
// first. The request of a client that disconnects is still carried out: the service already has it.
func (h *holds) wait(operation string, closing <-chan struct{}) bool {
	h.mu.Lock()
	gates := h.gates[operation]
	h.mu.Unlock()
	for _, gate := range gates {
		select {
		case <-gate:
		case <-closing:
			return false
		}
	}
	return true
}

// Hold makes requests of an operation to any pool behind the address wait, before they are carried
// out, until release is called. [Pool.Requests] lists them from their arrival on, with Status 0.
// Further calls of release do nothing. Close drops held requests without carrying them out.
func (p *Pool) Hold(operation string) (release func()) {
	return p.service.holds.add(operation)
}

// A Fault makes calls of an operation fail. The JSON names are those of POST /_pool/faults.
type Fault struct {
	// Operation is the operation that fails. Empty means any operation.
	Operation string `json:"operation"`
	// Code is the name of the error. The default is InternalErrorException.
	Code string `json:"code"`
	// Message is the text of the error.
	Message string `json:"message"`
	// Status is the HTTP status, 400 to 599; other values mean the default. As with the real
	// service, that is 500 for InternalErrorException, 403 for ForbiddenException (the answer of a
	// web application firewall), and 400 for the rest.
	Status int `json:"status"`
	// Times is how many calls fail. The default is 1; a negative number means every call.
	Times int `json:"times"`
	// LoseReply carries the request out and then closes the connection without an answer. Code,
	// Message and Status are then ignored.
	LoseReply bool `json:"loseReply"`
}

func (f Fault) withDefaults() Fault {
	fill(&f.Code, codeInternalError)
	fill(&f.Times, 1)
	fill(&f.Message, "Injected fault.")
	if f.Status < 400 || f.Status > 599 {
		f.Status = 0
	}
	fill(&f.Status, map[string]int{
		codeInternalError:    http.StatusInternalServerError,
		"ForbiddenException": http.StatusForbidden,
	}[f.Code])
	fill(&f.Status, http.StatusBadRequest)
	return f
}

// faults are the faults that are still to happen, oldest first.
type faults struct {
	mu      sync.Mutex
	pending []Fault
}

func (fs *faults) add(f Fault) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.pending = append(fs.pending, f.withDefaults())
}

// next returns the oldest fault of the operation and uses up one of its times.
func (fs *faults) next(operation string) (Fault, bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	i := slices.IndexFunc(fs.pending, func(f Fault) bool { return f.Operation == "" || f.Operation == operation })
	if i < 0 {
		return Fault{}, false
	}
	f := fs.pending[i]
	if fs.pending[i].Times--; fs.pending[i].Times == 0 {
		fs.pending = slices.Delete(fs.pending, i, i+1)
	}
	return f, true
}

// Fail makes the next calls of an operation to any pool behind the address fail. Faults of the same
// operation happen one after the other.
func (p *Pool) Fail(f Fault) {
	p.service.faults.add(f)
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

// A Request is one call of the API as the pool received it. Header and Body contain secrets as they
// were sent; do not change them.
type Request struct {
	// Operation is the part of X-Amz-Target after the dot.
	Operation string
	Header    http.Header
	// Body is the JSON object, or nil if the body was not a JSON object.
	Body map[string]any
	// Status is the HTTP status of the answer, even if [Fault].LoseReply kept it from the client.
	// It is 0 until the request is answered.
	Status int
	// ErrorCode is the name of the error in the answer, or empty.
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

// Requests returns the calls of the API to all pools behind the address, since the start or since
// [Pool.ResetRequests], in order of arrival. It keeps at least the newest 20,000. Preflight
// requests, requests for keys and the /_pool paths are not included.
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
