package conformance_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// surfer is somebody with a tab of a real browser in which no script runs.
type surfer struct {
	t    *testing.T
	tab  context.Context //nolint:containedctx // chromedp keeps the tab in it
	pool *authtest.Pool
	app  string
}

// newSurfer starts a pool, and an app that shows how the sign-in ended.
func newSurfer(t *testing.T, cfg authtest.Config, users ...authtest.User) surfer {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<p id="arrived">` + html.EscapeString(r.URL.RawQuery) + `</p>`))
	}))
	t.Cleanup(app.Close)
	cfg.OnViolation = func(err error) { t.Error(err) }
	cfg.ManagedLogin.CallbackURLs = []string{app.URL + "/callback"}
	pool, err := authtest.NewPool(cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, u := range users {
		require.NoError(t, pool.AddUser(u))
	}
	return surfer{t: t, pool: pool, app: app.URL + "/callback"}
}

// in gives the surfer a tab with cookies of its own.
func (p surfer) in(browser context.Context) surfer {
	p.t.Helper()
	p.tab = newScriptlessTab(p.t, browser, chromedp.WithNewBrowserContext())
	return p
}

func newScriptlessTab(t *testing.T, browser context.Context, options ...chromedp.ContextOption) context.Context { //nolint:revive // t comes first in tests
	t.Helper()
	tab := newTab(t, browser, options...)
	_, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	return tab
}

// begin opens the page that the app leads to.
func (p surfer) begin(more ...string) {
	p.t.Helper()
	digest := sha256.Sum256([]byte(strings.Repeat("v", 43)))
	query := url.Values{
		"response_type": {"code"}, "client_id": {p.pool.ClientID}, "redirect_uri": {p.app}, "scope": {"openid"},
		"state": {"s"}, "nonce": {"n"}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(digest[:])},
	}
	for i := 0; i < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.Navigate(p.pool.URL+"oauth2/authorize?"+query.Encode())))
}

// fill types values into fields, which are named in turn, and sends the form.
func (p surfer) fill(form string, fields ...string) {
	p.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		field := `form#` + form + ` [name="` + fields[i] + `"]`
		require.NoError(p.t, chromedp.Do(p.tab, chromedp.SendKeys(field, fields[i+1])), field)
	}
	p.click("#" + form + "-submit")
}

// click clicks what leads to another page. A busy browser loses a click now and then, so it is
// repeated until the page leads there.
func (p surfer) click(selector string) {
	p.t.Helper()
	err := whileLoading(func() error {
		limited, cancel := context.WithTimeout(p.tab, unanswered)
		defer cancel()
		_, err := chromedp.Run(limited, chromedp.WaitEvent(page.FrameStartedLoading, nil, chromedp.Click(selector)))
		return err
	})
	if errors.Is(err, context.DeadlineExceeded) && p.tab.Err() == nil {
		p.click(selector)
		return
	}
	require.NoError(p.t, err, selector)
}

// unanswered is how long a click may be without an effect.
const unanswered = 15 * time.Second

// whileLoading repeats an action on an element for which Chromium says that it is gone: a page that
// is still loading replaces its document.
func whileLoading(action func() error) error {
	const gone = -32000
	for {
		err := action()
		var refused *cdproto.Error
		if !errors.As(err, &refused) || refused.Code != gone {
			return err
		}
	}
}

func (p surfer) signIn() {
	p.t.Helper()
	p.fill("login", "username", "alice", "password", password)
}

// text waits for the element and returns its text.
func (p surfer) text(selector string) string {
	p.t.Helper()
	var text string
	require.NoError(p.t, whileLoading(func() (err error) {
		text, err = chromedp.Run(p.tab, chromedp.TextContent(selector))
		return err
	}), selector)
	return text
}

// arrives waits for the app and returns what it was told.
func (p surfer) arrives() url.Values {
	p.t.Helper()
	values, err := url.ParseQuery(p.text("#arrived"))
	require.NoError(p.t, err)
	assert.Equal(p.t, "s", values.Get("state"))
	return values
}

// hasCode requires that the app was sent a code.
func (p surfer) hasCode() {
	p.t.Helper()
	assert.NotEmpty(p.t, p.arrives().Get("code"))
}

// TestManagedLoginInChromium checks the pages in a real browser with JavaScript switched off.
//
//nolint:tparallel // the subtests share a browser, whose time would pass while they queue
func TestManagedLoginInChromium(t *testing.T) {
	t.Parallel()
	browser := startChromium(t)
	alice := func(change func(*authtest.User)) authtest.User {
		u := verifiedAlice()
		change(&u)
		return u
	}
	plain := verifiedAlice()
	const secret, changed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "Other-horse-1!"
	for name, scenario := range map[string]struct {
		cfg   authtest.Config
		users []authtest.User
		play  func(p surfer)
	}{
		"password": {users: []authtest.User{plain}, play: func(p surfer) {
			p.begin()
			p.fill("login", "username", "alice", "password", changed)
			assert.Equal(p.t, "Incorrect username or password.", p.text("#problem"))
			p.fill("login", "password", password)
			p.hasCode()
		}},
		"authenticator app": {
			cfg: authtest.Config{MFA: authtest.MFAOptional, TOTP: true},
			users: []authtest.User{alice(func(u *authtest.User) {
				u.TOTPSecret, u.MFA = secret, []string{"SOFTWARE_TOKEN_MFA"}
			})},
			play: func(p surfer) {
				p.begin()
				p.signIn()
				p.fill("code", "SOFTWARE_TOKEN_MFA_CODE", codeAt(p.t, secret, p.pool.Now()))
				p.hasCode()
			},
		},
		"set-up of the authenticator app": {
			cfg: authtest.Config{MFA: authtest.MFARequired, TOTP: true}, users: []authtest.User{plain},
			play: func(p surfer) {
				p.begin()
				p.signIn()
				p.text("#qr-code")
				p.fill("app", "code", codeAt(p.t, p.text("#secret"), p.pool.Now()))
				p.hasCode()
			},
		},
		"text message": {
			cfg:   authtest.Config{MFA: authtest.MFAOptional, SMS: true},
			users: []authtest.User{alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA"} })},
			play: func(p surfer) {
				p.begin()
				p.signIn()
				p.text("#SMS_MFA_CODE")
				p.fill("code", "SMS_MFA_CODE", p.pool.LastCode("alice"))
				p.hasCode()
			},
		},
		"new password": {
			users: []authtest.User{alice(func(u *authtest.User) { u.TemporaryPassword = true })},
			play: func(p surfer) {
				p.begin()
				p.signIn()
				p.fill("new-password", "NEW_PASSWORD", changed)
				p.hasCode()
			},
		},
		"sign-up": {play: func(p surfer) {
			p.begin()
			p.click("#sign-up")
			p.fill("sign-up", "username", "bob", "password", password, "email", "bob@example.com")
			p.text("#confirm")
			p.fill("confirm", "code", p.pool.LastCode("bob"))
			p.hasCode()
		}},
		"forgotten password": {users: []authtest.User{plain}, play: func(p surfer) {
			p.begin()
			p.click("#forgot-password")
			p.fill("forgot-password", "username", "alice")
			p.text("#reset")
			p.fill("reset", "code", p.pool.LastCode("alice"), "password", changed)
			assert.Equal(p.t, "The password is changed. Sign in.", p.text("#notice"))
			p.fill("login", "password", changed)
			p.hasCode()
		}},
		"two tabs": {users: []authtest.User{plain}, play: func(p surfer) {
			p.begin()
			other := p
			other.tab = newScriptlessTab(p.t, p.tab)
			other.begin()
			other.signIn()
			other.hasCode()
			p.signIn()
			p.hasCode()
		}},
		"an hour": {users: []authtest.User{plain}, play: func(p surfer) {
			p.begin()
			p.signIn()
			p.hasCode()
			for range 2 {
				p.pool.Advance(29 * time.Minute)
				p.begin()
				p.hasCode()
			}
			p.pool.Advance(2 * time.Minute)
			p.begin()
			p.text("#login")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			scenario.play(newSurfer(t, scenario.cfg, scenario.users...).in(browser)) //nolint:contextcheck // it is the one of a tab
		})
	}
}

// TestSocialProviderInChromium checks the trip to an identity provider in a real browser, and each of
// its faults.
func TestSocialProviderInChromium(t *testing.T) {
	t.Parallel()
	p := newSurfer(t, authtest.Config{
		RequiredAttributes: []string{"email"}, ManagedLogin: authtest.ManagedLogin{Providers: []string{"Google"}},
	}).in(startChromium(t))
	anna := authtest.SocialUser{Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "anna@example.com"}}
	require.NoError(t, p.pool.SetSocialUser(anna))
	google := func(button string) url.Values {
		p.begin("prompt", "login")
		p.click("#provider-Google")
		p.click("#" + button + "-submit")
		return p.arrives()
	}
	assert.NotEmpty(t, google("person-1234").Get("code"))
	assert.Equal(t, "access_denied", google("cancel").Get("error"))
	for fault, description := range map[authtest.ProviderFault]string{
		authtest.ProviderTokenError:      "Google Error - 500 error getting token",
		authtest.ProviderTokenTimeout:    "Timeout occurred in calling IdP token endpoint",
		authtest.ProviderConnectionReset: "Connection reset",
		authtest.ProviderReadTimeout:     "Read timed out",
		authtest.ProviderKeysTimeout:     "error_description=Timeout in calling jwks uri",
		authtest.ProviderBadSignature:    "Google Error - invalid id_token",
	} {
		require.NoError(t, p.pool.FailProvider("Google", fault))
		assert.Equal(t, description, google("person-1234").Get("error_description"))
	}
	require.NoError(t, p.pool.FailProvider("Google", authtest.ProviderMalformedAnswer))
	assert.Equal(t, "server_error", google("person-1234").Get("error"))
	require.NoError(t, p.pool.FailProvider("Google", authtest.ProviderDenies))
	p.begin("prompt", "login")
	p.click("#provider-Google")
	assert.Equal(t, "access_denied", p.arrives().Get("error"))
	anna.Claims["email"] = "changed@example.com"
	require.NoError(t, p.pool.SetSocialUser(anna))
	assert.NotEmpty(t, google("person-1234").Get("code"))
	require.NoError(t, p.pool.SetSocialUser(authtest.SocialUser{Provider: "Google", Subject: "5678"}))
	assert.Equal(t, "attributes required: [email]", google("person-5678").Get("error_description"))
}
