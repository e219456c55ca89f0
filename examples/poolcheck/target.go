package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// target is a service that the program runs against.
type target struct {
	name string // for the report: "in-process", "endpoint" or the region
	api  *api
	// workers is how many checks run at once. Waiting is most of their time on a real service.
	workers int
	now     func() time.Time
	// wait lets seconds pass by the clock of the service.
	wait func(ctx context.Context, seconds int64) error
	// mailbox is the address that messages are sent to, and lastCode returns the code of the last
	// one to a user. They are empty where nobody reads messages.
	mailbox  string
	lastCode func(ctx context.Context, poolID, username string) (string, error)
	// settle is called after each check.
	settle func()
	close  func()
}

const (
	requestTimeout = 30 * time.Second
	// awsInterval keeps the program below the smallest of the account's quotas per second.
	awsInterval = 70 * time.Millisecond
	awsWorkers  = 24

	offlineRegion = "us-east-1"
)

func newTarget(name, region, endpoint string, credentials aws.CredentialsProvider) *target {
	return &target{
		name: name,
		api: &api{
			endpoint: strings.TrimSuffix(endpoint, "/") + "/", region: region, credentials: credentials,
			client: &http.Client{Timeout: requestTimeout, CheckRedirect: noRedirect},
			pace:   &pace{}, called: map[string]bool{},
		},
		workers: 1,
		now:     time.Now,
		wait: func(ctx context.Context, seconds int64) error {
			return sleep(ctx, time.Duration(seconds)*time.Second)
		},
		settle: func() {},
		close:  func() {},
	}
}

// noRedirect makes a redirect the answer. Followed, it would hand tokens and passwords to another
// host.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// madeUp are credentials for a service that does not check signatures.
func madeUp() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example-example"}, nil
	})
}

// offline starts a pool in this process. Checks run one after the other, because they move its
// clock.
func offline() (*target, error) {
	server, err := authtest.NewPool(authtest.Config{Region: offlineRegion, NoListener: true})
	if err != nil {
		return nil, err
	}
	p := newTarget("in-process", offlineRegion, server.URL, madeUp())
	p.api.client.Transport = server.HTTPClient().Transport
	p.now = server.Now
	var moved time.Duration
	p.wait = func(ctx context.Context, seconds int64) error {
		by := time.Duration(seconds) * time.Second
		server.Advance(by)
		moved += by
		return ctx.Err()
	}
	p.settle = func() {
		server.Advance(-moved)
		moved = 0
	}
	p.mailbox = "somebody@example.com"
	p.lastCode = func(_ context.Context, poolID, username string) (string, error) {
		return server.Pool(poolID).LastCode(username), nil
	}
	p.close = server.Close
	return p, nil
}

// atEndpoint is another service with Cognito's API. It gets made-up credentials only.
func atEndpoint(endpoint, region string) *target {
	p := newTarget("endpoint", region, endpoint, madeUp())
	p.workers = awsWorkers
	return p
}

// onAWS is the real service. The credentials come from the environment, the shared files or the
// role of the machine.
func onAWS(ctx context.Context, region string) (*target, error) {
	settings, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return nil, err
	}
	p := newTarget(region, region, "https://cognito-idp."+region+".amazonaws.com/", settings.Credentials)
	p.workers, p.api.pace.interval = awsWorkers, awsInterval
	return p, nil
}
