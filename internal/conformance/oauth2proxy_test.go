package conformance_test

import (
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestOAuth2Proxy checks that oauth2-proxy, a whole back end by others, signs in with the pool: with
// PKCE and the nonce, both of which it leaves out by default, with each alone, and without them.
func TestOAuth2Proxy(t *testing.T) {
	t.Parallel()
	need(t, "oauth2-proxy", "go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6")
	for name, c := range map[string]struct {
		flags       []string
		pkce, nonce bool
	}{
		"all checks": {
			flags: []string{"--code-challenge-method=S256", "--insecure-oidc-skip-nonce=false"}, pkce: true, nonce: true,
		},
		"PKCE alone":   {flags: []string{"--code-challenge-method=S256"}, pkce: true},
		"nonce alone":  {flags: []string{"--insecure-oidc-skip-nonce=false"}, nonce: true},
		"its defaults": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			address := listener.Addr().String()
			pool, reported := newProvider(t, authtest.Config{ClientSecret: true, ManagedLogin: authtest.ManagedLogin{
				CallbackURLs: []string{"http://" + address + "/oauth2/callback"},
			}})
			require.NoError(t, pool.AddUser(verifiedAlice()))
			startOAuth2Proxy(t, pool, listener, c.flags...)
			asked := visitThroughProxy(t, pool, "http://"+address)
			assert.Equal(t, c.pkce, asked.Has("code_challenge"))
			assert.Equal(t, c.nonce, asked.Has("nonce"))
			if c.nonce {
				assert.Empty(t, reported.all())
				return
			}
			require.Len(t, reported.all(), 1)
			assert.Contains(t, reported.all()[0], "no nonce")
		})
	}
}

// startOAuth2Proxy puts the proxy in front of a service that says who calls it. The proxy takes the
// listener over, so requests that come before it is ready wait for it.
func startOAuth2Proxy(t *testing.T, pool *authtest.Pool, listener net.Listener, flags ...string) {
	t.Helper()
	socket, err := listener.(*net.TCPListener).File()
	require.NoError(t, err)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("X-Forwarded-Email"))
	}))
	t.Cleanup(service.Close)
	flags = append([]string{
		"--provider=oidc", "--oidc-issuer-url=" + pool.Issuer(), "--client-id=" + pool.ClientID,
		"--client-secret=" + pool.ClientSecret, "--scope=openid email", "--oidc-groups-claim=cognito:groups",
		"--redirect-url=http://" + listener.Addr().String() + "/oauth2/callback", "--upstream=" + service.URL,
		"--cookie-secret=" + strings.Repeat("x", 32), "--cookie-secure=false", "--email-domain=*",
		"--skip-provider-button", "--request-logging=false", "--auth-logging=false",
	}, flags...)
	// A socket that is handed over is file 3, and the process it is for is named (sd_listen_fds).
	start := []string{"-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec oauth2-proxy "$@"`, "sh", "--http-address=fd:3"}
	cmd := exec.CommandContext(patient(t), "sh", append(start, flags...)...)
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.ExtraFiles = []*os.File{socket}
	require.NoError(t, cmd.Start())
	require.NoError(t, socket.Close())
	require.NoError(t, listener.Close())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it says that the process was killed
		if t.Failed() {
			t.Log(output.String())
		}
	})
}

// visitThroughProxy signs alice in when the proxy asks for it, checks what the service says, and
// returns what the proxy asked the pool for.
func visitThroughProxy(t *testing.T, pool *authtest.Pool, address string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), pool.URL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	asked, err := browser.Get(address)
	require.NoError(t, err)
	require.NoError(t, asked.Body.Close())
	location, err := asked.Location()
	require.NoError(t, err)
	callback, err := pool.Authorize(location.String(), "alice")
	require.NoError(t, err)
	answer, err := browser.Get(callback)
	require.NoError(t, err)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, answer.StatusCode)
	assert.Equal(t, "alice@example.com", string(text))
	return location.Query()
}
