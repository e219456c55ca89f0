// Command credentials uses services of AWS with the credentials of whoever is signed in.
//
//	go run ./examples/credentials
//
// It runs offline, on an in-process Cognito user pool with an identity pool, and a bucket that
// verifies signatures as Amazon S3 does.
package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func main() { demo.Main(run) }

func run(ctx context.Context) error {
	users, err := demo.StartPool(authtest.Config{})
	if err != nil {
		return err
	}
	defer users.Close()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: users.UserPoolID, ClientID: users.ClientID, Endpoint: users.URL,
	})
	if err != nil {
		return err
	}
	identities, err := identitypool.New(identitypool.Config{
		IdentityPoolID: users.AddIdentityPool(authtest.IdentityPool{}), Endpoint: users.URL,
	})
	if err != nil {
		return err
	}
	session := client.Session("default")
	if _, err := session.SignIn(ctx, auth.SignInInput{Username: demo.Username, Password: demo.Password}); err != nil {
		return err
	}
	// The configuration of any client of the AWS SDK.
	cfg := aws.Config{Region: "us-east-1", Credentials: identities.ForSession(session)}
	if err := whoAmI(ctx, cfg, users.URL); err != nil {
		return err
	}
	id, err := identities.ForSession(session).IdentityID(ctx)
	if err != nil {
		return err
	}
	server, url, err := demo.Serve(ctx, newBucket(users))
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }() // the program ends
	if err := useBucket(ctx, bucketClient{url: url, cfg: cfg}, id); err != nil {
		return err
	}
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		return err
	}
	_, err = cfg.Credentials.Retrieve(ctx)
	fmt.Println("after the sign-out:", err)
	return nil
}

// whoAmI asks AWS whose the credentials are.
func whoAmI(ctx context.Context, cfg aws.Config, endpoint string) error {
	api := sts.NewFromConfig(cfg, func(o *sts.Options) { o.BaseEndpoint = &endpoint })
	out, err := api.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	fmt.Println("to AWS", demo.Username, "is", *out.Arn)
	return nil
}

// useBucket writes and reads a file under the person's own prefix, and tries another person's.
func useBucket(ctx context.Context, bucket bucketClient, identityID string) error {
	for _, request := range []struct{ method, owner, text string }{
		{http.MethodPut, identityID, "milk, eggs"},
		{http.MethodGet, identityID, ""},
		{http.MethodGet, "us-east-1:somebody-else", ""},
	} {
		status, text, err := bucket.do(ctx, request.method, "private/"+request.owner+"/list.txt", request.text)
		if err != nil {
			return err
		}
		whose := "one's own file"
		if request.owner != identityID {
			whose = "somebody else's file"
		}
		fmt.Println(strings.TrimSpace(request.method + " " + whose + ": " + status + " " + text))
	}
	return nil
}
