package authtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"
)

// HTTPClient returns a client that reaches all pools behind the pool's address without a connection,
// and nothing else: a request to another address fails. A request is served in a goroutine of its
// own, which the caller starts. So a test in a bubble of testing/synctest can make a pool with
// [Config].NoListener, pass this client to the code under test, and move the time of the bubble for
// both.
func (p *Pool) HTTPClient() *http.Client {
	return &http.Client{Transport: transport{p.service}}
}

// transport carries requests to the service and its answers back.
type transport struct {
	service *service
}

var (
	errClosed = errors.New("authtest: the pool is closed")
	errCut    = errors.New("authtest: the connection was closed before the answer")
)

// RoundTrip is http.RoundTripper's. When the caller gives up, the service still carries the request
// out, as behind a connection.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r = r.WithContext(r.Context()) // a copy: the caller's request must not change
		r.Body = http.NoBody
	}
	if origin := r.URL.Scheme + "://" + r.URL.Host + "/"; origin != t.service.url {
		_ = r.Body.Close()
		return nil, fmt.Errorf("authtest: a request to %s, which is not the pool's address", origin)
	}
	if !t.service.enter() {
		_ = r.Body.Close()
		return nil, errClosed
	}
	answered := make(chan *http.Response, 1)
	go func() {
		defer t.service.leave()
		defer func() { _ = r.Body.Close() }()
		answered <- t.serve(r) //nolint:bodyclose // the caller of RoundTrip closes it; it is in memory
	}()
	select {
	case answer := <-answered:
		if answer == nil {
			return nil, errCut
		}
		answer.Request = r
		return answer, nil
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
}

// serve returns the service's answer, or nil if it cuts the connection.
func (t transport) serve(r *http.Request) *http.Response {
	arrived := r.Clone(context.WithoutCancel(r.Context()))
	arrived.RequestURI = r.URL.RequestURI()
	w := httptest.NewRecorder()
	w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
	if !t.complete(w, arrived) {
		return nil
	}
	return w.Result()
}

// complete serves a request and reports whether its answer is complete. A handler cuts a connection
// by a panic with http.ErrAbortHandler.
func (t transport) complete(w http.ResponseWriter, r *http.Request) (complete bool) {
	defer func() {
		fault := recover()
		if err, _ := fault.(error); fault != nil && !errors.Is(err, http.ErrAbortHandler) {
			panic(fault)
		}
	}()
	t.service.handle(w, r)
	return true
}
