package loopback

import (
	"context"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// ErrTimeout means that the person did not come back from the browser in time. It is also
// [context.DeadlineExceeded].
var ErrTimeout = fmt.Errorf("loopback: nobody came back from the browser in time: %w", context.DeadlineExceeded)

const (
	// maxHeader bounds what a request may have, in bytes.
	maxHeader = 16 << 10
	// headerTimeout is how long a client may take to send a request.
	headerTimeout = 10 * time.Second
	// lastPageTimeout is how long the browser may take to ask for the page at the end.
	lastPageTimeout = 2 * time.Second
)

// callback serves a redirect URI until the browser comes back.
type callback struct {
	at    *url.URL
	texts texts.Set
	// accepts reports whether the query is the one that is waited for.
	accepts func(url.Values) bool
	// arrived is called with the first such request's URL, once, and returns the title of the page
	// at the end.
	arrived func(*url.URL) (title, lead texts.ID)

	once        sync.Once
	title, lead texts.ID
	over        chan struct{} // closed after arrived has returned
	shown       chan struct{} // has a value once the page at the end was served
}

func newCallback(at *url.URL, set texts.Set) *callback {
	return &callback{at: at, texts: set, over: make(chan struct{}), shown: make(chan struct{}, 1)}
}

// serve serves the listeners while open shows the person where to go, until the browser has come
// back or ctx ends. The cause of its end is the error.
func (c *callback) serve(ctx context.Context, listeners []net.Listener, open func() error) error {
	server := &http.Server{
		Handler: c, ReadHeaderTimeout: headerTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	var serving sync.WaitGroup
	for _, listener := range listeners {
		serving.Go(func() { _ = server.Serve(listener) }) // always http.ErrServerClosed, once it is closed
	}
	defer serving.Wait()
	defer func() { _ = server.Close() }() // the listeners are closed all the same
	if err := open(); err != nil {
		return c.end(err)
	}
	select {
	case <-c.over:
	case <-ctx.Done():
		return c.end(context.Cause(ctx))
	}
	c.showLastPage(ctx, server)
	return nil
}

// end accepts no request any more. It returns nil if one was accepted before.
func (c *callback) end(err error) error {
	first := false
	c.once.Do(func() { first = true })
	if !first {
		return nil
	}
	return err
}

// showLastPage gives the browser the time to ask for the page at the end.
func (c *callback) showLastPage(ctx context.Context, server *http.Server) {
	ctx, cancel := context.WithTimeout(ctx, lastPageTimeout)
	defer cancel()
	select {
	case <-c.shown:
		_ = server.Shutdown(ctx) // the page may still be on its way
	case <-ctx.Done():
	}
}

// lastPath is where the browser is sent to, so that the code is not in its history.
func (c *callback) lastPath() string { return path.Join(c.at.EscapedPath(), "done") }

// ServeHTTP answers a request, whoever it comes from.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	asked := r.URL.EscapedPath()
	switch {
	case !strings.EqualFold(withoutPort80(r.Host), withoutPort80(c.at.Host)):
		refuse(w, http.StatusMisdirectedRequest)
	case asked != c.at.EscapedPath() && asked != c.lastPath():
		refuse(w, http.StatusNotFound)
	case r.Method != http.MethodGet:
		h.Set("Allow", http.MethodGet)
		refuse(w, http.StatusMethodNotAllowed)
	case asked == c.lastPath():
		c.serveLastPage(w)
	case !c.accepts(r.URL.Query()):
		refuse(w, http.StatusBadRequest)
	default:
		c.once.Do(func() {
			c.title, c.lead = c.arrived(r.URL)
			close(c.over)
		})
		http.Redirect(w, r, c.lastPath(), http.StatusSeeOther)
	}
}

// withoutPort80 returns a host as browsers write it over HTTP.
func withoutPort80(host string) string { return strings.TrimSuffix(host, ":80") }

// refuse answers with a status and nothing of the request.
func refuse(w http.ResponseWriter, status int) { http.Error(w, http.StatusText(status), status) }

func (c *callback) serveLastPage(w http.ResponseWriter) {
	select {
	case <-c.over:
	default:
		refuse(w, http.StatusNotFound)
		return
	}
	writePage(w, c.texts, c.title, c.lead)
	select {
	case c.shown <- struct{}{}:
	default: // it was shown before
	}
}

// hasState reports whether the query has the state of the sign-in.
func hasState(query url.Values, state string) bool {
	return subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(state)) == 1
}
