package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
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
	if errors.As(err, &refusal) {
		return refusal.status
	}
	for _, status := range permanentRefusals {
		if err != nil && innermost(err).Error() == http.StatusText(status) {
			return status // what net/http says in a transport of the program's own kind
		}
	}
	return 0
}

// permanentRefusals are the statuses of a proxy that refuses the next attempt as well.
var permanentRefusals = []int{http.StatusForbidden, http.StatusProxyAuthRequired}

// WantsProxyCredentials reports whether a proxy refused to connect because it asks for credentials,
// or for others than it got.
func WantsProxyCredentials(err error) bool {
	return ProxyStatus(err) == http.StatusProxyAuthRequired || err != nil && socksRefusals[innermost(err).Error()]
}

// socksRefusals are the errors of net/http for a SOCKS proxy that asks for credentials. They have
// no exported names.
var socksRefusals = map[string]bool{
	"no acceptable authentication methods":    true,
	"username/password authentication failed": true,
}

// BadCertificate reports whether a certificate is not accepted: the server's, because its issuer is
// unknown, it has expired, or it is for another host; or this client's, which may lack one.
func BadCertificate(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		invalid      x509.CertificateInvalidError
		host         x509.HostnameError
		roots        x509.SystemRootsError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &invalid) ||
		errors.As(err, &host) || errors.As(err, &roots) || refusedCertificate(err)
}

// refusedCertificate reports whether the server refused this client's certificate, or asks for one.
// With TLS 1.3 it may say so when the first request is on its way, which it then does not read.
func refusedCertificate(err error) bool {
	return err != nil && slices.ContainsFunc(certificateAlerts, func(alert tls.AlertError) bool {
		return innermost(err).Error() == alert.Error() // their type has no exported name
	})
}

// certificateAlerts are the alerts about a certificate (RFC 8446, section 6.2). With TLS 1.2, a
// missing one is a handshake failure, 40 (RFC 5246, section 7.4.6).
var certificateAlerts = []tls.AlertError{40, 42, 43, 44, 45, 46, 48, 49, 116}

// BadProxyAddress reports whether the configured address of the proxy cannot be used.
func BadProxyAddress(err error) bool { return errors.Is(err, errProxyAddress) }

// Permanent reports whether err is a fault of the configuration, which another attempt meets again.
func Permanent(err error) bool {
	return BadCertificate(err) || BadProxyAddress(err) || WantsProxyCredentials(err) ||
		slices.Contains(permanentRefusals, ProxyStatus(err))
}

// unprocessed reports whether net/http says that the server has not carried out the request: it had
// closed the connection before anything was written to it or, over HTTP/2, has refused the stream
// or will not look at it. The errors have no exported names.
func unprocessed(err error) bool {
	text := innermost(err).Error()
	switch {
	case text == "http: server closed idle connection", text == "net/http: cannot rewind body after connection loss",
		text == "http2: client conn could not be established":
		return true
	case strings.HasPrefix(text, "http2: Transport: cannot retry err ["):
		return strings.Contains(text, "; REFUSED_STREAM;") || strings.Contains(text, "graceful shutdown GOAWAY]")
	default:
		return false
	}
}

// unwritten reports whether a connection of HTTP/1, or nil, failed while the request was written to
// it. A server that lacks the end of a request cannot carry it out. The write that failed may also
// be one to another connection, such as that of a program's transport to its log.
func unwritten(err error, conn *tls.Conn) bool {
	var failed *net.OpError
	if conn == nil || !errors.As(err, &failed) || failed.Op != "write" || failed.Source == nil {
		return false
	}
	source := conn.LocalAddr()
	return source != nil && source.String() == failed.Source.String()
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

// timedOut reports whether err says that the time for something was up.
func timedOut(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

// A cutError is the error of a connection that failed within a response.
type cutError struct{ error }

func (e cutError) Unwrap() error         { return e.error }
func (e cutError) ConnectionError() bool { return true } // for the AWS SDK, which repeats what may be repeated

// Cut returns how the connection failed within a response, or nil if it did not.
func Cut(err error) error {
	var cut cutError
	if errors.As(err, &cut) {
		return cut.error
	}
	return nil
}
