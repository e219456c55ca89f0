package cookiestore

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
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

// exchange is one request and its response.
type exchange struct {
	key string

	mu    sync.Mutex
	got   cookies // as the browser sent them
	now   cookies // as they are to be; never changed, only replaced
	views [kinds]*view
	sent  bool // the headers are
	turns int  // renewals under way that began before that
	// renewed is closed when turns is 0 again.
	renewed chan struct{}
}

// exchangeKey is for contexts: an application may have several Stores.
type exchangeKey struct{ store *Store }

func (s *Store) exchange(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{s}).(*exchange)
	return x
}

func (s *Store) newExchange(r *http.Request) *exchange {
	got := readCookies(r.Header["Cookie"], s.names.isOurs)
	return &exchange{key: rand.Text(), got: got, now: got}
}

// closed reports whether it is too late to save. A renewal that began in time may end later: its
// tokens are kept for the next request. The caller has locked x.
func (x *exchange) closed() bool { return x.sent && x.turns == 0 }

func (x *exchange) beginTurn(s *Store) (renewalID, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed() {
		return renewalID{}, ErrHeadersSent
	}
	if x.turns++; x.turns == 1 {
		x.renewed = make(chan struct{})
	}
	if t := s.tokens(x.now); t.refresh != "" {
		return idOf(t), nil
	}
	return sha256.Sum256([]byte(x.key)), nil
}

func (x *exchange) endTurn() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.turns--; x.turns == 0 {
		close(x.renewed)
	}
}

// linger is how long the headers wait for a renewal whose caller has lost patience: its tokens are
// to go with them.
const linger = 5 * time.Second

// settle waits for the renewals under way, unless nobody waits for the response any more.
func (x *exchange) settle(gone <-chan struct{}) {
	x.mu.Lock()
	renewed, wait := x.renewed, x.turns > 0 && !x.sent
	x.mu.Unlock()
	if !wait {
		return
	}
	timer := time.NewTimer(linger)
	defer timer.Stop()
	select {
	case <-renewed:
	case <-gone:
	case <-timer.C:
	}
}

// commit adds the cookies that have changed to the headers of the response, the first time it is
// called.
func (x *exchange) commit(s *Store, header http.Header) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.sent {
		return
	}
	x.sent = true
	changed := false
	for _, name := range slices.Sorted(maps.Keys(x.now)) {
		if was, there := x.got[name]; !there || was != x.now[name] {
			header.Add("Set-Cookie", s.cookie(name, x.now[name]).String())
			changed = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.got)) {
		if _, there := x.now[name]; !there {
			header.Add("Set-Cookie", s.deletion(name))
			changed = true
		}
	}
	if changed {
		header.Set("Cache-Control", "no-store") // a cache would hand the tokens to others
	}
}
