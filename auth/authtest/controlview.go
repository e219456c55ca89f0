package authtest

import (
	"net/http"
	"slices"
	"time"
)

// What programs in other languages read of the pool, besides the messages to one user.

func (s *service) serveNow(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, map[string]time.Time{"now": s.clock.now()})
}

// receivedRequest is a [Request] in JSON.
type receivedRequest struct {
	Operation string         `json:"operation"`
	Status    int            `json:"status"`
	ErrorCode string         `json:"errorCode,omitempty"`
	At        time.Time      `json:"at"`
	Header    http.Header    `json:"header"`
	Body      map[string]any `json:"body"`
}

// serveRequests is [Pool.Requests].
func (s *service) serveRequests(w http.ResponseWriter, _ *http.Request) {
	list := []receivedRequest{}
	for _, r := range s.first.Requests() {
		list = append(list, receivedRequest{
			Operation: r.Operation, Status: r.Status, ErrorCode: r.ErrorCode, At: r.At, Header: r.Header, Body: r.Body,
		})
	}
	writeJSON(w, list)
}

// serveNoRequests is [Pool.ResetRequests].
func (s *service) serveNoRequests(w http.ResponseWriter, _ *http.Request) {
	s.first.ResetRequests()
	w.WriteHeader(http.StatusNoContent)
}

// addressedMessage is a [Message] with the internal name of its user.
type addressedMessage struct {
	Username string `json:"username"`
	Message
}

// allMessages returns the messages to all users, newest last.
func (p *Pool) allMessages() []addressedMessage {
	list := []addressedMessage{}
	for _, u := range p.Users() {
		for _, m := range p.Messages(u.Username) {
			list = append(list, addressedMessage{Username: u.Username, Message: m})
		}
	}
	slices.SortStableFunc(list, func(a, b addressedMessage) int { return a.At.Compare(b.At) })
	return list
}
