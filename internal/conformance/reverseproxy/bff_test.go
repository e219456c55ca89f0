package reverseproxy_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

const programVariable = "REVERSE_PROXY_PROGRAM"

// program is what the process with auth/bff is started with.
type program struct {
	Address, Upstream, Redis       string
	UserPoolID, ClientID, Endpoint string
}

// TestMain serves instead of testing if the test binary was started as the reverse proxy.
func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(programVariable)
	if !ok {
		os.Exit(m.Run())
	}
	var p program
	err := json.Unmarshal([]byte(text), &p)
	if err == nil {
		err = p.serve()
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (p program) serve() error {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: p.Redis, ContextTimeoutEnabled: true})
	key := sha256.Sum256([]byte(p.Redis))
	store, err := redisstore.New(client, redisstore.Config{Key: key[:], TTL: time.Hour})
	if err != nil {
		return err
	}
	auths, err := auth.NewClient(auth.Config{
		UserPoolID: p.UserPoolID, ClientID: p.ClientID, Endpoint: p.Endpoint, Store: store,
	})
	if err != nil {
		return err
	}
	handler, err := bff.New(bff.Config{Client: auths, PublicURL: "http://" + p.Address})
	if err != nil {
		return err
	}
	toUpstream, err := handler.Proxy(bff.ProxyConfig{
		Target: p.Upstream, Paths: []string{"/"}, Transport: &http.Transport{MaxIdleConnsPerHost: connections},
	})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", handler)
	mux.Handle("/", handler.Require(toUpstream))
	return http.ListenAndServe(p.Address, mux)
}

// startBFF starts a process with auth/bff in front of the service, and returns its URL and the
// cookies of alice.
func startBFF(b *testing.B, pool *authtest.Pool, redisSocket, upstream string) (string, http.CookieJar) {
	b.Helper()
	p := program{
		Address: freeAddress(b), Upstream: upstream, Redis: redisSocket,
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
	}
	data, err := json.Marshal(p)
	require.NoError(b, err)
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), programVariable+"="+string(data))
	run(b, cmd, p.Address)

	origin := "http://" + p.Address
	jar, err := cookiejar.New(nil)
	require.NoError(b, err)
	browser := &http.Client{Jar: jar}
	form := url.Values{"username": {"alice"}, "password": {password}}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, origin+"/auth/sign-in", strings.NewReader(form.Encode()))
	require.NoError(b, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", origin)
	answer, err := browser.Do(r)
	require.NoError(b, err)
	require.NoError(b, answer.Body.Close())
	return origin, jar
}

func freeAddress(b *testing.B) string {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "localhost:0")
	require.NoError(b, err)
	defer func() { require.NoError(b, listener.Close()) }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(b, err)
	return net.JoinHostPort("localhost", port)
}

// run starts a server and waits until it accepts connections.
func run(b *testing.B, cmd *exec.Cmd, address string) {
	b.Helper()
	cmd.Stderr = b.Output()
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // reports the kill
	})
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			require.NoError(b, connection.Close())
			return
		}
		require.NoError(b, ctx.Err(), "nobody listens on %s", address)
		time.Sleep(10 * time.Millisecond)
	}
}
