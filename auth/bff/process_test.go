package bff_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

const processVariable = "BFF_TEST_PROCESS"

// A process is the configuration of one process of a web application.
type process struct {
	Socket, PublicURL              string
	Key                            []byte
	UserPoolID, ClientID, Endpoint string
}

// TestMain serves instead of testing if the test binary was started as a process of an application.
func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(processVariable)
	if !ok {
		os.Exit(m.Run())
	}
	var p process
	err := json.Unmarshal([]byte(text), &p)
	if err == nil {
		err = p.serve()
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// serve prints the address and serves until the process is killed.
func (p process) serve() error {
	client := redis.NewClient(&redis.Options{
		Network: "unix", Addr: p.Socket, ContextTimeoutEnabled: true, MaxRetries: -1, DialerRetries: 1,
	})
	store, err := redisstore.New(client, redisstore.Config{Key: p.Key, TTL: time.Hour})
	if err != nil {
		return err
	}
	limiter, err := redisstore.NewLimiter(client, "")
	if err != nil {
		return err
	}
	auths, err := auth.NewClient(auth.Config{UserPoolID: p.UserPoolID, ClientID: p.ClientID, Endpoint: p.Endpoint, Store: store})
	if err != nil {
		return err
	}
	handler, err := bff.New(bff.Config{Client: auths, PublicURL: p.PublicURL, Limiter: limiter, Replicas: 2})
	if err != nil {
		return err
	}
	handler.SetPace(0)
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "app %s for %s", r.URL.Path, bff.From(r.Context()).AccessToken.Username)
	})
	mux := http.NewServeMux()
	mux.Handle("/auth/", handler)
	mux.Handle("/", handler.Require(app))
	mux.Handle("/payments", handler.Require(app, bff.MFA(0)))
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(os.Stdout, "http://"+listener.Addr().String())
	return http.Serve(listener, mux)
}

// start runs a process of the application and returns its address.
func (p process) start(t *testing.T) (*exec.Cmd, *url.URL) {
	t.Helper()
	data, err := json.Marshal(p)
	require.NoError(t, err)
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), processVariable+"="+string(data))
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill() // it may be dead
		_ = command.Wait()         // reports the kill
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	address, err := url.Parse(strings.TrimSpace(line))
	require.NoError(t, err)
	return command, address
}

// A redisLine is a Redis behind a socket that can be cut.
type redisLine struct {
	front, back string
	mu          sync.Mutex
	down        bool
	open        []net.Conn
}

func startRedis(t *testing.T) *redisLine {
	t.Helper()
	socket, _ := fleet.StartRedis(t)
	l := &redisLine{front: socket + ".front", back: socket}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", l.front)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go l.forward(listener)
	return l
}

func (l *redisLine) forward(listener net.Listener) {
	for {
		in, err := listener.Accept()
		if err != nil {
			return
		}
		out, err := new(net.Dialer).DialContext(context.Background(), "unix", l.back)
		if err != nil {
			_ = in.Close()
			continue
		}
		l.mu.Lock()
		l.open = append(l.open, in, out)
		if l.down {
			_, _ = in.Close(), out.Close()
		}
		l.mu.Unlock()
		go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
		go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
	}
}

func (l *redisLine) set(down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = down
	for _, conn := range l.open {
		_ = conn.Close() // it may be closed
	}
	l.open = nil
}

// A balancer ends TLS, rewrites the Host, and gives each request to the next process in turn. One
// that cannot be connected to is left out.
type balancer struct {
	turn      atomic.Uint64
	processes []*url.URL
	served    [2]atomic.Int32
}

func (l *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	var err error
	for range l.processes {
		i := l.turn.Add(1) % uint64(len(l.processes))
		attempt := r.Clone(r.Context())
		attempt.URL.Host = l.processes[i].Host
		conn, dialErr := new(net.Dialer).DialContext(r.Context(), "tcp", attempt.URL.Host)
		if dialErr != nil {
			err = dialErr
			continue
		}
		_ = conn.Close()
		l.served[i].Add(1)
		return http.DefaultTransport.RoundTrip(attempt)
	}
	return nil, err
}

func TestEveryStepMayLandOnAnotherProcess(t *testing.T) {
	t.Parallel()
	line := startRedis(t)
	w := &world{t: t, pool: authtest.New(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}), seen: &record{}}
	t.Cleanup(w.searchSecrets)
	w.add(withTOTP(alice()))
	balance := &balancer{}
	w.server = httptest.NewTLSServer(w.seen.answersOf(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", "backend", "backend.internal"
			r.SetXForwarded()
		},
		Transport: balance,
	}))
	t.Cleanup(w.server.Close)
	p := process{
		Socket: line.front, PublicURL: w.server.URL, Key: []byte(strings.Repeat("k", redisstore.KeySize)),
		UserPoolID: w.pool.UserPoolID, ClientID: w.pool.ClientID, Endpoint: w.pool.URL,
	}
	first, address := p.start(t)
	balance.processes = append(balance.processes, address)
	_, address = p.start(t)
	balance.processes = append(balance.processes, address)

	signIn := func(path string) *browser {
		b := w.browser().signIn(path, "alice")
		require.Equal(t, "Code from your app", b.heading(), b.page)
		b.submit("challengeResponse", "000000").submit("challengeResponse", w.code(totpSecret))
		b.isApp(path, "alice")
		return b
	}
	signedIn := signIn("/orders")
	signedIn.get("/payments").isApp("/payments", "alice")
	halfway := w.browser().signIn("/orders", "alice")
	bob := w.browser().get("/auth/sign-up?return=/orders")
	bob.submit("username", "bob", "password", goodPassword, "passwordAgain", goodPassword, "userAttributes.email", "bob@example.com")

	require.NoError(t, first.Process.Kill())
	_ = first.Wait() // reports the kill

	for range 4 {
		signedIn.get("/orders").isApp("/orders", "alice")
	}
	halfway.submit("challengeResponse", w.code(totpSecret)).isApp("/orders", "alice")
	bob.submit("confirmationCode", w.pool.LastCode("bob")).submit("password", goodPassword).isApp("/orders", "bob")
	signedIn.get("/auth/step-up?return=/orders").submit("password", goodPassword)
	signedIn.submit("challengeResponse", w.code(totpSecret)).isApp("/orders", "alice")
	for i := range balance.served {
		assert.NotZero(t, balance.served[i].Load(), "both have served")
	}

	line.set(true)
	before := signedIn.cookie(sessionCookie)
	for _, path := range []string{"/orders", "/auth/account"} {
		signedIn.get(path)
		assert.Equal(t, http.StatusServiceUnavailable, signedIn.status)
		assert.Equal(t, before, signedIn.cookie(sessionCookie))
	}
	line.set(false)
	for _, b := range []*browser{signedIn, halfway} {
		require.Eventually(t, func() bool { return b.get("/orders").status == http.StatusOK }, time.Minute, 20*time.Millisecond)
		b.isApp("/orders", "alice")
	}
	bob.get("/orders").isApp("/orders", "bob")
}
