package authtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// routeControl adds the paths by which programs in other languages control the pool. Pages of other origins may not use
// them: they could read codes.
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
