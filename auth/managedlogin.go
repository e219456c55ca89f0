package auth

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/oauth2"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// managedLogin is the pool's domain, as its app client uses it.
type managedLogin struct {
	redacted
	origin                          string // of the domain: https://example.com
	clientID                        string
	secret                          func() *string
	redirectSignIn, redirectSignOut []string
	scopes                          []string
	anyNonce                        bool
	http                            *http.Client // for the token endpoint and the keys
	trust                           jwt.Config
	verifier                        *jwt.Verifier // by trust
	warm                            atomic.Bool   // the verifier has had keys
}

// scopeUserAdmin is the scope without which Cognito refuses an access token.
const scopeUserAdmin = "aws.cognito.signin.user.admin"

// scopeOpenID is the scope without which there is no ID token.
const scopeOpenID = "openid"

func defaultScopes() []string {
	return []string{scopeOpenID, "email", "phone", "profile", scopeUserAdmin}
}

// newManagedLogin returns nil if the Config has no domain.
func newManagedLogin(cfg Config) (*managedLogin, error) {
	if cfg.Domain == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	origin, _ := originOf(cfg.Domain)
	client := wholeAnswers(transport.New(cfg.HTTPClient, defaultTimeout, cfg.Logger))
	trust := jwt.Config{
		Pools:      []jwt.TrustedPool{cfg.trustedPool()},
		Leeway:     trustedSkew,
		CacheSize:  -1, // each token comes once
		HTTPClient: client,
	}
	verifier, err := jwt.NewVerifier(trust)
	if err != nil {
		return nil, fail(ErrInvalidConfig, err.Error())
	}
	scopes := slices.Clone(cfg.Scopes)
	if len(scopes) == 0 {
		scopes = defaultScopes()
	}
	return &managedLogin{
		origin: origin, clientID: cfg.ClientID, secret: secretKeeper(cfg.ClientSecret),
		redirectSignIn: slices.Clone(cfg.RedirectSignIn), redirectSignOut: slices.Clone(cfg.RedirectSignOut),
		scopes: scopes, anyNonce: cfg.AcceptNonceOfIdentityProvider,
		http: client, trust: trust, verifier: verifier,
	}, nil
}

// trustedPool is the pool whose tokens are accepted. What replaces Cognito's address has the keys,
// and may be the issuer, as an in-process pool can be.
func (c Config) trustedPool() jwt.TrustedPool {
	pool := jwt.TrustedPool{UserPoolID: c.UserPoolID, ClientIDs: []string{c.ClientID}}
	if c.Endpoint != "" {
		issuer := strings.TrimSuffix(c.Endpoint, "/") + "/" + c.UserPoolID
		pool.Issuers, pool.JWKSURL = []string{issuer}, issuer+"/.well-known/jwks.json"
	}
	return pool
}

// checkManagedLogin returns an error that names the first bad field.
func (c Config) checkManagedLogin() error {
	if c.Domain != "" {
		if _, why := originOf(c.Domain); why != "" {
			return badField("Domain", why)
		}
	}
	for _, list := range []struct {
		field string
		uris  []string
	}{{"RedirectSignIn", c.RedirectSignIn}, {"RedirectSignOut", c.RedirectSignOut}} {
		for _, uri := range list.uris {
			if why := unfitRedirect(uri); why != "" {
				return badField(list.field, why)
			}
		}
	}
	if !slices.ContainsFunc(c.Scopes, isNoScope) {
		return nil
	}
	return badField("Scopes", "has an element that is not a scope")
}

// originOf returns the origin of a domain, or why it is not one.
func originOf(domain string) (origin, why string) {
	if !strings.Contains(domain, "://") {
		domain = "https://" + domain
	}
	if why := transport.Unfit(domain); why != "" {
		return "", why
	}
	u, err := url.Parse(domain)
	if err != nil || strings.Trim(u.Path, "/") != "" {
		return "", "has a path"
	}
	return u.Scheme + "://" + u.Host, ""
}

// unfitRedirect returns why Cognito would not redirect to the URI, or "" if it may.
func unfitRedirect(uri string) string {
	u, err := url.Parse(uri)
	switch {
	case err != nil, u.Scheme == "", len(uri) > maxRedirectField, strings.Contains(uri, "#"):
		return "has an element that is not an absolute URI without a fragment"
	case u.Scheme == "http" && transport.Unfit("http://"+u.Host) != "":
		return "has an element with plain http that is not on a loopback address"
	}
	return ""
}

// isNoScope reports whether the text cannot be a scope (RFC 6749, section 3.3).
func isNoScope(text string) bool {
	return text == "" || len(text) > maxCode || strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '"' || r == '\\'
	})
}

// config returns the settings of one sign-in. AuthStyle is set, because x/oauth2 would otherwise
// find it out by sending the code twice.
func (m *managedLogin) config(redirectURI string, scopes []string) *oauth2.Config {
	c := &oauth2.Config{
		ClientID: m.clientID, RedirectURL: redirectURI, Scopes: scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL: m.origin + "/oauth2/authorize", TokenURL: m.origin + "/oauth2/token",
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
	if secret := m.secret(); secret != nil {
		c.ClientSecret, c.Endpoint.AuthStyle = *secret, oauth2.AuthStyleInHeader
	}
	return c
}

// signOutPage returns the page that ends the browser's session and goes on to the redirect URI. It
// is "" without a domain, or without a place to go on to.
func (m *managedLogin) signOutPage(redirectURI string) (string, error) {
	var registered []string
	if m != nil {
		registered = m.redirectSignOut
	}
	chosen, ok := oneOf(registered, redirectURI)
	switch {
	case ok:
		query := url.Values{"client_id": {m.clientID}, "logout_uri": {chosen}}
		return m.origin + "/logout?" + query.Encode(), nil
	case redirectURI != "":
		return "", fail(ErrInvalidPreferredRedirectURL, "RedirectURI is not in Config.RedirectSignOut")
	default:
		return "", nil
	}
}

// oneOf returns the chosen redirect URI, or the first one if none is chosen.
func oneOf(registered []string, chosen string) (uri string, ok bool) {
	switch {
	case chosen != "":
		return chosen, slices.Contains(registered, chosen)
	case len(registered) > 0:
		return registered[0], true
	default:
		return "", false
	}
}

// wholeAnswers returns an http.Client that sends with inner. It follows no redirects.
func wholeAnswers(inner *transport.Client) *http.Client {
	return &http.Client{
		Transport:     wholeAnswer{inner},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// wholeAnswer reads each response to its end, so that x/oauth2, which keeps no more than the text
// of an error in a body, does not lose what happened to the connection.
type wholeAnswer struct{ inner *transport.Client }

// RoundTrip implements [http.RoundTripper].
func (w wholeAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	own := r.Clone(r.Context())
	if token, err := wafToken(r.Context()); err == nil && token != "" {
		own.Header.Set(wafTokenHeader, token)
	}
	response, err := w.inner.Do(own)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	switch {
	case wantsToken[response.Header.Get(wafActionHeader)]:
		return nil, &oauth2.RetrieveError{Response: response} // x/oauth2 takes the 202 of a challenge for a success
	case err != nil:
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
