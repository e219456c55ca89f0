package transport_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestHandlersOfRegisterProtocol: http.Transport tells nobody which it has, so that its copy has
// none. A transport of another type is not copied.
func TestHandlersOfRegisterProtocol(t *testing.T) {
	t.Parallel()
	asked := 0
	given := &http.Transport{}
	given.RegisterProtocol("https", roundTripper(func(r *http.Request) (*http.Response, error) {
		asked++
		return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, nil
	}))
	get := func(client *http.Client) error {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://127.0.0.1:1/", http.NoBody)
		require.NoError(t, err)
		response, err := transport.Strict(client, 0).Do(request)
		if err == nil {
			err = response.Body.Close()
		}
		return err
	}
	require.Error(t, get(&http.Client{Transport: given}))
	assert.Zero(t, asked)
	require.NoError(t, get(&http.Client{Transport: roundTripper(given.RoundTrip)}))
	assert.Equal(t, 1, asked)
}

// TestTransportKeepsHTTP2: a transport of the program that would use HTTP/2 still does, and one that
// would not offers none.
func TestTransportKeepsHTTP2(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	only1 := &http.Protocols{}
	only1.SetHTTP1(true)
	for name, tt := range map[string]struct {
		given    http.RoundTripper
		protocol int
	}{
		"none":           {nil, 2},
		"an empty one":   {&http.Transport{}, 2},
		"with a dialer":  {&http.Transport{DialContext: new(net.Dialer).DialContext}, 1},
		"with its TLS":   {&http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13}}, 1},
		"that insists":   {&http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13}, ForceAttemptHTTP2: true}, 2},
		"that refuses":   {&http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}}, 1},
		"with protocols": {&http.Transport{Protocols: only1}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := transport.Strict(&http.Client{Transport: tt.given}, 0)
			own := client.(*http.Client).Transport.(*http.Transport) //nolint:forcetypeassert // net/http's
			if own.TLSClientConfig == nil {
				own.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS13}
			}
			own.TLSClientConfig.RootCAs = roots
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
			require.NoError(t, err)
			response, err := client.Do(request)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			assert.Equal(t, tt.protocol, response.ProtoMajor)
		})
	}
}
