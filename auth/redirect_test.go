package auth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	callbackURI = "http://localhost:3000/callback"
	otherURI    = "http://localhost:3000/other?from=here"
	goodbyeURI  = "http://localhost:3000/goodbye"
	farewellURI = "http://localhost:3000/farewell"
)

// loginPool starts a pool with managed login, with alice, and with Anna, who has a Google account.
func loginPool(t testing.TB, cfg authtest.Config) *authtest.Pool {
	t.Helper()
	cfg.ManagedLogin.CallbackURLs = []string{callbackURI, otherURI}
	cfg.ManagedLogin.LogoutURLs = []string{goodbyeURI, farewellURI}
	cfg.ManagedLogin.Providers = []string{"Google"}
	pool := newPool(t, cfg, alice())
	require.NoError(t, pool.SetSocialUser(authtest.SocialUser{
		Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "anna@example.com", "name": "Anna"},
	}))
	return pool
}

func loginConfig(pool *authtest.Pool) auth.Config {
	cfg := configFor(pool)
	cfg.Domain = pool.URL
	cfg.RedirectSignIn, cfg.RedirectSignOut = []string{callbackURI, otherURI}, []string{goodbyeURI, farewellURI}
	return cfg
}

// A loginFixture is a session on a pool with managed login, and what it has sent and told.
type loginFixture struct {
	*auth.Session
	pool  *authtest.Pool
	store *auth.MemoryStore
	cfg   auth.Config

	mu     sync.Mutex
	sent   []string // the paths of requests to the pool's domain
	events []auth.Event
}

func newLogin(t testing.TB, poolConfig authtest.Config, change ...func(*auth.Config)) *loginFixture {
	t.Helper()
	f := &loginFixture{pool: loginPool(t, poolConfig), store: &auth.MemoryStore{}}
	f.cfg = loginConfig(f.pool)
	f.cfg.Store = f.store
	f.cfg.HTTPClient = &http.Client{Transport: roundTripper(f.send)}
	f.cfg.OnEvent = func(_ context.Context, e auth.Event) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.events = append(f.events, e)
	}
	for _, c := range change {
		c(&f.cfg)
	}
	f.Session = newClient(t, f.cfg).Session("test")
	return f
}

func (f *loginFixture) send(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/oauth2/") {
		f.mu.Lock()
		f.sent = append(f.sent, r.URL.Path)
		f.mu.Unlock()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// exchanges returns how often a code was sent.
func (f *loginFixture) exchanges() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sent)
}

func (f *loginFixture) eventNames() []auth.EventName {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []auth.EventName
	for _, e := range f.events {
		names = append(names, e.Name)
	}
	return names
}

// begin starts a sign-in.
func (f *loginFixture) begin(t testing.TB, in auth.SignInWithRedirectInput) auth.SignInWithRedirectOutput {
	t.Helper()
	out, err := f.SignInWithRedirect(t.Context(), in)
	require.NoError(t, err)
	return out
}

// visit signs somebody in on the pages, and returns the callback.
func (f *loginFixture) visit(t testing.TB, page, username string) string {
	t.Helper()
	back, err := f.pool.Authorize(page, username)
	require.NoError(t, err)
	return back
}

// callback begins a sign-in and signs alice in on the pages.
func (f *loginFixture) callback(t testing.TB, in auth.SignInWithRedirectInput) string {
	t.Helper()
	return f.visit(t, f.begin(t, in).URL, "alice")
}

// complete ends a sign-in that must succeed.
func (f *loginFixture) complete(t testing.TB, back string) auth.CompleteSignInWithRedirectOutput {
	t.Helper()
	out, err := f.CompleteSignInWithRedirect(t.Context(), back)
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	assert.Equal(t, auth.StepDone, out.NextStep.Name())
	return out
}

// signInByRedirect signs alice in.
func (f *loginFixture) signInByRedirect(t testing.TB, in auth.SignInWithRedirectInput) {
	t.Helper()
	f.complete(t, f.callback(t, in))
}

// fails completes a sign-in that must fail with the code.
func (f *loginFixture) fails(t testing.TB, back string, code auth.ErrorCode) {
	t.Helper()
	_ = f.failure(t, back, code)
}

// failure returns the error of a callback that must fail with the code. It is also that of any
// failed managed login.
func (f *loginFixture) failure(t testing.TB, back string, code auth.ErrorCode) *auth.Error {
	t.Helper()
	out, err := f.CompleteSignInWithRedirect(t.Context(), back)
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, err)
	require.ErrorIs(t, err, auth.ErrOAuthSignIn)
	assert.Equal(t, "CompleteSignInWithRedirect", e.Op)
	assert.NotEmpty(t, e.Recovery)
	assert.Zero(t, out)
	return e
}

func TestSignInWithRedirect(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]authtest.Config{
		"public client": {}, "client secret": {ClientSecret: true}, "an issuer of its own": {LocalIssuer: true},
		"no revocation": {TokenRevocationOff: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, cfg)
			out := f.complete(t, f.callback(t, auth.SignInWithRedirectInput{CustomState: "cart=7 & ü", ReturnTo: "/cart"}))
			assert.Equal(t, "cart=7 & ü", out.CustomState)
			assert.Equal(t, "/cart", out.ReturnTo)
			assert.Equal(t, auth.StateSignedIn, stateOf(t, f.Session))
			user, err := f.CurrentUser(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "alice", user.Username)
			tokens, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
			require.NoError(t, err)
			assert.Equal(t, "alice@example.com", claimOf(t, tokens.IDToken, "email"))
			assert.ElementsMatch(t,
				[]string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}, tokens.AccessToken.Scopes)
			assert.Empty(t, tokens.Factors, "what was proved on the pages is not known")
			assert.Equal(t, 1, f.exchanges())
			assert.Equal(t, []auth.EventName{
				auth.EventCustomOAuthState, auth.EventSignInWithRedirect, auth.EventSignedIn,
			}, f.eventNames())
			assert.Equal(t, "cart=7 & ü", f.events[0].CustomState)
			_, err = f.FetchUserAttributes(t.Context())
			assert.NoError(t, err, "verbs work as after any sign-in")
		})
	}
}

func TestSignInWithRedirect_ofAFederatedPerson(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	begun := f.begin(t, auth.SignInWithRedirectInput{Provider: auth.ProviderGoogle})
	f.complete(t, f.visit(t, begun.URL, "1234"))
	user, err := f.CurrentUser(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "google_1234", user.Username)
	tokens, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, "anna@example.com", claimOf(t, tokens.IDToken, "email"))
	assert.Len(t, claimOf(t, tokens.IDToken, "identities"), 1)
}

func TestSignInWithRedirect_overTLS(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{TLS: true}, func(cfg *auth.Config) {
		host, err := url.Parse(cfg.Domain)
		require.NoError(t, err)
		cfg.Domain = host.Host // as Cognito shows it
	})
	_, err := f.CompleteSignInWithRedirect(t.Context(), f.callback(t, auth.SignInWithRedirectInput{}))
	require.ErrorIs(t, err, auth.ErrCertificate)
	assert.False(t, auth.Retryable(err), "that of the keys is the first that is not trusted")

	f.cfg.HTTPClient = f.pool.HTTPClient()
	f.Session = newClient(t, f.cfg).Session("test")
	f.signInByRedirect(t, auth.SignInWithRedirectInput{})
}

func TestRefreshAfterARedirect(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]authtest.Config{
		"rotation": {RefreshTokenRotation: true}, "no rotation": {},
		"devices": {Devices: authtest.DevicesAlways}, "client secret": {ClientSecret: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, cfg)
			f.signInByRedirect(t, auth.SignInWithRedirectInput{})
			for range 3 {
				_, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
				require.NoError(t, err)
			}
			for _, request := range f.pool.Requests() {
				assert.NotContains(t, request.Body, "DeviceKey", "such a session has no device")
			}
			out, err := f.SignOut(t.Context(), auth.SignOutInput{})
			require.NoError(t, err)
			assert.NotEmpty(t, out.URL, "a refresh does not change where the person signed in")
		})
	}
}

// authorizeQuery returns the parameters of the page.
func authorizeQuery(t testing.TB, page string) url.Values {
	t.Helper()
	u, err := url.Parse(page)
	require.NoError(t, err)
	require.Equal(t, "/oauth2/authorize", u.Path)
	return u.Query()
}

func TestAuthorizeURL(t *testing.T) {
	t.Parallel()
	all := "openid email phone profile aws.cognito.signin.user.admin"
	for name, tt := range map[string]struct {
		in   auth.SignInWithRedirectInput
		want map[string]string
	}{
		"nothing": {auth.SignInWithRedirectInput{}, map[string]string{"redirect_uri": callbackURI, "scope": all}},
		"a provider": {
			auth.SignInWithRedirectInput{Provider: auth.ProviderGoogle},
			map[string]string{"redirect_uri": callbackURI, "scope": all, "identity_provider": "Google"},
		},
		"a company": {
			auth.SignInWithRedirectInput{IDPIdentifier: "example.com", LoginHint: "anna@example.com"},
			map[string]string{
				"redirect_uri": callbackURI, "scope": all, "idp_identifier": "example.com", "login_hint": "anna@example.com",
			},
		},
		"everything else": {
			auth.SignInWithRedirectInput{
				RedirectURI: otherURI, Scopes: []string{"openid", "orders/read"}, CustomState: "mine", ReturnTo: "/mine",
				Prompt: []auth.Prompt{auth.PromptLogin, auth.PromptSelectAccount}, Lang: "pt-BR", Resource: "https://api.example.com",
			},
			map[string]string{
				"redirect_uri": otherURI, "scope": "openid orders/read", "prompt": "login select_account", "lang": "pt-BR",
				"resource": "https://api.example.com",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := auth.Config{
				UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "client", Domain: "example.auth.eu-west-1.amazoncognito.com",
				RedirectSignIn: []string{callbackURI, otherURI},
			}
			out, err := newClient(t, cfg).Session("test").SignInWithRedirect(t.Context(), tt.in)
			require.NoError(t, err)
			assert.True(t, strings.HasPrefix(out.URL, "https://example.auth.eu-west-1.amazoncognito.com/oauth2/authorize?"))
			query := authorizeQuery(t, out.URL)
			assert.Equal(t, out.State, query.Get("state"))
			assert.Regexp(t, `^[A-Z2-7]{26}$`, query.Get("state"))
			assert.Regexp(t, `^[A-Z2-7]{26}$`, query.Get("nonce"))
			assert.Regexp(t, `^[\w-]{43}$`, query.Get("code_challenge"))
			tt.want["response_type"], tt.want["client_id"], tt.want["code_challenge_method"] = "code", "client", "S256"
			for _, random := range []string{"state", "nonce", "code_challenge"} {
				query.Del(random)
			}
			for name, values := range query {
				assert.Equal(t, []string{tt.want[name]}, values, name)
			}
			assert.Len(t, query, len(tt.want))
		})
	}
}

func TestSignInWithRedirectRefusals(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2049)
	client := newClient(t, auth.Config{
		UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "client", Domain: "example.com",
		RedirectSignIn: []string{callbackURI},
	})
	for name, tt := range map[string]struct {
		in    auth.SignInWithRedirectInput
		code  auth.ErrorCode
		field string
	}{
		"a URI that is not listed":   {auth.SignInWithRedirectInput{RedirectURI: callbackURI + "/"}, auth.ErrInvalidRedirect, "RedirectURI"},
		"two providers":              {auth.SignInWithRedirectInput{Provider: "Google", IDPIdentifier: "x"}, auth.ErrInvalidParameter, "IDPIdentifier"},
		"none and another":           {auth.SignInWithRedirectInput{Prompt: []auth.Prompt{"login", "none"}}, auth.ErrInvalidParameter, "Prompt"},
		"an empty prompt":            {auth.SignInWithRedirectInput{Prompt: []auth.Prompt{""}}, auth.ErrInvalidParameter, "Prompt"},
		"two words in one prompt":    {auth.SignInWithRedirectInput{Prompt: []auth.Prompt{"none login"}}, auth.ErrInvalidParameter, "Prompt"},
		"an empty scope":             {auth.SignInWithRedirectInput{Scopes: []string{""}}, auth.ErrInvalidParameter, "Scopes"},
		"two scopes in one":          {auth.SignInWithRedirectInput{Scopes: []string{"openid email"}}, auth.ErrInvalidParameter, "Scopes"},
		"an endless provider":        {auth.SignInWithRedirectInput{Provider: auth.IdentityProvider(long)}, auth.ErrInvalidParameter, "Provider"},
		"an endless state":           {auth.SignInWithRedirectInput{CustomState: long}, auth.ErrInvalidParameter, "CustomState"},
		"an endless return":          {auth.SignInWithRedirectInput{ReturnTo: long}, auth.ErrInvalidParameter, "ReturnTo"},
		"an endless hint":            {auth.SignInWithRedirectInput{LoginHint: long}, auth.ErrInvalidParameter, "LoginHint"},
		"an endless list of prompts": {auth.SignInWithRedirectInput{Prompt: make([]auth.Prompt, 4000)}, auth.ErrInvalidParameter, "Prompt"},
	} {
		_, err := client.Session("test").SignInWithRedirect(t.Context(), tt.in)
		require.ErrorIs(t, err, tt.code, name)
		require.ErrorContains(t, err, tt.field, name)
		assert.NotContains(t, err.Error(), long, name)
	}
	for name, change := range map[string]func(*auth.Config){
		"no domain":      func(cfg *auth.Config) { cfg.Domain = "" },
		"no redirect":    func(cfg *auth.Config) { cfg.RedirectSignIn = nil },
		"neither of the": func(cfg *auth.Config) { cfg.Domain, cfg.RedirectSignIn = "", nil },
	} {
		cfg := auth.Config{
			UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "client", Domain: "example.com",
			RedirectSignIn: []string{callbackURI},
		}
		change(&cfg)
		session := newClient(t, cfg).Session("test")
		_, err := session.SignInWithRedirect(t.Context(), auth.SignInWithRedirectInput{})
		require.ErrorIs(t, err, auth.ErrOAuthNotConfigured, name)
		if cfg.Domain == "" {
			_, err = session.CompleteSignInWithRedirect(t.Context(), callbackURI+"?code=c&state=s")
			require.ErrorIs(t, err, auth.ErrOAuthNotConfigured, name)
		}
	}
}

func TestSignInWithRedirect_whereSomebodyIsSignedIn(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	f.signInByRedirect(t, auth.SignInWithRedirectInput{})
	before, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	_, err = f.SignInWithRedirect(t.Context(), auth.SignInWithRedirectInput{})
	require.ErrorIs(t, err, auth.ErrUserAlreadyAuthenticated)

	google := f.begin(t, auth.SignInWithRedirectInput{
		Provider: auth.ProviderGoogle, Prompt: []auth.Prompt{auth.PromptSelectAccount},
	})
	during, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, before.AccessToken.Raw, during.AccessToken.Raw, "an attempt changes nothing")
	f.complete(t, f.visit(t, google.URL, "1234"))
	user, err := f.CurrentUser(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "google_1234", user.Username)
	assert.Equal(t, 1, count(f.pool, "RevokeToken"), "the tokens that were replaced are revoked")
}
