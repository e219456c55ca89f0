package redisstore_test

import (
	"encoding/base64"
	"log/slog"
	"os"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

// All processes of a service share the sessions of its users.
func Example() {
	// From a secret manager: openssl rand -base64 32.
	key, err := base64.StdEncoding.DecodeString(os.Getenv("SESSION_KEY"))
	if err != nil {
		slog.Error("SESSION_KEY", "error", err)
		return
	}
	connections := redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs:                 []string{"redis.internal:6379"},
		ContextTimeoutEnabled: true,
	})
	defer func() { _ = connections.Close() }()
	store, err := redisstore.New(connections, redisstore.Config{
		Key: key,
		TTL: 30 * 24 * time.Hour, // as long as the app client's refresh tokens are valid
	})
	if err != nil {
		slog.Error("sessions", "error", err)
		return
	}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: "us-east-1_EXAMPLE", ClientID: "1example23456789", Store: store,
	})
	if err != nil {
		slog.Error("client", "error", err)
		return
	}
	_ = client.Session("the visitor's session id")
}
