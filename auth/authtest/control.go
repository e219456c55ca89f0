package authtest

import (
	"encoding/json"
	"net/http"
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
