// Command cli shows a command-line tool that stays signed in: each of its commands is a process
// that soon ends.
//
//	go run ./examples/cli
//	go run ./examples/cli -keyring
//
// It runs offline, on an in-process Cognito user pool where MFA is required, and plays the
// processes one after the other: they share nothing but a directory and a key. With -keyring the
// key is in the system's keyring, where it stays under the name amplify-auth-go-example; otherwise
// it is gone with the program.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/keyringstore"
)

const (
	username = "alice"
	password = "Correct-Horse-7-Battery"
	secret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" //nolint:gosec // of a user who lives as long as the example
	minTTL   = 10 * time.Minute                   // what a script that asks for a token needs it for
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	useKeyring := flag.Bool("keyring", false, "keep the key in the system's keyring")
	flag.Parse()
	if err := run(ctx, *useKeyring); err != nil {
		fmt.Fprintln(os.Stderr, "cli:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, useKeyring bool) error {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	if err != nil {
		return err
	}
	defer pool.Close()
	err = pool.AddUser(authtest.User{Username: username, Password: password, TOTPSecret: secret, MFA: []string{"SOFTWARE_TOKEN_MFA"}})
	if err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "cli")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(home) }()
	key, err := filestore.NewKey()
	if err != nil {
		return err
	}
	open := func() (*filestore.Store, error) {
		dir := filepath.Join(home, "sessions")
		if useKeyring {
			return keyringstore.Open(ctx, keyringstore.Config{Dir: dir, Service: "amplify-auth-go-example"})
		}
		return filestore.New(dir, key)
	}
	return story(ctx, pool, open)
}

// story is three processes, each with nothing in its memory, and the time between them.
func story(ctx context.Context, pool *authtest.Pool, open func() (*filestore.Store, error)) error {
	processes := []struct {
		name    string
		command func(context.Context, *auth.Session, *authtest.Pool) error
		later   time.Duration
	}{
		{"sign-in", signIn, 55 * time.Minute},
		{"status", status, 0},
		{"token", token, 0},
	}
	for _, process := range processes {
		fmt.Println("$ tool", process.name)
		store, err := open()
		if err != nil {
			return err
		}
		client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store})
		if err != nil {
			return err
		}
		if err := process.command(ctx, client.Session("default"), pool); err != nil {
			return err
		}
		pool.Advance(process.later)
	}
	return nil
}

// signIn asks for a code; here the pool's clock and the secret stand in for an authenticator app.
func signIn(ctx context.Context, session *auth.Session, pool *authtest.Pool) error {
	out, err := session.SignIn(ctx, auth.SignInInput{Username: username, Password: password})
	if err != nil {
		return err
	}
	fmt.Println("next step:", out.NextStep.Name())
	code, err := authtest.TOTPCode(secret, pool.Now())
	if err != nil {
		return err
	}
	out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
	if err != nil {
		return err
	}
	fmt.Println("signed in:", out.IsSignedIn)
	return nil
}

// status makes no request.
func status(ctx context.Context, session *auth.Session, pool *authtest.Pool) error {
	user, err := session.CurrentUser(ctx)
	if err != nil {
		return err
	}
	now, err := session.Status(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%s as %s, the token is good for %s\n", now.State, user.Username, now.ExpiresAt.Sub(pool.Now()).Round(time.Minute))
	return nil
}

// token is what a script calls. A token that ends too soon for it is renewed; all processes
// together renew it once at a time.
func token(ctx context.Context, session *auth.Session, pool *authtest.Pool) error {
	tokens, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err != nil {
		return err
	}
	if left := tokens.AccessToken.ExpiresAt.Sub(pool.Now()); left < minTTL {
		fmt.Printf("%s are too little: renewing\n", left.Round(time.Minute))
		if tokens, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true}); err != nil {
			return err
		}
	}
	fmt.Printf("a token that is good for %s\n", tokens.AccessToken.ExpiresAt.Sub(pool.Now()).Round(time.Minute))
	return nil
}
