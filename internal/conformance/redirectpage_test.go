package conformance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// bundleForBrowser puts a module and all that it imports into one file.
func bundleForBrowser(t *testing.T, module string) string {
	t.Helper()
	needNode(t)
	bundle := filepath.Join(t.TempDir(), module+".js")
	run(t, "node_modules/.bin/esbuild", module, "--bundle", "--log-level=warning", "--outfile="+bundle)
	return bundle
}

// amplifyPage is a tab of a browser with redirect.mjs, on a site of its own.
type amplifyPage struct {
	tab  context.Context //nolint:containedctx // chromedp keeps the tab in it
	pool *authtest.Pool
	site string

	mu        sync.Mutex
	sent      []string
	authorize string // the last such URL
}

// newAmplifyPage opens the page of an app with managed login.
func newAmplifyPage(t *testing.T, browser context.Context, bundle string) *amplifyPage { //nolint:revive // t comes first in tests
	t.Helper()
	p := &amplifyPage{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /amplify.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, bundle) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, "<body><script>configuration = %s</script><script src=/amplify.js></script>", p.configuration())
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.site = strings.Replace(server.URL, "127.0.0.1", "localhost", 1) + "/"
	p.pool = newRedirectPool(t, p.site) //nolint:contextcheck // the pool has one of its own

	tab := newTab(t, browser, chromedp.WithNewBrowserContext())
	require.NoError(t, chromedp.Listen(tab, p.listen))
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(p.site)))
	p.tab = tab
	return p
}

// configuration is what the page configures Amplify with.
func (p *amplifyPage) configuration() []byte {
	data, err := json.Marshal(map[string]any{"Auth": map[string]any{"Cognito": map[string]any{
		"userPoolId": p.pool.UserPoolID, "userPoolClientId": p.pool.ClientID, "userPoolEndpoint": p.pool.URL,
		"loginWith": map[string]any{"oauth": map[string]any{
			"domain": strings.Trim(strings.TrimPrefix(p.pool.URL, "https://"), "/"), "responseType": "code",
			"scopes": redirectScopes(), "redirectSignIn": []string{p.site}, "redirectSignOut": []string{p.site},
		}},
	}}})
	if err != nil {
		panic(err)
	}
	return data
}

// listen keeps the requests of Amplify to the pool.
func (p *amplifyPage) listen(event any) {
	sent, ok := event.(*network.EventRequestWillBeSent)
	if !ok || !strings.HasPrefix(sent.Request.URL, p.pool.URL) {
		return
	}
	r := sent.Request
	u, err := url.Parse(r.URL)
	if err != nil || !isOfApp(r.Method, u.Path) {
		return
	}
	var body strings.Builder
	for _, entry := range r.PostDataEntries {
		fmt.Fprintf(&body, "%s", entry.Bytes)
	}
	var target string
	for name, value := range r.Headers {
		if strings.EqualFold(name, "X-Amz-Target") {
			target = fmt.Sprint(value)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, line(p.pool, r.Method, r.URL, target, body.String()))
	if u.Path == "/oauth2/authorize" {
		p.authorize = r.URL
	}
}

func (p *amplifyPage) play(t *testing.T, scenario redirectScenario) part {
	t.Helper()
	p.call(t, "signInWithRedirect", scenario.amplify)
	if scenario.change != nil {
		surfer{t: t, tab: p.tab}.text("#login, #person-1234")
		require.NoError(t, chromedp.Do(p.tab, chromedp.Navigate(scenario.callback(t, p.pool, p.authorize))))
	} else {
		p.signInOnPages(t, scenario)
	}
	p.waitFor(t, `signInWithRedirect`)
	switch {
	case scenario.change != nil:
	case scenario.twice:
		p.call(t, "signInWithRedirect", scenario.amplify)
		p.waitFor(t, `throws`)
	default:
		p.call(t, "signOut", nil)
		p.waitFor(t, `signedOut`)
	}
	told, err := chromedp.Run(p.tab, chromedp.Evaluate[[]string]("told()"))
	require.NoError(t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	return part{sent: p.sent, told: told}
}

func (p *amplifyPage) signInOnPages(t *testing.T, scenario redirectScenario) {
	t.Helper()
	visitor := surfer{t: t, tab: p.tab, pool: p.pool}
	if scenario.google {
		visitor.click("#person-1234-submit")
		return
	}
	visitor.text("#login")
	visitor.signIn()
}

func (p *amplifyPage) call(t *testing.T, verb string, input any) {
	t.Helper()
	data, err := json.Marshal(input)
	require.NoError(t, err)
	_, err = chromedp.Run(p.tab, chromedp.Evaluate[any](fmt.Sprintf("void call(%q, %s ?? undefined)", verb, data)))
	require.NoError(t, err)
}

// waitFor waits until the page has been told something that begins so.
func (p *amplifyPage) waitFor(t *testing.T, what string) {
	t.Helper()
	require.NoError(t, chromedp.Do(p.tab, chromedp.WaitReady(fmt.Sprintf("li[data-what^=%q]", what))), what)
}
