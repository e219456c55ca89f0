package auth_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// A front is a server before a pool that counts its connections.
type front struct {
	*httptest.Server
	opened atomic.Int32
	most   atomic.Int32 // of the protocol's major version
}

func newFront(t *testing.T, handler http.Handler) *front {
	t.Helper()
	f := &front{}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.most.Store(max(f.most.Load(), int32(r.ProtoMajor)))
		handler.ServeHTTP(w, r)
	}))
	f.EnableHTTP2 = true
	f.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	f.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			f.opened.Add(1)
		}
	}
	t.Cleanup(f.Close)
	return f
}

// A rendezvous serves no request before as many have come as there are people, so that they
// overlap.
type rendezvous struct {
	http.Handler
	size int

	mu      sync.Mutex
	waiting int
	met     chan struct{}
}

func (v *rendezvous) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	met := v.met
	if v.waiting++; v.waiting == v.size {
		close(met)
		v.waiting, v.met = 0, make(chan struct{})
	}
	v.mu.Unlock()
	select {
	case <-met:
	case <-r.Context().Done():
	}
	v.Handler.ServeHTTP(w, r)
}

// TestParallelSessionsShareConnections: twenty people at once, with pauses, need a connection each
// at most, and one for all if the server has HTTP/2.
func TestParallelSessionsShareConnections(t *testing.T) {
	t.Parallel()
	const people, calls = 20, 10
	together := func(t *testing.T, f *front, pool *authtest.Pool, client *http.Client) {
		t.Helper()
		cfg := configFor(pool)
		cfg.Endpoint, cfg.HTTPClient = f.URL, client
		shared := newClient(t, cfg)
		var done sync.WaitGroup
		for i := range people {
			done.Go(func() {
				session := shared.Session(string(rune('a' + i)))
				assert.NoError(t, passwordSignIn(t.Context(), session))
				for range calls {
					assert.NoError(t, errOf(session.FetchUserAttributes(t.Context())))
				}
			})
		}
		done.Wait()
	}
	overlapping := func(pool *authtest.Pool) http.Handler {
		return &rendezvous{Handler: pool, size: people, met: make(chan struct{})}
	}
	t.Run("HTTP/1", func(t *testing.T) {
		t.Parallel()
		pool := newPool(t, authtest.Config{}, alice())
		f := newFront(t, overlapping(pool))
		f.Start()
		together(t, f, pool, nil)
		assert.LessOrEqual(t, f.opened.Load(), int32(people*3/2))
	})
	t.Run("HTTP/2", func(t *testing.T) {
		t.Parallel()
		pool := newPool(t, authtest.Config{}, alice())
		f := newFront(t, overlapping(pool))
		f.StartTLS()
		together(t, f, pool, f.Client())
		assert.EqualValues(t, 2, f.most.Load())
		assert.LessOrEqual(t, f.opened.Load(), int32(people), "those that were opened before the first one was ready")
	})
}

// A switchboard is a network without sockets, for a bubble of testing/synctest. It is a
// net.Listener, and keeps the clients' ends of all connections.
type switchboard struct {
	calls chan net.Conn
	lines []*line
}

// A line loses what is written to it once it is cut, as one does that a balancer has dropped
// without a word. A dropped one ends then, as one does that a server closes at this moment.
type line struct {
	net.Conn
	cut, dropped atomic.Bool
}

func (l *line) Write(p []byte) (int, error) {
	switch {
	case l.dropped.Load():
		return len(p), l.Close()
	case l.cut.Load():
		return len(p), nil
	}
	return l.Conn.Write(p)
}

func (s *switchboard) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	l := &line{Conn: here}
	s.lines = append(s.lines, l)
	s.calls <- there
	return l, nil
}

func (s *switchboard) Accept() (net.Conn, error) {
	conn, ok := <-s.calls
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (s *switchboard) Close() error   { return nil }
func (s *switchboard) Addr() net.Addr { return &net.TCPAddr{} }

// TestIdleConnectionIsNotTrusted drops the connection while the person looks for the code. The code
// does not go out on it.
func TestIdleConnectionIsNotTrusted(t *testing.T) {
	t.Parallel()
	for _, protocol := range []int{1, 2} {
		t.Run(fmt.Sprint("HTTP/", protocol), func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true},
				alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA"} }))
			synctest.Test(t, func(t *testing.T) {
				board := &switchboard{calls: make(chan net.Conn)}
				session, stop := board.session(t, pool, protocol)
				defer stop()
				require.NoError(t, passwordSignIn(t.Context(), session))
				require.Len(t, board.lines, 1)
				board.lines[0].cut.Store(true)
				time.Sleep(20 * time.Second)
				require.NoError(t, errOf(session.ConfirmSignIn(t.Context(),
					auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("alice")})))
				assert.Len(t, board.lines, 2)
				time.Sleep(time.Minute) // until the last connection is closed
			})
		})
	}
}

// TestDropShortensTheIdleTime: after a server has dropped a connection that was idle for two
// seconds, those that have been idle for more than one are not used, for a minute.
func TestDropShortensTheIdleTime(t *testing.T) {
	t.Parallel()
	for _, protocol := range []int{1, 2} {
		t.Run(fmt.Sprint("HTTP/", protocol), func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice())
			synctest.Test(t, func(t *testing.T) {
				board := &switchboard{calls: make(chan net.Conn)}
				session, stop := board.session(t, pool, protocol)
				defer stop()
				require.NoError(t, passwordSignIn(t.Context(), session))
				board.lines[0].dropped.Store(true)
				for _, step := range []struct {
					pause time.Duration
					want  error
					lines int // that were opened by then
				}{
					{2 * time.Second, auth.ErrOutcomeUnknown, 1},
					{0, nil, 2},
					{900 * time.Millisecond, nil, 2},
					{1100 * time.Millisecond, nil, 3},
					{time.Minute, nil, 4},
					{2 * time.Second, nil, 4},
				} {
					time.Sleep(step.pause)
					_, err := session.UpdateUserAttributes(t.Context(),
						auth.UpdateUserAttributesInput{UserAttributes: map[string]string{"name": "Alice"}})
					require.ErrorIs(t, err, step.want, step.pause)
					require.Len(t, board.lines, step.lines, step.pause)
				}
				time.Sleep(time.Minute) // until the last connection is closed
			})
		})
	}
}

// session returns a session whose client calls the board, which answers with a pool, and what ends
// the server.
func (s *switchboard) session(t *testing.T, pool *authtest.Pool, protocol int) (*auth.Session, func()) {
	t.Helper()
	roots, stop := s.serve(t, pool, protocol)
	cfg := configFor(pool)
	cfg.Endpoint, cfg.HTTPClient = "https://"+fleet.CognitoHost, &http.Client{Transport: &http.Transport{
		DialContext: s.dial, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots},
	}}
	return newClient(t, cfg).Session("test"), stop
}

// serve answers the calls with a pool. It returns the certificates that clients have to trust, and
// what ends the server.
func (s *switchboard) serve(t *testing.T, pool *authtest.Pool, protocol int) (*x509.CertPool, func()) {
	t.Helper()
	authority := fleet.NewIssuer(t)
	roots := x509.NewCertPool()
	roots.AddCert(authority.Certificate)
	server := &http.Server{
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, protocol, r.ProtoMajor)
			pool.ServeHTTP(w, r)
		}),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{*authority.Issue(t, fleet.CognitoHost, time.Now().Add(time.Hour))}},
	}
	if protocol == 1 {
		server.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){}
	}
	go func() { _ = server.ServeTLS(s, "", "") }()
	return roots, func() {
		close(s.calls)
		_ = server.Close()
	}
}

var errPipe = errors.New("broken pipe")

// A brokenConn fails to write once it is broken, before anything is written.
type brokenConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c brokenConn) Write(p []byte) (int, error) {
	if c.broken.Load() {
		return 0, &net.OpError{Op: "write", Source: c.LocalAddr(), Err: errPipe}
	}
	return c.Conn.Write(p)
}

// TestRequestThatWasNotWrittenIsSentAgain, by net/http, on another connection.
func TestRequestThatWasNotWrittenIsSentAgain(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	var newest *atomic.Bool
	cfg := configFor(pool)
	cfg.HTTPClient = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			newest = &atomic.Bool{}
			return brokenConn{Conn: conn, broken: newest}, err
		},
	}}
	session := newClient(t, cfg).Session("test")
	require.NoError(t, passwordSignIn(t.Context(), session))
	pool.ResetRequests()
	newest.Store(true)
	require.NoError(t, session.UpdatePassword(t.Context(),
		auth.UpdatePasswordInput{OldPassword: password, NewPassword: newPassword}))
	assert.Equal(t, []string{"ChangePassword"}, operations(pool))
}

// TestServerIsDownWhenARequestWasNotWritten: the connection fails before anything is written, and
// there is no other one.
func TestServerIsDownWhenARequestWasNotWritten(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	var newest *atomic.Bool
	down := false
	cfg := configFor(pool)
	cfg.HTTPClient = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if down {
				return nil, errPipe
			}
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			newest = &atomic.Bool{}
			return brokenConn{Conn: conn, broken: newest}, err
		},
	}}
	session := newClient(t, cfg).Session("test")
	require.NoError(t, passwordSignIn(t.Context(), session))
	pool.ResetRequests()
	newest.Store(true)
	down = true
	change := auth.UpdatePasswordInput{OldPassword: password, NewPassword: newPassword}
	require.ErrorIs(t, session.UpdatePassword(t.Context(), change), auth.ErrNetwork)
	down = false
	require.NoError(t, session.UpdatePassword(t.Context(), change))
	assert.Equal(t, []string{"ChangePassword"}, operations(pool))
}

// A toldConn says when it is closed.
type toldConn struct {
	net.Conn
	closed func()
}

func (c toldConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

// TestConnectionThatEndsBeforeTheRequest: the server closes a connection when the request has got
// it already. Nothing was written, so the request is sent on another connection.
func TestConnectionThatEndsBeforeTheRequest(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		protocol int32
		used     bool // by an earlier request
	}{
		"HTTP/1":                   {1, true},
		"HTTP/2":                   {2, true},
		"HTTP/2, a new connection": {2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{})
			f := newFront(t, pool)
			f.EnableHTTP2 = tt.protocol == 2
			f.StartTLS()
			closed := make(chan struct{})
			tell := sync.OnceFunc(func() { close(closed) })
			own := f.Client().Transport.(*http.Transport)
			own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, address)
				return toldConn{Conn: conn, closed: tell}, err
			}
			cfg := configFor(pool)
			cfg.Endpoint, cfg.HTTPClient = f.URL, &http.Client{Transport: own}
			session := newClient(t, cfg).Session("test")
			if tt.used {
				require.NoError(t, errOf(session.SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})))
			}
			pool.ResetRequests()
			end := sync.OnceFunc(func() {
				f.CloseClientConnections()
				<-closed
			})
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { end() }})
			require.NoError(t, errOf(session.SignUp(ctx, auth.SignUpInput{Username: "carol", Password: password})))
			assert.Equal(t, []string{"SignUp"}, operations(pool))
			assert.EqualValues(t, 2, f.opened.Load())
			assert.Equal(t, tt.protocol, f.most.Load())
		})
	}
}
