// Command userpool runs the in-process Cognito user pool as a program, for clients in any language.
//
//	go run ./examples/userpool -mfa REQUIRED -totp
//
// It prints one line of JSON with the endpoint and the ids, and serves until it is interrupted.
// Beside Cognito's API it serves paths that control the pool, which the doc of package authtest
// describes in full:
//
//	GET    /_pool/messages?username=U                            returns the messages "sent" to a user
//	POST   /_pool/clock {"advance":"5m"}                         moves the clock
//	POST   /_pool/faults {"operation","code","message","times"}  injects errors
//	DELETE /_pool/faults                                         takes back all errors
//	POST   /_pool/authorize {"url","username"}                   signs in without a page
//	POST   /_pool/social-users {"provider","subject","claims"}   adds a person to a provider
//	POST   /_pool/provider-faults {"provider","fault"}           makes the next sign-in there fail
//
// Any AWS client can create more pools and app clients, with any credentials. A pool is in the
// region that the client signs for:
//
//	aws cognito-idp create-user-pool --endpoint-url http://127.0.0.1:PORT --pool-name mine
//	aws cognito-idp create-user-pool-client --endpoint-url http://127.0.0.1:PORT --user-pool-id ID --client-name app
//
// GET /_pool/messages?username=U&pool=ID returns the messages of such a pool.
//
// With -callback-urls it serves managed login too, for clients of OAuth and OpenID Connect:
//
//	go run ./examples/userpool -callback-urls http://localhost:3000/callback -local-issuer \
//		-providers Google -social-user Google:1234:anna@example.com
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "userpool:", err)
		os.Exit(1)
	}
}

// announcement is the line of JSON that the program prints for its clients.
type announcement struct {
	Endpoint     string `json:"endpoint"`
	UserPoolID   string `json:"userPoolId"`
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret,omitempty"`
	Issuer       string `json:"issuer"`
	// Certificate is that of the endpoint, in PEM, with -tls.
	Certificate string `json:"certificate,omitempty"`
}

// options are what the command line sets.
type options struct {
	pool        authtest.Config
	outputs     string
	socialUsers []authtest.SocialUser
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	opts, err := parse(args)
	if err != nil {
		return err
	}
	pool, err := authtest.NewPool(opts.pool)
	if err != nil {
		return err
	}
	defer pool.Close()
	if opts.outputs != "" {
		if err := writeOutputs(opts.outputs, opts.pool, pool); err != nil {
			return err
		}
	}
	for _, u := range opts.socialUsers {
		if err := pool.SetSocialUser(u); err != nil {
			return err
		}
	}
	line := announcement{
		Endpoint: pool.URL, UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, ClientSecret: pool.ClientSecret,
		Issuer: pool.Issuer(), Certificate: certificate(pool),
	}
	//nolint:gosec // the secret is that of a test pool, for its clients
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func parse(args []string) (options, error) {
	var opts options
	flags := flag.NewFlagSet("userpool", flag.ExitOnError)
	mode := flags.String("mfa", "OFF", "OFF, OPTIONAL or REQUIRED")
	flags.StringVar(&opts.pool.Listen, "listen", "127.0.0.1:0",
		"loopback address and port to listen on; port 0 picks a free one")
	flags.StringVar(&opts.pool.Region, "region", "us-east-1", "region of the pool, the first part of its id")
	flags.StringVar(&opts.pool.Issuer, "issuer", "",
		"iss claim of the tokens; by default that of AWS for the region and the pool")
	flags.BoolVar(&opts.pool.TOTP, "totp", false, "offer codes from an authenticator app as second factor")
	flags.BoolVar(&opts.pool.SMS, "sms", false, "offer codes by text message as second factor")
	flags.BoolVar(&opts.pool.Email, "email-mfa", false, "offer codes by e-mail as second factor")
	flags.BoolVar(&opts.pool.ClientSecret, "client-secret", false, "give the app client a secret")
	flags.DurationVar(&opts.pool.AuthSessionValidity, "session-validity", 3*time.Minute,
		"how long a step of a sign-in may take, 3m to 15m")
	flags.DurationVar(&opts.pool.AccessTokenValidity, "access-token-validity", time.Hour,
		"how long access tokens are valid, 5m to 24h")
	flags.BoolVar(&opts.pool.PreventUserExistenceErrors, "prevent-user-existence-errors", false,
		"do not reveal which users exist")
	flags.StringVar(&opts.outputs, "outputs", "", "write an amplify_outputs.json to this `file`")
	devices := flags.String("devices", "off",
		"off, always or opt-in: whether the pool tracks devices, and remembers them without being asked")
	flags.BoolVar(&opts.pool.RefreshTokenRotation, "rotation", false, "rotate refresh tokens")
	opts.managedLoginFlags(flags)
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	opts.pool.MFA = authtest.MFA(*mode)
	tracking, known := map[string]authtest.Devices{
		"off": authtest.DevicesOff, "always": authtest.DevicesAlways, "opt-in": authtest.DevicesOptIn,
	}[*devices]
	if !known {
		return options{}, fmt.Errorf("-devices must be off, always or opt-in, not %q", *devices)
	}
	opts.pool.Devices = tracking
	return opts, nil
}
