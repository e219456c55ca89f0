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

// tokenEndpoint serves the endpoints for programs.
type tokenEndpoint struct {
	*managedLogin
}

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
func grantTypes() map[string]func(*tokenEndpoint, *appClient, url.Values) (tokenAnswer, error) {
	return map[string]func(*tokenEndpoint, *appClient, url.Values) (tokenAnswer, error){
		"authorization_code":  (*tokenEndpoint).exchangeCode,
		"refresh_token":       (*tokenEndpoint).refreshTokens,
		flowClientCredentials: (*tokenEndpoint).grantToClient,
	}
}

func (e *tokenEndpoint) serveToken(w http.ResponseWriter, r *http.Request) {
	answer, err := e.tokenAnswer(r)
	var refused *oauthError
	switch {
	case errors.As(err, &refused):
		refused.serve(w, http.StatusBadRequest) // invalid_client too
	case err != nil:
		e.report(err)
		failed(oauthServerError, "").serve(w, http.StatusInternalServerError)
	default:
		serveOAuthJSON(w, http.StatusOK, answer)
	}
}

func (e *tokenEndpoint) tokenAnswer(r *http.Request) (any, error) {
	form := r.PostForm
	_, _, basic := r.BasicAuth()
	if mediaType(r.Header) != "application/x-www-form-urlencoded" || form.Get("grant_type") == "" ||
		form.Get("client_id") == "" && !basic {
		return nil, failed(oauthInvalidRequest, "")
	}
	c := e.authenticate(r)
	if c == nil {
		return nil, failed(oauthInvalidClient, "")
	}
	grant, served := grantTypes()[form.Get("grant_type")]
	if !served {
		return nil, failed(oauthUnsupportedGrantType, "")
	}
	return grant(e, c, form)
}

// exchangeCode exchanges an authorization code (RFC 6749, section 4.1.3) with the proof of its
// challenge (RFC 7636, section 4.6). The first client that may exchange it uses it up.
func (e *tokenEndpoint) exchangeCode(c *appClient, form url.Values) (tokenAnswer, error) {
	if form.Get("code") == "" || form.Get("redirect_uri") == "" {
		return tokenAnswer{}, failed(oauthInvalidRequest, "")
	}
	if !c.allowsOAuth(flowCode) {
		return tokenAnswer{}, failed(oauthUnauthorizedClient, "")
	}
	code, replayed := e.takeCode(c, form.Get("code"))
	if replayed {
		e.violated("/oauth2/token", "an authorization code was sent twice")
	}
	if code == nil {
		return tokenAnswer{}, failed(oauthInvalidGrant, "")
	}
	g, err := e.grantForCode(c, code, form)
	if err != nil {
		return tokenAnswer{}, err
	}
	return e.signed(g)
}

func (e *tokenEndpoint) signed(g *grant) (tokenAnswer, error) {
	result, err := e.tokens.result(g)
	if err != nil {
		return tokenAnswer{}, err
	}
	return result.oauth(), nil
}

// takeCode uses a code of the app client up. It returns nil for one that cannot be used any more.
func (e *tokenEndpoint) takeCode(c *appClient, handle string) (code *authorizationCode, replayed bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	code, found := e.login.codes.find(handle)
	switch {
	case !found || code.login.client.id != c.id:
		return nil, false
	case code.used:
		return nil, true
	}
	code.used = true
	return code, false
}

func (e *tokenEndpoint) grantForCode(c *appClient, code *authorizationCode, form url.Values) (*grant, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch user := code.login.user; {
	case code.redirectURI != form.Get("redirect_uri"):
		return nil, failed(oauthUnauthorizedClient, "invalid_redirect")
	case !code.provenBy(form.Get("code_verifier")), !e.users.has(user), user.disabled, code.login.oauth.unreadable(c):
		return nil, failed(oauthInvalidGrant, "")
	}
	g := e.grant(code)
	g.refreshToken = e.tokens.logins.add(code.login)
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
func (e *tokenEndpoint) refreshTokens(c *appClient, form url.Values) (tokenAnswer, error) {
	if form.Get("refresh_token") == "" {
		return tokenAnswer{}, failed(oauthInvalidRequest, "")
	}
	g, err := e.refresher.refresh(c, getTokensInput{RefreshToken: form.Get("refresh_token")})
	var refused *apiError
	switch {
	case errors.As(err, &refused):
		return tokenAnswer{}, failed(oauthInvalidGrant, "")
	case err != nil:
		return tokenAnswer{}, err
	}
	return e.signed(g)
}

// grantToClient issues an access token to an app client itself (RFC 6749, section 4.4).
func (e *tokenEndpoint) grantToClient(c *appClient, form url.Values) (tokenAnswer, error) {
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
	now := e.clock.now()
	token, err := e.tokens.sign(claims{
		"sub": c.id, "scope": strings.Join(scopes, " "), "auth_time": now.Unix(), "version": 2,
		"exp": now.Add(c.accessValidity).Unix(),
	}, c.id, now)
	return tokenAnswer{AccessToken: token, ExpiresIn: int64(c.accessValidity.Seconds()), TokenType: "Bearer"}, err
}
