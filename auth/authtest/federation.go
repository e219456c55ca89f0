package authtest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// federation signs people in at other identity providers.
type federation struct {
	*managedLogin
}

// trip is a sign-in that went to an identity provider and has not come back.
type trip struct {
	request  *authorizeRequest
	provider string
	// nonce is the pool's own, browser the cookie of the browser that went.
	nonce, browser string
}

const cookieTrip = "csrf-state"

// isFederated reports whether the app chose another identity provider than the pool.
func (q *authorizeRequest) isFederated() bool {
	return q.provider != "" && q.provider != providerCognito
}

// leaveForProvider redirects to the identity provider that the app chose.
func (f *federation) leaveForProvider(w http.ResponseWriter, r *http.Request, q *authorizeRequest) {
	browser := cookie(r, cookieTrip)
	if browser == "" {
		browser = newHandle()
		setCookie(w, r, cookieTrip, browser)
	}
	t := trip{request: q, provider: q.provider, nonce: newHandle(), browser: browser}
	p := f.identityProvider(q.provider)
	if p == nil {
		q.redirect(w, r, failed(oauthInvalidRequest, "").values())
		return
	}
	// The state names the pool, as the domain does at the real service.
	state := f.identity.id + "." + newHandle()
	f.mu.Lock()
	f.login.trips.issue(state, t)
	f.mu.Unlock()
	query := url.Values{
		"client_id": {p.clientID()}, "response_type": {"code"}, "scope": {p.ProviderDetails["authorize_scopes"]},
		"redirect_uri": {f.identity.url + "oauth2/idpresponse"}, "state": {state}, "nonce": {t.nonce},
	}
	if len(q.prompts) > 0 {
		query.Set("prompt", strings.Join(q.prompts, " "))
	}
	if q.loginHint != "" && p.takesLoginHint() {
		query.Set("login_hint", q.loginHint)
	}
	http.Redirect(w, r, f.providers.url(q.provider, "/authorize?")+query.Encode(), http.StatusFound)
}

// identityProvider returns a copy of the identity provider, or nil.
func (f *federation) identityProvider(name string) *identityProvider {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.hosted.providers[name]
	if p == nil {
		return nil
	}
	current := *p
	return &current
}

// takesLoginHint reports whether the identity provider is told the login_hint of the app.
func (p *identityProvider) takesLoginHint() bool {
	return p.ProviderType == "Google" || p.ProviderType == "OIDC"
}

// clientID is what the pool is to the identity provider.
func (p *identityProvider) clientID() string {
	if id := p.ProviderDetails["client_id"]; id != "" {
		return id
	}
	return "authtest"
}

// poolOfTrip returns the pool that the browser left for an identity provider.
func (s *service) poolOfTrip(r *http.Request) *Pool {
	id, _, _ := strings.Cut(r.URL.Query().Get("state"), ".")
	return s.poolFor(map[string]any{"UserPoolId": id})
}

// serveProviderAnswer is where identity providers redirect to.
func (f *federation) serveProviderAnswer(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	t, found := f.endTrip(query.Get("state"), cookie(r, cookieTrip))
	if !found {
		showError(w, textTooLate)
		return
	}
	q := t.request
	if query.Has("error") {
		q.redirect(w, r, failed(query.Get("error"), query.Get("error_description")).values())
		return
	}
	s, err := f.arrive(r.Context(), t, query.Get("code"))
	if err != nil {
		q.redirect(w, r, f.federationError(err).values())
		return
	}
	f.finish(w, r, q.withLeakedNonce(t.nonce), s)
}

// endTrip returns the trip of the browser that made it, once.
func (f *federation) endTrip(state, browser string) (trip, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, found := f.login.trips.find(state)
	if !found || !sameSecret(t.browser, browser) {
		return trip{}, false
	}
	f.login.trips.drop(state)
	return t, true
}

// withLeakedNonce is the request with the pool's own nonce if the app sent none, as the real
// service puts it into the ID token.
func (q *authorizeRequest) withLeakedNonce(nonce string) *authorizeRequest {
	leaky := *q
	fill(&leaky.nonce, nonce)
	return &leaky
}

// federationError is what the app is told.
func (f *federation) federationError(err error) *oauthError {
	var told *oauthError
	var refused *apiError
	switch {
	case errors.As(err, &told):
		return told
	case errors.As(err, &refused):
		return failed(oauthInvalidRequest, strings.TrimSpace(refused.message))
	}
	f.report(err)
	return failed(oauthServerError, "")
}

// arrive exchanges the code of the identity provider and signs the person in.
func (f *federation) arrive(ctx context.Context, t trip, code string) (browserSession, error) {
	p := f.identityProvider(t.provider)
	if p == nil {
		return browserSession{}, failed(oauthInvalidRequest, "")
	}
	tokens, err := f.askForTokens(ctx, p, code)
	if err != nil {
		return browserSession{}, err
	}
	subject, err := f.verifyProviderToken(ctx, p, t, tokens.IDToken)
	if err != nil {
		return browserSession{}, err
	}
	info := claims{}
	if err := f.askProvider(ctx, p.ProviderName, "/userInfo", nil, tokens.AccessToken, &info); err != nil {
		return browserSession{}, err
	}
	return f.federate(t.request.client, p, SocialUser{Provider: p.ProviderName, Subject: subject, Claims: info})
}

// askForTokens exchanges the code.
func (f *federation) askForTokens(ctx context.Context, p *identityProvider, code string) (tokenAnswer, error) {
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "client_id": {p.clientID()},
		"client_secret": {p.ProviderDetails["client_secret"]}, "redirect_uri": {f.identity.url + "oauth2/idpresponse"},
	}
	var tokens tokenAnswer
	err := f.askProvider(ctx, p.ProviderName, "/token", form, "", &tokens)
	return tokens, err
}

// askProvider calls an endpoint of an identity provider: with a form, or with an access token.
func (f *federation) askProvider(
	ctx context.Context, provider, endpoint string, form url.Values, token string, into any,
) error {
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	address, body := f.providers.url(provider, endpoint), strings.NewReader(form.Encode())
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := f.backchannel.Do(r)
	if err != nil {
		return failed(oauthInvalidRequest, "Connection reset")
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return failed(oauthInvalidRequest, providerComplaint(provider, endpoint, resp.StatusCode))
	}
	if json.NewDecoder(io.LimitReader(resp.Body, maxBody)).Decode(into) != nil {
		return failed(oauthServerError, "")
	}
	return nil
}

// providerComplaint describes an answer of an identity provider as the real service does, with its
// slip in the second text. A stand-in answers with the status of a timeout in place of being late.
func providerComplaint(provider, endpoint string, status int) string {
	switch {
	case status == http.StatusRequestTimeout:
		return "Read timed out"
	case status == http.StatusGatewayTimeout && endpoint == endpointKeys:
		return "error_description=Timeout in calling jwks uri"
	case status == http.StatusGatewayTimeout:
		return "Timeout occurred in calling IdP token endpoint"
	}
	return provider + " Error - " + strconv.Itoa(status) + " error getting token"
}

// endpointKeys is where an identity provider shows its keys.
const endpointKeys = "/jwks.json"

// verifyProviderToken checks the ID token of an identity provider and returns its subject.
func (f *federation) verifyProviderToken(
	ctx context.Context, p *identityProvider, t trip, token string,
) (subject string, err error) {
	invalid := failed(oauthInvalidRequest, p.ProviderName+" Error - invalid id_token")
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", invalid
	}
	var keys jose.JSONWebKeySet
	if err := f.askProvider(ctx, p.ProviderName, endpointKeys, nil, "", &keys); err != nil {
		return "", err
	}
	var said struct{ Sub, Aud, Nonce string }
	for _, key := range keys.Key(signed.Signatures[0].Header.KeyID) {
		payload, err := signed.Verify(key)
		if err == nil && json.Unmarshal(payload, &said) == nil && said.Aud == p.clientID() && said.Nonce == t.nonce {
			return said.Sub, nil
		}
	}
	return "", invalid
}

// authorizeFor makes the trip to the identity provider that the app chose, without a browser, and
// returns where the app is told how it ended.
func (f *federation) authorizeFor(ctx context.Context, q *authorizeRequest, subject string) (string, error) {
	u, found := f.providers.find(q.provider, subject)
	p := f.identityProvider(q.provider)
	if !found || p == nil {
		return "", errors.New("there is nobody with that subject at the identity provider")
	}
	if _, denies := f.providers.fails(q.provider, ProviderDenies); denies {
		return q.callback(failed(oauthAccessDenied, "").values()), nil
	}
	t := trip{request: q, provider: q.provider, nonce: newHandle()}
	s, err := f.arrive(ctx, t, f.providers.grant(socialGrant{user: u, clientID: p.clientID(), nonce: t.nonce}))
	if err != nil {
		return q.callback(f.federationError(err).values()), nil
	}
	return q.callback(f.result(q.withLeakedNonce(t.nonce), s)), nil
}

// socialTypes are the types of identity providers that are also their names.
func socialTypes() []string {
	return []string{"Facebook", "Google", "LoginWithAmazon", "SignInWithApple"}
}

// addProvider adds an identity provider that passes on the e-mail address and the name.
func (h *hosted) addProvider(pool identity, name string, now float64) {
	kind := "OIDC"
	if slices.Contains(socialTypes(), name) {
		kind = name
	}
	h.providers[name] = &identityProvider{
		UserPoolID: pool.id,
		providerSummary: providerSummary{
			ProviderName: name, ProviderType: kind, CreationDate: now, LastModifiedDate: now,
		},
		ProviderDetails:  map[string]string{"client_id": "authtest", "authorize_scopes": "openid email profile"},
		AttributeMapping: map[string]string{attrEmail: attrEmail, "name": "name", "username": attrSub},
	}
}
