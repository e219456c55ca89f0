package authtest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// tokenAnswer is the answer of /oauth2/token.
type tokenAnswer struct {
	IDToken      string `json:"id_token,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int64  `json:"expires_in"`
	TokenType    string `json:"token_type"`
}

func (a *authenticationResult) oauth() tokenAnswer {
	return tokenAnswer{
		IDToken: a.IDToken, AccessToken: a.AccessToken, RefreshToken: a.RefreshToken,
		ExpiresIn: a.ExpiresIn, TokenType: a.TokenType,
	}
}

// grantTypes are the grants of /oauth2/token.
func grantTypes() map[string]func(*managedLogin, *appClient, url.Values) (tokenAnswer, error) {
	return map[string]func(*managedLogin, *appClient, url.Values) (tokenAnswer, error){
		"authorization_code":  (*managedLogin).exchangeCode,
		"refresh_token":       (*managedLogin).refreshTokens,
		flowClientCredentials: (*managedLogin).grantToClient,
	}
}

func (m *managedLogin) serveToken(w http.ResponseWriter, r *http.Request) {
	answer, err := m.tokenAnswer(r)
	var refused *oauthError
	switch {
	case errors.As(err, &refused):
		refused.serve(w, http.StatusBadRequest) // invalid_client too
	case err != nil:
		m.report(err)
		failed(oauthServerError, "").serve(w, http.StatusInternalServerError)
	default:
		serveOAuthJSON(w, http.StatusOK, answer)
	}
}

func (m *managedLogin) tokenAnswer(r *http.Request) (any, error) {
	form := r.PostForm
	_, _, basic := r.BasicAuth()
	if mediaType(r.Header) != "application/x-www-form-urlencoded" || form.Get("grant_type") == "" ||
		form.Get("client_id") == "" && !basic {
		return nil, failed(oauthInvalidRequest, "")
	}
	c := m.authenticate(r)
	if c == nil {
		return nil, failed(oauthInvalidClient, "")
	}
	grant, served := grantTypes()[form.Get("grant_type")]
	if !served {
		return nil, failed(oauthUnsupportedGrantType, "")
	}
	return grant(m, c, form)
}

// exchangeCode exchanges an authorization code (RFC 6749, section 4.1.3) with the proof of its
// challenge (RFC 7636, section 4.6). The first client that may exchange it uses it up.
func (m *managedLogin) exchangeCode(c *appClient, form url.Values) (tokenAnswer, error) {
	if form.Get("code") == "" || form.Get("redirect_uri") == "" {
		return tokenAnswer{}, failed(oauthInvalidRequest, "")
	}
	if !c.allowsOAuth(flowCode) {
		return tokenAnswer{}, failed(oauthUnauthorizedClient, "")
	}
	code, replayed := m.takeCode(c, form.Get("code"))
	if replayed {
		m.violated("/oauth2/token", "an authorization code was sent twice")
	}
	if code == nil {
		return tokenAnswer{}, failed(oauthInvalidGrant, "")
	}
	g, err := m.grantForCode(c, code, form)
	if err != nil {
		return tokenAnswer{}, err
	}
	return m.signed(g)
}

func (m *managedLogin) signed(g *grant) (tokenAnswer, error) {
	result, err := m.tokens.result(g)
	if err != nil {
		return tokenAnswer{}, err
	}
	return result.oauth(), nil
}

// takeCode uses a code of the app client up. It returns nil for one that cannot be used any more.
func (m *managedLogin) takeCode(c *appClient, handle string) (code *authorizationCode, replayed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	code, found := m.login.codes.find(handle)
	switch {
	case !found || code.login.client.id != c.id:
		return nil, false
	case code.used:
		return nil, true
	}
	code.used = true
	return code, false
}

func (m *managedLogin) grantForCode(c *appClient, code *authorizationCode, form url.Values) (*grant, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch user := code.login.user; {
	case code.redirectURI != form.Get("redirect_uri"):
		return nil, failed(oauthUnauthorizedClient, "invalid_redirect")
	case !code.provenBy(form.Get("code_verifier")), !m.users.has(user), user.disabled, code.login.oauth.unreadable(c):
		return nil, failed(oauthInvalidGrant, "")
	}
	g := m.grant(code)
	g.refreshToken = m.tokens.logins.add(code.login)
	return g, nil
}

// provenBy reports whether the verifier is that of the challenge. Without a challenge there must
// not be one: somebody may have removed the challenge on the way.
func (code *authorizationCode) provenBy(verifier string) bool {
	if code.challenge == "" {
		return verifier == ""
	}
	digest := sha256.Sum256([]byte(verifier))
	return sameSecret(base64.RawURLEncoding.EncodeToString(digest[:]), code.challenge)
}

// refreshTokens is GetTokensFromRefreshToken under another name.
func (m *managedLogin) refreshTokens(c *appClient, form url.Values) (tokenAnswer, error) {
	if form.Get("refresh_token") == "" {
		return tokenAnswer{}, failed(oauthInvalidRequest, "")
	}
	g, err := m.refresher.refresh(c, getTokensInput{RefreshToken: form.Get("refresh_token")})
	var refused *apiError
	switch {
	case errors.As(err, &refused):
		return tokenAnswer{}, failed(oauthInvalidGrant, "")
	case err != nil:
		return tokenAnswer{}, err
	}
	return m.signed(g)
}

// grantToClient issues an access token to an app client itself (RFC 6749, section 4.4).
func (m *managedLogin) grantToClient(c *appClient, form url.Values) (tokenAnswer, error) {
	metadata := form.Get("aws_client_metadata")
	switch {
	case metadata != "" && json.Unmarshal([]byte(metadata), &map[string]string{}) != nil:
		return tokenAnswer{}, failed(oauthInvalidRequest, "")
	case c.secret() == "" || !c.allowsOAuth(flowClientCredentials):
		return tokenAnswer{}, failed(oauthUnauthorizedClient, "")
	}
	scopes := strings.Fields(form.Get("scope"))
	if len(scopes) == 0 {
		scopes = c.settings.AllowedOAuthScopes
	}
	for _, scope := range scopes {
		if !slices.Contains(c.settings.AllowedOAuthScopes, scope) || slices.Contains(standardScopes(), scope) {
			return tokenAnswer{}, failed(oauthInvalidScope, "")
		}
	}
	now := m.clock.now()
	token, err := m.tokens.sign(claims{
		"sub": c.id, "scope": strings.Join(scopes, " "), "auth_time": now.Unix(), "version": 2,
		"exp": now.Add(c.accessValidity).Unix(),
	}, c.id, now)
	return tokenAnswer{AccessToken: token, ExpiresIn: int64(c.accessValidity.Seconds()), TokenType: "Bearer"}, err
}
