// Command bff is a web application whose pages need a sign-in (a "back end for the front end"): the
// browser has a cookie, and the tokens stay on the server.
//
//	go run ./examples/bff
//
// It runs offline, on an in-process Cognito user pool. Open http://localhost:8080 and create an
// account: what the pool sends to people is on the page /inbox. /payments needs a second factor,
// /auth/account has passkeys and all else. Where no terminal is, it plays the part of the browser
// itself, and exits.
//
// With -user-pool-id and -client-id people sign in to a real pool; the secret of the app client, if
// it has one, is in CLIENT_SECRET. With -redis or -dynamodb-table the sessions are there.
package main

import (
	"context"
	"errors"
	"flag"
	"net/http"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func main() { demo.Main(run) }

func run(ctx context.Context) error {
	cfg, web := auth.Config{ClientSecret: os.Getenv("CLIENT_SECRET")}, bff.Config{AppName: "Acme"}
	flag.StringVar(&cfg.UserPoolID, "user-pool-id", "", "sign in to this user `pool` (default one in this process)")
	flag.StringVar(&cfg.ClientID, "client-id", "", "the `id` of the app client of -user-pool-id")
	redis := flag.String("redis", "", "keep the sessions in the Redis at this `address` (default in memory)")
	table := flag.String("dynamodb-table", "", "keep the sessions in this `table` of DynamoDB (default in memory)")
	flag.Parse()
	var pool *authtest.Pool
	if cfg.UserPoolID == "" {
		var err error
		if pool, err = startPool(&cfg, &web); err != nil {
			return err
		}
		defer pool.Close()
	}
	if err := keepSessions(ctx, &cfg, &web, *redis, *table); err != nil {
		return err
	}
	if term.IsTerminal(int(os.Stdin.Fd())) {
		return serve(ctx, cfg, web, pool, "localhost:8080", welcome(pool))
	}
	if pool == nil {
		return errors.New("without a terminal there is only the walkthrough, which needs the in-process pool")
	}
	return walkthrough(ctx, os.Stdout, pool, cfg, web)
}

// newHandler is the program. All that a sign-in takes is behind "/auth/".
func newHandler(web bff.Config, pool *authtest.Pool) (http.Handler, error) {
	handler, err := bff.New(web)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", handler)
	mux.Handle("/inbox", inbox{pool})
	// Signed in, or to the sign-in page and back; and for payments a second factor, proved just
	// now.
	mux.Handle("/", handler.Require(http.HandlerFunc(home)))
	mux.Handle("/payments", handler.Require(http.HandlerFunc(payments), bff.MFA(5*time.Minute)))
	return mux, nil
}

func home(w http.ResponseWriter, r *http.Request) {
	show(w, "home", bff.From(r.Context()).SignInDetails.LoginID)
}

func payments(w http.ResponseWriter, r *http.Request) {
	show(w, "payments", bff.From(r.Context()).Factors)
}
