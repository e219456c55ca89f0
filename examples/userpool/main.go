// Command userpool runs the in-process Cognito user pool as a program: a back end for development
// and tests in any language.
//
//	go run ./examples/userpool -user-pool-id eu-west-1_dev -client-id app -seed users.json -state pool.json
//
// It prints one line of JSON with the endpoint and the ids, and serves until it is interrupted. A
// page at the endpoint shows the users, the codes that were "sent" and the requests. With -state,
// users, tokens and keys outlive the program. -help lists the flags by topic; README.md has set-ups
// for a front end, a tool and a test.
//
// Beside Cognito's API it serves what the doc of package authtest describes in full, and more:
//
//	GET    /health                                               answers once requests are served
//	GET    /_pool/users                                          the users in the shape of ListUsers
//	POST   /_pool/users                                          adds users in that shape, as -seed does
//	GET    /_pool/messages?username=U                            the messages "sent" to a user, or to all
//	GET    /_pool/requests                                       the requests to the API and to the pool's domain
//	DELETE /_pool/requests                                       forgets the requests
//	GET    /_pool/clock                                          the time of the pool
//	POST   /_pool/clock {"advance":"5m"}                         moves the clock
//	POST   /_pool/faults {"operation","code","message","times"}  injects errors
//	DELETE /_pool/faults                                         takes back all errors
//	POST   /_pool/authorize {"url","username"}                   signs in without a page
//	POST   /_pool/social-users {"provider","subject","claims"}   adds a person to a provider
//	POST   /_pool/provider-faults {"provider","fault"}           makes the next sign-in there fail
//
// Any AWS client can create more pools and app clients, with any credentials. A pool is in the
// region that the client signs for. It is not part of -state:
//
//	aws cognito-idp create-user-pool --endpoint-url http://127.0.0.1:PORT --pool-name mine
//	aws cognito-idp create-user-pool-client --endpoint-url http://127.0.0.1:PORT --user-pool-id ID --client-name app
//
// GET /_pool/messages?username=U&pool=ID returns the messages of such a pool.
//
// Web pages of every origin can call the operations of users, those of localhost and of -origins also
// the operations of an administrator.
//
// With -callback-urls it serves managed login too, for clients of OAuth and OpenID Connect:
//
//	go run ./examples/userpool -callback-urls http://localhost:3000/callback -local-issuer \
//		-providers Google -social-user Google:1234:anna@example.com
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
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

// run serves until ctx is done. Requests that a correct client would not send are reported on
// stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, topic, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return help(stdout, topic)
	}
	if err != nil {
		return err
	}
	file := newStateFile(opts.state, stderr)
	if opts.pool.State, err = file.load(); err != nil {
		return err
	}
	opts.pool.OnViolation = func(err error) {
		_, _ = fmt.Fprintln(stderr, "userpool:", err)
	}
	var failure error
	opts.pool.Handler = func(pool *authtest.Pool) http.Handler {
		failure = opts.fill(pool) // clients find the users from the first request on
		return newSite(pool, opts, file.touch)
	}
	pool, err := authtest.NewPool(opts.pool)
	if err != nil {
		return err
	}
	defer pool.Close()
	if failure != nil {
		return failure
	}
	stop, err := file.keep(pool)
	if err != nil {
		return err
	}
	if err := announce(stdout, pool); err != nil {
		return errors.Join(err, stop())
	}
	<-ctx.Done()
	pool.Close() // nothing changes any more
	return stop()
}

// fill writes the outputs and adds the people of the flags.
func (opts options) fill(pool *authtest.Pool) error {
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
	if opts.seed == "" {
		return nil
	}
	return opts.importer(pool).addFile(opts.seed)
}

func announce(stdout io.Writer, pool *authtest.Pool) error {
	//nolint:gosec // the secret is that of a test pool, for its clients
	return json.NewEncoder(stdout).Encode(announcement{
		Endpoint: pool.URL, UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, ClientSecret: pool.ClientSecret,
		Issuer: pool.Issuer(), Certificate: certificate(pool),
	})
}
