// Command bff is a web application whose pages need a sign-in (a "back end for the front end"): the
// browser has a cookie, and the tokens stay on the server.
//
//	go run ./examples/bff
//
// It runs offline, on an in-process Cognito user pool. Open http://localhost:8080, sign in, and
// open /payments, which needs a second factor: the program prints the codes that an authenticator
// app would show. If several machines serve the pages, set Store in auth.Config to a
// redisstore.Store, and Limiter in bff.Config to a redisstore.Limiter: then any of them can answer
// the next step.
package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

const address = "localhost:8080" // passkeys need a name: an address of digits has none

func main() { demo.Main(run) }

func run(ctx context.Context) error {
	pool, err := demo.StartPool(authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesOptIn,
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	cfg := auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
	handler, err := newHandler(cfg, "http://"+address)
	if err != nil {
		return err
	}
	fmt.Printf("Open http://%s and sign in as %s with %s\n", address, demo.Username, demo.Password)
	go printCodes(ctx, pool)
	server := &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() }) // ListenAndServe reports it
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
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
