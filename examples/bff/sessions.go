package main

import (
	"context"
	"crypto/rand"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
)

// sessionsIn returns a Store in a table, which dynamostore.CreateTable has created. The key is of
// this process only, as the pool is: machines that share sessions have one from a secret manager.
func sessionsIn(ctx context.Context, table string) (auth.Store, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	client := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(2 * time.Second)
	})
	key := make([]byte, dynamostore.KeySize)
	_, _ = rand.Read(key) // never fails
	return dynamostore.New(client, dynamostore.Config{Table: table, Key: key, TTL: 30 * 24 * time.Hour})
}
