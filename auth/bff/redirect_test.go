package bff_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

// newLoginWorld starts a program that offers managed login, on a pool with alice and with Anna, who
// has a Google account.
func newLoginWorld(t *testing.T, change ...func(*bff.Config)) *world {
	t.Helper()
	return newLoginWorldOn(t, nil, change...)
}

// newLoginWorldOn keeps the sessions in a Store.
func newLoginWorldOn(t *testing.T, store auth.Store, change ...func(*bff.Config)) *world {
	t.Helper()
	mux := http.NewServeMux()
	w := &world{t: t, seen: &record{}}
	w.server = httptest.NewTLSServer(w.seen.answersOf(mux))
	t.Cleanup(w.server.Close)
	callback, goodbye := w.server.URL+"/auth/redirect/callback", w.server.URL+"/auth/sign-in?done=sign-out"
	w.pool = authtest.New(t, authtest.Config{ManagedLogin: authtest.ManagedLogin{
		CallbackURLs: []string{callback}, LogoutURLs: []string{goodbye}, Providers: []string{"Google"},
	}})
	w.add(alice())
	require.NoError(t, w.pool.SetSocialUser(authtest.SocialUser{
		Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "anna@example.com"},
	}))
	var err error
	w.client, err = auth.NewClient(auth.Config{
		UserPoolID: w.pool.UserPoolID, ClientID: w.pool.ClientID, Endpoint: w.pool.URL, Domain: w.pool.URL, Store: store,
		RedirectSignIn: []string{callback}, RedirectSignOut: []string{goodbye},
	})
	require.NoError(t, err)
	cfg := bff.Config{
		Client: w.client, PublicURL: w.server.URL, AppName: "Acme", Limits: generous(),
		IdentityProviders: []bff.IdentityProvider{{Name: auth.ProviderGoogle}, {Name: auth.ProviderCognito, Label: "Acme ID"}},
		Logger:            slog.New(slog.NewTextHandler(w.seen, nil)),
		OnEvent:           func(_ context.Context, e bff.Event) { _, _ = fmt.Fprintf(w.seen, "event %+v\n", e) },
	}
	for _, f := range change {
		f(&cfg)
	}
	w.bff, err = bff.New(cfg)
	require.NoError(t, err)
	w.bff.SetPace(0)
	app := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(rw, "app %s for %s", r.URL.Path, bff.From(r.Context()).AccessToken.Username)
	})
	mux.Handle("/auth/", w.bff)
	mux.Handle("/", w.bff.Require(app))
	mux.Handle("/payments", w.bff.Require(app, bff.MFA(0)))
	return w
}

// allRoutes has the handler serve the routes of managed login as well.
func allRoutes(cfg *bff.Config) {
	cfg.IdentityProviders = []bff.IdentityProvider{{Name: auth.ProviderGoogle}}
}

// loginBrowser is a browser that stops where it leaves the program.
func (w *world) loginBrowser() *browser {
	b := w.browser()
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if "https://"+r.URL.Host == w.server.URL {
			return nil
		}
		return http.ErrUseLastResponse
	}
	return b
}

// link returns where a link of the page leads.
func (b *browser) link(text string) string {
	b.t.Helper()
	before, _, found := strings.Cut(b.page, ">"+text+"<")
	require.True(b.t, found, "no link %q at %s:\n%s", text, b.path, b.page)
	_, address, _ := strings.Cut(before[strings.LastIndex(before, "<a "):], `href="`)
	address, _, _ = strings.Cut(address, `"`)
	return strings.ReplaceAll(address, "&amp;", "&")
}

// leaves returns where the browser was sent.
func (b *browser) leaves() string {
	b.t.Helper()
	require.Equal(b.t, http.StatusSeeOther, b.status, b.page)
	to := b.got.Get("Location")
	require.True(b.t, strings.HasPrefix(to, b.pool.URL), to)
	return to
}

// comes returns with a callback, as managed login sends a browser: from another site.
func (b *browser) comes(back string) *browser {
	b.t.Helper()
	u, err := url.Parse(back)
	require.NoError(b.t, err)
	b.do(http.MethodGet, u.RequestURI(), "", nil, http.Header{
		"Accept": {"text/html"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Site": {"cross-site"},
	})
	return b
}

// visits signs somebody in on the pages of the pool.
func (b *browser) visits(page, username string) (back string) {
	b.t.Helper()
	back, err := b.pool.Authorize(page, username)
	require.NoError(b.t, err)
	return back
}

func TestManagedLogin(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	b := w.loginBrowser()
	b.get("/reports?year=7")
	page := b.get(b.link("Continue with Google")).leaves()
	before := b.cookie("__Host-session-flow")
	require.NotEmpty(t, before)
	back := b.visits(page, "1234")
	b.comes(back)
	b.isApp("/reports", "google_1234")
	assert.Equal(t, "/reports?year=7", b.path)
	assert.Empty(t, b.cookie("__Host-session-flow"))
	assert.NotEqual(t, before, b.cookie("__Host-session"), "the session has another id")

	b.comes(back) // Back, or a reload
	b.isApp("/", "google_1234")
	assert.Equal(t, 1, strings.Count(w.seen.String(), "event {Name:authn_login_success"))
	u, err := url.Parse(back)
	require.NoError(t, err)
	for line := range strings.Lines(w.seen.String()) {
		if strings.HasPrefix(line, "time=") || strings.HasPrefix(line, "event ") {
			assert.NotContains(t, line, u.Query().Get("code"), "no code is logged")
		}
	}
}

func TestManagedLogin_signOut(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	b := w.loginBrowser()
	b.get("/auth/sign-in")
	b.comes(b.visits(b.get(b.link("Continue with Acme ID")).leaves(), "alice"))
	b.isApp("/", "alice")
	b.get("/auth/sign-out").submit()
	assert.Equal(t, http.StatusOK, b.status, "a redirect would break the policy of the page with the form")
	_, to, _ := strings.Cut(b.got.Get("Refresh"), "0;url=")
	require.True(t, strings.HasPrefix(to, w.pool.URL+"logout?"), to)
	assert.Equal(t, to, b.link("Continue"))
	b.get("/auth/sign-in?done=sign-out")
	assert.Contains(t, b.page, "You are signed out.")
	b.get("/reports")
	assert.Contains(t, b.path, "/auth/sign-in")

	b.signIn("/", "alice")
	b.isApp("/", "alice")
	b.get("/auth/sign-out").submit()
	assert.Contains(t, b.path, "/auth/sign-in?done=sign-out", "a sign-in with a password ends here")
}

func TestManagedLogin_twoTabs(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	first := w.loginBrowser()
	first.get("/first")
	second := first.fork()
	toFirst := first.get(first.link("Continue with Google")).leaves()
	second.get("/second")
	toSecond := second.get(second.link("Continue with Google")).leaves()
	second.comes(second.visits(toSecond, "1234")).isApp("/second", "google_1234")
	first.comes(first.visits(toFirst, "1234")).isApp("/first", "google_1234")
	first.get("/again").isApp("/again", "google_1234")
	second.get("/again").isApp("/again", "google_1234")
}

// TestManagedLogin_attacks: another site may have a browser open any page, with any callback.
func TestManagedLogin_attacks(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	mallory := w.loginBrowser()
	forged := mallory.visits(mallory.get("/auth/redirect?provider=Google").leaves(), "1234")

	b := w.loginBrowser()
	b.comes(forged)
	assert.Equal(t, http.StatusBadRequest, b.status, "login CSRF")
	assert.Contains(t, b.alert(), "Start again")
	assert.Contains(t, b.page, `name="password"`, "the page to start again")
	b.signIn("/", "alice")
	session := b.cookie("__Host-session")
	b.comes(forged)
	b.isApp("/", "alice")
	b.comes("/auth/redirect?provider=Google") // a link on another site
	b.isApp("/", "alice")
	assert.Equal(t, session, b.cookie("__Host-session"), "whoever is signed in stays so")
	for _, parameters := range []string{"", "?error=access_denied&state=x", "?code=c&state=x"} {
		b.comes("/auth/redirect/callback" + parameters)
		assert.Equal(t, session, b.cookie("__Host-session"), parameters)
	}
	mallory.comes(forged).isApp("/", "google_1234") // it was good, where it belongs

	b.do(http.MethodPost, "/auth/redirect", "application/x-www-form-urlencoded", strings.NewReader("provider=Google"), http.Header{
		"Accept": {"text/html"}, "Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"},
	})
	assert.Equal(t, http.StatusForbidden, b.status)
	for _, evil := range []string{"https://evil.example/", "//evil.example", `/\evil.example`} {
		tab := w.loginBrowser()
		tab.get("/auth/redirect?provider=Google&return=" + url.QueryEscape(evil))
		tab.comes(tab.visits(tab.leaves(), "1234")).isApp("/", "google_1234")
	}
	b.get("/auth/redirect?provider=Unknown")
	assert.NotEqual(t, http.StatusSeeOther, b.status)
}

// TestManagedLogin_byAForm replaces whoever is signed in, once the other one has signed in.
func TestManagedLogin_byAForm(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	b := w.loginBrowser()
	b.signIn("/", "alice")
	b.post("/auth/redirect", url.Values{"provider": {"Google"}})
	_, page, _ := strings.Cut(b.got.Get("Refresh"), "0;url=")
	back := b.visits(page, "1234")
	b.get("/before").isApp("/before", "alice")
	b.comes(back).isApp("/", "google_1234")
}

func TestManagedLogin_refused(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	require.NoError(t, w.pool.FailProvider("Google", authtest.ProviderDenies))
	b := w.loginBrowser()
	b.comes(b.visits(b.get("/auth/redirect?provider=Google").leaves(), "1234"))
	assert.Equal(t, http.StatusUnprocessableEntity, b.status)
	assert.Contains(t, b.alert(), "canceled or refused")
	b.comes(b.visits(b.get(b.link("Continue with Google")).leaves(), "1234")).isApp("/", "google_1234")
	assert.Contains(t, w.seen.String(), "authn_login_fail")
}

func TestManagedLogin_forScripts(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	b := w.loginBrowser()
	answer := b.json(http.MethodPost, "/auth/redirect", map[string]any{"provider": "Google"})
	b.comes(b.visits(answer["url"].(string), "1234")).isApp("/", "google_1234")
	answer = b.json(http.MethodPost, "/auth/sign-out", map[string]any{})
	assert.Contains(t, answer["url"], w.pool.URL+"logout?")
	answer = b.json(http.MethodGet, "/auth/redirect/callback?code=c&state=s", nil)
	assert.Equal(t, http.StatusBadRequest, b.status)
	assert.Equal(t, string(auth.ErrOAuthAttempt), answer["name"])
}

func TestManagedLogin_isThereWhereItIsWanted(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t, func(cfg *bff.Config) { cfg.IdentityProviders = nil })
	b := w.loginBrowser()
	b.get("/auth/sign-in")
	assert.NotContains(t, b.page, "Continue with")
	for _, path := range []string{"/auth/redirect?provider=Google", "/auth/redirect/callback?code=c&state=s"} {
		assert.Equal(t, http.StatusNotFound, b.get(path).status, path)
	}
}

func TestManagedLogin_needsItsRedirectURI(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	for _, cfg := range []bff.Config{
		{Client: w.client, PublicURL: w.server.URL, Prefix: "/sign-in/"},
		{Client: w.client, PublicURL: "https://other.example"},
	} {
		allRoutes(&cfg)
		_, err := bff.New(cfg)
		assert.ErrorContains(t, err, "Config.IdentityProviders")
		assert.ErrorContains(t, err, `/redirect/callback"`, "the error has the URI")
	}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: w.pool.UserPoolID, ClientID: w.pool.ClientID, RedirectSignIn: w.client.RedirectSignIn(),
	})
	require.NoError(t, err)
	cfg := bff.Config{Client: client, PublicURL: w.server.URL}
	allRoutes(&cfg)
	_, err = bff.New(cfg)
	assert.ErrorContains(t, err, "Domain")
}

// Nothing that somebody proves on the pages of the pool is known here. Who has a password there can
// prove that, and others are told.
func TestManagedLogin_provesNothingHere(t *testing.T) {
	t.Parallel()
	w := newLoginWorld(t)
	for _, name := range []string{"1234", "alice"} {
		provider := map[string]string{"1234": "Google", "alice": "COGNITO"}[name]
		b := w.loginBrowser()
		b.comes(b.visits(b.get("/auth/redirect?provider="+provider).leaves(), name))
		b.get("/auth/account")
		assert.Contains(t, b.page, map[string]string{"1234": "Signed in as anna@example.com", "alice": "Signed in as alice@example.com"}[name])
		b.get("/payments")
		assert.Equal(t, "Confirm it's you", b.heading())
		assert.Contains(t, b.page, "If you have neither, you cannot open it.")
		assert.Contains(t, b.link("Sign out"), "/auth/sign-out")
		b.submit("password", goodPassword)
		if name == "alice" {
			assert.Equal(t, "Set up your authenticator app", b.heading())
			b.get("/auth/account/details")
			assert.Equal(t, "Your details", b.heading())
			b.get("/auth/step-up")
			assert.NotContains(t, b.page, "you cannot open it")
			continue
		}
		assert.Equal(t, http.StatusUnprocessableEntity, b.status)
		assert.Contains(t, b.page, "If you have neither, you cannot open it.")
		b.get("/").isApp("/", "google_1234")
	}
}

// The Store fails between the callback and the new id of the session.
func TestManagedLogin_startsAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	store := &failing{fails: func(op, key string) bool {
		return down.Load() && op == "save" && strings.Contains(key, "bff/session/")
	}}
	w := newLoginWorldOn(t, store)
	b := w.loginBrowser()
	back := b.visits(b.get("/auth/redirect?provider=Google").leaves(), "1234")
	down.Store(true)
	b.comes(back)
	assert.Equal(t, http.StatusServiceUnavailable, b.status)
	down.Store(false)
	b.comes(back)
	assert.Equal(t, http.StatusBadRequest, b.status, "the code is spent")
	b.comes(b.visits(b.get(b.link("Continue with Google")).leaves(), "1234")).isApp("/", "google_1234")
}
