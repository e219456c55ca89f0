package identitypool_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
)

// A client of an AWS service acts for whoever is signed in.
func Example() {
	users, err := authtest.NewPool(authtest.Config{}) // stands in for Amazon's services
	if err != nil {
		panic(err)
	}
	defer users.Close()
	if err := users.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		panic(err)
	}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: users.UserPoolID, ClientID: users.ClientID, Endpoint: users.URL,
	})
	if err != nil {
		panic(err)
	}
	identities, err := identitypool.New(identitypool.Config{
		IdentityPoolID: users.AddIdentityPool(authtest.IdentityPool{}), Endpoint: users.URL,
	})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	session := client.Session("alice")
	if _, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		panic(err)
	}

	cfg := aws.Config{Region: "us-east-1", Credentials: identities.ForSession(session)}
	api := sts.NewFromConfig(cfg, func(o *sts.Options) { o.BaseEndpoint = &users.URL })
	who, err := api.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		panic(err)
	}
	fmt.Println(*who.Arn)

	// Output:
	// arn:aws:sts::123456789012:assumed-role/authenticated/CognitoIdentityCredentials
}

// The identity of a guest is kept by the program, so that the guest stays the same.
func ExamplePool_ForGuest() {
	users, err := authtest.NewPool(authtest.Config{}) // stands in for Amazon's services
	if err != nil {
		panic(err)
	}
	defer users.Close()
	identities, err := identitypool.New(identitypool.Config{
		IdentityPoolID: users.AddIdentityPool(authtest.IdentityPool{Guests: true}), Endpoint: users.URL,
	})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	kept, err := identities.ForGuest("").IdentityID(ctx)
	if err != nil {
		panic(err)
	}
	later, err := identities.ForGuest(kept).IdentityID(ctx)
	fmt.Println(kept == later, err)

	// Output:
	// true <nil>
}
