package redisstore_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// shared is what a process opens its Store with.
type shared struct {
	Socket   string
	Key      []byte
	LeaseTTL time.Duration
}

func (s shared) config() redisstore.Config {
	return redisstore.Config{Key: s.Key, LeaseTTL: s.LeaseTTL}
}

func TestMain(m *testing.M) {
	fleet.Main(m, func(text json.RawMessage) (auth.Store, error) {
		var s shared
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, err
		}
		client := redis.NewClient(&redis.Options{Network: "unix", Addr: s.Socket, ContextTimeoutEnabled: true})
		return redisstore.New(client, s.config())
	})
}

func TestTwoClientsNeverReuseARefreshToken(t *testing.T) {
	t.Parallel()
	server, cfg := startServer(t), redisstore.Config{Key: newKey()}
	fleet.RefreshOnce(t, open(t, server.client(t), cfg), open(t, server.client(t), cfg))
}

func TestServices(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	s := shared{Socket: server.socket, Key: newKey()}
	fleet.Services(t, open(t, server.client(t), s.config()), s)
}
