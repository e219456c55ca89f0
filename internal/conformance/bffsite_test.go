package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

// A site is a program behind auth/bff on a loopback address, with a pool of its own.
type site struct {
	pool *authtest.Pool
	url  string
}

// startSite starts one. Its page /payments needs a second factor; /planted breaks each rule
// that a walker looks for.
func startSite(t *testing.T, pool *authtest.Pool, cfg bff.Config, answers http.RoundTripper) site {
	t.Helper()
	return startSiteAt(t, newFreeAddress(t), pool, cfg, answers)
}

// A freeAddress is an address on which a program can listen.
type freeAddress struct {
	net.Listener
	url string
}

func newFreeAddress(t *testing.T) freeAddress {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "localhost:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return freeAddress{listener, "http://localhost:" + port}
}

// managedLogin is that of a pool for the program at the address.
func (a freeAddress) managedLogin() authtest.ManagedLogin {
	return authtest.ManagedLogin{
		CallbackURLs: []string{a.url + "/auth/redirect/callback"}, LogoutURLs: []string{a.url + "/auth/sign-in?done=sign-out"},
		Providers: []string{"Google"},
	}
}

func startSiteAt(t *testing.T, at freeAddress, pool *authtest.Pool, cfg bff.Config, answers http.RoundTripper) site {
	t.Helper()
	config := auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
	if len(cfg.IdentityProviders) > 0 {
		config.Domain = pool.URL
		config.RedirectSignIn, config.RedirectSignOut = at.managedLogin().CallbackURLs, at.managedLogin().LogoutURLs
	}
	if answers != nil {
		config.HTTPClient = &http.Client{Transport: answers}
	}
	var err error
	cfg.Client, err = auth.NewClient(config)
	require.NoError(t, err)
	cfg.PublicURL, cfg.AppName = at.url, "Acme"
	handler, err := bff.New(cfg)
	require.NoError(t, err)
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Acme</title><link rel="icon" href="data:,"><h1>%s</h1>`, r.URL.Path)
	})
	mux := http.NewServeMux()
	mux.Handle("/auth/", handler)
	mux.Handle("/", handler.Require(app))
	mux.Handle("/payments", handler.Require(app, bff.MFA(5*time.Minute)))
	mux.Handle("/admin", handler.Require(app, bff.Group("admins")))
	mux.HandleFunc("/planted", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src *")
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><link rel="icon" href="data:,"><h1><font color="#ccc">planted</font></h1>`+
			`<style>h1 { color: #ccc }</style><input><img src="http://127.0.0.1:9/x.png">`)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	go func() { _ = server.Serve(at) }()
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return site{pool, cfg.PublicURL}
}

// A walker is a person with a keyboard in front of a real browser. What they look at is checked.
type walker struct {
	t   *testing.T
	tab context.Context //nolint:containedctx // chromedp keeps the tab in it
	*tour
	site    site
	scripts bool
	abroad  string // where requests may go besides, if anywhere

	mu      sync.Mutex
	faults  []string // violations of the policy
	foreign []string // requests that left the origin
}

// A tour is one browser, and the names of the pages that walkers have looked at in it.
type tour struct {
	browser context.Context //nolint:containedctx // chromedp keeps the browser in it
	seen    map[string]bool
}

// walk opens a tab with cookies of its own.
func (c *tour) walk(t *testing.T, d site, scripts bool) *walker {
	t.Helper()
	w := &walker{t: t, tour: c, site: d, scripts: scripts}
	w.tab = newTab(t, c.browser, chromedp.WithNewBrowserContext())
	call(w, audits.Enable, cdp.Empty{})
	call(w, network.Enable, network.EnableParams{})
	call(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
	require.NoError(t, chromedp.Listen(w.tab, w.listen))
	w.speak("en")
	w.view(phone, "light")
	return w
}

func (w *walker) listen(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch event := event.(type) {
	case *audits.EventIssueAdded:
		if policy := event.Issue.Details.ContentSecurityPolicyIssueDetails; policy != nil {
			w.faults = append(w.faults, policy.ViolatedDirective+" "+policy.BlockedURL)
		}
	case *network.EventRequestWillBeSent:
		url := event.Request.URL
		allowed := w.abroad != "" && strings.HasPrefix(url, w.abroad)
		if !allowed && !strings.HasPrefix(url, w.site.url+"/") && !strings.HasPrefix(url, "data:") {
			w.foreign = append(w.foreign, url)
		}
	}
}

// keepsToItself checks what the browser has reported until now.
func (w *walker) keepsToItself() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	assert.Empty(w.t, w.faults, "violations of the Content-Security-Policy")
	assert.Empty(w.t, w.foreign, "requests that leave the origin")
}

func call[P, R any](w *walker, command cdp.Command[P, R], params P) R {
	w.t.Helper()
	out, err := chromedp.Call(w.tab, command, params)
	require.NoError(w.t, err, command.Method)
	return out
}

// inPage returns the value of an expression of the page.
func inPage[T any](w *walker, expression string) T {
	w.t.Helper()
	return evaluate[T](w.t, w.tab, expression)
}

// speak sets the language of the browser.
func (w *walker) speak(language string) {
	call(w, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}})
}

// The sizes of the windows.
var (
	phone   = [2]int64{390, 844}
	desktop = [2]int64{1280, 800}
)

func (w *walker) view(size [2]int64, scheme string) {
	call(w, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: size[0], Height: size[1], DeviceScaleFactor: 1,
	})
	call(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// open types an address.
func (w *walker) open(path string) *walker {
	w.t.Helper()
	require.NoError(w.t, chromedp.Do(w.tab, chromedp.Navigate(w.site.url+path)), path)
	return w
}

// arrives waits for a page with that heading.
func (w *walker) arrives(heading string) *walker {
	w.t.Helper()
	return w.meets(`//h1[normalize-space()="` + heading + `"]`)
}

// fails waits for an error of that text, which has the focus.
func (w *walker) fails(text string) *walker {
	w.t.Helper()
	w.meets(`//div[@role="alert"]/p[normalize-space()="` + text + `"]`)
	assert.Regexp(w.t, "^Error: ", inPage[string](w, "document.title"))
	assert.Equal(w.t, "alert", inPage[string](w, `document.activeElement.getAttribute("role")`), text)
	return w
}

// meets waits for an element, and for the page around it.
func (w *walker) meets(xpath string) *walker {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.tab, reaction)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.WaitReady(xpath)); err != nil {
		text, _ := chromedp.Run(w.tab, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
		require.NoError(w.t, err, "%s: %s", xpath, text)
	}
	for inPage[string](w, "document.readyState") != "complete" {
		time.Sleep(5 * time.Millisecond) // chromedp has no event for it that cannot be missed
	}
	return w
}

// press hits keys.
func (w *walker) press(keys string) {
	w.t.Helper()
	require.NoError(w.t, chromedp.Do(w.tab, chromedp.KeyEvent(keys)))
}

// reach goes to an element with the Tab key alone. The focus has to be visible there.
func (w *walker) reach(selector string) *walker {
	w.t.Helper()
	for range 60 {
		if inPage[bool](w, "document.activeElement.matches("+quote(selector)+")") {
			return w
		}
		w.press(kb.Tab)
	}
	require.Fail(w.t, "the Tab key does not lead there", selector)
	return w
}

// fill types into fields, by their names, and presses Enter in the last one.
func (w *walker) fill(pairs ...string) {
	w.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		w.reach(`[name="` + pairs[i] + `"]`)
		inPage[any](w, "document.activeElement.select()")
		w.press(pairs[i+1])
	}
	w.press(kb.Enter)
}

// choose goes to a choice, moves to the value with the arrows, and sends the form.
func (w *walker) choose(value string) {
	w.t.Helper()
	w.reach("[type=radio]")
	for range 6 {
		if inPage[bool](w, "document.activeElement.value === "+quote(value)+" && document.activeElement.checked") {
			w.press(kb.Enter)
			return
		}
		w.press(kb.ArrowDown)
	}
	require.Fail(w.t, "there is no such choice", value)
}

// push goes to the button or link with that text, and presses Enter.
func (w *walker) push(text string) {
	w.t.Helper()
	for range 60 {
		if inPage[string](w, "document.activeElement.textContent.trim()") == text {
			w.press(kb.Enter)
			return
		}
		w.press(kb.Tab)
	}
	require.Fail(w.t, "the Tab key does not lead there", text)
}

func quote(text string) string {
	data, _ := json.Marshal(text) // never fails for a string
	return string(data)
}

// look checks the page before the person: axe finds nothing, it fits a narrow window, and, if it
// can be loaded again, it is the same in German. name is that of the page.
func (w *walker) look(name string) {
	w.t.Helper()
	w.seen[name] = true
	for _, found := range w.axe("light", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice") {
		assert.Fail(w.t, found, name)
	}
	for _, found := range w.axe("dark", "color-contrast") {
		assert.Fail(w.t, found, "%s, dark", name)
	}
	w.measure(name, "en")
	if strings.HasSuffix(name, " error") { // of a form that was sent, which is not there to be loaded again
		return
	}
	at := strings.TrimPrefix(inPage[string](w, "location.href"), w.site.url)
	w.speak("de")
	w.open(at)
	assert.Equal(w.t, "de", inPage[string](w, "document.documentElement.lang"))
	w.measure(name, "de")
	w.speak("en")
	w.open(at)
}

// measure checks that the page fits a narrow window, and takes its pictures if they are wanted.
func (w *walker) measure(name, language string) {
	w.t.Helper()
	if !w.scripts {
		name += " without scripts"
	}
	if *screenshots != "" {
		for _, scheme := range []string{"light", "dark"} {
			w.shoot(name, language, scheme, desktop)
			w.shoot(name, language, scheme, phone)
		}
	}
	w.view([2]int64{320, 640}, "light")
	assert.LessOrEqual(w.t, inPage[int](w, "document.documentElement.scrollWidth"), 320, "%s, %s: it does not fit", name, language)
	w.view(phone, "light")
}

func (w *walker) shoot(name, language, scheme string, size [2]int64) {
	w.t.Helper()
	w.view(size, scheme)
	beyond := true
	out := call(w, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond})
	file := fmt.Sprintf("%s %s %s %d.png", name, language, scheme, size[0])
	require.NoError(w.t, os.WriteFile(filepath.Join(*screenshots, strings.ReplaceAll(file, " ", "-")), out.Data, 0o600))
}

var axeSource = sync.OnceValues(func() ([]byte, error) { return os.ReadFile("node_modules/axe-core/axe.min.js") })

// axe returns what axe-core objects to, by rules or groups of rules. It needs scripts, those of the
// page stay off.
func (w *walker) axe(scheme string, rules ...string) []string {
	w.t.Helper()
	w.view(phone, scheme)
	source, err := axeSource()
	require.NoError(w.t, err, "run npm ci in internal/conformance")
	if !w.scripts {
		call(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
		defer call(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	if !inPage[bool](w, "'axe' in window") {
		inPage[any](w, string(bytes.TrimSpace(source))+"; null")
	}
	return inPage[[]string](w, `axe.run({runOnly: ["`+strings.Join(rules, `", "`)+`"]})
		.then(r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join(" | ")))`)
}
