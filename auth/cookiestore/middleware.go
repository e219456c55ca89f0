package cookiestore

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
)

// Middleware lets the handlers inside it use the Store with the context of their request. It adds
// the cookies to the response when its headers are sent, and Cache-Control: no-store to those
// responses that set any. An http.ResponseController reaches the connection through it.
func (s *Store) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.exchange(r.Context()) != nil {
			next.ServeHTTP(w, r)
			return
		}
		x := s.newExchange(r)
		gone := r.Context().Done()
		inner := &response{ResponseWriter: w, commit: func() {
			x.settle(gone)
			x.commit(s, w.Header())
		}}
		defer inner.commit() // for handlers that write nothing
		next.ServeHTTP(inner, r.WithContext(context.WithValue(r.Context(), exchangeKey{s}, x)))
	})
}

// response calls commit before the headers go.
type response struct {
	http.ResponseWriter
	commit func()
}

func (w *response) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols { // others come before the headers
		w.commit()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(data []byte) (int, error) {
	w.commit()
	return w.ResponseWriter.Write(data)
}

// ReadFrom implements io.ReaderFrom, so that files take the short way that the server has for them.
func (w *response) ReadFrom(r io.Reader) (int64, error) {
	w.commit()
	return io.Copy(w.ResponseWriter, r)
}

// Flush implements http.Flusher, for those who do not use an http.ResponseController.
func (w *response) Flush() { _ = w.FlushError() }

func (w *response) FlushError() error {
	w.commit()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.commit()
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
