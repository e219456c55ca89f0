package loopback_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/loopback"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// The hosts of RFC 8252, over plain HTTP and with a pool that speaks TLS.
func TestSignIn(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		host string
		tls  bool
	}{
		"IPv4": {"127.0.0.1", false}, "IPv6": {"[::1]", false}, "localhost": {"localhost", false},
		"TLS": {"127.0.0.1", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, row.host, authtest.Config{TLS: row.tls})
			var begun string
			require.NoError(t, c.signIn(c.options(func(_ context.Context, page string) error {
				begun = page
				callback := c.callback(page)
				assert.True(t, strings.HasPrefix(callback, c.uris[0]+"?"), callback)
				shown := c.visit(callback)
				assert.Equal(t, c.uris[0]+"/done", shown.url, "the code is not in the history")
				assert.Contains(t, shown.text, "<h1>You are signed in</h1>")
				for name, value := range map[string]string{
					"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
					"Content-Type": "text/html; charset=utf-8",
				} {
					assert.Equal(t, value, shown.header.Get(name))
				}
				assert.Contains(t, shown.header.Get("Content-Security-Policy"), "default-src 'none'")
				return nil
			})))
			c.signedIn()
			assert.Equal(t, "Sign in with your browser. If it does not show the page, open this address:\n\n\t"+
				begun+"\n\n", c.out.String())
			_, err := http.Get(c.uris[0]) //nolint:bodyclose // nobody answers
			require.Error(t, err, "nothing listens any more")
		})
	}
}

// Browsers take localhost for either address.
func TestLocalhostIsBothAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1", "::1"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, "localhost", authtest.Config{})
			browser := &http.Client{Transport: &http.Transport{
				DialContext: func(ctx context.Context, network, authority string) (net.Conn, error) {
					_, port, err := net.SplitHostPort(authority)
					if err != nil {
						return nil, err
					}
					return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(address, port))
				},
			}}
			require.NoError(t, c.signIn(c.options(func(ctx context.Context, page string) error {
				r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.callback(page), http.NoBody)
				require.NoError(t, err)
				assert.Contains(t, c.do(browser, r).text, "You are signed in")
				browser.CloseIdleConnections()
				return nil
			})))
			c.signedIn()
		})
	}
}

// Nobody but the browser of this sign-in completes it, and nobody ends it.
func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	require.NoError(t, c.signIn(c.options(func(ctx context.Context, begun string) error {
		callback := c.callback(begun)
		right, err := url.Parse(callback)
		require.NoError(t, err)
		state := right.Query().Get("state")
		with := func(change func(*http.Request)) page {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, callback, http.NoBody)
			require.NoError(t, err)
			change(r)
			return c.do(http.DefaultClient, r)
		}
		for name, row := range map[string]struct {
			status int
			change func(*http.Request)
		}{
			"POST":             {405, func(r *http.Request) { r.Method = http.MethodPost }},
			"HEAD":             {405, func(r *http.Request) { r.Method = http.MethodHead }},
			"other host":       {421, func(r *http.Request) { r.Host = "evil.example" }},
			"localhost":        {421, func(r *http.Request) { r.Host = "localhost:" + right.Port() }},
			"no port":          {421, func(r *http.Request) { r.Host = "127.0.0.1" }},
			"other path":       {404, func(r *http.Request) { r.URL.Path = "/other" }},
			"slash":            {404, func(r *http.Request) { r.URL.Path += "/" }},
			"dots":             {404, func(r *http.Request) { r.URL.Path = "/x/../callback" }},
			"escaped":          {404, func(r *http.Request) { r.URL.RawPath = "/c%61llback" }},
			"the end too soon": {404, func(r *http.Request) { r.URL.Path += "/done" }},
			"wrong state":      {400, func(r *http.Request) { r.URL.RawQuery = "code=secret&state=x" }},
			"no state":         {400, func(r *http.Request) { r.URL.RawQuery = "code=secret" }},
			"empty state":      {400, func(r *http.Request) { r.URL.RawQuery = "code=secret&state=" }},
			"a longer state":   {400, func(r *http.Request) { r.URL.RawQuery = "code=secret&state=" + state + "x" }},
			"an error":         {400, func(r *http.Request) { r.URL.RawQuery = "error=access_denied" }},
		} {
			refused := with(row.change)
			assert.Equal(t, row.status, refused.status, name)
			assert.Equal(t, "no-store", refused.header.Get("Cache-Control"), name)
			assert.NotContains(t, refused.text, "secret", name)
			assert.NotContains(t, refused.text, state, name)
		}
		assert.Zero(t, c.exchanges())
		c.visit(callback)
		return nil
	})))
	c.signedIn()
}

// A browser that asks twice, as one does that looks ahead, completes the sign-in once.
func TestCallbackCountsOnce(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	require.NoError(t, c.signIn(c.options(func(ctx context.Context, begun string) error {
		callback := c.callback(begun)
		browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		for range 3 {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, callback, http.NoBody)
			require.NoError(t, err)
			answer := c.do(browser, r)
			assert.Equal(t, http.StatusSeeOther, answer.status)
			assert.Equal(t, "/callback/done", answer.header.Get("Location"))
		}
		assert.Contains(t, c.visit(callback).text, "You are signed in")
		return nil
	})))
	c.signedIn()
	assert.Equal(t, 1, c.exchanges())
}

func TestRefusedSignIn(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		want  auth.ErrorCode
		shown texts.ID
		query func(callback string) string
	}{
		"denied": {auth.ErrOAuthDenied, texts.ErrorRedirectDenied, func(string) string {
			return "error=access_denied&error_description=%3Cscript%3E"
		}},
		"linked again and again": {auth.ErrOAuthJustLinked, texts.ErrorRedirectLinked, func(string) string {
			return "error=invalid_request&error_description=Already+found+an+entry+for+username+Google_1"
		}},
		"wrong code": {auth.ErrOAuthCode, texts.ErrorRedirectFailed, func(string) string { return "code=x" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, "127.0.0.1", authtest.Config{})
			err := c.signIn(c.options(func(_ context.Context, begun string) error {
				parsed, err := url.Parse(begun)
				require.NoError(t, err)
				shown := c.visit(c.uris[0] + "?" + row.query(begun) + "&state=" + parsed.Query().Get("state"))
				assert.Contains(t, shown.text, "<h1>You are not signed in</h1>")
				assert.Contains(t, shown.text, texts.English().Text(row.shown))
				assert.NotContains(t, shown.text, "<script>")
				return nil
			}))
			require.ErrorIs(t, err, row.want)
			c.signedOut()
		})
	}
}

// linked returns the callback of a sign-in during which a trigger has linked the person.
func (c *computer) linked(begun string) string {
	c.t.Helper()
	parsed, err := url.Parse(begun)
	require.NoError(c.t, err)
	return c.uris[0] + "?error=invalid_request&error_description=Already+found+an+entry+for+username+Google_1&state=" +
		parsed.Query().Get("state")
}

// The sign-in during which a trigger links the person fails, and is begun once more.
func TestPersonIsJustLinked(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	var opened []string
	require.NoError(t, c.signIn(c.options(func(_ context.Context, begun string) error {
		opened = append(opened, begun)
		callback := c.callback(begun)
		if len(opened) == 1 {
			callback = c.linked(begun)
		}
		shown := c.visit(callback)
		assert.Equal(t, len(opened) == 1, strings.Contains(shown.text, "Your accounts are connected now."))
		return nil
	})))
	c.signedIn()
	require.Len(t, opened, 2)
	assert.NotEqual(t, opened[0], opened[1], "it is an attempt of its own")
}

// The redirect URIs are tried in order.
func TestPortsThatAreTaken(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		c := newComputer(t, host, authtest.Config{})
		authority := func(i int) string {
			u, err := url.Parse(c.uris[i])
			require.NoError(t, err)
			return u.Port()
		}
		occupy(t, "127.0.0.1:"+authority(0))
		if host == "localhost" {
			occupy(t, "[::1]:"+authority(1)) // a browser could go to whoever listens there
		} else {
			occupy(t, "127.0.0.1:"+authority(1))
		}
		require.NoError(t, c.signIn(c.options(func(_ context.Context, begun string) error {
			callback := c.callback(begun)
			assert.True(t, strings.HasPrefix(callback, c.uris[2]+"?"), callback)
			c.visit(callback)
			return nil
		})), host)
		c.signedIn()
	}
}

func TestNoRedirectURI(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	for _, uri := range c.uris {
		occupy(t, strings.TrimSuffix(strings.TrimPrefix(uri, "http://"), "/callback"))
	}
	opened := c.options(func(context.Context, string) error { return errors.New("not reached") })
	err := c.signIn(opened)
	require.ErrorIs(t, err, loopback.ErrNoRedirectURI)
	for _, uri := range c.uris {
		require.ErrorContains(t, err, uri)
	}
	for _, bad := range []string{
		"https://app.example/callback", "http://app.example:80/callback", "http://localhost/callback",
		"http://127.0.0.1:0/callback", "http://127.0.0.2:8080/callback", "http://127.0.0.1:8080",
		"http://user@127.0.0.1:8080/callback", "http://127.0.0.1:8080/callback?a=b", "http://127.0.0.1:8080/callback?",
		"http://127.0.0.1:8080/callback#a", "myapp://127.0.0.1:8080/callback", "https://127.0.0.1:8080/callback", "::", "",
	} {
		for _, noBrowser := range []bool{false, true} {
			opened.RedirectURIs, opened.NoBrowser = []string{bad}, noBrowser
			err := c.signIn(opened)
			require.ErrorIs(t, err, loopback.ErrNoRedirectURI, bad)
			require.ErrorContains(t, err, bad)
		}
	}
	opened.RedirectURIs, opened.NoBrowser = nil, false
	require.ErrorIs(t, c.signIn(opened), loopback.ErrNoRedirectURI)
	assert.Empty(t, c.out.String())
}

// The registered addresses of a web application do not disturb.
func TestOtherRedirectURIsAreLeftOut(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	opts := c.options(func(_ context.Context, begun string) error {
		c.visit(c.callback(begun))
		return nil
	})
	opts.RedirectURIs = append([]string{"https://app.example/callback"}, c.uris...)
	require.NoError(t, c.signIn(opts))
	c.signedIn()
}

func TestPersonDoesNotComeBack(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	for _, noBrowser := range []bool{false, true} {
		for _, timeout := range []time.Duration{time.Nanosecond, 50 * time.Millisecond} {
			opts := c.options(func(context.Context, string) error { return nil })
			opts.Timeout, opts.NoBrowser, opts.In = timeout, noBrowser, blocked(t)
			err := c.signIn(opts)
			require.ErrorIs(t, err, loopback.ErrTimeout)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.NotErrorIs(t, err, loopback.ErrNoRedirectURI)
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	opts := c.options(func(context.Context, string) error { cancel(); return nil })
	for range 2 { // while the person is away, and before
		_, err := loopback.SignIn(ctx, c.session, auth.SignInWithRedirectInput{}, opts)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, loopback.ErrNoRedirectURI)
	}
	c.signedOut()
}

// Somebody who is signed in is told so before a page is shown.
func TestSomebodyIsSignedIn(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	_, err := c.session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	opts := c.options(func(context.Context, string) error { return errors.New("not reached") })
	require.ErrorIs(t, c.signIn(opts), auth.ErrUserAlreadyAuthenticated)
	opts.NoBrowser = true
	require.ErrorIs(t, c.signIn(opts), auth.ErrUserAlreadyAuthenticated)
	assert.Empty(t, c.out.String())
}

// Without a browser that can be started, the person opens the page.
func TestBrowserCannotBeStarted(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	visited := make(chan page, 1)
	require.NoError(t, c.signIn(c.options(func(_ context.Context, begun string) error {
		go func() { visited <- c.visit(c.callback(begun)) }()
		return errors.New("no browser")
	})))
	c.signedIn()
	assert.Contains(t, (<-visited).text, "You are signed in")
	assert.Contains(t, c.out.String(), "No browser could be started. Open this address in a browser on this computer:\n")
}

// A writer that fails ends the sign-in: the person would not know what to do.
func TestNothingCanBeShown(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	for _, noBrowser := range []bool{false, true} {
		opts := c.options(func(context.Context, string) error { return nil })
		opts.Out, opts.NoBrowser = broken{}, noBrowser
		require.ErrorIs(t, c.signIn(opts), errBroken)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }
