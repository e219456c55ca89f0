package loopback_test

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/loopback"
)

// A tool signs a person in with the browser. Here the pool is in the same process, and a function
// stands for the browser and the person in it.
func ExampleSignIn() {
	callbacks := []string{"http://127.0.0.1:47231/callback", "http://127.0.0.1:47232/callback"}
	pool, err := authtest.NewPool(authtest.Config{ManagedLogin: authtest.ManagedLogin{CallbackURLs: callbacks}})
	if err != nil {
		panic(err)
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		panic(err)
	}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
		Domain: pool.URL, RedirectSignIn: callbacks,
	})
	if err != nil {
		panic(err)
	}

	ctx, session := context.Background(), client.Session("default")
	_, err = loopback.SignIn(ctx, session, auth.SignInWithRedirectInput{}, loopback.Options{
		RedirectURIs: callbacks,
		Open: func(_ context.Context, page string) error { // without this, the browser of the system
			callback, err := pool.Authorize(page, "alice")
			if err != nil {
				return err
			}
			resp, err := http.Get(callback)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		},
		Out: io.Discard, // without this, the standard error output
	})
	if err != nil {
		panic(err)
	}
	user, err := session.CurrentUser(ctx)
	if err != nil {
		panic(err)
	}
	fmt.Println("signed in as", user.Username)
	// Output: signed in as alice
}
