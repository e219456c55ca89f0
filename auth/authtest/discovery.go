package authtest

import (
	"maps"
	"net/http"

	"github.com/go-jose/go-jose/v4"
)

func (m *managedLogin) serveJWKS(w http.ResponseWriter) {
	keys, err := m.tokens.keys.published()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, keys)
}

// serveOpenIDConfiguration serves the issuer of the tokens, and the pool's own address for the keys
// and, if the pool has a domain, for the endpoints. Like the real document it names neither PKCE
// nor public clients.
func (m *managedLogin) serveOpenIDConfiguration(w http.ResponseWriter) {
	document := map[string]any{
		"issuer":                                m.tokens.issuer(),
		"jwks_uri":                              m.identity.jwksURL(),
		"id_token_signing_alg_values_supported": []string{string(jose.RS256)},
		"response_types_supported":              []string{"code", "token"},
		"scopes_supported":                      []string{scopeOpenID, scopeEmail, scopePhone, scopeProfile},
		"subject_types_supported":               []string{"public"},
	}
	m.mu.Lock()
	open := m.hosted.hasDomain()
	m.mu.Unlock()
	if open {
		maps.Copy(document, map[string]any{
			"authorization_endpoint":                m.identity.url + "oauth2/authorize",
			"token_endpoint":                        m.identity.url + "oauth2/token",
			"userinfo_endpoint":                     m.identity.url + "oauth2/userInfo",
			"revocation_endpoint":                   m.identity.url + "oauth2/revoke",
			"end_session_endpoint":                  m.identity.url + "logout",
			"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		})
	}
	writeJSON(w, document)
}
