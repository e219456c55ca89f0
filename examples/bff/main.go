// Command bff is a web application whose pages need a sign-in (a "back end for the front end"): the
// browser has a cookie, and the tokens stay on the server.
//
//	go run ./examples/bff
//
// It runs offline, on an in-process Cognito user pool. Open http://localhost:8080, sign in, and
// open /payments, which needs a second factor: the program prints the codes that an authenticator
// app would show. Where no terminal is, it plays the part of the browser itself, and exits.
//
// With -dynamodb-table the sessions are in a table of DynamoDB, found by the AWS configuration of
// the environment. A program on several machines also sets Limiter in bff.Config, to
// a redisstore.Limiter for example: then any of them can answer the next step.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"html"
	"net"
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
	table := flag.String("dynamodb-table", "", "keep the sessions in this `table` of DynamoDB (default in memory)")
	flag.Parse()
	pool, err := startPool()
	if err != nil {
		return err
	}
	defer pool.Close()
	cfg := auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
	if *table != "" {
		if cfg.Store, err = sessionsIn(ctx, *table); err != nil {
			return err
		}
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return story(ctx, os.Stdout, pool, cfg)
	}
	go printCodes(ctx, pool)
	return serve(ctx, cfg, "localhost:8080", func(publicURL string) error {
		fmt.Printf("Open %s and sign in as %s with %s\n", publicURL, demo.Username, demo.Password)
		<-ctx.Done()
		return nil
	})
}

func startPool() (*authtest.Pool, error) {
	return demo.StartPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesOptIn})
}

// serve serves the program on a loopback address while work runs. Its host is called localhost:
// passkeys need a name.
func serve(ctx context.Context, cfg auth.Config, address string, work func(publicURL string) error) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return err
	}
	publicURL := "http://localhost:" + port
	handler, err := newHandler(cfg, publicURL)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	err = work(publicURL)
	closed := server.Close()
	if stopped := <-served; !errors.Is(stopped, http.ErrServerClosed) {
		return errors.Join(err, closed, stopped)
	}
	return errors.Join(err, closed)
}

// newHandler is the program. All that a sign-in takes is behind "/auth/".
func newHandler(pool auth.Config, publicURL string) (http.Handler, error) {
	client, err := auth.NewClient(pool)
	if err != nil {
		return nil, err
	}
	door, err := bff.New(bff.Config{Client: client, PublicURL: publicURL, AppName: "Acme"})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", door)
	// Signed in, or to the sign-in page and back; and for payments a second factor, proved just
	// now.
	mux.Handle("/", door.Require(http.HandlerFunc(home)))
	mux.Handle("/payments", door.Require(http.HandlerFunc(payments), bff.MFA(5*time.Minute)))
	return mux, nil
}

func home(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, `<h1>Hello %s</h1><a href="/payments">Payments</a> `+
		`<a href="/auth/account">Account</a> <a href="/auth/sign-out">Sign out</a>`,
		html.EscapeString(bff.From(r.Context()).AccessToken.Username))
}

func payments(w http.ResponseWriter, r *http.Request) {
	for _, proof := range bff.From(r.Context()).Factors {
		_, _ = fmt.Fprintf(w, "%s at %s\n", proof.Factor, proof.At.Format(time.TimeOnly))
	}
}

// printCodes plays the authenticator app.
func printCodes(ctx context.Context, pool *authtest.Pool) {
	for every := time.NewTicker(30 * time.Second); ctx.Err() == nil; {
		if code, err := authtest.TOTPCode(demo.TOTPSecret, pool.Now()); err == nil {
			fmt.Println("The authenticator app shows", code)
		}
		select {
		case <-every.C:
		case <-ctx.Done():
		}
	}
}
