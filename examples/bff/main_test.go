package main

import (
	"context"
	"fmt"
	"os"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func Example() {
	pool, err := startPool()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	cfg := auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
	if err := story(context.Background(), os.Stdout, pool, cfg, bff.Config{AppName: "Acme"}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// GET /payments → /auth/sign-in: Sign in · Acme
	// POST /auth/sign-in → /auth/step: Code from your app · Acme
	// POST /auth/step → /auth/remember: Remember this browser? · Acme
	// GET /payments → /payments: Payments · Acme PASSWORD TOTP
}
