package authtest_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{TLS: true}, alice())
	assert.True(t, strings.HasPrefix(f.URL, "https://127.0.0.1:"))
	roots := x509.NewCertPool()
	roots.AddCert(f.Certificate())
	s := f.surf()
	s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	s.begin().signIn("alice", password).code()
	for _, cookie := range s.client.Jar.Cookies(s.url) {
		assert.NotEmpty(t, cookie.Value)
	}
	s.begin("prompt", "login", "lang", "de")
	assert.Contains(t, s.header.Get("Set-Cookie"), "Secure")
	f.client = s.client
	f.signIn("alice", password).tokens()

	resp, err := http.Get(f.URL)
	if err == nil {
		_ = resp.Body.Close()
	}
	require.ErrorContains(t, err, "certificate")
	assert.Nil(t, start(t, authtest.Config{}).Certificate())
	_, err = authtest.NewPool(authtest.Config{TLS: true, NoListener: true})
	assert.ErrorContains(t, err, "Config.NoListener")
}
