package authtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// The AllowedOAuthFlows of an app client.
const (
	flowCode              = "code"
	flowImplicit          = "implicit"
	flowClientCredentials = "client_credentials"
)

// allowsOAuth reports whether the app client may use a flow of OAuth.
func (c *appClient) allowsOAuth(flow string) bool {
	return c.settings.AllowedOAuthFlowsUserPoolClient && slices.Contains(c.settings.AllowedOAuthFlows, flow)
}

// checkRedirects refuses URLs to which the service does not redirect, and flows that cannot go
// together.
func (s clientSettings) checkRedirects() error {
	for _, list := range [][]string{s.CallbackURLs, s.LogoutURLs} {
		for _, text := range list {
			if !isRedirectURI(text) {
				return refuse(codeInvalidParameter, "%q is not a redirect URI: it must be absolute, have no fragment, "+
					"and have the scheme https, that of an app, or on this machine http.", text)
			}
		}
	}
	switch {
	case s.DefaultRedirectURI != "" && !slices.Contains(s.CallbackURLs, s.DefaultRedirectURI):
		return refuse(codeInvalidParameter, "The DefaultRedirectURI is not among the CallbackURLs.")
	case slices.Contains(s.AllowedOAuthFlows, flowClientCredentials) && len(s.AllowedOAuthFlows) > 1:
		return refuse(codeInvalidOAuthFlow, "client_credentials flow can not be selected along with code flow or "+
			"implicit flow.")
	}
	return nil
}

// isRedirectURI reports whether an app client may register the text.
func isRedirectURI(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || strings.Contains(text, "#") {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Host != ""
	case "http":
		return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
	}
	return !slices.Contains([]string{"javascript", "data", "vbscript", "file"}, u.Scheme)
}

// authenticate returns the app client of a request to an endpoint for programs, or nil if it does
// not prove to be that client. A client with a secret sends it in the header or in the form,
// another one sends neither, not even empty.
func (m *managedLogin) authenticate(r *http.Request) *appClient {
	id, secret, basic := r.BasicAuth()
	id, badID := url.QueryUnescape(id)
	secret, badSecret := url.QueryUnescape(secret)
	_, inForm := r.PostForm["client_secret"]
	switch given := r.PostForm.Get("client_id"); {
	case basic && secret == "":
		m.violated(r.URL.Path, "Basic authentication with an empty client secret")
		return nil
	case badID != nil || badSecret != nil || basic && (inForm || given != "" && given != id):
		return nil
	case !basic:
		id, secret = given, r.PostForm.Get("client_secret")
	}
	c := m.knownClient(id)
	switch {
	case c == nil:
		return nil
	case c.secret() == "" && (inForm || r.Header.Get("Authorization") != ""):
		return nil
	case c.secretComplaint(secret) != "":
		return nil
	}
	return c
}

// reportSecretsInURL reports secrets where logs and histories keep them.
func (m *managedLogin) reportSecretsInURL(r *http.Request) {
	query := r.URL.Query()
	for _, name := range []string{
		"client_secret", "password", "code_verifier", "refresh_token", "access_token", "id_token",
	} {
		if query.Has(name) {
			m.violated(r.URL.Path, "%s in the URL", name)
		}
	}
}

// bearerToken returns the access token in the header, or "".
func bearerToken(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
