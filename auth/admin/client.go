package admin

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/auth"
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

// shaped returns err the shape of package auth, and what is said nowhere else.
func shaped(ctx context.Context, op string, err error) error {
	if missing := (credentialsError{}); errors.As(err, &missing) {
		return &auth.Error{Op: op, Code: ErrNoCredentials, Message: "there are no usable AWS credentials", Err: missing.cause}
	}
	err = auth.APIError(ctx, op, err)
	var e *auth.Error
	if errors.As(err, &e) {
		e.Recovery = cmp.Or(recoveries[e.Code], e.Recovery)
	}
	return err
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
