package auth

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// A Client is one app client of one user pool, safe for concurrent use and shared by everybody.
// What it knows of people is in the Store alone, which is asked every time. The access and ID
// tokens of the few thousand sessions used last stay in memory, decoded, until the record changes,
// the session ends, or others take their place; refresh tokens do not.
type Client struct {
	redacted
	cognito         *cognitoidentityprovider.Client
	store           Store
	clientID        string
	poolName        string
	secretHash      func(username string) *string
	secret          func() *string
	sessionValidity time.Duration
	deviceName      string
	deviceMaxAge    time.Duration
	onEvent         func(context.Context, Event)
	flights         *flights
	pauses          *pauses
	cache           *sessionCache
}

// NewClient checks cfg and makes a Client of a copy of it; nothing is sent. The error is
// [ErrInvalidConfig] and names the bad field. The operations that a Client calls need no AWS
// credentials, so none are looked for: no environment, no shared files, no instance metadata.
// Amplify: Amplify.configure.
func NewClient(cfg Config) (client *Client, err error) {
	defer nameVerb("NewClient", &err)
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Store == nil {
		cfg.Store = &MemoryStore{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	region, poolName, _ := poolid.Cut(cfg.UserPoolID)
	return &Client{
		cognito:         newCognito(cfg, region),
		store:           cfg.Store,
		clientID:        cfg.ClientID,
		poolName:        poolName,
		secretHash:      secretHasher(cfg.ClientID, cfg.ClientSecret),
		secret:          secretKeeper(cfg.ClientSecret),
		sessionValidity: cmp.Or(cfg.AuthSessionValidity, minAuthSessionValidity),
		deviceName:      cmp.Or(cfg.DeviceName, defaultDeviceName()),
		deviceMaxAge:    cfg.DeviceMaxAge,
		onEvent:         cfg.OnEvent,
		flights:         &flights{},
		pauses:          &pauses{},
		cache:           newSessionCache(maxCachedSessions),
	}, nil
}

func newCognito(cfg Config, region string) *cognitoidentityprovider.Client {
	options := cognitoidentityprovider.Options{
		Region:      region,
		Credentials: aws.AnonymousCredentials{},
		HTTPClient:  newTransport(cfg.HTTPClient, cfg.Logger),
		APIOptions:  retryPolicy(),
	}
	if cfg.Endpoint != "" {
		options.BaseEndpoint = aws.String(strings.TrimSuffix(cfg.Endpoint, "/"))
	}
	return cognitoidentityprovider.New(options)
}

// Session returns a handle on the state that the Store has under key: one person's, or nobody's
// yet. It does no I/O. The key is the caller's: a profile name in a CLI; in a web back end a random
// session id, a new one for each sign-in, since one that the browser brought along may be known to
// somebody else. It must not be empty, and two people must never share one. Handles with the same
// key are the same session, in this process or another.
func (c *Client) Session(key string) *Session {
	return &Session{client: c, key: key, deviceScope: key}
}

// secretKeeper returns the function that tells the secret itself, for the one operation that wants
// it; nil without one.
func secretKeeper(clientSecret string) func() *string {
	return func() *string {
		if clientSecret == "" {
			return nil
		}
		return &clientSecret
	}
}

// secretHasher returns the function that computes SECRET_HASH for a user name; nil for a client
// without a secret. The secret stays inside the function, out of reach of %v.
func secretHasher(clientID, clientSecret string) func(username string) *string {
	return func(username string) *string {
		if clientSecret == "" {
			return nil
		}
		mac := hmac.New(sha256.New, []byte(clientSecret))
		mac.Write([]byte(username + clientID))
		hash := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		return &hash
	}
}

// newTransport makes the aws.HTTPClient of this package. It follows no redirect.
func newTransport(client *http.Client, logger *slog.Logger) *transport.Client {
	own := http.Client{Timeout: defaultTimeout}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return transport.New(&own, logger)
}

// EventName says what happened.
type EventName string

// The events. Where Amplify's Hub has one, it is that name.
const (
	EventSignedIn            EventName = "signedIn"             // tokens were stored after a sign-in
	EventSignedOut           EventName = "signedOut"            // a session was forgotten by SignOut, also if nobody was signed in
	EventTokenRefresh        EventName = "tokenRefresh"         // renewed tokens were stored
	EventTokenRefreshFailure EventName = "tokenRefresh_failure" // a refresh failed for a reason that may pass; Err says why
	EventSessionExpired      EventName = "sessionExpired"       // a refresh was refused for good; Err says why. Amplify: tokenRefresh_failure
	EventDeviceRegistered    EventName = "deviceRegistered"     // a new device was registered. Not in Amplify
)

// An Event is something that happened to a session. It holds no secret.
type Event struct {
	Name       EventName
	SessionKey string // the key that Client.Session was given
	Err        error  // the cause of a failure; nil in the other events
}

// tell passes an event on to Config.OnEvent.
func (c *Client) tell(ctx context.Context, event Event) {
	if c.onEvent != nil {
		c.onEvent(context.WithoutCancel(ctx), event)
	}
}
