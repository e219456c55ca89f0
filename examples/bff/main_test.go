package main

import (
	"context"
	"fmt"
	"os"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func Example() {
	var cfg auth.Config
	web := bff.Config{AppName: "Acme"}
	pool, err := startPool(&cfg, &web)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := walkthrough(context.Background(), os.Stdout, pool, cfg, web); err != nil {
		fmt.Println(err)
	}
	// Output:
	// GET /payments → /auth/sign-in: Sign in · Acme
	// POST /auth/sign-in → /auth/step: Code from your app · Acme
	// POST /auth/step → /auth/remember: Remember this browser? · Acme
	// GET /payments → /payments: Payments · Acme PASSWORD TOTP
}
