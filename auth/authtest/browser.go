package authtest

import (
	"net/http"
	"slices"
	"time"
)

// The cookies of the pages.
const (
	cookieSession  = "cognito"
	cookieXSRF     = "XSRF-TOKEN"
	cookieLanguage = "lang"
)

// setCookie sets a cookie until the browser is closed: how long it is good for is decided by the
// pool's clock.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string) {
	//nolint:gosec // a browser does not send back a Secure cookie over plain HTTP, which tests use
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// browserSession is a person who has signed in on the pages of one browser.
type browserSession struct {
	user *user
	// at is when the person signed in, provider where.
	at       time.Time
	provider string
}

// browserSession returns the live session of the browser, whose user can still sign in.
func (m *managedLogin) browserSession(r *http.Request) (browserSession, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, live := m.login.browsers.find(cookie(r, cookieSession))
	return s, live && m.users.has(s.user) && !s.user.disabled
}

// startSession gives the browser a session under a new cookie and ends the one that it had.
func (m *managedLogin) startSession(w http.ResponseWriter, r *http.Request, s browserSession) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.login.browsers.drop(cookie(r, cookieSession))
	handle := newHandle()
	m.login.browsers.issue(handle, s)
	setCookie(w, r, cookieSession, handle)
}

func (m *managedLogin) endSession(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.login.browsers.drop(cookie(r, cookieSession))
	http.SetCookie(w, &http.Cookie{Name: cookieSession, Path: "/", MaxAge: -1}) //nolint:gosec // it has no value
}

// visit notes when a browser begins to look at a page, and returns the token that its forms must
// have. All tabs of a browser have the same one.
func (m *managedLogin) visit(w http.ResponseWriter, r *http.Request) (token string) {
	token = cookie(r, cookieXSRF)
	if token == "" {
		token = newHandle()
		setCookie(w, r, cookieXSRF, token)
	}
	if r.Method == http.MethodGet {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.login.visits.issue(token+"?"+r.URL.RawQuery, struct{}{})
	}
	return token
}

// ownForm reports whether a form comes from a page that this browser was shown.
func (m *managedLogin) ownForm(r *http.Request) bool {
	token := cookie(r, cookieXSRF)
	return token != "" && sameSecret(r.PostForm.Get("_csrf"), token)
}

// tooLate reports whether the person took too long to fill in the form.
func (m *managedLogin) tooLate(r *http.Request) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.login.visits.expired(cookie(r, cookieXSRF) + "?" + r.URL.RawQuery)
}

// rememberLanguage keeps a language of the newer generation of the pages. The pages stay in
// English.
func (m *managedLogin) rememberLanguage(w http.ResponseWriter, r *http.Request) {
	lang := r.URL.Query().Get("lang")
	known := []string{"de", "en", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"}
	m.mu.Lock()
	classic := m.hosted.isClassic()
	m.mu.Unlock()
	if !classic && slices.Contains(known, lang) {
		setCookie(w, r, cookieLanguage, lang)
	}
}
