package authtest

import (
	"net/http"
	"slices"
)

// serveLogout ends the session of the browser. It leads to one of the client's LogoutURLs or, with
// the parameters of /oauth2/authorize, to the sign-in page. It revokes no tokens, and it is not the
// RP-initiated logout of OpenID Connect.
func (m *managedLogin) serveLogout(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	c, logoutURI := m.knownClient(query.Get("client_id")), query.Get("logout_uri")
	switch {
	case logoutURI == "" && query.Get("redirect_uri") == "":
		http.Error(w, "Required String parameter 'redirect_uri' is not present", http.StatusBadRequest)
	case c == nil || logoutURI != "" && !slices.Contains(c.settings.LogoutURLs, logoutURI):
		if c != nil {
			m.violated(r.URL.Path, "logout_uri %q is none of the client's LogoutURLs, letter for letter", logoutURI)
		}
		m.refuseRequest(w, r, nil, failed("redirect_mismatch", ""))
	case logoutURI != "":
		m.endSession(w, r)
		http.Redirect(w, r, logoutURI, http.StatusFound) //nolint:gosec // it is one of the client's
	default:
		m.logoutToLogin(w, r)
	}
}

func (m *managedLogin) logoutToLogin(w http.ResponseWriter, r *http.Request) {
	q, failure := m.authorizeRequest(r)
	if failure != nil {
		m.refuseRequest(w, r, q, failure)
		return
	}
	m.endSession(w, r)
	http.Redirect(w, r, "/login?"+q.query, http.StatusFound)
}
