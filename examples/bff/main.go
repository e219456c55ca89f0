// Command bff is a back end for a web page (a "back end for the front end"): the page receives the
// steps of the sign-in as JSON, and the tokens stay on the server.
//
//	go run ./examples/bff
//
// It runs offline, on an in-process Cognito user pool, and plays the part of two browsers. If
// several machines serve the page, set Store in auth.Config to a redisstore.Store: then any of them
// can answer the next step.
package main

import (
	"context"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func main() { demo.Main(run) }

func run(ctx context.Context) error {
	pool, err := demo.StartPool(authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesOptIn,
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		return err
	}
	server, url, err := demo.Serve(ctx, backend{client: client}.handler())
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }() // the program ends
	return story(ctx, pool, url)
}
