package auth

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"

	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// A Client serves one app client of one user pool, for any number of people. It is safe for
// concurrent use.
//
// Its state is in the [Store], which every verb asks. In memory it keeps the decoded access and ID
// tokens of the sessions used last, as many as Config.SessionCacheSize, until a session's record
// changes, the session ends, or others take its place. With a Store that is no [Revalidator], what
// has changed or ended elsewhere stays until others take its place. It keeps no refresh tokens in
// memory, but for those that the Store did not take: up to 1024 results of refreshes, for an hour,
// which it saves as soon as the Store allows.
type Client struct {
	redacted
	cognito              *cognitoidentityprovider.Client
	login                *managedLogin // nil if the Config has no domain
	store                Store
	revalidator          Revalidator // the Store, if it is one
	clientID             string
	poolName             string
	secretHash           func(username string) *string
	secret               func() *string
	sessionValidity      time.Duration
	refreshTokenValidity time.Duration
	deviceName           string
	deviceMaxAge         time.Duration
	onEvent              func(context.Context, Event)
	flights              *flights
	pauses               *pauses
	unsaved              *unsaved
	cache                *sessionCache
}

// NewClient checks cfg and returns a [Client] that uses a copy of it. It sends nothing. If a field
// is bad it returns [ErrInvalidConfig] with a message that names the field.
//
// The operations that a Client calls need no AWS credentials, so NewClient looks for none: not in
// the environment, not in shared files, not in the instance metadata.
//
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
	login, err := newManagedLogin(cfg)
	if err != nil {
		return nil, err
	}
	region, poolName, _ := poolid.Cut(cfg.UserPoolID)
	revalidator, _ := cfg.Store.(Revalidator)
	return &Client{
		cognito:              newCognito(cfg, region),
		login:                login,
		store:                cfg.Store,
		revalidator:          revalidator,
		clientID:             cfg.ClientID,
		poolName:             poolName,
		secretHash:           secretHasher(cfg.ClientID, cfg.ClientSecret),
		secret:               secretKeeper(cfg.ClientSecret),
		sessionValidity:      cmp.Or(cfg.AuthSessionValidity, minAuthSessionValidity),
		refreshTokenValidity: cfg.RefreshTokenValidity,
		deviceName:           cmp.Or(cfg.DeviceName, defaultDeviceName()),
		deviceMaxAge:         cfg.DeviceMaxAge,
		onEvent:              cfg.OnEvent,
		flights:              &flights{},
		pauses:               &pauses{},
		unsaved:              &unsaved{},
		cache:                newSessionCache(cmp.Or(cfg.SessionCacheSize, defaultSessionCacheSize)),
	}, nil
}

func newCognito(cfg Config, region string) *cognitoidentityprovider.Client {
	options := cognitoidentityprovider.Options{
		Region:      region,
		Credentials: aws.AnonymousCredentials{},
		HTTPClient:  transport.New(cfg.HTTPClient, defaultTimeout, cfg.Logger),
		APIOptions:  []func(*middleware.Stack) error{sendWAFToken, retryPolicy},
	}
	if cfg.Endpoint != "" {
		options.BaseEndpoint = aws.String(strings.TrimSuffix(cfg.Endpoint, "/"))
	}
	return cognitoidentityprovider.New(options)
}

// Session returns a handle on the session that the [Store] keeps under key. It does no I/O. Handles
// with the same key are the same session, in this process or another.
//
// The caller chooses the key, which must not be empty. In a CLI it may be the name of a profile. In
// a web back end it must be a random session id, a new one for each sign-in: an id that the browser
// brought along may be known to an attacker. Two people must never share a key.
func (c *Client) Session(key string) *Session {
	return &Session{client: c, key: key, deviceScope: key}
}

// Store returns the Store that keeps the sessions. A package that builds on this one can tell by it
// whether several processes share them. Not in Amplify.
func (c *Client) Store() Store { return c.store }

// RedirectSignIn returns a copy of [Config].RedirectSignIn; nil if the Config has no Domain. A
// package that builds on this one can tell by it whether its redirect URI is there. Not in Amplify.
func (c *Client) RedirectSignIn() []string {
	if c.login == nil {
		return nil
	}
	return slices.Clone(c.login.redirectSignIn)
}

// secretKeeper returns a function that returns the client secret, which one operation needs as it
// is; nil for a client without one. The closure keeps the secret out of reach of %v.
func secretKeeper(clientSecret string) func() *string {
	return func() *string {
		if clientSecret == "" {
			return nil
		}
		return &clientSecret
	}
}

// secretHasher returns a function that computes SECRET_HASH for a user name; nil for a client
// without a secret. The closure keeps the secret out of reach of %v.
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
