package authtest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A test passes its t. The pool is closed with the test, and a malformed request fails it.
func ExampleNew() {
	_ = func(t *testing.T) { // func TestSignIn(t *testing.T)
		pool := authtest.New(t, authtest.Config{})
		if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
			t.Fatal(err)
		}
		if _, err := signIn(t.Context(), pool, "Correct-horse-1!"); err != nil {
			t.Error(err)
		}
	}
}

// In a bubble of testing/synctest, Sleep moves the clocks of the pool and of its clients, and an
// hour takes no time. TestPoolInABubble runs the like.
func ExampleConfig_synctest() {
	_ = func(t *testing.T) { // func TestAnHourLater(t *testing.T)
		synctest.Test(t, func(t *testing.T) {
			pool := authtest.New(t, authtest.Config{NoListener: true})
			if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
				t.Fatal(err)
			}
			api := cognitoidentityprovider.New(cognitoidentityprovider.Options{
				Region: "us-east-1", BaseEndpoint: aws.String(pool.URL), HTTPClient: pool.HTTPClient(),
				Credentials: aws.AnonymousCredentials{},
			})
			in := &cognitoidentityprovider.GetUserInput{AccessToken: aws.String(pool.AccessToken("alice"))}
			if _, err := api.GetUser(t.Context(), in); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Hour)
			if _, err := api.GetUser(t.Context(), in); err == nil {
				t.Error("an hour later the access token is still valid")
			}
		})
	}
}

// HTTPClient needs no connection. The pool's clock moves by Advance, too.
func ExamplePool_HTTPClient() {
	pool, err := authtest.NewPool(authtest.Config{NoListener: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		fmt.Println(err)
		return
	}
	api := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(pool.URL), HTTPClient: pool.HTTPClient(),
		Credentials: aws.AnonymousCredentials{},
	})
	in := &cognitoidentityprovider.GetUserInput{AccessToken: aws.String(pool.AccessToken("alice"))}
	_, err = api.GetUser(context.Background(), in)
	fmt.Println("at once:", err)

	pool.Advance(time.Hour)
	_, err = api.GetUser(context.Background(), in)
	var refused *types.NotAuthorizedException
	fmt.Println("an hour later:", errors.As(err, &refused), refused.ErrorMessage())
	// Output:
	// at once: <nil>
	// an hour later: true Access Token has expired
}

// A fault that is aimed at a user does not disturb the other tests that share the pool.
func ExampleFault() {
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		fmt.Println(err)
		return
	}
	undo := pool.Fail(authtest.Fault{Username: "bob", Code: "TooManyRequestsException", Times: -1})
	_, err = signIn(context.Background(), pool, "Correct-horse-1!")
	fmt.Println(err)
	undo()

	pool.Fail(authtest.Fault{Username: "alice", Code: "TooManyRequestsException"})
	_, err = signIn(context.Background(), pool, "Correct-horse-1!")
	var throttled *types.TooManyRequestsException
	fmt.Println(errors.As(err, &throttled))
	// Output:
	// <nil>
	// true
}

// The test of a service gets tokens without a sign-in.
func ExamplePool_AccessToken() {
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		fmt.Println(err)
		return
	}
	authorization := "Bearer " + pool.AccessToken("alice")
	fmt.Println(strings.Count(authorization, "."))
	// Output: 2
}

// Sign makes tokens that a service has to refuse, such as an expired one. With fixed ids, claims and
// times the token is the same in every process.
func ExamplePool_Sign() {
	pool, err := authtest.NewPool(authtest.Config{UserPoolID: "us-east-1_Golden123", ClientID: "golden0client"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	expired := pool.Sign(map[string]any{"sub": "alice", "jti": "1", "iat": 1767323045, "exp": 1767326645})
	fmt.Println(expired[len(expired)-20:])
	// Output: G96Bbx1axb1bHPncVu3Q
}
