// Command bff is a back end for a page in the browser: the page sees the steps of the sign-in as
// JSON, the tokens stay here.
//
//	go run ./examples/bff
//
// It runs offline, on an in-process Cognito user pool, and plays two browsers. Where several
// machines serve the page, give auth.Config a redisstore.Store: any of them can then take the next
// step.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	username = "alice"
	password = "Correct-Horse-7-Battery"
	secret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" //nolint:gosec // of a user who lives as long as the example
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bff:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesOptIn})
	if err != nil {
		return err
	}
	defer pool.Close()
	err = pool.AddUser(authtest.User{Username: username, Password: password, TOTPSecret: secret, MFA: []string{"SOFTWARE_TOKEN_MFA"}})
	if err != nil {
		return err
	}
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		return err
	}
	server, url, err := serve(ctx, backend{client: client})
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }() // nothing is left to lose
	return story(ctx, pool, url)
}

func serve(ctx context.Context, b backend) (*http.Server, string, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{Handler: b.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "bff:", err)
		}
	}()
	return server, "http://" + listener.Addr().String(), nil
}
