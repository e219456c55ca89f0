package filestore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

// A command-line tool signs in once; the next run finds the person signed in.
func Example() {
	pool, err := authtest.NewPool(authtest.Config{}) // in place of a real pool
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	const password = "correct horse Battery 9!"
	if err = pool.AddUser(authtest.User{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	home, err := os.MkdirTemp("", "filestore")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(home) }()
	key, err := filestore.NewKey() // on first use; from then on it comes from the keyring
	if err != nil {
		fmt.Println(err)
		return
	}
	run := func(command func(*auth.Session) error) error {
		store, err := filestore.New(filepath.Join(home, "sessions"), key)
		if err != nil {
			return err
		}
		client, err := auth.NewClient(auth.Config{
			UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
		})
		if err != nil {
			return err
		}
		return command(client.Session("default"))
	}

	err = run(func(session *auth.Session) error {
		out, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
		fmt.Println("signed in:", out.IsSignedIn)
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = run(func(session *auth.Session) error {
		user, err := session.CurrentUser(context.Background())
		fmt.Println("still here:", user.Username)
		return err
	})
	fmt.Println(err)
	// Output:
	// signed in: true
	// still here: alice
	// <nil>
}
