package authtest

import (
	"html/template"
	"net/url"
	"slices"
)

// loginPage is what the first page shows beside its forms.
type loginPage struct{ username, problem, notice string }

// showLogin shows the first page, or leads to the identity provider that the app chose.
func (lp *loginPages) showLogin(v visit) {
	if v.request.isFederated() {
		(&federation{lp.managedLogin}).leaveForProvider(v.w, v.r, v.request)
		return
	}
	page := loginPage{}
	if v.request.provider == "" {
		page.username = v.request.loginHint
	}
	lp.showLoginWith(v, page)
}

func (lp *loginPages) showLoginWith(v visit, l loginPage) {
	p := htmlPage{Title: "Sign in", Problem: l.problem, Notice: l.notice}
	for _, name := range v.request.client.providers() {
		if name == providerCognito {
			p.Forms = append(p.Forms, v.form("login", "/login", "Sign in",
				formField{
					Name: "username", Label: lp.nameLabel(), Type: "text", Autocomplete: "username", Value: l.username,
				},
				formField{Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password"},
			))
			p.Links = append(p.Links, htmlLink{"forgot-password", "Forgot your password?", v.carry("/forgotPassword")})
			if lp.signsUp() {
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
func (lp *loginPages) nameLabel() string {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	switch names := lp.settings.cfg.UsernameAttributes; {
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
func (lp *loginPages) sendLogin(v visit) {
	username := v.field("username")
	out, err := lp.begin(flows()[flowPassword], beginning{
		client: v.request.client, onPage: true,
		parameters: map[string]string{"USERNAME": username, "PASSWORD": v.field("password")},
	})
	switch {
	case err == nil:
		lp.proceedTo(v, username, out)
	case code(err) == codeUserNotConfirmed:
		lp.openConfirmation(v, dialogue{client: v.request.client, username: username}, lp.complaint(err))
	case code(err) == codePasswordResetRequired:
		lp.showForgotPasswordWith(v, username, lp.complaint(err))
	default:
		lp.showLoginWith(v, loginPage{username: username, problem: lp.complaint(err)})
	}
}

// proceedTo shows the next page of a sign-in, or ends it.
func (lp *loginPages) proceedTo(v visit, username string, out outcome) {
	if out.signedIn == nil {
		lp.openDialogue(v, username, out)
		return
	}
	lp.finish(v.w, v.r, v.request, browserSession{
		user: out.signedIn, at: lp.clock.now(), provider: providerCognito,
	})
}
