package authtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// routeControl adds the paths by which programs in other languages control the pool. Pages of other origins may not use
// them: they could read codes.
func (p *Pool) routeControl(mux *http.ServeMux) {
	protection := http.NewCrossOriginProtection()
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET /_pool/messages": p.serveMessages,
		"POST /_pool/clock":   p.serveClock,
		"POST /_pool/faults":  p.serveFaults,
	} {
		mux.Handle(pattern, protection.Handler(handle))
	}
}

func (p *Pool) serveMessages(w http.ResponseWriter, r *http.Request) {
	messages := p.Messages(r.URL.Query().Get("username"))
	if messages == nil {
		messages = []Message{}
	}
	writeJSON(w, messages)
}

func (p *Pool) serveClock(w http.ResponseWriter, r *http.Request) {
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
	p.Advance(d)
	writeJSON(w, map[string]time.Time{"now": p.Now()})
}

func (p *Pool) serveFaults(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if !readControl(w, r, &f) {
		return
	}
	if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
		http.Error(w, "status: want 400 to 599", http.StatusBadRequest)
		return
	}
	p.Fail(f)
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
