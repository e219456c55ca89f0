// Command cli shows a command-line tool that stays signed in, although each of its commands is a
// short-lived process.
//
//	go run ./examples/cli
//	go run ./examples/cli -keyring
//
// It runs offline, on an in-process Cognito user pool that requires MFA, and plays the part of the
// processes one after the other. They share only a directory and a key. With -keyring the key is
// stored in the system's keyring under the name amplify-auth-go-example, and stays there; otherwise
// it is lost when the program ends.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/keyringstore"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// minTTL is how long a token must be valid for the script that asks for it.
const minTTL = 10 * time.Minute

func main() {
	useKeyring := flag.Bool("keyring", false, "keep the key in the system's keyring")
	flag.Parse()
	if flag.Arg(0) == "credential-process" {
		demo.Main(func(ctx context.Context) error { return credentialProcess(ctx, flag.Args()[1:], os.Stdout) })
		return
	}
	demo.Main(func(ctx context.Context) error { return run(ctx, *useKeyring) })
}

func run(ctx context.Context, useKeyring bool) error {
	pool, err := demo.StartPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	if err != nil {
		return err
	}
	defer pool.Close()
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

// story runs three commands, each with a new store and a new client as in a process of its own, and
// lets time pass between them.
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
		client, err := auth.NewClient(auth.Config{
			UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
		})
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

// signIn needs a code. A real tool asks for it; here it is computed as an authenticator app does.
func signIn(ctx context.Context, session *auth.Session, pool *authtest.Pool) error {
	out, err := session.SignIn(ctx, auth.SignInInput{Username: demo.Username, Password: demo.Password})
	if err != nil {
		return err
	}
	fmt.Println("next step:", out.NextStep.Name())
	code, err := authtest.TOTPCode(demo.TOTPSecret, pool.Now())
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

// status reports who is signed in. It sends no request.
func status(ctx context.Context, session *auth.Session, pool *authtest.Pool) error {
	user, err := session.CurrentUser(ctx)
	if err != nil {
		return err
	}
	now, err := session.Status(ctx)
	if err != nil {
		return err
	}
	left := now.ExpiresAt.Sub(pool.Now()).Round(time.Minute)
	fmt.Printf("%s as %s, the token is valid for %s\n", now.State, user.Username, left)
	return nil
}

// token prints an access token for a script. It renews a token that expires too soon; only one
// process at a time does so.
func token(ctx context.Context, session *auth.Session, pool *authtest.Pool) error {
	tokens, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err != nil {
		return err
	}
	if left := tokens.AccessToken.ExpiresAt.Sub(pool.Now()); left < minTTL {
		fmt.Printf("%s is too short: renewing\n", left.Round(time.Minute))
		if tokens, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true}); err != nil {
			return err
		}
	}
	fmt.Printf("a token that is valid for %s\n", tokens.AccessToken.ExpiresAt.Sub(pool.Now()).Round(time.Minute))
	return nil
}
