package transport_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

const revoked = tls.AlertError(44)

// post sends a request to address, and reports whether it may have been sent.
func post(t *testing.T, client *transport.Client, address string) (sent bool, err error) {
	t.Helper()
	return postWith(t.Context(), t, client, address)
}

func postWith(ctx context.Context, t *testing.T, client *transport.Client, address string) (sent bool, err error) {
	t.Helper()
	delivery := &transport.Delivery{}
	request, err := http.NewRequestWithContext(delivery.Watch(ctx), http.MethodPost, address, strings.NewReader("{}"))
	require.NoError(t, err)
	response, err := client.Do(request)
	if err == nil {
		_, err = io.Copy(io.Discard, response.Body)
		require.NoError(t, response.Body.Close())
	}
	return delivery.Sent(), err
}

// TestAnotherAttemptOfTheProgramsTransport: what a second attempt says tells nothing of the first,
// which had a connection.
func TestAnotherAttemptOfTheProgramsTransport(t *testing.T) {
	t.Parallel()
	client := transport.New(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		trace := httptrace.ContextClientTrace(r.Context())
		trace.GetConn("")
		trace.GotConn(httptrace.GotConnInfo{})
		trace.GetConn("")
		return nil, &net.OpError{Op: "remote error", Err: revoked} // in the handshake
	})}, 0, slog.New(slog.DiscardHandler))
	sent, err := post(t, client, "http://localhost/")
	require.ErrorIs(t, err, revoked)
	assert.True(t, sent)
}

// A revokedConn reports, once it is revoked, that the server refuses the client's certificate.
type revokedConn struct {
	net.Conn
	revoked *atomic.Bool
}

func (c revokedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == nil && c.revoked.Load() {
		return 0, &net.OpError{Op: "remote error", Err: revoked}
	}
	return n, err
}

// TestCertificateRefusedOnAUsedConnection: the server accepted the certificate before, so it may
// have carried out the request. On a new connection it has not.
func TestCertificateRefusedOnAUsedConnection(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(server.Close)
	var refuses atomic.Bool
	own := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return revokedConn{conn, &refuses}, err
	}}
	client := transport.New(&http.Client{Transport: own}, 0, slog.New(slog.DiscardHandler))
	sent, err := post(t, client, server.URL)
	require.NoError(t, err)
	assert.True(t, sent)

	refuses.Store(true)
	for _, want := range []bool{true, false} {
		sent, err = post(t, client, server.URL)
		require.ErrorIs(t, err, revoked)
		assert.Equal(t, want, sent)
	}
}

// TestCertificateRefusedOnASharedConnection: one of HTTP/2 that others use has not been idle.
func TestCertificateRefusedOnASharedConnection(t *testing.T) {
	t.Parallel()
	for _, shared := range []bool{false, true} {
		client := transport.New(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			trace := httptrace.ContextClientTrace(r.Context())
			trace.GetConn("")
			trace.GotConn(httptrace.GotConnInfo{Reused: shared})
			return nil, &net.OpError{Op: "remote error", Err: revoked}
		})}, 0, slog.New(slog.DiscardHandler))
		sent, err := post(t, client, "http://localhost/")
		require.ErrorIs(t, err, revoked)
		assert.Equal(t, shared, sent)
	}
}

// TestHostThatChangesToHTTP2: once a host has answered over HTTP/2, net/http can send nothing
// again.
func TestHostThatChangesToHTTP2(t *testing.T) {
	t.Parallel()
	protocols, again := []int{1, 2, 1}, []bool{}
	client := transport.New(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		again = append(again, r.GetBody != nil)
		if len(again) > len(protocols) {
			return nil, errors.New("over")
		}
		return &http.Response{StatusCode: http.StatusOK, ProtoMajor: protocols[len(again)-1], Body: http.NoBody}, nil
	})}, 0, slog.New(slog.DiscardHandler))
	for range protocols {
		_, err := post(t, client, "http://localhost/")
		require.NoError(t, err)
	}
	_, err := post(t, client, "http://localhost/")
	require.Error(t, err)
	assert.Equal(t, []bool{false, true, false, true}, again)
}

// A halfConn sends only half of what is written to it once it is broken.
type halfConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c halfConn) Write(p []byte) (int, error) {
	if !c.broken.Load() {
		return c.Conn.Write(p)
	}
	n, _ := c.Conn.Write(p[:len(p)/2])
	return n, &net.OpError{Op: "write", Source: c.LocalAddr(), Err: errors.New("connection reset by peer")}
}

// TestRequestThatWasNotWrittenToItsEnd: a server that has half of a request cannot carry it out.
// Over HTTP/2 the error of a write does not tell what was written.
func TestRequestThatWasNotWrittenToItsEnd(t *testing.T) {
	t.Parallel()
	for _, protocol := range []int{1, 2} {
		t.Run(fmt.Sprint("HTTP/", protocol), func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.EnableHTTP2 = protocol == 2
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.StartTLS()
			t.Cleanup(server.Close)
			var broken atomic.Bool
			own := server.Client().Transport.(*http.Transport).Clone() //nolint:forcetypeassert // httptest's
			own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, address)
				return halfConn{conn, &broken}, err
			}
			client := transport.New(&http.Client{Transport: own}, 0, slog.New(slog.DiscardHandler))
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				GotConn: func(httptrace.GotConnInfo) { broken.Store(true) },
			})
			sent, err := postWith(ctx, t, client, server.URL)
			require.Error(t, err)
			assert.Equal(t, protocol == 2, sent, err)
		})
	}
}

// A brokenConn fails with a write when it is read, once the server has received the request.
type brokenConn struct {
	net.Conn
	received *atomic.Bool
	failed   error
}

func (c brokenConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.received.Load() {
		return 0, c.failed
	}
	return n, err
}

// TestFailureAfterTheWholeRequest: the server has the request, and the write that fails is another:
// that of a program's transport to its log, or one that a read of the connection makes.
func TestFailureAfterTheWholeRequest(t *testing.T) {
	t.Parallel()
	failed := &net.OpError{Op: "write", Err: errors.New("broken pipe")}
	for name, wrap := range map[string]func(*http.Transport, *atomic.Bool) http.RoundTripper{
		"the log of a transport": func(own *http.Transport, _ *atomic.Bool) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				response, err := own.RoundTrip(r)
				if err == nil {
					err = response.Body.Close()
				}
				return nil, errors.Join(err, failed)
			})
		},
		"the read of a connection": func(own *http.Transport, received *atomic.Bool) http.RoundTripper {
			own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, address)
				return brokenConn{conn, received, failed}, err
			}
			return own
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var received atomic.Bool
			server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				received.Store(true)
			}))
			t.Cleanup(server.Close)
			own := server.Client().Transport.(*http.Transport).Clone() //nolint:forcetypeassert // httptest's
			client := transport.New(&http.Client{Transport: wrap(own, &received)}, 0, slog.New(slog.DiscardHandler))
			sent, err := post(t, client, server.URL)
			require.ErrorIs(t, err, failed)
			require.True(t, received.Load())
			assert.True(t, sent, err)
		})
	}
}
