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
	door := bff.Config{AppName: "Acme"}
	pool, err := startPool(&cfg, &door)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := story(context.Background(), os.Stdout, pool, cfg, door); err != nil {
		fmt.Println(err)
	}
	// Output:
	// GET /payments → /auth/sign-in: Sign in · Acme
	// POST /auth/sign-in → /auth/step: Code from your app · Acme
	// POST /auth/step → /auth/remember: Remember this browser? · Acme
	// GET /payments → /payments: Payments · Acme PASSWORD TOTP
}
