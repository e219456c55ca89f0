package loopback_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/loopback"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

const (
	password   = "Correct-horse-1!"
	waitAtMost = time.Minute
)

// computer is that of a person who uses a command-line tool.
type computer struct {
	t       *testing.T
	pool    *authtest.Pool
	session *auth.Session
	// uris are registered for the sign-in and for the sign-out.
	uris []string
	out  *screen
	// browser is that of the person; it trusts the pool's certificate.
	browser *http.Client
}

// screen is what the tool shows.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// newComputer starts a pool with alice in it, which knows redirect URIs on three free ports.
func newComputer(t *testing.T, host string, cfg authtest.Config) *computer {
	t.Helper()
	c := &computer{t: t, out: &screen{}}
	for range 3 {
		c.uris = append(c.uris, "http://"+host+":"+fleet.FreePort(t)+"/callback")
	}
	cfg.ManagedLogin.CallbackURLs, cfg.ManagedLogin.LogoutURLs = c.uris, c.uris
	c.pool = authtest.New(t, cfg)
	c.browser = &http.Client{Transport: transportTo(c.pool)}
	t.Cleanup(c.browser.CloseIdleConnections)
	require.NoError(t, c.pool.AddUser(authtest.User{Username: "alice", Password: password}))
	client, err := auth.NewClient(auth.Config{
		UserPoolID: c.pool.UserPoolID, ClientID: c.pool.ClientID, Endpoint: c.pool.URL,
		Domain: strings.TrimSuffix(c.pool.URL, "/"), RedirectSignIn: c.uris, RedirectSignOut: c.uris,
		HTTPClient: c.browser,
	})
	require.NoError(t, err)
	c.session = client.Session("default")
	return c
}

// transportTo reaches the pool and everything else.
func transportTo(pool *authtest.Pool) *http.Transport {
	transport := &http.Transport{}
	if certificate := pool.Certificate(); certificate != nil {
		roots := x509.NewCertPool()
		roots.AddCert(certificate)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return transport
}

func occupy(t *testing.T, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
}

// options are those of a tool with a browser that the test stands for.
func (c *computer) options(open func(ctx context.Context, url string) error) loopback.Options {
	english := texts.English()
	return loopback.Options{RedirectURIs: c.uris, Open: open, Out: c.out, Texts: &english, Timeout: waitAtMost}
}

func (c *computer) signIn(opts loopback.Options) error {
	out, err := loopback.SignIn(c.t.Context(), c.session, auth.SignInWithRedirectInput{}, opts)
	assert.Equal(c.t, err == nil, out.IsSignedIn)
	return err
}

// signedIn requires that alice is signed in.
func (c *computer) signedIn() {
	c.t.Helper()
	user, err := c.session.CurrentUser(c.t.Context())
	require.NoError(c.t, err)
	assert.Equal(c.t, "alice", user.Username)
}

// signedOut requires that nobody is signed in.
func (c *computer) signedOut() {
	c.t.Helper()
	_, err := c.session.CurrentUser(c.t.Context())
	require.ErrorIs(c.t, err, auth.ErrUserUnAuthenticated)
}

// callback signs alice in at managed login and returns the address to which the browser is sent.
func (c *computer) callback(page string) string {
	c.t.Helper()
	address, err := c.pool.Authorize(page, "alice")
	require.NoError(c.t, err)
	return address
}

// exchanges counts the codes that were sent to the pool.
func (c *computer) exchanges() (n int) {
	for _, r := range c.pool.Requests() {
		if r.Operation == "oauth2/token" {
			n++
		}
	}
	return n
}

// page is what a browser shows.
type page struct {
	status int
	header http.Header
	url    string
	text   string
}

// visit has a browser go to an address and wherever it leads.
func (c *computer) visit(address string) page {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, http.NoBody)
	require.NoError(c.t, err)
	return c.do(c.browser, r)
}

func (c *computer) do(browser *http.Client, r *http.Request) page {
	c.t.Helper()
	resp, err := browser.Do(r)
	require.NoError(c.t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	return page{resp.StatusCode, resp.Header, resp.Request.URL.String(), string(text)}
}
