package bff

import (
	"net/http"
	"strings"
	"time"
)

// browserAge is how long a browser is told apart from others.
const browserAge = 365 * 24 * time.Hour

// cookies are the names of the handler's cookies, and whether they are restricted to https.
//
// Over https the names begin with "__Host-": a browser then takes them only from this very host,
// over https, for all paths, so that neither a sibling domain nor a network attacker can plant one
// (RFC 6265bis, section 4.1.3.2). All are HttpOnly, so that no script reads them, and SameSite=Lax:
// with Strict, somebody who follows a link from a mail would seem to be signed out. What Lax leaves
// open to other sites are GET requests, which change nothing here, so [Handler] checks the origin
// of all others by itself.
type cookies struct {
	session, flow, browser string
	secure                 bool
}

func newCookies(cfg *Config) cookies {
	prefix, secure := "", strings.HasPrefix(cfg.PublicURL, "https:")
	if secure {
		prefix = "__Host-"
	}
	name := prefix + cfg.CookieName
	return cookies{session: name, flow: name + "-flow", browser: name + "-browser", secure: secure}
}

// read returns the id in the cookie, or "" if there is none that can be ours. Of several cookies
// of one name, which a sibling domain can bring about without the prefix, none is believed.
func (c cookies) read(r *http.Request, name string) string {
	found := r.CookiesNamed(name)
	if len(found) != 1 || !wellFormed(found[0].Value) {
		return ""
	}
	return found[0].Value
}

// set sends the cookie. Without an age it lasts until the browser is closed.
func (c cookies) set(w http.ResponseWriter, name, value string, age time.Duration) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is off only for http on loopback
		Name: name, Value: value, Path: "/", MaxAge: int(age.Seconds()),
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode,
	})
}

// clear has the browser drop the cookie, if it sent one.
func (c cookies) clear(w http.ResponseWriter, r *http.Request, name string) {
	if len(r.CookiesNamed(name)) == 0 {
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is off only for http on loopback
		Name: name, Path: "/", MaxAge: -1, HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode,
	})
}
