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
// origins may not use them: they could read codes.
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

// serveMessages shows an inbox of the pool in the query, or of the first pool.
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

// readControl decodes the body strictly, so that a misspelt name does not pass for success.
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

// holds are the gates that requests of an operation wait at.
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

// wait returns true once every gate of the operation is open, false if the pool is closed first. A
// client that hangs up does not withdraw its request: the service already has it.
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
// out, until release is called. Pool.Requests shows them from their arrival on, with Status 0.
// Calling release again does nothing. Close lets go of what is held without carrying it out. It is
// safe for concurrent use.
func (p *Pool) Hold(operation string) (release func()) {
	return p.service.holds.add(operation)
}

// A Fault makes calls of an operation fail. The JSON names are those of POST /_pool/faults.
type Fault struct {
	// Operation is the operation that fails; "" is any.
	Operation string `json:"operation"`
	// Code is the error's name. The default is InternalErrorException.
	Code string `json:"code"`
	// Message is the error's text.
	Message string `json:"message"`
	// Status is the HTTP status. The default is 500 for InternalErrorException, 403 for
	// ForbiddenException (a web firewall's answer), and 400 for the rest, as the real service has
	// it. What is not between 400 and 599 is the default.
	Status int `json:"status"`
	// Times is how many calls fail. The default is 1; a negative number is every call.
	Times int `json:"times"`
	// LoseReply carries the request out and then cuts the connection without an answer. Code,
	// Message and Status then mean nothing.
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

// faults are the ones still to happen, oldest first.
type faults struct {
	mu      sync.Mutex
	pending []Fault
}

func (fs *faults) add(f Fault) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.pending = append(fs.pending, f.withDefaults())
}

// next uses up one turn of the oldest fault of the operation.
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

// Fail makes the next calls of an operation fail, whichever of the pools behind the address they
// are for. Faults of the same operation happen one after the other. It is safe for concurrent use.
func (p *Pool) Fail(f Fault) {
	p.service.faults.add(f)
}

// clock runs at the pace of the wall clock, at a distance that can be changed.
type clock struct {
	offset atomic.Int64
}

func (c *clock) now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load()))
}

// Now returns the time of the clock of all pools behind the pool's address, which runs on like the
// wall clock. It is safe for concurrent use.
func (p *Pool) Now() time.Time {
	return p.service.clock.now()
}

// Advance moves that clock by d; a negative d moves it back. Sessions, codes, TOTP steps, locks,
// temporary passwords and tokens follow. It is safe for concurrent use.
func (p *Pool) Advance(d time.Duration) {
	p.service.clock.offset.Add(int64(d))
}

// A Request is one call of the API as the pool received it. Header and Body hold secrets as they
// came; treat them as read-only.
type Request struct {
	// Operation is the part of X-Amz-Target after the dot.
	Operation string
	Header    http.Header
	// Body is the JSON object, or nil if it was none.
	Body map[string]any
	// Status is the answer's HTTP status, also when Fault.LoseReply kept it from the client. It is
	// 0 while the request is held or being carried out.
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

// Requests returns the calls of the API, for all pools behind the address, since the start or since
// ResetRequests, in order of arrival. Of very many it returns the newest 20,000 at least.
// Preflights, keys and the /_pool paths are not in it. It is safe for concurrent use.
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
