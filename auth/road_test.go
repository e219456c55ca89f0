package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// cognitoHost is the name of the pool behind the road. Only its proxy can resolve it.
const cognitoHost = "cognito.example.com"

// A road leads to a pool: an HTTP proxy, and a TLS server with a certificate. It can be damaged.
type road struct {
	url       string
	authority *x509.CertPool

	proxy    atomic.Pointer[url.URL]
	refusal  atomic.Int32 // the status with which the proxy refuses to connect; 0: it connects
	connects atomic.Int32 // that the proxy was asked for

	issuer, stranger issuer
	certificate      atomic.Pointer[tls.Certificate]
}

func newRoad(t *testing.T, pool *authtest.Pool) *road {
	t.Helper()
	r := &road{url: "https://" + cognitoHost, authority: x509.NewCertPool(), issuer: newIssuer(t), stranger: newIssuer(t)}
	r.authority.AddCert(r.issuer.certificate)
	r.mend(t)
	server := httptest.NewUnstartedServer(pool)
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return r.certificate.Load(), nil
	}}
	server.Config.ErrorLog = silent()
	server.StartTLS()
	t.Cleanup(server.Close)
	proxy := httptest.NewServer(r.proxyTo(server.Listener.Addr().String()))
	t.Cleanup(proxy.Close)
	r.setProxy(t, proxy.URL)
	return r
}

func (r *road) setProxy(t *testing.T, address string) {
	t.Helper()
	proxy, err := url.Parse(address)
	require.NoError(t, err)
	r.proxy.Store(proxy)
}

// mend gives the server a good certificate.
func (r *road) mend(t *testing.T) {
	t.Helper()
	r.certificate.Store(r.issuer.issue(t, cognitoHost, time.Now().Add(time.Hour)))
	r.refusal.Store(0)
}

// transport returns net/http's transport for the road. It makes a connection for each request, so
// that a damage applies to the next one.
func (r *road) transport() *http.Transport {
	return &http.Transport{
		Proxy:             func(*http.Request) (*url.URL, error) { return r.proxy.Load(), nil },
		TLSClientConfig:   &tls.Config{RootCAs: r.authority},
		DisableKeepAlives: true,
	}
}

// proxyTo returns a proxy that connects every request to address.
func (r *road) proxyTo(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		r.connects.Add(1)
		if status := r.refusal.Load(); status != 0 {
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
		both.Go(func() { _, _ = io.Copy(there, here); _ = there.Close() })
		both.Go(func() { _, _ = io.Copy(here, there); _ = here.Close() })
		both.Wait()
	})
}

// An issuer is a certificate authority.
type issuer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newIssuer(t *testing.T) issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "issuer"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return issuer{certificate: certificate, key: key}
}

// issue returns a certificate of a server, good until end.
func (i issuer) issue(t *testing.T, host string, end time.Time) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: end, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, i.certificate, &key.PublicKey, i.key)
	require.NoError(t, err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
