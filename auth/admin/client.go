package admin

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// redacted is embedded in every type that holds credentials: the value prints, logs and marshals as
// "[redacted]".
type redacted = redact.Secret

// A Client administers one user pool. It keeps no state and is safe for concurrent use.
type Client struct {
	redacted
	id      string
	cognito *cognitoidentityprovider.Client
}

// NewClient returns a Client for the pool in cfg, which it copies. It sends nothing: credentials
// are looked up for the first request.
//
// Errors:
//   - [auth.ErrInvalidConfig]: a field of cfg is invalid (the message names it), or the machine's
//     AWS configuration cannot be read
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
			return nil, badField("Endpoint", "(or AWS's own setting of it) "+why)
		}
	}
	return &Client{id: cfg.UserPoolID, cognito: client}, nil
}

// credentials marks a provider's failures as [credentialsError]: the AWS SDK's own error does not
// tell them from a failure of the service.
type credentials struct{ aws.CredentialsProvider }

// Retrieve implements aws.CredentialsProvider.
func (c credentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	found, err := c.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, credentialsError{err}
	}
	return found, nil
}

// credentialsError says that no credentials could be had.
type credentialsError struct{ cause error }

func (e credentialsError) Error() string { return e.cause.Error() }
func (e credentialsError) Unwrap() error { return e.cause }

// Config names the pool to administer and the credentials to do it with.
type Config struct {
	// UserPoolID is the pool's id, such as "eu-west-1_Ab1Cd2Ef3". Required. The part before the "_"
	// is the AWS region.
	UserPoolID string
	// AWS holds the credentials, the HTTP client and the retry settings. Its region is ignored: the
	// pool's is used. No redirect is followed; an HTTP client that is neither the AWS SDK's nor an
	// *http.Client has to ensure that itself. Default: what config.LoadDefaultConfig of the AWS SDK
	// finds in the environment, the shared files and the machine's role.
	AWS *aws.Config
	// Endpoint replaces Cognito's URL, for a proxy or an in-process pool. Default: AWS's own
	// setting, such as AWS_ENDPOINT_URL, and otherwise the region's endpoint. Plain http is
	// accepted for loopback addresses only.
	Endpoint string
	// Logger receives one debug line per request: operation, status, request id and duration.
	// Nothing about a user is ever logged. Default: no logging.
	Logger *slog.Logger
}

// requestTimeout bounds one attempt of a request, unless the caller brings an HTTP client.
const requestTimeout = 30 * time.Second

// check returns an error that names the first invalid field, or nil.
func (c Config) check() error {
	if _, _, ok := poolid.Cut(c.UserPoolID); !ok {
		return badField("UserPoolID", `does not look like "eu-west-1_Ab1Cd2Ef3"`)
	}
	return nil
}

// opNewClient is the Op of the errors of [NewClient].
const opNewClient = "NewClient"

func badField(name, why string) error {
	return fail(opNewClient, auth.ErrInvalidConfig, "field "+name+" "+why, "")
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
			Op: opNewClient, Code: auth.ErrInvalidConfig, Err: err,
			Message: "the machine's AWS configuration cannot be read",
		}
	}
	if settings.Credentials == nil {
		return aws.Config{}, badField("AWS", "has no credentials")
	}
	settings.Region = region
	settings.Credentials = credentials{settings.Credentials}
	logger := cmp.Or(c.Logger, slog.New(slog.DiscardHandler))
	settings.HTTPClient = transport.New(settings.HTTPClient, requestTimeout, logger)
	return settings, nil
}
