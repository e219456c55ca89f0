package identitypool

import (
	"cmp"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// redacted is embedded in every type that holds credentials: the value prints, logs and marshals as
// "[redacted]".
type redacted = redact.Secret

// Config describes an identity pool, and how to reach it.
type Config struct {
	// IdentityPoolID is the pool's id, such as
	// "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170". Required. The part before the ":" is the
	// AWS region. [ConfigFromOutputs] reads it from an amplify_outputs.json.
	IdentityPoolID string
	// LoginProvider is the name under which the identity pool knows the user pool. Default: the
	// issuer of the ID token without https://, such as
	// "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3".
	LoginProvider string
	// CustomRoleARN is the role that people who signed in get, if it is one of their groups' and
	// the identity pool takes roles from tokens. Default: the identity pool chooses. Guests never
	// get it.
	CustomRoleARN string
	// BasicFlow exchanges tokens at STS, for a role of the program's choice, instead of at the
	// identity pool. Default: the enhanced flow, as in Amplify.
	BasicFlow *BasicFlow

	// Endpoint is the URL to use instead of the identity service's: a proxy, or an in-process pool.
	// Default: the region's endpoint. Plain http is accepted for loopback addresses only.
	Endpoint string
	// HTTPClient sends the requests. Default: a client with a timeout of 10 seconds. Redirects are
	// never followed, whatever its CheckRedirect says: they would carry tokens to another server.
	HTTPClient *http.Client
	// Logger receives one debug line per request to the identity service: operation, status,
	// request id and duration, never a secret. Default: no logging.
	Logger *slog.Logger

	// ExpiryMargin is how long before their end credentials are renewed, at most: a random part of
	// up to a half is taken off, so that not all processes of a fleet do so at once. From 1 to 30
	// minutes. Default: 5 minutes. The Expires of returned credentials is that much earlier than
	// their real end.
	ExpiryMargin time.Duration
}

const (
	defaultMargin = 5 * time.Minute
	minMargin     = time.Minute
	maxMargin     = 30 * time.Minute

	// requestTimeout bounds one attempt, flightTimeout all that is done for one set of credentials.
	requestTimeout = 10 * time.Second
	flightTimeout  = 30 * time.Second
)

// maxID is the length of the ids of identity pools and identities, a bound of the API's model.
const maxID = 55

var (
	idForm  = regexp.MustCompile(`^[a-z0-9-]+:[0-9a-f-]+$`)
	arnForm = regexp.MustCompile(`^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}$`)
)

func isID(id string) bool { return len(id) <= maxID && idForm.MatchString(id) }

// check returns an error that names the first bad field, or nil.
func (c Config) check() error {
	switch {
	case c.IdentityPoolID == "":
		return badField("IdentityPoolID", "is missing")
	case !isID(c.IdentityPoolID):
		return badField("IdentityPoolID", `does not look like "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170"`)
	case len(c.LoginProvider) > 128 || strings.Contains(c.LoginProvider, "://"):
		return badField("LoginProvider", "is not the name of a login provider: it has no https://")
	case c.CustomRoleARN != "" && !arnForm.MatchString(c.CustomRoleARN):
		return badField("CustomRoleARN", "is not the ARN of a role")
	case c.CustomRoleARN != "" && c.BasicFlow != nil:
		return badField("CustomRoleARN", "has no meaning in the basic flow, which has a role of its own")
	case c.ExpiryMargin != 0 && (c.ExpiryMargin < minMargin || c.ExpiryMargin > maxMargin):
		return badField("ExpiryMargin", "is not between 1 and 30 minutes")
	}
	if why := transport.Unfit(c.Endpoint); c.Endpoint != "" && why != "" {
		return badField("Endpoint", why)
	}
	if c.BasicFlow != nil {
		return c.BasicFlow.check()
	}
	return nil
}

func badField(name, why string) error {
	return fail("New", auth.ErrInvalidConfig, "field "+name+" "+why)
}

// A Pool gets credentials from one identity pool, for any number of people. It is safe for
// concurrent use. Make one and keep it: it remembers the credentials of up to 4096 sessions, in
// memory only.
type Pool struct {
	redacted
	id            string
	loginProvider string
	margin        time.Duration
	service       *cognitoidentity.Client
	exchange      exchange

	mu      sync.Mutex
	holders map[auth.Session]*holder // by holderKey
}

// New checks cfg and returns a [Pool] that uses a copy of it. It sends nothing. If a field is bad
// it returns [auth.ErrInvalidConfig] with a message that names the field.
//
// The operations that a Pool calls need no AWS credentials, so New looks for none.
func New(cfg Config) (*Pool, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	region, _, _ := strings.Cut(cfg.IdentityPoolID, ":")
	service := cognitoidentity.New(cognitoidentity.Options{
		Region:       region,
		Credentials:  aws.AnonymousCredentials{},
		HTTPClient:   transport.New(cfg.HTTPClient, requestTimeout, cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))),
		BaseEndpoint: endpoint(cfg.Endpoint),
	})
	pool := &Pool{
		id: cfg.IdentityPoolID, loginProvider: cfg.LoginProvider, margin: cmp.Or(cfg.ExpiryMargin, defaultMargin),
		service: service, exchange: enhancedFlow(service, cfg.CustomRoleARN), holders: map[auth.Session]*holder{},
	}
	if cfg.BasicFlow != nil {
		pool.exchange = cfg.BasicFlow.exchange(service, cfg.HTTPClient, region)
	}
	return pool, nil
}

func endpoint(url string) *string {
	if url == "" {
		return nil
	}
	return aws.String(strings.TrimSuffix(url, "/"))
}
