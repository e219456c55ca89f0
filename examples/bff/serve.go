package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// startPool starts a pool in which everything is possible that a newcomer may want to try, and
// configures the program for it.
func startPool(cfg *auth.Config, web *bff.Config) (*authtest.Pool, error) {
	pool, err := demo.StartPool(authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, Email: true, Devices: authtest.DevicesOptIn,
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN", "EMAIL_OTP"},
	})
	if err != nil {
		return nil, err
	}
	cfg.UserPoolID, cfg.ClientID, cfg.ClientSecret, cfg.Endpoint = pool.UserPoolID, pool.ClientID, "", pool.URL
	web.FirstFactors = []auth.AuthFactorType{auth.AuthFactorWebAuthn, auth.AuthFactorEmailOTP}
	return pool, nil
}

// welcome returns the work for serve that tells a person where the program is, and waits until they
// interrupt it.
func welcome(pool *authtest.Pool) func(context.Context, string) error {
	return func(ctx context.Context, publicURL string) error {
		fmt.Println("Open", publicURL)
		if pool != nil {
			fmt.Printf("What people are sent is on %s/inbox\n", publicURL)
		}
		<-ctx.Done()
		return nil
	}
}

// serve serves the program on a loopback address while work runs. Its host is called localhost:
// passkeys need a name.
func serve(
	ctx context.Context, cfg auth.Config, web bff.Config, pool *authtest.Pool, address string,
	work func(ctx context.Context, publicURL string) error,
) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return err
	}
	web.PublicURL = "http://localhost:" + port
	handler, err := program(cfg, web, pool)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	err = work(ctx, web.PublicURL)
	closed := server.Close()
	if stopped := <-served; !errors.Is(stopped, http.ErrServerClosed) {
		return errors.Join(err, closed, stopped)
	}
	return errors.Join(err, closed)
}

// program returns newHandler with a client of the pool.
func program(cfg auth.Config, web bff.Config, pool *authtest.Pool) (http.Handler, error) {
	var err error
	if web.Client, err = auth.NewClient(cfg); err != nil {
		return nil, err
	}
	return newHandler(web, pool)
}
