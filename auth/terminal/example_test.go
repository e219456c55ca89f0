package terminal_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
)

// exampleSession returns a session on a pool with an account for alice.
func exampleSession() (*authtest.Pool, *auth.Session) {
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		panic(err)
	}
	if err := pool.AddUser(authtest.User{Username: "alice", Password: password}); err != nil {
		panic(err)
	}
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		panic(err)
	}
	return pool, client.Session("default")
}

// A tool that can also run in a script takes the answers from elsewhere, and asks only for what is
// missing.
func ExampleSignIn() {
	pool, session := exampleSession()
	defer pool.Close()
	input := strings.NewReader(password + "\n") // a tool takes os.Stdin

	user, err := terminal.SignIn(context.Background(), session, terminal.Options{
		AppName: "acme", Username: "alice", Password: terminal.FromReader(input),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, terminal.Explain(err))
		os.Exit(terminal.ExitCode(err))
	}
	fmt.Println("Signed in as", user.Username)
	// Output: Signed in as alice
}
