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

// wire is a proxy between a client and a pool that records every exchange.
type wire struct {
	pool http.Handler

	mu        sync.Mutex
	exchanges []exchange
	malformed []error
}

type exchange struct {
	operation string
	request   map[string]any
	status    int
	response  map[string]any
}

// ServeHTTP forwards the request. It records the exchange before it sends the answer, so that the
// client's next request cannot come first.
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
		w.malformed = append(w.malformed, fmt.Errorf("%s %s (%q, %q) is not a Cognito request",
			r.Method, r.URL.Path, r.Header.Get("X-Amz-Target"), r.Header.Get("Content-Type")))
	case r.Header.Get("Authorization") != "":
		w.malformed = append(w.malformed, fmt.Errorf("%s is signed, but it is a public operation", operation))
	case json.Unmarshal(body, &e.request) != nil:
		w.malformed = append(w.malformed, fmt.Errorf("the body of %s is not a JSON object", operation))
	}
	if a.body.Len() > 0 && json.Unmarshal(a.body.Bytes(), &e.response) != nil {
		w.malformed = append(w.malformed, fmt.Errorf("the answer to %s is not a JSON object", operation))
	}
	w.exchanges = append(w.exchanges, e)
}

// take returns the exchanges since the last call, and what was wrong with their form.
func (w *wire) take() ([]exchange, []error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	exchanges, malformed := w.exchanges, w.malformed
	w.exchanges, w.malformed = nil, nil
	return exchanges, malformed
}

// kind returns the kind of the answer: the name of a challenge, "tokens", an error code, or "".
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

// answer is an http.ResponseWriter that buffers the response.
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
	// The exchange is recorded, whether the client still reads the answer or not.
	_, _ = rw.Write(a.body.Bytes())
}
