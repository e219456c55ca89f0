package bff

import (
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// ProxyConfig describes one API, and what of it browsers may call.
type ProxyConfig struct {
	// Target is the API: https, or http on loopback, or http anywhere with PlainHTTP. Requests
	// never go anywhere else. Required.
	Target string
	// Paths are the paths that may be called, each with all that is below it, such as "/orders".
	// Required; "/" allows all.
	Paths []string
	// Methods are the methods that may be used. Default: GET and HEAD.
	Methods []string
	// StripPrefix is taken off the path of a request before it is compared with Paths and sent.
	StripPrefix string
	// PlainHTTP allows http to any host, also outside of a private network: whoever can read the
	// traffic on the way there can read access tokens.
	PlainHTTP bool
	// Transport sends the requests. Default: [http.DefaultTransport].
	Transport http.RoundTripper
}

// Proxy returns a handler that passes requests on to an API with the access token of the person.
// Protect it with [Handler.Require]: without, all answers are 500. The browser's cookies, and what
// it says of its own authorization, are not passed on, nor are cookies of the API passed back. If
// the API refuses the token with 401, it is renewed and the request sent once more, where its body
// can be. What Paths and Methods do not allow is 404 or 405.
func (h *Handler) Proxy(cfg ProxyConfig) (http.Handler, error) {
	target, err := url.Parse(cfg.Target)
	if err != nil || target.Host == "" || target.RawQuery != "" || target.User != nil {
		return nil, errors.New("bff: ProxyConfig.Target is not a URL")
	}
	if target.Scheme != "https" && (target.Scheme != "http" || !cfg.PlainHTTP && !loopback(target.Hostname())) {
		return nil, errors.New("bff: ProxyConfig.Target is not https: access tokens would be sent in the clear")
	}
	if len(cfg.Paths) == 0 {
		return nil, errors.New("bff: ProxyConfig.Paths is empty")
	}
	if cfg.Methods == nil {
		cfg.Methods = []string{http.MethodGet, http.MethodHead}
	}
	p := &proxy{h: h, cfg: cfg, target: target}
	p.reverse = &httputil.ReverseProxy{
		Rewrite: p.rewrite, Transport: p, ModifyResponse: withoutCookies, ErrorHandler: p.fail,
	}
	return p, nil
}

type proxy struct {
	h       *Handler
	cfg     ProxyConfig
	target  *url.URL
	reverse *httputil.ReverseProxy
}

// ServeHTTP implements [http.Handler].
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if From(r.Context()) == nil {
		// To answer as Require does would lead whoever is signed in round and round.
		p.h.cfg.Logger.ErrorContext(r.Context(), "bff: Require is missing around a Proxy", "path", r.URL.Path)
		http.Error(w, "internal server error", http.StatusInternalServerError)
		return
	}
	if !slices.Contains(p.cfg.Methods, r.Method) {
		w.Header().Set("Allow", strings.Join(p.cfg.Methods, ", "))
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	to, ok := p.path(r.URL)
	if !ok {
		http.NotFound(w, r)
		return
	}
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = to, ""
	p.reverse.ServeHTTP(w, r)
}

// path returns the path to call, if it is allowed. A path that could mean another one to the API,
// with dots, doubled or encoded slashes, is not.
func (p *proxy) path(u *url.URL) (string, bool) {
	escaped := u.EscapedPath()
	if strings.Contains(strings.ToLower(escaped), "%2f") || strings.Contains(strings.ToLower(escaped), "%5c") {
		return "", false
	}
	to := strings.TrimPrefix(u.Path, strings.TrimSuffix(p.cfg.StripPrefix, "/"))
	if clean := path.Clean(to); to == "" || to[0] != '/' || clean != strings.TrimSuffix(to, "/") && clean != to {
		return "", false
	}
	return to, slices.ContainsFunc(p.cfg.Paths, func(allowed string) bool {
		return to == allowed || strings.HasPrefix(to, strings.TrimSuffix(allowed, "/")+"/")
	})
}

func (p *proxy) rewrite(r *httputil.ProxyRequest) {
	r.SetURL(p.target)
	r.Out.Host = ""
	for _, name := range []string{"Cookie", "Authorization", "Proxy-Authorization", "Forwarded"} {
		r.Out.Header.Del(name)
	}
}

// RoundTrip sends the request with the access token of the person that Require found.
func (p *proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	transport := &auth.Transport{
		Session: From(r.Context()).Session, Base: p.cfg.Transport,
		Origins: []string{p.target.Scheme + "://" + p.target.Host},
	}
	return transport.RoundTrip(r)
}

func withoutCookies(r *http.Response) error {
	r.Header.Del("Set-Cookie")
	return nil
}

func (p *proxy) fail(w http.ResponseWriter, r *http.Request, err error) {
	if needsSignIn(err) {
		p.h.refuse(w, r, err)
		return
	}
	p.h.cfg.Logger.WarnContext(r.Context(), "bff: an API could not be reached", "error", err)
	http.Error(w, "bad gateway", http.StatusBadGateway)
}
