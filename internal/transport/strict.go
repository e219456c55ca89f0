package transport

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

const (
	// idleTimeout is how long a connection may be idle and still be used. Balancers drop idle
	// connections, and a request that meets such a drop may have been carried out or not. Of the
	// connections that a frozen process finds again, net/http drops those that are older by the
	// wall clock, which goes on while the monotonic one stops.
	idleTimeout = 3 * time.Second
	// maxIdleConns is how many idle connections to one host are kept. net/http's default, 2, makes
	// parallel sessions open a new one for most requests.
	maxIdleConns = 100
)

// Strict returns a copy of client that follows no redirect, which would carry secrets to another
// server, and does not send on connections that have been idle for long. Nil is a client with that
// time limit, and so is the AWS SDK's own kind if it has none. A client of another kind is returned
// as it is.
func Strict(client aws.HTTPClient, timeout time.Duration) aws.HTTPClient {
	own := http.Client{Timeout: timeout}
	switch c := client.(type) {
	case nil:
	case *http.Client:
		if c != nil {
			own = *c
		}
	case *awshttp.BuildableClient:
		own.Transport = c.GetTransport()
		if c.GetTimeout() != 0 {
			own.Timeout = c.GetTimeout()
		}
	default:
		return client
	}
	own.Transport = tuned(own.Transport)
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// tuned returns a copy of t for requests that must not be sent twice. Nil is net/http's default. A
// transport of the program's own kind is returned as it is. The copy has no handlers of
// RegisterProtocol, which http.Transport tells nobody.
func tuned(t http.RoundTripper) http.RoundTripper {
	if t == nil {
		t = http.DefaultTransport
	}
	given, ok := t.(*http.Transport)
	if !ok {
		return t
	}
	own := given.Clone()
	if given.TLSNextProto["h2"] != nil {
		own.ForceAttemptHTTP2 = true // Clone copies the offer of HTTP/2, and not what reads the answer
	}
	if own.IdleConnTimeout == 0 || own.IdleConnTimeout > idleTimeout {
		own.IdleConnTimeout = idleTimeout
	}
	if own.MaxIdleConnsPerHost == 0 {
		own.MaxIdleConnsPerHost = maxIdleConns
	}
	if own.Proxy != nil {
		own.Proxy = withoutAddress(own.Proxy)
	}
	if own.OnProxyConnectResponse == nil {
		own.OnProxyConnectResponse = checkProxyAnswer
	}
	return own
}

type proxyChoice func(*http.Request) (*url.URL, error)

// withoutAddress returns choose without its errors, which quote what they cannot parse.
func withoutAddress(choose proxyChoice) proxyChoice {
	return func(r *http.Request) (*url.URL, error) {
		proxy, err := choose(r)
		if err != nil {
			return nil, errProxyAddress
		}
		return proxy, nil
	}
}

// checkProxyAnswer returns the refusal of a proxy with its status, of which net/http keeps the
// words only.
func checkProxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &proxyError{status: answer.StatusCode}
	}
	return nil
}
