package auth

import (
	"log/slog"
	"net/http"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// newTransport makes the aws.HTTPClient of this package. It follows no redirect.
func newTransport(client *http.Client, logger *slog.Logger) *transport.Client {
	own := http.Client{Timeout: defaultTimeout}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return transport.New(&own, logger)
}
