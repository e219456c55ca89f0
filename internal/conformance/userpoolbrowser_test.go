package conformance_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newFrontEnd serves a page with browser.mjs and the packages that it imports, at an origin of its
// own.
func newFrontEnd(t *testing.T) (url string) {
	t.Helper()
	bundle := bundleForBrowser(t, "browser.mjs")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /bundle.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, bundle) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>front end</title><script src="bundle.js"></script>`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	return "http://localhost:" + port
}

// TestFrontEndAtUserPool checks that the published clients work in a real browser, in a page of
// another origin than the pool's.
func TestFrontEndAtUserPool(t *testing.T) {
	t.Parallel()
	needNode(t)
	tab := within(t, startChromium(t))
	page := newFrontEnd(t)
	pool := startUserPool(t, seededFlags(t, "amplify", "sdk")...)
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(page)))
	for name, want := range map[string]string{
		"amplify": `{"steps": ["CONFIRM_SIGN_IN_WITH_TOTP_CODE", "DONE"], "name": "amplify",
			"email": "amplify@example.com", "renewed": true, "signedOut": true}`,
		"sdk": `{"name": "sdk", "users": ["amplify", "sdk"]}`,
	} {
		assert.JSONEq(t, want, evaluate[string](t, tab, name+"("+pool.frontEndInput(t, name)+")"))
	}
}

// frontEndInput is what browser.mjs needs for a user.
func (p userPool) frontEndInput(t *testing.T, username string) string {
	t.Helper()
	input, err := json.Marshal(map[string]string{
		"endpoint": p.Endpoint, "userPoolId": p.UserPoolID, "clientId": p.ClientID,
		"username": username, "password": password, "code": slowCode(t, 0),
	})
	require.NoError(t, err)
	return string(input)
}

// TestForeignPageAtUserPool checks that a real browser keeps a page that -origins does not name from
// administering the pool, by the AWS SDK and by requests that need no permission.
func TestForeignPageAtUserPool(t *testing.T) {
	t.Parallel()
	needNode(t)
	tab := within(t, startChromium(t))
	pool := startUserPool(t, append(seededFlags(t, "sdk"), "-origins", "http://named.localhost")...)
	page := strings.Replace(newFrontEnd(t), "localhost", "foreign.localhost", 1) // which Chromium resolves
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(page)))
	outcome := evaluate[string](t, tab, "sdk("+pool.frontEndInput(t, "sdk")+")")
	assert.Contains(t, outcome, "Failed to fetch")
	requests := string(pool.do(t, http.MethodGet, "_pool/requests", ""))
	assert.Contains(t, requests, `"operation":"GetUser","status":200`, "it can sign in")
	assert.Contains(t, requests, `"operation":"ListUsers","status":403`)

	for path, body := range map[string]string{
		"": `{}`, "_pool/clock": `{"advance":"1h"}`, "_pool/page/clock": "advance=1h",
		"_pool/users": `{"Users":[{"Username":"mallory"}]}`,
	} {
		send, err := json.Marshal([]any{pool.Endpoint + path, map[string]string{"method": "POST", "mode": "no-cors", "body": body}})
		require.NoError(t, err)
		evaluate[string](t, tab, "fetch(..."+string(send)+").then(answer => answer.type)")
	}
	var clock struct{ Now time.Time }
	require.NoError(t, json.Unmarshal(pool.do(t, http.MethodGet, "_pool/clock", ""), &clock))
	assert.WithinDuration(t, time.Now(), clock.Now, 30*time.Minute)
	assert.NotContains(t, string(pool.do(t, http.MethodGet, "_pool/users", "")), "mallory")
}

// evaluate returns the value of an expression of the page.
func evaluate[T any](t *testing.T, tab context.Context, expression string) T { //nolint:revive // t comes first in tests
	t.Helper()
	out, err := chromedp.Run(tab, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(t, err, expression)
	return out
}

// TestPageOfUserPool looks at the page of examples/userpool, on a phone and on a desktop.
func TestPageOfUserPool(t *testing.T) { //nolint:tparallel // the subtests move one clock
	t.Parallel()
	browser := startChromium(t)
	pool := startUserPool(t, append(seededFlags(t, "alice", "somebody.with.a.long.user.name"), "-devices", "always")...)
	pool.call(t, "SignUp", `{"ClientId":"app","Username":"carol","Password":"`+password+`",`+
		`"UserAttributes":[{"Name":"email","Value":"carol.with.a.very.long.address@departments.example.com"}]}`)
	pool.call(t, "InitiateAuth", `{"ClientId":"app","AuthFlow":"USER_PASSWORD_AUTH",`+
		`"AuthParameters":{"USERNAME":"alice","PASSWORD":"wrong"}}`)
	shown := []string{"eu-west-1_dev", pool.lastCode(t, "carol"), "alice@example.com", "NotAuthorizedException"}
	for name, size := range map[string][2]int64{"phone": {360, 740}, "desktop": {1280, 800}} {
		t.Run(name, func(t *testing.T) {
			tab := newScriptlessTab(t, browser)
			require.NoError(t, chromedp.Do(tab, chromedp.EmulateViewport(size[0], size[1]), chromedp.Navigate(pool.Endpoint)))
			text, err := chromedp.Run(tab, chromedp.Text("main"))
			require.NoError(t, err)
			for _, part := range shown {
				assert.Contains(t, text, part)
			}
			wide, err := chromedp.Run(tab, chromedp.EvaluateAsDevTools[int64]("document.documentElement.scrollWidth"))
			require.NoError(t, err)
			assert.LessOrEqual(t, wide, size[0], "nothing is cut off")

			require.NoError(t, chromedp.Do(tab, chromedp.Click(`button[value="1h"]`), chromedp.WaitVisible(`button[value="back"]:enabled`)))
			ahead, err := chromedp.Run(tab, chromedp.Text("main"))
			require.NoError(t, err)
			assert.Contains(t, ahead, "1h ahead of this machine")
			picture, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
			require.NoError(t, err)
			if *screenshots != "" {
				require.NoError(t, os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o600))
			}
			require.NoError(t, chromedp.Do(tab, chromedp.Click(`button[value="back"]`), chromedp.WaitVisible(`button[value="back"]:disabled`)))
		})
	}
}
