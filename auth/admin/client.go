package admin

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// redacted keeps the credentials out of what programs print.
type redacted = redact.Secret

// A Client is one user pool, seen by an administrator. It keeps no state and is safe for concurrent
// use.
type Client struct {
	redacted
	id      string
	cognito *cognitoidentityprovider.Client
}

// NewClient makes a Client of a copy of cfg. Credentials are looked for when the first request is
// sent, not here. The error is [auth.ErrInvalidConfig] and names the bad field.
func NewClient(ctx context.Context, cfg Config) (*Client, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	settings, err := cfg.aws(ctx)
	if err != nil {
		return nil, err
	}
	client := cognitoidentityprovider.NewFromConfig(settings, func(o *cognitoidentityprovider.Options) {
		if cfg.Endpoint != "" {
			o.BaseEndpoint = aws.String(strings.TrimSuffix(cfg.Endpoint, "/"))
		}
	})
	if endpoint := client.Options().BaseEndpoint; endpoint != nil {
		if why := transport.Unfit(*endpoint); why != "" {
			return nil, badField("Endpoint", "(or AWS's own setting) "+why)
		}
	}
	return &Client{id: cfg.UserPoolID, cognito: client}, nil
}

// credentials marks the failures of a provider: the SDK's own error does not say whose failure it
// was.
type credentials struct{ aws.CredentialsProvider }

// Retrieve implements aws.CredentialsProvider.
func (c credentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	found, err := c.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, credentialsError{err}
	}
	return found, nil
}

type credentialsError struct{ cause error }

func (e credentialsError) Error() string { return e.cause.Error() }
func (e credentialsError) Unwrap() error { return e.cause }

// Config says which pool to administer, and with whose credentials.
type Config struct {
	// UserPoolID is the pool's id, such as "eu-west-1_Ab1Cd2Ef3". Required. The part before the "_"
	// is the AWS region.
	UserPoolID string
	// AWS brings the credentials, the HTTP client and the retry settings. Its region is not looked
	// at: the pool's counts. No redirect is followed: an HTTP client that is neither the AWS SDK's
	// nor an *http.Client has to see to that itself. Default: what config.LoadDefaultConfig of the
	// AWS SDK finds in the environment, the shared files and the machine's role.
	AWS *aws.Config
	// Endpoint is the URL that stands for Cognito's: a proxy, or an in-process pool. Default: what
	// AWS says, such as in AWS_ENDPOINT_URL, and otherwise the region's own endpoint. Plain http is
	// accepted for loopback addresses only.
	Endpoint string
	// Logger gets one debug line per request: operation, status, request id and duration. Default:
	// silent. Nothing about a person is ever logged.
	Logger *slog.Logger
}

// requestTimeout bounds one try of one request, where the caller brings no HTTP client of its own.
const requestTimeout = 30 * time.Second

// check says what is wrong with the first bad field, or nothing.
func (c Config) check() error {
	if _, _, ok := poolid.Cut(c.UserPoolID); !ok {
		return badField("UserPoolID", `does not look like "eu-west-1_Ab1Cd2Ef3"`)
	}
	return nil
}

func badField(name, why string) error {
	return fail("New", auth.ErrInvalidConfig, "field "+name+" "+why, "")
}

// aws returns the configuration of the AWS SDK for this pool.
func (c Config) aws(ctx context.Context) (aws.Config, error) {
	region, _, _ := poolid.Cut(c.UserPoolID)
	var settings aws.Config
	var err error
	if c.AWS != nil {
		settings = c.AWS.Copy()
	} else if settings, err = config.LoadDefaultConfig(ctx, config.WithRegion(region)); err != nil {
		return aws.Config{}, &auth.Error{
			Op: "New", Code: auth.ErrInvalidConfig, Message: "the AWS configuration of this machine cannot be read", Err: err,
		}
	}
	if settings.Credentials == nil {
		return aws.Config{}, badField("AWS", "has no credentials")
	}
	settings.Region = region
	settings.Credentials = credentials{settings.Credentials}
	settings.HTTPClient = transport.New(strict(settings.HTTPClient), cmp.Or(c.Logger, slog.New(slog.DiscardHandler)))
	return settings, nil
}

// strict returns the SDK's own kind of client, which waits forever, a limit, and has net/http's
// follow no redirect: what was signed for one host, maybe with the token of a role, is not for
// another. The SDK's own follows none with a body.
func strict(client aws.HTTPClient) aws.HTTPClient {
	if client == nil {
		client = awshttp.NewBuildableClient()
	}
	switch c := client.(type) {
	case *awshttp.BuildableClient:
		if c.GetTimeout() == 0 {
			return c.WithTimeout(requestTimeout)
		}
	case *http.Client:
		own := *c
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		return &own
	}
	return client
}
