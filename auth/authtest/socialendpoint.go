package authtest

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// url is the address of a provider, or of one of its endpoints.
func (sp *socialProviders) url(provider, endpoint string) string {
	return sp.pool.url + "_provider/" + sp.pool.id + "/" + url.PathEscape(provider) + endpoint
}

// routeProviders adds the endpoints of the stand-ins for identity providers.
func (s *service) routeProviders(mux *http.ServeMux) {
	for path, serve := range map[string]func(*socialProviders, string, http.ResponseWriter, *http.Request){
		"GET authorize":  (*socialProviders).showPeople,
		"POST authorize": (*socialProviders).choosePerson,
		"POST token":     (*socialProviders).serveToken,
		"GET userInfo":   (*socialProviders).serveUserInfo,
		"GET jwks.json":  (*socialProviders).serveJWKS,
	} {
		method, endpoint, _ := strings.Cut(path, " ")
		mux.HandleFunc(method+" /_provider/{pool}/{provider}/"+endpoint, func(w http.ResponseWriter, r *http.Request) {
			p := s.pool(r.PathValue("pool"))
			if p == nil {
				http.NotFound(w, r)
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			_ = r.ParseForm() // whoever needs the form sees that it is empty
			serve(p.providers, r.PathValue("provider"), w, r)
		})
	}
}

// showPeople shows a page on which a person chooses who to be.
func (sp *socialProviders) showPeople(provider string, w http.ResponseWriter, r *http.Request) {
	if _, denies := sp.fails(provider, ProviderDenies); denies {
		sp.answer(w, r, url.Values{"error": {oauthAccessDenied}})
		return
	}
	p := htmlPage{Title: "Sign in with " + provider}
	form := func(id, button string, hidden map[string]string) htmlForm {
		return htmlForm{
			ID: id, Button: button, Hidden: hidden,
			Action: template.URL(r.URL.RequestURI()), //nolint:gosec // the template escapes it within the attribute
		}
	}
	for _, u := range sp.at(provider) {
		name := u.Subject
		if email, known := u.Claims[attrEmail].(string); known {
			name = email
		}
		hidden := map[string]string{"subject": u.Subject}
		p.Forms = append(p.Forms, form("person-"+u.Subject, "Continue as "+name, hidden))
	}
	p.Forms = append(p.Forms, form("cancel", "Cancel", nil))
	p.show(w, http.StatusOK)
}

// choosePerson sends the browser back to the pool.
func (sp *socialProviders) choosePerson(provider string, w http.ResponseWriter, r *http.Request) {
	u, known := sp.find(provider, r.PostForm.Get("subject"))
	if !known {
		sp.answer(w, r, url.Values{"error": {oauthAccessDenied}})
		return
	}
	query := r.URL.Query()
	code := sp.grant(socialGrant{user: u, clientID: query.Get("client_id"), nonce: query.Get("nonce")})
	sp.answer(w, r, url.Values{"code": {code}})
}

// answer redirects to the pool, and to nobody else.
func (sp *socialProviders) answer(w http.ResponseWriter, r *http.Request, values url.Values) {
	values.Set("state", r.URL.Query().Get("state"))
	http.Redirect(w, r, sp.pool.url+"oauth2/idpresponse?"+values.Encode(), http.StatusFound)
}

func (sp *socialProviders) serveToken(provider string, w http.ResponseWriter, r *http.Request) {
	fault, _ := sp.fails(
		provider, ProviderTokenError, ProviderTokenTimeout, ProviderConnectionReset, ProviderReadTimeout,
		ProviderBadSignature, ProviderMalformedAnswer,
	)
	switch fault {
	case ProviderTokenError:
		w.WriteHeader(http.StatusInternalServerError)
		return
	case ProviderTokenTimeout:
		w.WriteHeader(http.StatusGatewayTimeout)
		return
	case ProviderReadTimeout:
		w.WriteHeader(http.StatusRequestTimeout)
		return
	case ProviderConnectionReset:
		panic(http.ErrAbortHandler) // cuts the connection
	case ProviderMalformedAnswer:
		_, _ = w.Write([]byte("<html>")) // an error means that the client has gone
		return
	}
	g, found := sp.granted(r.PostForm.Get("code"), true)
	if !found || g.user.Provider != provider {
		failed(oauthInvalidGrant, "").serve(w, http.StatusBadRequest)
		return
	}
	idToken, err := sp.idToken(g, sp.grants.clock.now(), fault == ProviderBadSignature)
	if err != nil {
		failed(oauthServerError, "").serve(w, http.StatusInternalServerError)
		return
	}
	serveOAuthJSON(w, http.StatusOK, tokenAnswer{
		IDToken: idToken, AccessToken: sp.grant(g), TokenType: "Bearer", ExpiresIn: int64(pageLife.Seconds()),
	})
}

func (sp *socialProviders) serveUserInfo(_ string, w http.ResponseWriter, r *http.Request) {
	g, found := sp.granted(bearerToken(r), false)
	if !found {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	serveOAuthJSON(w, http.StatusOK, g.user.all())
}

func (sp *socialProviders) serveJWKS(provider string, w http.ResponseWriter, _ *http.Request) {
	if _, slow := sp.fails(provider, ProviderKeysTimeout); slow {
		w.WriteHeader(http.StatusGatewayTimeout)
		return
	}
	keys, err := sp.keys.published()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, keys)
}
