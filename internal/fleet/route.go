package fleet

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest" //nolint:depguard // this package is for tests
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// CognitoHost is the name of the pool behind a [Route]. Only its proxy can resolve it.
const CognitoHost = "cognito.example.com"

// A Route leads to a pool through an HTTP proxy and a TLS server. A test makes it fail by changing
// the proxy, the certificate or what the two ask of the client.
type Route struct {
	URL       string
	Authority *x509.CertPool // that has issued the good certificate

	Proxy    atomic.Pointer[url.URL]
	Refusal  atomic.Int32 // the status with which the proxy refuses to connect; 0: it connects
	Connects atomic.Int32 // the requests to connect that the proxy received

	Issuer, UntrustedIssuer   Issuer
	Certificate               atomic.Pointer[tls.Certificate]
	RequiresClientCertificate atomic.Bool
	OldTLS                    atomic.Bool // the server does not have TLS 1.3
}

// NewRoute returns a route to the pool on which nothing fails. It is closed with the test.
func NewRoute(tb testing.TB, pool *authtest.Pool) *Route {
	tb.Helper()
	r := &Route{
		URL: "https://" + CognitoHost, Authority: x509.NewCertPool(),
		Issuer: NewIssuer(tb), UntrustedIssuer: NewIssuer(tb),
	}
	r.Authority.AddCert(r.Issuer.Certificate)
	r.Repair(tb)
	server := httptest.NewUnstartedServer(pool)
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		config := &tls.Config{
			Certificates: []tls.Certificate{*r.Certificate.Load()}, NextProtos: server.TLS.NextProtos,
		}
		if r.OldTLS.Load() {
			config.MaxVersion = tls.VersionTLS12
		}
		if r.RequiresClientCertificate.Load() {
			config.ClientAuth = tls.RequireAnyClientCert
		}
		return config, nil
	}}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	tb.Cleanup(server.Close)
	proxy := httptest.NewServer(r.proxyTo(server.Listener.Addr().String()))
	tb.Cleanup(proxy.Close)
	r.SetProxy(tb, proxy.URL)
	return r
}

// SetProxy has requests take the proxy at that address.
func (r *Route) SetProxy(tb testing.TB, address string) {
	tb.Helper()
	proxy, err := url.Parse(address)
	require.NoError(tb, err)
	r.Proxy.Store(proxy)
}

// Repair gives the server a good certificate, and has it and the proxy accept everybody.
func (r *Route) Repair(tb testing.TB) {
	tb.Helper()
	r.RequiresClientCertificate.Store(false)
	r.OldTLS.Store(false)
	r.Certificate.Store(r.Issuer.Issue(tb, CognitoHost, time.Now().Add(time.Hour)))
	r.Refusal.Store(0)
}

// Transport returns net/http's transport for the route. It makes a connection for each request, so
// that a fault applies to the next one.
func (r *Route) Transport() *http.Transport {
	return &http.Transport{
		Proxy:             func(*http.Request) (*url.URL, error) { return r.Proxy.Load(), nil },
		TLSClientConfig:   &tls.Config{RootCAs: r.Authority},
		DisableKeepAlives: true,
	}
}

// proxyTo returns a proxy that connects every request to address.
func (r *Route) proxyTo(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		r.Connects.Add(1)
		if status := r.Refusal.Load(); status != 0 {
			w.WriteHeader(int(status))
			return
		}
		there, err := new(net.Dialer).DialContext(asked.Context(), "tcp", address)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		var both sync.WaitGroup
		both.Go(func() { pass(there, here) })
		both.Go(func() { pass(here, there) })
		both.Wait()
		_, _ = here.Close(), there.Close()
	})
}

// pass copies from one connection to another, and its end. What the other does not take is read,
// and lost: a connection that is closed with something unread is reset, and may lose an alert.
func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.(*net.TCPConn).CloseWrite() //nolint:forcetypeassert // both are
	_, _ = io.Copy(io.Discard, from)
}

// An Issuer is a certificate authority.
type Issuer struct {
	Certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewIssuer returns a certificate authority.
func NewIssuer(tb testing.TB) Issuer {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "issuer"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(tb, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(tb, err)
	return Issuer{Certificate: certificate, key: key}
}

// Issue returns a certificate of a server, good until end.
func (i Issuer) Issue(tb testing.TB, host string, end time.Time) *tls.Certificate {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: end,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, i.Certificate, &key.PublicKey, i.key)
	require.NoError(tb, err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
