package authtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// authorizeRequest is a checked request to sign somebody in for an app, which the pages carry along
// in their query.
type authorizeRequest struct {
	client      *appClient
	redirectURI string
	implicit    bool
	terms       oauthTerms
	// state, nonce and challenge are "" where the app sends none.
	state, nonce, challenge string
	// provider is the identity provider that the app chose, or "".
	provider  string
	loginHint string
	prompts   []string
	// query is what the request was parsed from.
	query string
}

// asksFor reports whether the request has the value in prompt.
func (q *authorizeRequest) asksFor(prompt string) bool { return slices.Contains(q.prompts, prompt) }

// callback is the redirect URI with the parameters added: in the fragment in the implicit flow.
func (q *authorizeRequest) callback(values url.Values) string {
	if q.state != "" {
		values.Set("state", q.state)
	}
	separator := "?"
	switch {
	case q.implicit:
		separator = "#"
	case strings.Contains(q.redirectURI, "?"):
		separator = "&"
	}
	return q.redirectURI + separator + values.Encode()
}

// redirect sends the browser back to the app.
func (q *authorizeRequest) redirect(w http.ResponseWriter, r *http.Request, values url.Values) {
	noteError(w, values.Get("error"))
	http.Redirect(w, r, q.callback(values), http.StatusFound) //nolint:gosec // the client has registered the URI
}

// authorizeRequest parses a query. The request is nil if the app must not be told the error,
// because nobody knows whether it is the app that asks; otherwise the error is for its redirect
// URI.
func (m *managedLogin) authorizeRequest(r *http.Request) (*authorizeRequest, *oauthError) {
	in := r.URL.Query()
	client := m.knownClient(in.Get("client_id"))
	if client == nil {
		return nil, failed("redirect_mismatch", "")
	}
	redirectURI := in.Get("redirect_uri")
	fill(&redirectURI, client.defaultRedirectURI())
	if !slices.Contains(client.settings.CallbackURLs, redirectURI) {
		if redirectURI != "" {
			m.violated(r.URL.Path, "redirect_uri %q is none of the CallbackURLs, letter for letter", redirectURI)
		}
		return nil, failed("redirect_mismatch", "")
	}
	q := &authorizeRequest{
		client: client, redirectURI: redirectURI, query: r.URL.RawQuery, implicit: in.Get("response_type") == "token",
		state: in.Get("state"), nonce: in.Get("nonce"), challenge: in.Get("code_challenge"),
		loginHint: in.Get("login_hint"),
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c := requestCheck{hosted: m.hosted, authorizeRequest: q, in: in}
	for _, check := range []func() *oauthError{
		c.checkFlow, c.checkScopes, c.checkProofKey, c.checkPrompt, c.checkResource, c.checkProvider,
	} {
		if err := check(); err != nil {
			return q, err
		}
	}
	return q, nil
}

// requestCheck checks the parameters of a request, in the order of its methods, and takes them
// over. The caller holds the pool's lock.
type requestCheck struct {
	*authorizeRequest
	hosted *hosted
	in     url.Values
}

func (c requestCheck) checkFlow() *oauthError {
	flow, known := map[string]string{"code": flowCode, "token": flowImplicit}[c.in.Get("response_type")]
	switch {
	case !known:
		return failed(oauthInvalidRequest, "")
	case !c.client.allowsOAuth(flow):
		return failed(oauthUnauthorizedClient, "")
	}
	return nil
}

// checkScopes grants all scopes of the app client if the request names none. Scopes that are gone
// from their resource server are skipped.
func (c requestCheck) checkScopes() *oauthError {
	allowed := c.client.settings.AllowedOAuthScopes
	scopes := strings.Fields(c.in.Get("scope"))
	if len(scopes) == 0 {
		scopes = allowed
	}
	for _, scope := range scopes {
		switch {
		case !slices.Contains(allowed, scope):
			return failed(oauthInvalidScope, "")
		case c.hosted.hasScope(scope) && !c.terms.has(scope):
			c.terms.scopes = append(c.terms.scopes, scope)
		}
	}
	for _, scope := range []string{scopeEmail, scopePhone, scopeProfile} {
		if c.terms.has(scope) && !c.terms.has(scopeOpenID) {
			return failed(oauthInvalidScope, "")
		}
	}
	return nil
}

// checkProofKey checks PKCE (RFC 7636), of which the service knows S256 only.
func (c requestCheck) checkProofKey() *oauthError {
	switch method := c.in.Get("code_challenge_method"); {
	case method == "" && c.challenge == "":
		return nil
	case method != "S256" || !isS256(c.challenge):
		return failed(oauthInvalidRequest, "")
	}
	return nil
}

// isS256 reports whether the text can be a SHA-256 digest in base64url.
func isS256(challenge string) bool {
	return len(challenge) == 43 && onlyRunes(challenge, func(r rune) bool {
		return strings.ContainsRune(alphanumeric+"-_", r)
	})
}

// checkPrompt ignores prompt in the older generation of the pages.
func (c requestCheck) checkPrompt() *oauthError {
	if c.hosted.isClassic() {
		return nil
	}
	c.prompts = strings.Fields(c.in.Get("prompt"))
	strange := slices.ContainsFunc(c.prompts, func(prompt string) bool {
		return !slices.Contains([]string{"none", "login", "select_account", "consent"}, prompt)
	})
	if strange || c.asksFor("none") && len(c.prompts) > 1 {
		return failed(oauthInvalidRequest, "")
	}
	return nil
}

// checkResource accepts one URL (RFC 8707), in the newer generation of the pages.
func (c requestCheck) checkResource() *oauthError {
	switch resources := c.in["resource"]; {
	case len(resources) == 0:
		return nil
	case c.hosted.isClassic():
		return failed(oauthInvalidRequest, oauthInvalidScope)
	case len(resources) > 1 || !isRedirectURI(resources[0]):
		return failed(oauthInvalidRequest, "")
	default:
		c.terms.resource = resources[0]
	}
	return nil
}

// checkProvider finds the identity provider that the app chose, by its name or one of its
// identifiers.
func (c requestCheck) checkProvider() *oauthError {
	c.provider = c.in.Get("identity_provider")
	if identifier := c.in.Get("idp_identifier"); identifier != "" && c.provider == "" {
		p := c.hosted.providerByIdentifier(identifier)
		if p == nil {
			return failed(oauthInvalidRequest, "")
		}
		c.provider = p.ProviderName
	}
	known := c.provider == providerCognito || c.hosted.providers[c.provider] != nil
	if c.provider != "" && (!known || !slices.Contains(c.client.providers(), c.provider)) {
		return failed(oauthInvalidRequest, "")
	}
	return nil
}

// providers are the names of the identity providers that the app client allows.
func (c *appClient) providers() []string {
	if len(c.settings.SupportedIdentityProviders) == 0 {
		return []string{providerCognito}
	}
	return c.settings.SupportedIdentityProviders
}

// defaultRedirectURI takes the place of a redirect_uri that is missing; "" where it is required. A
// client with several identity providers has none.
func (c *appClient) defaultRedirectURI() string {
	if len(c.providers()) != 1 {
		return ""
	}
	return c.settings.DefaultRedirectURI
}

// reportLoose reports what the service tolerates in a request, although it leaves the app open to
// attacks.
func (m *managedLogin) reportLoose(r *http.Request, q *authorizeRequest) {
	in := r.URL.Query()
	unproven := q.challenge == "" && q.client.secret() == "" && !q.implicit
	for complaint, applies := range map[string]bool{
		"a public client without PKCE":                        unproven,
		"code_challenge_method is plain":                      in.Get("code_challenge_method") == "plain",
		"no state":                                            q.state == "",
		"no nonce, although an ID token is asked for":         q.nonce == "" && q.terms.has(scopeOpenID),
		"identity_provider and idp_identifier in one request": in.Has("identity_provider") && in.Has("idp_identifier"),
	} {
		if applies {
			m.violated(r.URL.Path, "%s", complaint)
		}
	}
}
