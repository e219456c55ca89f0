package transport_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// A slowConn sends what is written after the handshake only when the server has hung up, and reads
// nothing before that.
type slowConn struct {
	net.Conn
	handshake, hungUp <-chan struct{}
	failed            chan struct{} // closed when a write has failed
	once              *sync.Once
}

func (c slowConn) Read(p []byte) (int, error) {
	select {
	case <-c.handshake:
		<-c.failed
	default:
	}
	return c.Conn.Read(p)
}

func (c slowConn) Write(p []byte) (int, error) {
	select {
	case <-c.handshake:
		<-c.hungUp
	default:
		return c.Conn.Write(p)
	}
	for {
		if n, err := c.Conn.Write(p); err != nil {
			c.once.Do(func() { close(c.failed) })
			return n, err
		}
	}
}

// TestCertificateRefusedBeforeTheRequestIsWritten: the write fails, and the reason is in what the
// server sent before it hung up.
func TestCertificateRefusedBeforeTheRequestIsWritten(t *testing.T) {
	t.Parallel()
	for name, ctx := range map[string]func(context.Context) context.Context{
		"watched":     new(transport.Delivery).Watch,
		"not watched": func(ctx context.Context) context.Context { return ctx },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handshake, hungUp := make(chan struct{}), make(chan struct{})
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateClosed {
					close(hungUp)
				}
			}
			server.StartTLS()
			t.Cleanup(server.Close)
			own := server.Client().Transport.(*http.Transport).Clone() //nolint:forcetypeassert // httptest's
			own.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
				return slowConn{conn, handshake, hungUp, make(chan struct{}), new(sync.Once)}, err
			}
			client := transport.New(&http.Client{Transport: own}, 0, slog.New(slog.DiscardHandler))
			traced := httptrace.WithClientTrace(ctx(t.Context()), &httptrace.ClientTrace{
				TLSHandshakeDone: func(tls.ConnectionState, error) { close(handshake) },
			})
			request, err := http.NewRequestWithContext(traced, http.MethodPost, server.URL, strings.NewReader("{}"))
			require.NoError(t, err)
			response, err := client.Do(request)
			if err == nil {
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			require.Error(t, err)
			assert.True(t, transport.BadCertificate(err), err)
			assert.True(t, transport.Permanent(err))
		})
	}
}
