package authtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// ManagedLogin describes the pool's OAuth endpoints and pages to its first app client. With
// CallbackURLs or the flow client_credentials the pool has a domain: it then serves, behind its own
// address, what the real service serves at https://{domain}. The zero ManagedLogin has no domain,
// and the endpoints know none of its clients. The other fields alone are refused.
type ManagedLogin struct {
	// CallbackURLs are the redirect URIs, which are compared as strings: https, http on localhost,
	// 127.0.0.1 or [::1], or a scheme of an app.
	CallbackURLs []string
	// LogoutURLs are where /logout may redirect to.
	LogoutURLs []string
	// Flows are code, implicit and client_credentials; the latter only alone and with a client
	// secret. The default is code.
	Flows []string
	// Scopes are those that the app client may ask for: openid, email, phone, profile,
	// aws.cognito.signin.user.admin, and "identifier/scope" of a resource server, which is created
	// with the pool. The default is the first five, and none of them for client_credentials.
	Scopes []string
	// Domain is the prefix of the domain, which nobody has to resolve. The default is random.
	Domain string
	// Providers are identity providers with which users can sign in too, each as a page on which to
	// choose one of the people of [Pool.SetSocialUser]: Google, Facebook, LoginWithAmazon,
	// SignInWithApple, or the name of one that speaks OpenID Connect. They pass on email and name.
	Providers []string
	// Classic serves the older generation of the pages (ManagedLoginVersion 1), which ignores
	// prompt and lang and refuses resource.
	Classic bool
}

func (ml ManagedLogin) isOn() bool {
	return len(ml.CallbackURLs) > 0 || slices.Contains(ml.Flows, flowClientCredentials)
}

func (ml ManagedLogin) withDefaults() ManagedLogin {
	if !ml.isOn() {
		return ml
	}
	fill(&ml.Domain, fmt.Sprintf("authtest-%x", randomBytes(4))) // hexadecimal, because "aws" is refused
	if len(ml.Flows) == 0 {
		ml.Flows = []string{flowCode}
	}
	if len(ml.Scopes) == 0 && !slices.Contains(ml.Flows, flowClientCredentials) {
		ml.Scopes = standardScopes()
	}
	for _, list := range []*[]string{&ml.CallbackURLs, &ml.LogoutURLs, &ml.Flows, &ml.Scopes, &ml.Providers} {
		*list = slices.Clone(*list)
	}
	return ml
}

// checkManagedLogin returns an error that names the wrong field.
func (c Config) checkManagedLogin() error {
	ml, s := c.ManagedLogin, clientSettings{}
	ml.configure(&s)
	if c.LocalIssuer && c.Issuer != "" {
		return badField("LocalIssuer", "cannot go together with Issuer")
	}
	switch {
	case ml.isOn():
	case len(ml.LogoutURLs)+len(ml.Flows)+len(ml.Scopes)+len(ml.Providers)+len(ml.Domain) > 0 || ml.Classic:
		return badField("ManagedLogin.CallbackURLs", "is empty")
	default:
		return nil
	}
	known := []string{flowCode, flowImplicit, flowClientCredentials}
	strange := func(flow string) bool { return !slices.Contains(known, flow) }
	switch {
	case !isDomainPrefix(ml.Domain):
		return badField("ManagedLogin.Domain", "%q is not a prefix of a domain", ml.Domain)
	case slices.ContainsFunc(ml.Flows, strange):
		return badField("ManagedLogin.Flows", "%q is not made of code, implicit and client_credentials", ml.Flows)
	case slices.Contains(ml.Flows, flowClientCredentials) && (len(ml.Flows) > 1 || !c.ClientSecret):
		return badField("ManagedLogin.Flows", "client_credentials needs to be alone, and a ClientSecret")
	}
	if err := s.checkRedirects(); err != nil {
		return fmt.Errorf("authtest: Config.ManagedLogin: %w", err)
	}
	return nil
}

// configure writes the settings of the app client.
func (ml ManagedLogin) configure(s *clientSettings) {
	if !ml.isOn() {
		return
	}
	s.AllowedOAuthFlowsUserPoolClient = true
	s.AllowedOAuthFlows, s.AllowedOAuthScopes = ml.Flows, ml.Scopes
	s.CallbackURLs, s.LogoutURLs = ml.CallbackURLs, ml.LogoutURLs
	s.SupportedIdentityProviders = append([]string{providerCognito}, ml.Providers...)
}

// open gives a new pool the domain and the resource servers.
func (h *hosted) open(ml ManagedLogin, identity identity, now time.Time) {
	if !ml.isOn() {
		return
	}
	version := 2
	if ml.Classic {
		version = 1
	}
	h.names.claim(ml.Domain, identity.id)
	h.domain = newPoolDomain(identity, ml.Domain, now)
	h.domain.configure(domainInput{ManagedLoginVersion: version})
	for _, scope := range ml.Scopes {
		h.addScope(identity, scope)
	}
	for _, name := range ml.Providers {
		h.addProvider(identity, name, epoch(now))
	}
}

// loginState is what a pool keeps of the people on its pages, under the pool's lock.
type loginState struct {
	// browsers are the sessions of browsers, by the cookie "cognito".
	browsers *tickets[browserSession]
	// visits are the pages that browsers look at, by the cookie "XSRF-TOKEN" and the query.
	visits *tickets[struct{}]
	// dialogues are the sign-ins that wait for an answer on a page.
	dialogues *tickets[dialogue]
	codes     *tickets[*authorizationCode]
	// trips are the sign-ins that went to an identity provider, by their state there.
	trips *tickets[trip]
}

const (
	// browserSessionLife is counted from the sign-in, and not extended.
	browserSessionLife = time.Hour
	// pageLife is how long a person may take on the pages, and a program to exchange a code.
	pageLife = 5 * time.Minute
)

func newLoginState(c *clock) *loginState {
	return &loginState{
		browsers:  newTickets[browserSession](c, browserSessionLife),
		visits:    newTickets[struct{}](c, pageLife),
		dialogues: newTickets[dialogue](c, pageLife),
		codes:     newTickets[*authorizationCode](c, pageLife),
		trips:     newTickets[trip](c, pageLife),
	}
}

// managedLogin serves the OAuth endpoints and the pages of a pool. Sign-ins on the pages are those
// of the API, with the same checks, triggers and messages.
type managedLogin struct {
	*authOperations
	hosted    *hosted
	login     *loginState
	groups    groups
	providers *socialProviders
	// backchannel calls the identity providers.
	backchannel *http.Client
	// report is told what a correct client would not send.
	report func(error)
}

func (p *Pool) managedLogin() *managedLogin {
	return &managedLogin{
		authOperations: p.authOperations(), hosted: p.hosted, login: p.login, groups: p.groups,
		providers: p.providers, backchannel: p.HTTPClient(), report: p.service.violation,
	}
}

func (m *managedLogin) registration() *registration {
	return &registration{core: m.core, sessions: m.sessions, hidden: m.hidden}
}

func (m *managedLogin) account() *ownAccount { return &ownAccount{core: m.core, sessions: m.sessions} }

// violated reports a request that a correct client would not send.
func (m *managedLogin) violated(path, format string, args ...any) {
	m.report(fmt.Errorf("authtest: %s: %s", path, fmt.Sprintf(format, args...)))
}

// knownClient returns the app client, or nil. A pool without a domain has none on its pages.
func (m *managedLogin) knownClient(id string) *appClient {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.hosted.hasDomain() {
		return nil
	}
	return m.clients.find(id)
}

// endpoint is a path of the pool's domain.
type endpoint struct {
	method string
	// shared endpoints are for programs, and can be called by pages of any origin.
	shared bool
	// pool finds the pool of a request; nil is poolOnPages.
	pool  func(*service, *http.Request) *Pool
	serve serveFunc
}

type serveFunc = func(*managedLogin, http.ResponseWriter, *http.Request)

func endpoints() map[string]endpoint {
	return map[string]endpoint{
		"/oauth2/authorize": {method: http.MethodGet, serve: (*managedLogin).serveAuthorize},
		"/oauth2/token":     {method: http.MethodPost, shared: true, serve: forPrograms((*tokenEndpoint).serveToken)},
		"/oauth2/revoke":    {method: http.MethodPost, shared: true, serve: forPrograms((*tokenEndpoint).serveRevoke)},
		"/oauth2/userInfo":  {method: http.MethodGet, shared: true, serve: forPrograms((*tokenEndpoint).serveUserInfo)},
		"/oauth2/idpresponse": {
			method: http.MethodGet, pool: (*service).poolOfTrip, serve: forProviders((*federation).serveProviderAnswer),
		},
		"/logout": {method: http.MethodGet, serve: (*managedLogin).serveLogout},
		"/error":  {method: http.MethodGet, serve: (*managedLogin).serveError},
	}
}

func forPrograms(serve func(*tokenEndpoint, http.ResponseWriter, *http.Request)) serveFunc {
	return func(m *managedLogin, w http.ResponseWriter, r *http.Request) { serve(&tokenEndpoint{m}, w, r) }
}

func forProviders(serve func(*federation, http.ResponseWriter, *http.Request)) serveFunc {
	return func(m *managedLogin, w http.ResponseWriter, r *http.Request) { serve(&federation{m}, w, r) }
}

// routeManagedLogin adds the endpoints and pages, which are at the same paths for all pools.
func (s *service) routeManagedLogin(mux *http.ServeMux) {
	for path, e := range endpoints() {
		handle := s.guarded(path, e)
		if e.shared {
			handle = shared(handle)
		}
		mux.HandleFunc(path, handle)
	}
	for path, page := range screens() {
		mux.HandleFunc(path, s.guarded(path, endpoint{serve: page.serve}))
	}
	mux.HandleFunc("GET /style.css", serveStyle)
	s.routeProviders(mux)
}

// guarded finds the pool of a request, sets the headers of every answer and refuses other methods.
func (s *service) guarded(path string, e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("x-amz-cognito-request-id", newUUID())
		if e.method != "" && r.Method != e.method {
			h.Set("Allow", e.method)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		_ = r.ParseForm() // whoever needs the form sees that it is empty
		find := e.pool
		if find == nil {
			find = (*service).poolOnPages
		}
		m := find(s, r).managedLogin()
		m.reportSecretsInURL(r)
		s.serveOAuth(oauthCall{operation: strings.TrimPrefix(path, "/"), pool: m, serve: e.serve}, w, r)
	}
}

// poolOnPages returns the pool of the app client or the access token that a request names. The real
// service tells pools apart by their domains.
func (s *service) poolOnPages(r *http.Request) *Pool {
	id, _, basic := r.BasicAuth()
	if !basic {
		id = r.FormValue("client_id")
	}
	return s.poolFor(map[string]any{"ClientId": id, "AccessToken": bearerToken(r)})
}
