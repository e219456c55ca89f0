package conformance_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// amplifyPage is a tab of a browser with redirect.mjs, on a site of its own.
type amplifyPage struct {
	tab  context.Context //nolint:containedctx // chromedp keeps the tab in it
	pool *authtest.Pool
	site string

	mu   sync.Mutex
	sent []*http.Request
}

// newAmplifyPage opens the page of an app with managed login.
func newAmplifyPage(t *testing.T, browser context.Context, bundle string) *amplifyPage { //nolint:revive // t comes first in tests
	t.Helper()
	p := &amplifyPage{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /amplify.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, bundle) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<script>configuration = " + p.configuration(t) + "</script><script src=/amplify.js></script>"))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.site = strings.Replace(server.URL, "127.0.0.1", "localhost", 1) + "/"
	pool, err := authtest.NewPool(authtest.Config{TLS: true, ManagedLogin: authtest.ManagedLogin{
		CallbackURLs: []string{p.site}, LogoutURLs: []string{p.site}, Providers: []string{"Google"},
	}})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	p.pool = pool
	require.NoError(t, pool.AddUser(verifiedAlice()))

	var closeTab context.CancelFunc
	p.tab, closeTab = chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	require.NoError(t, chromedp.Listen(p.tab, p.listen))
	require.NoError(t, chromedp.Do(p.tab, chromedp.Navigate(p.site)))
	return p
}

func (p *amplifyPage) configuration(t *testing.T) string {
	t.Helper()
	address, err := url.Parse(p.pool.URL)
	require.NoError(t, err)
	data, err := json.Marshal(map[string]any{"Auth": map[string]any{"Cognito": map[string]any{
		"userPoolId": p.pool.UserPoolID, "userPoolClientId": p.pool.ClientID, "userPoolEndpoint": p.pool.URL,
		"loginWith": map[string]any{"oauth": map[string]any{
			"domain": address.Host, "responseType": "code", "scopes": []string{"openid", "email", "aws.cognito.signin.user.admin"},
			"redirectSignIn": []string{p.site}, "redirectSignOut": []string{p.site},
		}},
	}}})
	require.NoError(t, err)
	return string(data)
}

// listen keeps what is sent to the pool.
func (p *amplifyPage) listen(event any) {
	sent, ok := event.(*network.EventRequestWillBeSent)
	if !ok || !strings.HasPrefix(sent.Request.URL, p.pool.URL) {
		return
	}
	println(sent.Request.Method, sent.Request.URL)
}

func (p *amplifyPage) call(t *testing.T, verb string, input any) string {
	t.Helper()
	data, err := json.Marshal(input)
	require.NoError(t, err)
	out, err := chromedp.Run(p.tab, chromedp.Evaluate[json.RawMessage]("call('"+verb+"', "+string(data)+")", chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return string(out)
}

func bundleAmplify(t *testing.T) string {
	t.Helper()
	needNode(t)
	out := filepath.Join(t.TempDir(), "amplify.js")
	text, err := exec.CommandContext(patient(t), "node_modules/.bin/esbuild", "redirect.mjs", "--bundle", "--outfile="+out).CombinedOutput()
	require.NoError(t, err, string(text))
	return out
}

func TestManagedLoginOfAmplify(t *testing.T) {
	t.Parallel()
	browser := startChromium(t)
	p := newAmplifyPage(t, browser, bundleAmplify(t))
	t.Log(chromedp.Run(p.tab, chromedp.Evaluate[json.RawMessage]("told()")))
	t.Log(chromedp.Run(p.tab, chromedp.Evaluate[json.RawMessage]("call('signInWithRedirect', {})", func(*chromedpEvaluate) {})))
}
