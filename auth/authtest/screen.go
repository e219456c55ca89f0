package authtest

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
)

// loginPages are the pages on which people sign in, sign up and get a new password.
type loginPages struct {
	*managedLogin
}

// screen is a page of the pool's domain that belongs to the request of an app, which is in the
// query.
type screen struct {
	show, send func(*loginPages, visit)
}

func screens() map[string]screen {
	login := (*loginPages).showLogin
	return map[string]screen{
		"/login":                 {login, (*loginPages).sendLogin},
		"/login/challenge":       {login, (*loginPages).sendChallenge},
		"/signup":                {(*loginPages).showSignUp, (*loginPages).sendSignUp},
		"/confirmUser":           {login, (*loginPages).sendConfirmation},
		"/resendcode":            {login, (*loginPages).sendCodeAgain},
		"/forgotPassword":        {(*loginPages).showForgotPassword, (*loginPages).sendForgotPassword},
		"/confirmforgotPassword": {login, (*loginPages).sendNewPassword},
	}
}

// serve checks what every page requires: the request of an app, and for a form that the page was
// shown to this browser, not too long ago, and that the app client lets the pool's own users sign in.
func (s screen) serve(m *managedLogin, w http.ResponseWriter, r *http.Request) {
	q, failure := m.authorizeRequest(r)
	switch {
	case failure != nil:
		m.refuseRequest(w, r, q, failure)
		return
	case r.Method == http.MethodGet:
		m.rememberLanguage(w, r)
		s.show(&loginPages{m}, visit{w, r, q, m.visit(w, r)})
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	switch {
	case !m.ownForm(r) || !slices.Contains(q.client.providers(), providerCognito):
		showError(w, textPageError)
	case m.tooLate(r):
		showError(w, textTooLate)
	default:
		s.send(&loginPages{m}, visit{w, r, q, m.visit(w, r)})
	}
}

// visit is a request for a page, or with a form of it.
type visit struct {
	w       http.ResponseWriter
	r       *http.Request
	request *authorizeRequest
	// token is that of the forms.
	token string
}

// field returns a field of the form that was sent.
func (v visit) field(name string) string { return v.r.PostForm.Get(name) }

// show answers with the page.
func (v visit) show(p htmlPage) { p.show(v.w, http.StatusOK) }

// form makes a form that is sent to the path.
func (v visit) form(id, path, button string, fields ...formField) htmlForm {
	return htmlForm{
		ID: id, Action: v.carry(path), Button: button, Hidden: map[string]string{"_csrf": v.token}, Fields: fields,
	}
}

// carry is the path with the request of the app.
func (v visit) carry(path string) template.URL {
	return template.URL(path + "?" + v.request.query) //nolint:gosec // the template escapes it within the attribute
}

// complaint is what a page says about an error. One that the API does not have is a bug of this
// package.
func (m *managedLogin) complaint(err error) string {
	var failure *apiError
	if !errors.As(err, &failure) {
		m.report(err)
		return "Internal error."
	}
	return failure.message
}

// code returns the code of an error of the API, or "".
func code(err error) string {
	var failure *apiError
	if !errors.As(err, &failure) {
		return ""
	}
	return failure.code
}
