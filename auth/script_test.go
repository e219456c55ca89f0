package auth_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// script is a server that gives canned answers in turn, the last one for ever.
type script struct {
	url string

	mu       sync.Mutex
	answers  []string
	requests []map[string]any
}

func newScript(t testing.TB, answers ...string) *script {
	t.Helper()
	s := &script{answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *script) config() auth.Config {
	return auth.Config{UserPoolID: "us-east-1_Script", ClientID: "client", Endpoint: s.url}
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.requests = append(s.requests, body)
	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = w.Write([]byte(answer))
}
