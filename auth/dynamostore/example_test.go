package dynamostore_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
)

const password = "Correct-Horse-7-Battery"

// exampleTable returns a client of a DynamoDB in this process. A service has
// dynamodb.NewFromConfig(cfg) with the configuration of config.LoadDefaultConfig(ctx).
func exampleTable() (client *dynamodb.Client, stop func()) {
	listener := httptest.NewServer(&server{tables: map[string]*tableState{}})
	return table{Endpoint: listener.URL}.client(), listener.Close
}

// All processes of a service share the sessions of its users.
func Example() {
	ctx := context.Background()
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	dynamo, stop := exampleTable()
	defer stop()
	if err := dynamostore.CreateTable(ctx, dynamo, "sessions"); err != nil { // or by Terraform or CDK
		fmt.Println(err)
		return
	}
	key := newKey() // from a secret manager: openssl rand -base64 32

	newProcess := func() (*auth.Client, error) {
		store, err := dynamostore.New(dynamo, dynamostore.Config{
			Table: "sessions",
			Key:   key,
			TTL:   30 * 24 * time.Hour, // as long as the app client's refresh tokens are valid
		})
		if err != nil {
			return nil, err
		}
		return auth.NewClient(auth.Config{
			UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
		})
	}
	first, err := newProcess()
	if err != nil {
		fmt.Println(err)
		return
	}
	second, err := newProcess()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := first.Session("cookie").SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	user, err := second.Session("cookie").CurrentUser(ctx)
	fmt.Println(user.Username, err)
	// Output: alice <nil>
}
