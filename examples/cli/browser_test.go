package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// desk is a machine with a browser.
type desk struct {
	machine
	callback string
	refusal  string // what managed login answers instead of a code
}

// newDesk starts a pool with managed login, which sends browsers back to a free port.
func newDesk(t *testing.T) desk {
	t.Helper()
	callback := "http://127.0.0.1:" + fleet.FreePort(t) + "/callback"
	return desk{machine: newMachine(t, authtest.Config{ManagedLogin: authtest.ManagedLogin{
		CallbackURLs: []string{callback}, LogoutURLs: []string{callback}, Providers: []string{"Google"},
	}}), callback: callback}
}

// acme runs a command at which a person uses the browser, or types on the keyboard.
func (d desk) acme(keyboard io.Reader, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	t := &tool{
		stdin: keyboard, stdout: &out, stderr: &errs, getenv: func(string) string { return "" }, dir: d.home,
		browse: d.browse,
	}
	code = t.exit(t.run(context.Background(), args))
	return out.String(), errs.String(), code
}

// browse has the person sign in, or the page of a sign-out do its work.
func (d desk) browse(_ context.Context, page string) error {
	if d.refusal != "" {
		begun, err := url.Parse(page)
		if err != nil {
			return err
		}
		page = d.callback + "?error=" + d.refusal + "&state=" + begun.Query().Get("state")
	}
	if strings.Contains(page, "/oauth2/authorize") {
		who := demo.Username
		if strings.Contains(page, "identity_provider=Google") {
			who = "1234"
		}
		callback, err := d.pool.Authorize(page, who)
		if err != nil {
			return err
		}
		page = callback
	}
	resp, err := http.Get(page)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (d desk) login(more ...string) []string {
	return append([]string{
		"login", "--user-pool-id", d.pool.UserPoolID, "--client-id", d.pool.ClientID, "--endpoint", d.pool.URL,
		"--storage", "file", "--key-file", filepath.Join(d.home, "key"), "--domain", d.pool.URL,
		"--callback-url", d.callback, "--sign-out-url", d.callback,
	}, more...)
}

func TestLoginWithTheBrowser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	stdout, stderr, code := d.acme(nil, d.login("--browser")...)
	require.Zero(t, code, stderr)
	assert.Equal(t, "Signed in as alice.\n", stdout)
	assert.Contains(t, stderr, "/oauth2/authorize?")
	stdout, _, code = d.acme(nil, "whoami")
	assert.Zero(t, code)
	assert.Equal(t, "alice\n", stdout)

	stdout, stderr, code = d.acme(nil, "login", "--browser")
	assert.Zero(t, code, stderr)
	assert.Equal(t, "Signed in as alice.\n", stdout, "the profile keeps the domain, and the session")
	assert.Empty(t, stderr, "nothing is shown to who is signed in")

	stdout, stderr, code = d.acme(nil, "logout", "--browser")
	assert.Zero(t, code, stderr)
	assert.Equal(t, "Signed out.\n", stdout)
	requests := d.pool.Requests()
	assert.Equal(t, "logout", requests[len(requests)-1].Operation)
}

func TestLoginWithAnIdentityProvider(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.NoError(t, d.pool.SetSocialUser(authtest.SocialUser{
		Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "anna@example.com"},
	}))
	stdout, stderr, code := d.acme(nil, d.login("--browser", "--provider", "Google")...)
	require.Zero(t, code, stderr)
	assert.Equal(t, "Signed in as google_1234.\n", stdout)
	_, stderr, code = d.acme(nil, "logout")
	assert.Zero(t, code)
	assert.Contains(t, stderr, d.pool.URL+"logout?", "the person is told how to end the session of the browser")
}

// Over ssh there is no browser: the person pastes the address from another computer.
func TestLoginWithoutABrowser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in, keyboard := io.Pipe()
	read, screen := io.Pipe()
	go func() {
		defer func() { _ = keyboard.Close() }()
		shown := make([]byte, 4096)
		n, _ := read.Read(shown)
		go func() { _, _ = io.Copy(io.Discard, read) }()
		page := regexp.MustCompile(`http\S+`).FindString(string(shown[:n]))
		callback, err := d.pool.Authorize(page, demo.Username)
		assert.NoError(t, err)
		_, _ = io.WriteString(keyboard, callback+"\n")
	}()
	var out bytes.Buffer
	tool := &tool{
		stdin: in, stdout: &out, stderr: screen, getenv: func(string) string { return "" }, dir: d.home,
		browse: func(context.Context, string) error { return errors.New("there is no browser") },
	}
	require.NoError(t, tool.run(t.Context(), d.login("--no-browser")))
	assert.Equal(t, "Signed in as alice.\n", out.String())
}

func TestLoginsWithTheBrowserThatFail(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	run := func(want int, told string, args ...string) {
		t.Helper()
		_, stderr, code := d.acme(strings.NewReader("a-code-alone\n"), args...)
		assert.Equal(t, want, code, stderr)
		assert.Contains(t, stderr, told)
	}
	run(exitSignIn, "acme: The browser did not finish the sign-in.\n", d.login("--no-browser")...)
	listener, err := net.Listen("tcp", strings.TrimSuffix(strings.TrimPrefix(d.callback, "http://"), "/callback"))
	require.NoError(t, err)
	run(exitSignIn, "acme: Other programs use the ports of the sign-in. Sign in with: acme login --no-browser\n",
		d.login("--browser")...)
	require.NoError(t, listener.Close())
	d.refusal = "redirect_mismatch"
	run(exitConfig, "acme: ", d.login("--browser")...)
	d.refusal = ""

	require.NoError(t, d.pool.SetSocialUser(authtest.SocialUser{Provider: "Google", Subject: "1234"}))
	require.NoError(t, d.pool.FailProvider("Google", authtest.ProviderDenies))
	denied := d.login("--browser", "--provider", "Google")
	run(exitSignIn, "acme: The sign-in was canceled or refused.\n", denied...)
	require.NoError(t, d.pool.FailProvider("Google", authtest.ProviderDenies))
	stdout, _, code := d.acme(nil, append(denied, "--json")...)
	assert.Equal(t, exitSignIn, code)
	assert.Contains(t, stdout, string(auth.ErrOAuthDenied))

	web := newDesk(t)
	web.callback = "https://app.example/callback"
	_, stderr, code := web.acme(nil, web.login("--no-browser")...)
	assert.Equal(t, exitConfig, code)
	assert.Equal(t, "acme: No callback URL is one of this computer, such as http://127.0.0.1:47231/callback. "+
		"Name one with --callback-url.\n", stderr)

	m := newMachine(t, authtest.Config{})
	_, stderr, code = m.acme(append(m.loginArgs(), "--browser")...)
	assert.Equal(t, exitConfig, code)
	assert.Equal(t, "acme: The pool's domain is not known. Sign in with: acme login --browser --domain DOMAIN\n", stderr)
}

// A profile with a domain has the URLs of the tool, unless others are named.
func TestURLsOfAProfile(t *testing.T) {
	t.Parallel()
	cfg := profileConfig{UserPoolID: "x", ClientID: "y"}
	require.NoError(t, (&loginFlags{}).apply(&cfg))
	assert.Empty(t, cfg.CallbackURLs)
	require.NoError(t, loginFlags{browserFlags: browserFlags{domain: "acme.example"}}.apply(&cfg))
	assert.Equal(t, callbackURLs, cfg.CallbackURLs)
	assert.Equal(t, signOutURLs, cfg.SignOutURLs)
	own := []string{"http://127.0.0.1:8080/callback"}
	require.NoError(t, loginFlags{browserFlags: browserFlags{callbackURLs: own}}.apply(&cfg))
	assert.Equal(t, own, cfg.CallbackURLs)
	assert.Equal(t, signOutURLs, cfg.SignOutURLs)
}
