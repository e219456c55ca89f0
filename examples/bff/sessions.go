package main

import (
	"context"
	"crypto/rand"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/redis/go-redis/v9"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

// keepSessions has the sessions kept in Redis or in DynamoDB, if an address or a table is given.
// The key is of this process only, as its pool is: machines that share sessions have one from a
// secret manager, and share a Limiter too, as that of Redis.
func keepSessions(ctx context.Context, cfg *auth.Config, web *bff.Config, address, table string) (err error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	if address != "" {
		client := redis.NewClient(&redis.Options{Addr: address})
		if web.Limiter, err = redisstore.NewLimiter(client, ""); err == nil {
			cfg.Store, err = redisstore.New(client, redisstore.Config{Key: key, TTL: keep})
		}
		return err
	}
	if table != "" {
		cfg.Store, err = sessionsIn(ctx, table, key)
	}
	return err
}

// keep is how long a session is kept that nobody uses.
const keep = 30 * 24 * time.Hour

// sessionsIn returns a Store in a table, which dynamostore.CreateTable has created.
func sessionsIn(ctx context.Context, table string, key []byte) (auth.Store, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	client := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(2 * time.Second)
	})
	return dynamostore.New(client, dynamostore.Config{Table: table, Key: key, TTL: keep})
}
