package authtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// oauthCall is a request to the domain of a pool on its way through the service.
type oauthCall struct {
	// operation is the path without the slash before it.
	operation string
	pool      *managedLogin
	serve     serveFunc
}

// serveOAuth does with a request what serveAPI does with one of the API: it is recorded, waits for
// the holds that are aimed at it, and may fail.
func (s *service) serveOAuth(c oauthCall, w http.ResponseWriter, r *http.Request) {
	answered := s.log.add(Request{
		Operation: c.operation, Header: withoutCredentials(r.Header), Body: parameters(r.Form), At: s.clock.now(),
	})
	about := subject{service: s, operation: c.operation, body: c.pool.named(r)}
	if !s.holds.wait(about, s.closing) {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	fault, failing := s.faults.next(about)
	if failing && !fault.LoseReply {
		c.serve = fault.serveOAuth
	}
	if failing && fault.LoseReply {
		w = discard{header: http.Header{}}
	}
	answer := &oauthAnswer{ResponseWriter: w}
	c.serve(c.pool, answer, r)
	fill(&answer.status, http.StatusOK)
	answered(answer.status, answer.code)
	if failing && fault.LoseReply {
		panic(http.ErrAbortHandler)
	}
}

// serveOAuth answers with the error of the fault. Programs are told it in the form of the endpoint,
// the app by a redirect, and a person without an app to go back to by a page.
func (f Fault) serveOAuth(m *managedLogin, w http.ResponseWriter, r *http.Request) {
	e := failed(f.Code, f.Message)
	if f.Code == codeInternalError {
		e.code = oauthServerError
	}
	switch r.URL.Path {
	case "/oauth2/token", "/oauth2/revoke":
		e.serve(w, f.Status)
		return
	case "/oauth2/userInfo":
		refuseUserInfo(w, f.Status, e.code, e.description)
		return
	}
	if q, _ := m.authorizeRequest(r); q != nil {
		q.redirect(w, r, e.values())
		return
	}
	htmlPage{Title: "Error", Problem: textPageError}.show(w, f.Status)
}

// oauthAnswer notes how a request is answered.
type oauthAnswer struct {
	http.ResponseWriter
	status int
	code   string
}

func (a *oauthAnswer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// noteError notes the error of OAuth in an answer.
func noteError(w http.ResponseWriter, code string) {
	if a, noted := w.(*oauthAnswer); noted {
		a.code = code
	}
}

// hiddenValue takes the place of secrets in what is recorded.
const hiddenValue = "REDACTED"

// parameters returns those of a query and a form, without secrets: only those that can be none have
// their values.
func parameters(form url.Values) map[string]any {
	open := []string{
		"client_id", "code_challenge", "code_challenge_method", "error", "grant_type", "identity_provider",
		"idp_identifier", "lang", "login_hint", "logout_uri", "nonce", "prompt", "redirect_uri", "resource",
		"response_type", "scope", "state", "username",
	}
	all := make(map[string]any, len(form))
	for name, values := range form {
		value := strings.Join(values, " ")
		if value != "" && !slices.Contains(open, name) {
			value = hiddenValue
		}
		all[name] = value
	}
	return all
}

// withoutCredentials returns a copy of the header lines of a request.
func withoutCredentials(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Authorization", "Cookie", "Referer"} {
		value := h.Get(name)
		if value == "" {
			continue
		}
		scheme, _, found := strings.Cut(value, " ")
		if name != "Authorization" || !found {
			h.Set(name, hiddenValue)
			continue
		}
		h.Set(name, scheme+" "+hiddenValue)
	}
	return h
}

// named returns what a request names, as the members that calls of the API name it by.
func (m *managedLogin) named(r *http.Request) map[string]any {
	clientID, _, basic := r.BasicAuth()
	if !basic {
		clientID = r.Form.Get("client_id")
	}
	return map[string]any{
		"UserPoolId": m.identity.id, "ClientId": clientID, "Username": m.personOf(r), "AccessToken": bearerToken(r),
		"RefreshToken": r.PostForm.Get("refresh_token"), "Token": r.PostForm.Get("token"),
	}
}

// personOf returns the user whom a request names by itself, by a code, by a page or by the session
// of the browser; or "".
func (m *managedLogin) personOf(r *http.Request) string {
	if username := r.PostForm.Get("username"); username != "" {
		return username
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if code, found := m.login.codes.find(r.PostForm.Get("code")); found {
		return code.login.user.username
	}
	if d, found := m.login.dialogues.find(r.PostForm.Get("dialogue")); found {
		return d.username
	}
	if s, found := m.login.browsers.find(cookie(r, cookieSession)); found {
		return s.user.username
	}
	return ""
}
