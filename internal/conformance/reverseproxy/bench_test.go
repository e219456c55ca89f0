package reverseproxy_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

const (
	password    = "Correct-Horse-7-Battery"
	connections = 16
	rounds      = 31
	perRound    = 640
)

// BenchmarkReverseProxy compares the requests per second of auth/bff and of oauth2-proxy v7.15.6 as
// reverse proxies in front of one service, with the sessions of both in one Redis. Each is a process
// of its own. They are measured by turns; the figures are medians, the ratio that of the turns.
//
//	go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6
//	go test -run '^$' -bench ReverseProxy -benchtime 1x ./reverseproxy
func BenchmarkReverseProxy(b *testing.B) {
	if _, err := exec.LookPath("oauth2-proxy"); err != nil {
		b.Skip("oauth2-proxy is missing")
	}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "the answer of the service")
	}))
	defer service.Close()
	redisSocket, _ := fleet.StartRedis(b)
	bffOrigin, bffJar := startBFF(b, newPool(b, authtest.Config{}), redisSocket, service.URL)
	proxyOrigin, proxyJar := startOAuth2Proxy(b, redisSocket, service.URL)

	for b.Loop() {
		var ours, theirs, ratios []float64
		for i := range rounds {
			ours = append(ours, rate(b, bffOrigin, bffJar))
			theirs = append(theirs, rate(b, proxyOrigin, proxyJar))
			ratios = append(ratios, ours[i]/theirs[i])
		}
		b.ReportMetric(median(ours), "bff-req/s")
		b.ReportMetric(median(theirs), "oauth2-proxy-req/s")
		b.ReportMetric(median(ratios), "ratio")
	}
}

func newPool(b *testing.B, cfg authtest.Config) *authtest.Pool {
	b.Helper()
	pool := authtest.New(b, cfg)
	require.NoError(b, pool.AddUser(authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
		"email": "alice@example.com", "email_verified": "true",
	}}))
	return pool
}

// startOAuth2Proxy starts the proxy in front of the service, and returns its URL and the cookies of
// alice.
func startOAuth2Proxy(b *testing.B, redisSocket, upstream string) (string, http.CookieJar) {
	b.Helper()
	address := freeAddress(b)
	origin := "http://" + address
	pool := newPool(b, authtest.Config{
		ClientSecret: true, LocalIssuer: true,
		ManagedLogin: authtest.ManagedLogin{CallbackURLs: []string{origin + "/oauth2/callback"}},
	})
	run(b, exec.CommandContext(b.Context(), "oauth2-proxy",
		"--http-address="+address, "--upstream="+upstream, "--redirect-url="+origin+"/oauth2/callback",
		"--provider=oidc", "--oidc-issuer-url="+pool.Issuer(), "--client-id="+pool.ClientID,
		"--client-secret="+pool.ClientSecret, "--scope=openid email", "--code-challenge-method=S256", "--insecure-oidc-skip-nonce=false",
		"--session-store-type=redis", "--redis-connection-url=unix://"+redisSocket,
		"--cookie-secret="+strings.Repeat("x", 32), "--cookie-secure=false", "--email-domain=*",
		"--pass-access-token", "--skip-provider-button",
		"--request-logging=false", "--auth-logging=false", "--standard-logging=false",
	), address)

	jar, err := cookiejar.New(nil)
	require.NoError(b, err)
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), pool.URL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	asked, err := browser.Get(origin)
	require.NoError(b, err)
	require.NoError(b, asked.Body.Close())
	callback, err := pool.Authorize(asked.Header.Get("Location"), "alice")
	require.NoError(b, err)
	answer, err := browser.Get(callback)
	require.NoError(b, err)
	require.NoError(b, answer.Body.Close())
	return origin, jar
}

// rate returns how many requests per second are answered with what the service says.
func rate(b *testing.B, origin string, jar http.CookieJar) float64 {
	b.Helper()
	client := &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	failures := make(chan string, connections)
	var group sync.WaitGroup
	begin := time.Now()
	for range connections {
		group.Go(func() {
			for range perRound / connections {
				if failure := visit(client, origin); failure != "" {
					failures <- failure
					return
				}
			}
		})
	}
	group.Wait()
	took := time.Since(begin)
	close(failures)
	for failure := range failures {
		b.Fatal(failure)
	}
	return perRound / took.Seconds()
}

func visit(client *http.Client, origin string) (failure string) {
	answer, err := client.Get(origin + "/orders")
	if err != nil {
		return err.Error()
	}
	defer func() { _ = answer.Body.Close() }() // it was read whole
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err.Error()
	}
	if string(text) != "the answer of the service" {
		return answer.Status + ": " + string(text)
	}
	return ""
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
