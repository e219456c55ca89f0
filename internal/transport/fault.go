package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"strconv"
)

// errProxyAddress takes the place of an error that quotes the address of the proxy, and so perhaps
// a password.
var errProxyAddress = errors.New("the address of the proxy is not a valid URL")

// A proxyError is the refusal of a proxy to connect.
type proxyError struct {
	status int // HTTP status of its answer
}

// Error implements error.
func (e *proxyError) Error() string {
	return "the proxy answered " + strconv.Itoa(e.status) + " " + http.StatusText(e.status)
}

// ProxyStatus returns the HTTP status with which a proxy refused to connect, or 0.
func ProxyStatus(err error) int {
	var refusal *proxyError
	switch {
	case errors.As(err, &refusal):
		return refusal.status
	case err != nil && innermost(err).Error() == http.StatusText(http.StatusProxyAuthRequired):
		return http.StatusProxyAuthRequired // what net/http says in a transport of the program's own kind
	default:
		return 0
	}
}

// BadCertificate reports whether the TLS handshake failed because the server's certificate is not
// accepted: its issuer is unknown, it has expired, or it is for another host.
func BadCertificate(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		invalid      x509.CertificateInvalidError
		host         x509.HostnameError
		roots        x509.SystemRootsError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &invalid) ||
		errors.As(err, &host) || errors.As(err, &roots)
}

// BadProxyAddress reports whether the configured address of the proxy cannot be used.
func BadProxyAddress(err error) bool { return errors.Is(err, errProxyAddress) }

// Permanent reports whether err is a fault of the configuration, which another attempt meets again.
func Permanent(err error) bool {
	return BadCertificate(err) || BadProxyAddress(err) || ProxyStatus(err) == http.StatusProxyAuthRequired
}

// permanentError tells the AWS SDK not to try again.
type permanentError struct{ error }

func (e permanentError) Unwrap() error        { return e.error }
func (e permanentError) RetryableError() bool { return false }

// innermost returns the error at the end of the chain of err.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
