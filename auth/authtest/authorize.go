package authtest

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// authorizationCode is what an authorization code stands for until it is exchanged.
type authorizationCode struct {
	login *login
	// overrides are what PreTokenGeneration said when the code was made.
	overrides                     ClaimsAndScopeOverrideDetails
	redirectURI, challenge, nonce string
	used                          bool
}

// serveAuthorize is the beginning: it leads to a page, or with a live session of the browser back
// to the app.
func (m *managedLogin) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	q, failure := m.authorizeRequest(r)
	if q != nil {
		m.reportLoose(r, q)
	}
	if failure != nil {
		m.refuseRequest(w, r, q, failure)
		return
	}
	m.rememberLanguage(w, r)
	session, live := m.browserSession(r)
	switch {
	case live && q.accepts(session):
		m.answer(w, r, q, session)
	case q.asksFor("none"):
		m.refuseRequest(w, r, q, failed(oauthLoginRequired, ""))
	case q.isFederated():
		(&federation{m}).leaveForProvider(w, r, q)
	default:
		http.Redirect(w, r, "/login?"+q.query, http.StatusFound)
	}
}

// accepts reports whether a live session answers the request without a page: it must come from the
// identity provider that the app chose, if any.
func (q *authorizeRequest) accepts(s browserSession) bool {
	return !q.asksFor("login") && (q.provider == "" || q.provider == s.provider) &&
		slices.Contains(q.client.providers(), s.provider)
}

// refuseRequest redirects to the app, or to the page for errors that the app must not be told.
func (m *managedLogin) refuseRequest(w http.ResponseWriter, r *http.Request, q *authorizeRequest, e *oauthError) {
	if q != nil {
		q.redirect(w, r, e.values())
		return
	}
	noteError(w, e.code)
	query := e.values()
	query.Set("client_id", r.URL.Query().Get("client_id"))
	http.Redirect(w, r, "/error?"+query.Encode(), http.StatusFound)
}

// answer sends the browser back to the app with a code, with tokens or with an error.
func (m *managedLogin) answer(w http.ResponseWriter, r *http.Request, q *authorizeRequest, s browserSession) {
	q.redirect(w, r, m.result(q, s))
}

// finish ends a sign-in: it remembers the person and sends the browser back to the app.
func (m *managedLogin) finish(w http.ResponseWriter, r *http.Request, q *authorizeRequest, s browserSession) {
	m.startSession(w, r, s)
	m.answer(w, r, q, s)
}

// result is what the app gets: a code, tokens or an error.
func (m *managedLogin) result(q *authorizeRequest, s browserSession) url.Values {
	values, err := m.grantCode(q, s)
	var refused *apiError
	switch {
	case errors.As(err, &refused):
		values = failed(oauthInvalidRequest, refused.message).values()
	case err != nil:
		m.report(err)
		values = failed(oauthServerError, "").values()
	}
	return values
}

// grantCode returns the parameters of a successful answer: a code, or in the implicit flow tokens.
func (m *managedLogin) grantCode(q *authorizeRequest, s browserSession) (url.Values, error) {
	code, err := m.newCode(q, s)
	if err != nil {
		return nil, err
	}
	if q.implicit {
		return m.implicitTokens(code)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	handle := newUUID()
	m.login.codes.issue(handle, code)
	return url.Values{"code": {handle}}, nil
}

func (m *managedLogin) newCode(q *authorizeRequest, s browserSession) (*authorizationCode, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	terms := q.terms
	from := caller{clientID: q.client.id}
	overrides, err := m.lambdas.preTokenGeneration(s.user, sourcePages, &terms, from)
	if err != nil {
		return nil, err
	}
	return &authorizationCode{
		login: &login{
			user: s.user, client: q.client, originJTI: newUUID(), at: s.at, oauth: &terms,
			expires: m.clock.now().Add(q.client.refreshValidity),
		},
		overrides: overrides, redirectURI: q.redirectURI, challenge: q.challenge, nonce: q.nonce,
	}, nil
}

// grant makes the tokens of a code. The caller holds the pool's lock.
func (m *managedLogin) grant(code *authorizationCode) *grant {
	logins := m.tokens.logins
	logins.begin(code.login)
	g := logins.grant(code.login, m.clock.now())
	g.nonce = code.nonce
	g.override(code.overrides)
	return g
}

// implicitTokens are the tokens in the fragment, without a refresh token.
func (m *managedLogin) implicitTokens(code *authorizationCode) (url.Values, error) {
	m.mu.Lock()
	g := m.grant(code)
	m.mu.Unlock()
	result, err := m.tokens.result(g)
	if err != nil {
		return nil, err
	}
	values := url.Values{
		"access_token": {result.AccessToken}, "token_type": {"bearer"},
		"expires_in": {strconv.FormatInt(result.ExpiresIn, 10)},
	}
	if result.IDToken != "" {
		values.Set("id_token", result.IDToken)
	}
	return values, nil
}

// Authorize signs the user in, without asking for a password or a second factor, for the request of
// an app to /oauth2/authorize, and returns the URL to which the pool redirects: the app's redirect
// URI with a code, or with an error. It stands for a browser without a session and a person in it.
// username is any name that the user can sign in with, or the sub; where the URL names another
// identity_provider it is the subject of a [SocialUser] there.
//
// No request is made: [Pool.Fail] and [Pool.Hold] do not reach it, and [Pool.Requests] does not
// list it. [Pool.FailProvider] reaches it.
//
// The host of authorizeURL does not matter. The error says that there is no such user, or that the
// pool would not redirect to the app: the app client or the redirect URI is unknown, or the URL is
// none of /oauth2/authorize.
func (p *Pool) Authorize(authorizeURL, username string) (callbackURL string, err error) {
	r, err := http.NewRequest(http.MethodGet, authorizeURL, http.NoBody) //nolint:noctx // it is not sent
	if err != nil || r.URL.Path != "/oauth2/authorize" {
		return "", errors.New("authtest: Authorize: the URL is not one of /oauth2/authorize")
	}
	callbackURL, err = p.service.poolOnPages(r).managedLogin().authorizeFor(r, username)
	if err != nil {
		return "", errors.Join(errors.New("authtest: Authorize"), err)
	}
	return callbackURL, nil
}

func (m *managedLogin) authorizeFor(r *http.Request, username string) (string, error) {
	m.reportSecretsInURL(r)
	q, failure := m.authorizeRequest(r)
	if q == nil {
		return "", failure
	}
	m.reportLoose(r, q)
	if failure == nil && q.asksFor("none") {
		failure = failed(oauthLoginRequired, "")
	}
	if failure != nil {
		return q.callback(failure.values()), nil
	}
	if q.isFederated() {
		return (&federation{m}).authorizeFor(r.Context(), q, username)
	}
	session, err := m.sessionOf(username)
	if err != nil {
		return "", err
	}
	return q.callback(m.result(q, session)), nil
}

// sessionOf is the session of a user who signs in now.
func (m *managedLogin) sessionOf(username string) (browserSession, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.users.anyName(username)
	if u == nil {
		return browserSession{}, errors.New("there is no user " + strconv.Quote(username))
	}
	return browserSession{user: u, at: m.clock.now(), provider: providerCognito}, nil
}
