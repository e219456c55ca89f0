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
	"strings"
	"sync"
	"time"
)

// Middleware returns a handler that calls next with the request's cookies in its context, where the
// methods of the Store find them. It adds changed cookies to the response when the headers are
// sent, and then also sets Cache-Control: no-store. The ResponseWriter that next gets supports
// [http.ResponseController].
func (s *Store) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.exchange(r.Context()) != nil {
			next.ServeHTTP(w, r)
			return
		}
		x := s.newExchange(r)
		ctx := context.WithValue(r.Context(), exchangeKey{s}, x)
		inner := &response{ResponseWriter: w, commit: func() { s.commit(ctx, x, w.Header()) }}
		defer inner.commit() // for handlers that write nothing
		next.ServeHTTP(inner, r.WithContext(ctx))
	})
}

// commit adds the changed cookies of x to the response headers, and tells of those that are too
// large.
func (s *Store) commit(ctx context.Context, x *exchange, header http.Header) {
	x.awaitRenewals(ctx.Done())
	for _, tooLarge := range x.commit(s, header) {
		s.onTooLarge(ctx, tooLarge)
	}
}

// response calls commit before the headers are sent.
type response struct {
	http.ResponseWriter
	commit func()
}

func (w *response) WriteHeader(status int) {
	// Other 1xx responses precede the headers.
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.commit()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(data []byte) (int, error) {
	w.commit()
	return w.ResponseWriter.Write(data)
}

// ReadFrom implements [io.ReaderFrom], so that the server can use sendfile.
func (w *response) ReadFrom(r io.Reader) (int64, error) {
	w.commit()
	return io.Copy(w.ResponseWriter, r)
}

// Flush implements [http.Flusher], for handlers that do not use an [http.ResponseController].
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
	key  string
	got  cookies // as the browser sent them
	sent int     // size in bytes of all cookies that it sent, those of others included

	mu          sync.Mutex
	now         cookies // as the browser will have them; replaced, never changed
	views       [kinds]*view
	headersSent bool
	renewals    int           // under way, begun before headersSent
	renewed     chan struct{} // closed when renewals is 0 again
}

// exchangeKey is the context key of a Store's exchange. A program may have several Stores.
type exchangeKey struct{ store *Store }

func (s *Store) exchange(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{s}).(*exchange)
	return x
}

func (s *Store) newExchange(r *http.Request) *exchange {
	headers := r.Header["Cookie"]
	got := readCookies(headers, s.names.isOurs)
	return &exchange{key: rand.Text(), got: got, sent: len(strings.Join(headers, "; ")), now: got}
}

// closed reports whether x can no longer be changed. A renewal that began before the headers were
// sent may still save: the next request finds its tokens. The caller has locked x.
func (x *exchange) closed() bool { return x.headersSent && x.renewals == 0 }

// beginRenewal counts a renewal in and returns the id to lock. A session without a refresh token
// has an id of its own.
func (x *exchange) beginRenewal(s *Store) (renewalID, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed() {
		return renewalID{}, ErrHeadersSent
	}
	if x.renewals++; x.renewals == 1 {
		x.renewed = make(chan struct{})
	}
	if t := s.tokens(x.now); t.refresh != "" {
		return idOf(t), nil
	}
	return sha256.Sum256([]byte(x.key)), nil
}

func (x *exchange) endRenewal() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.renewals--; x.renewals == 0 {
		close(x.renewed)
	}
}

// maxHeaderDelay is how long the headers wait for a renewal whose caller has not waited for it, so
// that they can carry the new tokens.
const maxHeaderDelay = 5 * time.Second

// awaitRenewals waits for the renewals under way, for maxHeaderDelay at most. It returns early if
// gone is closed: then no one waits for the response.
func (x *exchange) awaitRenewals(gone <-chan struct{}) {
	x.mu.Lock()
	renewed, wait := x.renewed, x.renewals > 0 && !x.headersSent
	x.mu.Unlock()
	if !wait {
		return
	}
	timer := time.NewTimer(maxHeaderDelay)
	defer timer.Stop()
	select {
	case <-renewed:
	case <-gone:
	case <-timer.C:
	}
}

// commit adds the changed cookies to the response headers, and returns what of them is too large if
// somebody is to be told. Only the first call has an effect.
func (x *exchange) commit(s *Store, header http.Header) []SizeError {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.headersSent {
		return nil
	}
	x.headersSent = true
	if maps.Equal(x.got, x.now) {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(x.now)) {
		if was, there := x.got[name]; !there || was != x.now[name] {
			header.Add("Set-Cookie", s.cookieOf(x.now, name).String())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.got)) {
		if _, there := x.now[name]; !there {
			header.Add("Set-Cookie", s.deletion(name))
		}
	}
	header.Set("Cache-Control", "no-store") // keeps tokens out of caches
	return s.tooLarge(x)
}

// tooLarge returns what of the new cookies of x is too large, if somebody is to be told. The caller
// has locked x.
func (s *Store) tooLarge(x *exchange) []SizeError {
	if s.onTooLarge == nil {
		return nil
	}
	all := s.newlySealed(x.got, x.now)
	if outgrown := x.outgrown(x.now); outgrown != nil {
		all = append(all, *outgrown)
	}
	return all
}

// outgrown returns the size of all cookies in the browser, others' included, if next makes it
// exceed the limit and what the browser has sent; or nil.
func (x *exchange) outgrown(next cookies) *SizeError {
	got := x.got.size()
	others := max(0, x.sent-got)
	if size := others + next.size(); size > max(maxTogether, others+got) {
		return &SizeError{Size: size, Limit: maxTogether}
	}
	return nil
}
