package authtest

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
)

// loginPage is what the first page shows beside its forms.
type loginPage struct{ username, problem, notice string }

// showLogin shows the first page, or leads to the identity provider that the app chose.
func (m *managedLogin) showLogin(v visit) {
	if v.request.isFederated() {
		m.leaveForProvider(v.w, v.r, v.request)
		return
	}
	m.showLoginWith(v, loginPage{username: v.request.loginHint})
}

func (m *managedLogin) showLoginWith(v visit, l loginPage) {
	p := htmlPage{Title: "Sign in", Problem: l.problem, Notice: l.notice}
	for _, name := range v.request.client.providers() {
		if name == providerCognito {
			p.Forms = append(p.Forms, v.form("login", "/login", "Sign in",
				formField{
					Name: "username", Label: m.nameLabel(), Type: "text", Autocomplete: "username", Value: l.username,
				},
				formField{Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password"},
			))
			p.Links = append(p.Links, htmlLink{"forgot-password", "Forgot your password?", v.carry("/forgotPassword")})
			if m.signsUp() {
				p.Links = append(p.Links, htmlLink{"sign-up", "Create an account", v.carry("/signup")})
			}
			continue
		}
		if v.request.provider == "" {
			p.Links = append(p.Links, v.providerLink(name))
		}
	}
	v.show(p)
}

// providerLink leads to an identity provider.
func (v visit) providerLink(name string) htmlLink {
	//nolint:gosec // the template escapes it within the attribute
	chosen := v.carry("/oauth2/authorize") + template.URL("&identity_provider="+url.QueryEscape(name))
	return htmlLink{"provider-" + name, "Continue with " + name, chosen}
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
	switch {
	case err == nil:
		m.proceedTo(v, username, out)
	case code(err) == codeUserNotConfirmed:
		m.openConfirmation(v, dialogue{client: v.request.client, username: username}, m.complaint(err))
	case code(err) == codePasswordResetRequired:
		m.showForgotPasswordWith(v, username, m.complaint(err))
	default:
		m.showLoginWith(v, loginPage{username: username, problem: m.complaint(err)})
	}
}

// proceedTo shows the next page of a sign-in, or ends it.
func (m *managedLogin) proceedTo(v visit, username string, out outcome) {
	if out.signedIn == nil {
		m.openDialogue(v, username, out)
		return
	}
	m.finish(v.w, v.r, v.request, browserSession{
		user: out.signedIn, at: m.clock.now(), provider: providerCognito,
	})
}

// finish ends a sign-in: it remembers the person and sends the browser back to the app.
func (m *managedLogin) finish(w http.ResponseWriter, r *http.Request, q *authorizeRequest, s browserSession) {
	m.startSession(w, r, s)
	m.answer(w, r, q, s)
}
