// Command quickstart signs a user up, sets up an authenticator app as second factor and signs in
// with it.
//
//	go run ./examples/quickstart
//
// It needs no AWS account: by default it runs on an in-process Cognito user pool that requires MFA.
// On a terminal it asks you; scan the QR code with an authenticator app. Without a terminal it
// answers by itself. With -user-pool-id and -client-id it does the same on a real pool, with an app
// client that has no secret; with -endpoint too, on that of examples/userpool.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"

	"golang.org/x/term"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
)

func main() {
	var cfg auth.Config
	flag.StringVar(&cfg.UserPoolID, "user-pool-id", "", "use this real user pool, such as eu-west-1_Ab1Cd2Ef3")
	flag.StringVar(&cfg.ClientID, "client-id", "", "the app client's id in that pool")
	flag.StringVar(&cfg.Endpoint, "endpoint", "", "the URL of another service than Cognito, such as examples/userpool")
	flag.Parse()
	if err := run(context.Background(), cfg); err != nil {
		fmt.Fprintln(os.Stderr, terminal.Explain(err))
		os.Exit(terminal.ExitCode(err))
	}
}

func run(ctx context.Context, cfg auth.Config) error {
	opts := terminal.Options{AppName: "Quick start", SignUpAttributes: []string{"email"}}
	if cfg.UserPoolID != "" || cfg.ClientID != "" {
		return walkthrough(ctx, cfg, opts)
	}
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	if err != nil {
		log.Fatal(err) // a programmer can help, and not the person whom terminal.Explain tells
	}
	defer pool.Close()
	fmt.Println("An in-process Cognito user pool listens on", pool.URL)
	cfg = auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		opts.Prompter = &player{pool: pool}
		return walkthrough(ctx, cfg, opts)
	}
	screen, err := terminal.Open()
	if err != nil {
		return err
	}
	defer func() { _ = screen.Close() }()
	opts.Prompter = &inbox{Terminal: screen, pool: pool}
	return walkthrough(ctx, cfg, opts)
}

// walkthrough signs up and signs in, which sets up a second factor; signs out, and signs in with that
// factor.
func walkthrough(ctx context.Context, cfg auth.Config, opts terminal.Options) error {
	client, err := auth.NewClient(cfg)
	if err != nil {
		return err
	}
	session := client.Session("quickstart")
	user, err := terminal.SignUp(ctx, session, opts)
	if err != nil {
		return err
	}
	fmt.Println("Signed in as", user.Username)
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		return err
	}
	fmt.Println("\nSigned out. Second sign-in")
	opts.LastUsername = user.SignInDetails.LoginID
	if user, err = terminal.SignIn(ctx, session, opts); err != nil {
		return err
	}
	fmt.Printf("Signed in as %s (%s)\n", user.Username, user.UserID)
	return nil
}
