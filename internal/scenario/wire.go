package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

const (
	targetPrefix = "AWSCognitoIdentityProviderService."
	contentType  = "application/x-amz-json-1.1"
)

// wire stands between a client and a pool and keeps every exchange, answers included.
type wire struct {
	pool http.Handler

	mu        sync.Mutex
	exchanges []exchange
	oddities  []error
}

type exchange struct {
	operation string
	request   map[string]any
	status    int
	response  map[string]any
}

// ServeHTTP passes the request on. The exchange is kept before the client sees any of the answer,
// so that the client's next step cannot overtake it.
func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(rw, "unreadable request", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := newAnswer()
	w.pool.ServeHTTP(answer, r)
	w.keep(r, body, answer)
	answer.writeTo(rw)
}

func (w *wire) keep(r *http.Request, body []byte, a *answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	operation, known := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	e := exchange{operation: operation, status: a.status}
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/" || !known || r.Header.Get("Content-Type") != contentType:
		w.oddities = append(w.oddities, fmt.Errorf("%s %s (%q, %q) is no Cognito request",
			r.Method, r.URL.Path, r.Header.Get("X-Amz-Target"), r.Header.Get("Content-Type")))
	case r.Header.Get("Authorization") != "":
		w.oddities = append(w.oddities, fmt.Errorf("%s is signed, though it is for anyone", operation))
	case json.Unmarshal(body, &e.request) != nil:
		w.oddities = append(w.oddities, fmt.Errorf("the body of %s is not a JSON object", operation))
	}
	if a.body.Len() > 0 && json.Unmarshal(a.body.Bytes(), &e.response) != nil {
		w.oddities = append(w.oddities, fmt.Errorf("the answer to %s is not a JSON object", operation))
	}
	w.exchanges = append(w.exchanges, e)
}

// take returns what passed since the last call, and an error if some of it was odd.
func (w *wire) take() ([]exchange, []error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	exchanges, oddities := w.exchanges, w.oddities
	w.exchanges, w.oddities = nil, nil
	return exchanges, oddities
}

// kind says in a word how the pool answered: the challenge, "tokens", the error code, or nothing.
func (e exchange) kind() string {
	if code, ok := e.response["__type"].(string); ok && e.status >= http.StatusMultipleChoices {
		return code
	}
	if challenge, ok := e.response["ChallengeName"].(string); ok {
		return challenge
	}
	if _, ok := e.response["AuthenticationResult"]; ok {
		return "tokens"
	}
	return ""
}

// answer is an http.ResponseWriter that keeps the response back.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newAnswer() *answer { return &answer{header: http.Header{}, status: http.StatusOK} }

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

func (a *answer) writeTo(rw http.ResponseWriter) {
	for name, values := range a.header {
		rw.Header()[name] = values
	}
	rw.WriteHeader(a.status)
	// A client that went away is its own affair: what it sent is kept.
	_, _ = rw.Write(a.body.Bytes())
}
