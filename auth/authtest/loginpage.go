package authtest

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
)

// screen is a page of the pool's domain. Its request is that of an app, in the query.
type screen struct {
	show, send func(*managedLogin, visit)
}

func screens() map[string]screen {
	return map[string]screen{
		"/login":           {show: (*managedLogin).showLogin, send: (*managedLogin).sendLogin},
		"/login/challenge": {show: (*managedLogin).showLogin, send: (*managedLogin).sendChallenge},
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

// page returns what is common to the pages of the visit.
func (v visit) page(title string, content any) htmlPage {
	return htmlPage{
		Title: title, Query: template.URL(v.request.query), CSRF: v.token, Content: content, //nolint:gosec // see below
	}
}

// serve checks what every page requires: the request of an app, and for a form that the page was
// shown to this browser, not too long ago.
func (s screen) serve(m *managedLogin, w http.ResponseWriter, r *http.Request) {
	q, failure := m.authorizeRequest(r)
	switch {
	case failure != nil:
		m.refuseRequest(w, r, q, failure)
		return
	case r.Method == http.MethodGet:
		m.rememberLanguage(w, r)
		s.show(m, visit{w, r, q, m.visit(w, r)})
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	switch {
	case !m.ownForm(r):
		m.showError(w, textPageError)
	case m.tooLate(r):
		m.showError(w, textTooLate)
	default:
		s.send(m, visit{w, r, q, m.visit(w, r)})
	}
}

// loginContent is what the first page shows.
type loginContent struct {
	// Password shows the form for users of the pool itself.
	Password        bool
	Label, Username string
	Providers       []string
}

// showLogin shows the first page, or leads to the identity provider that the app chose.
func (m *managedLogin) showLogin(v visit) {
	m.showLoginAgain(v, v.request.loginHint, "")
}

func (m *managedLogin) showLoginAgain(v visit, username, problem string) {
	providers := slices.Clone(v.request.client.providers())
	if v.request.provider != "" {
		providers = []string{v.request.provider}
	}
	content := loginContent{
		Password: slices.Contains(providers, providerCognito), Label: m.nameLabel(), Username: username,
		Providers: slices.DeleteFunc(providers, func(name string) bool { return name == providerCognito }),
	}
	p := v.page("Sign in", content)
	p.Problem = problem
	m.show(v.w, http.StatusOK, "login", p)
}

// nameLabel is the label of the field for the user name.
func (m *managedLogin) nameLabel() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch names := m.settings.cfg.UsernameAttributes; {
	case len(names) > 1:
		return "Email or phone number"
	case slices.Contains(names, attrEmail):
		return "Email"
	case slices.Contains(names, attrPhone):
		return "Phone number"
	}
	return "User name"
}

// sendLogin begins a sign-in with the password. The app client need not allow the flow for its own
// calls.
func (m *managedLogin) sendLogin(v visit) {
	username := v.field("username")
	out, err := m.begin(flows()[flowPassword], beginning{
		client: v.request.client, onPage: true,
		parameters: map[string]string{"USERNAME": username, "PASSWORD": v.field("password")},
	})
	if err != nil {
		m.showLoginAgain(v, username, m.complaint(err))
		return
	}
	m.proceedTo(v, username, out)
}

// proceedTo shows the next page of a sign-in, or ends it.
func (m *managedLogin) proceedTo(v visit, username string, out outcome) {
	if out.signedIn == nil {
		m.openDialogue(v, username, out)
		return
	}
	s := browserSession{user: out.signedIn, at: m.clock.now(), provider: providerCognito}
	m.startSession(v.w, v.r, s)
	m.answer(v.w, v.r, v.request, s)
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
