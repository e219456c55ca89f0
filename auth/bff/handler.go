package bff

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// A Handler serves the pages and the JSON of a sign-in below [Config].Prefix, and protects the
// program's own handlers with [Handler.Require]. It is safe for concurrent use, and remembers of
// each session only when it was last used.
type Handler struct {
	cfg       Config
	cookies   cookies
	origins   origins
	templates templates
	assets    assets
	activity  *activity
	mux       *http.ServeMux
	pace      time.Duration // see settle
}

// deadline bounds what a request has Cognito do.
const deadline = 10 * time.Second

// New checks the configuration and returns a Handler. It sends nothing. The error names the field
// that is bad.
func New(cfg Config) (*Handler, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	h := &Handler{
		cfg: cfg, cookies: newCookies(&cfg), activity: newActivity(), mux: http.NewServeMux(), pace: defaultPace,
	}
	var err error
	if h.origins, err = newOrigins(cfg.PublicURL); err != nil {
		return nil, err
	}
	if h.templates, err = newTemplates(cfg.Templates); err != nil {
		return nil, err
	}
	if h.assets, err = newAssets(cfg.Templates); err != nil {
		return nil, err
	}
	for _, rt := range routes {
		if cfg.HideSignUp && rt.signsUp || len(cfg.IdentityProviders) == 0 && rt.redirects {
			continue
		}
		h.mux.Handle(cfg.Prefix+rt.path, h.serve(rt))
	}
	for name := range h.assets.files {
		h.mux.Handle("GET "+cfg.Prefix+name, h.assets.serve(name))
	}
	return h, nil
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	h.mux.ServeHTTP(w, r)
}

// protect sets the headers that all answers of the handler have. The policy allows no inline script
// and no inline style. The referrer goes to the program itself only: without one, browsers would
// send "Origin: null" with a form.
func protect(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; "+
		"img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "publickey-credentials-get=(self), publickey-credentials-create=(self)")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Vary", "Cookie, Accept, Accept-Language")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
}

// An exchange is one request to a route, and what is known of it.
type exchange struct {
	h       *Handler
	w       http.ResponseWriter
	r       *http.Request // its context has the deadline, and what Cognito is told of the browser
	route   *route
	script  bool // the answer is JSON
	address netip.Addr
	texts   texts.Set
	in      map[string]string // the fields of the form, or of the JSON
	back    string            // where the person goes afterwards: a local path, or empty
	person  *Person           // who is signed in, where the route requires it
	allowed bool              // admit has let the request in: it may see the route's page
	failure error             // what went wrong, for the page that is shown again
}

// serve returns the handler of a route.
func (h *Handler) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(h.inBrowser(r), deadline)
		defer cancel()
		x := &exchange{h: h, w: w, route: &rt, script: wantsJSON(r), address: h.clientAddress(r)}
		x.texts = h.languageOf(r)
		x.r = r.WithContext(ctx)
		x.back = localPath(r.URL.Query().Get("return"))
		if err := h.origins.permits(r, x.script); err != nil {
			x.report(EventCrossOrigin, "")
			x.fail(err)
			return
		}
		switch {
		case r.Method == http.MethodPost && rt.act != nil:
			x.post()
		case (r.Method == http.MethodGet || r.Method == http.MethodHead) && rt.show != nil:
			x.get()
		default:
			w.Header().Set("Allow", rt.methods())
			x.fail(errMethod)
		}
	})
}

// get shows the route's page.
func (x *exchange) get() {
	if err := x.admit(); err != nil {
		x.fail(err)
		return
	}
	page, err := x.route.show(x)
	switch {
	case errors.Is(err, errAnswered):
		return
	case err != nil:
		x.fail(err)
		return
	}
	x.show(http.StatusOK, page)
}

// post does what the route's form is for.
func (x *exchange) post() {
	start := time.Now()
	done, err := x.do()
	if x.route.hides && (err != nil || x.route.budget == message) {
		x.h.settle(x.r.Context(), start)
	}
	switch {
	case err != nil:
		x.failForm(err)
	case x.script:
		x.sendJSON(http.StatusOK, done.body)
	case done.away:
		x.leave(done.to)
	default:
		http.Redirect(x.w, x.r, done.to, http.StatusSeeOther)
	}
}

// do runs the route's action. Whoever may not use the route learns only that, whatever the body is.
func (x *exchange) do() (*outcome, error) {
	unread := x.read()
	if err := x.admit(); err != nil {
		return nil, err
	}
	if unread != nil {
		return nil, unread
	}
	if err := x.limit(x.route.budget, x.name()); err != nil {
		return nil, err
	}
	return x.route.act(x)
}

// An outcome is what became of a form: where a browser goes next, and what a script is told.
type outcome struct {
	to   string
	away bool // to is on another host
	body any
}

// session returns a handle on the session under a key, on this browser.
func (x *exchange) session(key string) *auth.Session {
	session := x.h.cfg.Client.Session(key)
	if id := x.h.cookies.read(x.r, x.h.cookies.browser); id != "" {
		return session.OnDevice(forBrowser.key(id))
	}
	return session
}

// name returns the name that was typed, or that of the person.
func (x *exchange) name() string {
	if x.person != nil {
		return x.person.login()
	}
	return x.in["username"]
}

// limitSubject names the person, or the browser's sign-in, for a limit; without either, its
// address. It is not the session that is counted: its id changes, and a person can have many.
func (x *exchange) limitSubject() string {
	if x.person != nil {
		return "person/" + x.person.mark()
	}
	if id := x.h.cookies.read(x.r, x.h.cookies.flow); id != "" {
		return forFlow.key(id)
	}
	return network(x.address)
}

// defaultPace is so long that it hides a request to Cognito, and the proof of a password, behind
// it.
const defaultPace = 400 * time.Millisecond

// settle waits until the time since start is a multiple of the pace, so that the time of an answer
// does not tell whether there is such a user: Cognito needs one request more for those that exist.
func (h *Handler) settle(ctx context.Context, start time.Time) {
	if h.pace <= 0 {
		return
	}
	timer := time.NewTimer(h.pace - time.Since(start)%h.pace)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
