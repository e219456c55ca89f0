package auth

import (
	"context"
	"crypto/fips140"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// Config describes one app client of one user pool, and how to reach it.
type Config struct {
	redacted

	// UserPoolID is the pool's id, such as "eu-west-1_Ab1Cd2Ef3". Required. The part before the "_"
	// is the AWS region.
	UserPoolID string
	// ClientID is the app client's id. Required.
	ClientID string
	// ClientSecret is the app client's secret. Leave it empty for a client without one. Do not put
	// a secret into a program that people download: they can read it there. Differs from Amplify:
	// it does not support clients with a secret. In FIPS 140 mode it must have 14 bytes or more, as
	// those that Cognito generates have.
	ClientSecret string

	// Endpoint is the URL to use instead of Cognito's: a proxy, or an in-process pool. The keys
	// that verify a managed login are there too, at {UserPoolID}/.well-known/jwks.json. Default:
	// the region's endpoint. Plain http is accepted for loopback addresses only.
	Endpoint string
	// Domain is that of the pool's managed login, its prefix domain or a custom one:
	// "example.auth.eu-west-1.amazoncognito.com". The origin of a URL is accepted too,
	// "https://auth.example.com", and with plain http on loopback addresses. It is required for
	// [Session.SignInWithRedirect] only. Amplify: oauth.domain.
	Domain string
	// RedirectSignIn lists where managed login may send the browser after a sign-in: callback URLs
	// of the app client, letter for letter. Amplify: oauth.redirectSignIn.
	RedirectSignIn []string
	// RedirectSignOut lists where managed login may send the browser after a sign-out: sign-out
	// URLs of the app client, letter for letter. Amplify: oauth.redirectSignOut.
	RedirectSignOut []string
	// Scopes are those that [Session.SignInWithRedirect] asks for. Default: openid, email, phone,
	// profile and aws.cognito.signin.user.admin, which Amplify's backend gives an app client. The
	// app client must allow each of them. Without openid there is no ID token; without the last one
	// no verb that asks Cognito about the person works. Amplify: oauth.scopes.
	Scopes []string
	// AcceptNonceOfIdentityProvider accepts any nonce in the ID token of a managed login. Some
	// federated identity providers make Cognito return a nonce of its own instead of the one that
	// was sent. Set it only if sign-ins of such people fail with [ErrOAuthNonce]: state and PKCE
	// then have to bind the answer to the browser. Default: the nonce must be the one sent.
	AcceptNonceOfIdentityProvider bool

	// Store keeps the sessions. Default: a new [MemoryStore].
	Store Store
	// HTTPClient sends the requests. Default: a client with a timeout of 30 seconds. Redirects are
	// never followed, whatever its CheckRedirect says: they would carry secrets to another server.
	//
	// If its Transport is an *http.Transport, or none, the Client uses a copy with connections of
	// its own, so make one Client and keep it. The copy closes connections that have been idle for
	// three seconds, or for less if the server has just dropped such a one: a request that must not
	// be sent twice is not to meet a connection that a balancer has dropped. It has none of the
	// handlers of RegisterProtocol: a program that needs them wraps its Transport. Another
	// RoundTripper decides that itself. A request counts as sent unless the RoundTripper tells by
	// net/http/httptrace that it has not got a connection.
	HTTPClient *http.Client
	// Logger receives one debug line per request: operation, status, request id and duration, never
	// a secret. Default: no logging.
	Logger *slog.Logger

	// OnEvent is called for each [Event], from within the verb that causes it and from several
	// goroutines at once: it must be quick, and must not call the session. Its context carries the
	// values of the verb's context but is never done; after a refresh it is the context of the call
	// that began the refresh. Default: none. Amplify: Hub.
	OnEvent func(context.Context, Event)

	// AuthSessionValidity is the app client's setting of that name: the time a person has for each
	// step of a sign-in, from 3 to 15 minutes. Default: 3 minutes, as in Cognito. Cognito does not
	// report it, so each step's ExpiresAt is computed from this value; Cognito alone decides when a
	// step is over.
	AuthSessionValidity time.Duration

	// RefreshTokenValidity is the app client's setting of that name: how long a sign-in lasts.
	// Cognito does not report it. If it is set, a Store may forget a session that long after its
	// sign-in, when nothing in it is of use any more. Up to ten years. Default: a session has no
	// end that is known here, and stays as long as the Store keeps what is in use.
	RefreshTokenValidity time.Duration

	// SessionCacheSize is the number of sessions whose decoded tokens the Client keeps in memory,
	// the ones used last. A session takes about 3.5 kB there, of which most is its access and ID
	// token: 55 MB for the default, 16384. For one that is in memory, [Session.FetchAuthSession]
	// asks the Store only whether it has changed; for others it loads and decodes the record, which
	// takes seventy times as long with a [MemoryStore]. A negative value keeps none.
	SessionCacheSize int

	// DeviceName is the name under which this device is registered in pools that track devices;
	// people see it in the list of their devices. Up to 1024 bytes. Default: the host's name and
	// the operating system. [SignInInput] can override it, as a web back end should: there the
	// device is the browser.
	DeviceName string
	// DeviceMaxAge is how long a registered device is used, whatever the pool's settings. After
	// that, the next sign-in registers the device anew and has the pool forget the old one, which
	// ends the sessions that were signed in on it. Default: no limit.
	DeviceMaxAge time.Duration
}

const (
	minAuthSessionValidity = 3 * time.Minute
	maxAuthSessionValidity = 15 * time.Minute

	maxRefreshTokenValidity = 3650 * 24 * time.Hour

	defaultTimeout = 30 * time.Second
	maxDeviceName  = 1024

	// minFIPSKey is the size in bytes of the shortest key that HMAC takes in FIPS 140 mode: 112
	// bits (NIST SP 800-131A).
	minFIPSKey = 14
)

// check returns an error that names the first bad field, or nil.
func (c Config) check() error {
	_, _, isPool := poolid.Cut(c.UserPoolID)
	switch {
	case c.UserPoolID == "":
		return badField("UserPoolID", "is missing")
	case !isPool:
		return badField("UserPoolID", `does not look like "eu-west-1_Ab1Cd2Ef3"`)
	case c.ClientID == "":
		return badField("ClientID", "is missing")
	case !poolid.IsClientID(c.ClientID):
		return badField("ClientID", "does not look like an app client's id")
	case c.ClientSecret != "" && len(c.ClientSecret) < minFIPSKey && fips140.Enabled():
		return badField("ClientSecret", "is shorter than 14 bytes, which FIPS 140 does not allow")
	case c.AuthSessionValidity != 0 &&
		(c.AuthSessionValidity < minAuthSessionValidity || c.AuthSessionValidity > maxAuthSessionValidity):
		return badField("AuthSessionValidity", "is not between 3 and 15 minutes")
	case c.RefreshTokenValidity < 0 || c.RefreshTokenValidity > maxRefreshTokenValidity:
		return badField("RefreshTokenValidity", "lies outside 0 to ten years")
	case len(c.DeviceName) > maxDeviceName:
		return badField("DeviceName", "is longer than 1024 bytes")
	case c.DeviceMaxAge < 0:
		return badField("DeviceMaxAge", "is negative")
	}
	if err := c.checkEndpoint(); err != nil {
		return err
	}
	return c.checkManagedLogin()
}

func (c Config) checkEndpoint() error {
	if c.Endpoint == "" {
		return nil
	}
	if why := transport.Unfit(c.Endpoint); why != "" {
		return badField("Endpoint", why)
	}
	return nil
}

func badField(name, why string) error {
	return fail(ErrInvalidConfig, fmt.Sprintf("field %s %s", name, why))
}

// defaultDeviceName returns this machine's name for its owner, such as "laptop (linux/amd64)".
func defaultDeviceName() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "Go"
	}
	return bounded(host, 255) + " (" + runtime.GOOS + "/" + runtime.GOARCH + ")"
}
