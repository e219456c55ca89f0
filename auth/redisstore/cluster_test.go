package redisstore_test

import (
	"context"
	"crypto/rand"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

const lastSlot = 16383

// TestStore_cluster runs on a cluster of one node, which refuses commands that touch more than one
// slot.
func TestStore_cluster(t *testing.T) {
	t.Parallel()
	server := startServer(t, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(freePort(t)))
	node := server.client(t)
	require.NoError(t, node.ClusterAddSlotsRange(t.Context(), 0, lastSlot).Err())
	require.Eventually(t, func() bool { return node.Set(context.Background(), "ready", "", 0).Err() == nil }, patience, 10*time.Millisecond)
	require.ErrorContains(t, node.Del(t.Context(), "one", "other").Err(), "CROSSSLOT")
	client := redis.NewClusterClient(&redis.ClusterOptions{
		ClusterSlots: func(context.Context) ([]redis.ClusterSlot, error) {
			return []redis.ClusterSlot{{End: lastSlot, Nodes: []redis.ClusterNode{{Addr: "node:1"}}}}, nil
		},
		Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", server.socket)
		},
		ContextTimeoutEnabled: true,
	})
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	storetest.Run(t, func(t *testing.T) auth.Store {
		return open(t, client, redisstore.Config{Key: newKey(), Prefix: rand.Text()})
	})
}

// freePort is for the nodes of a cluster to talk to each other.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { assert.NoError(t, listener.Close()) }()
	return listener.Addr().(*net.TCPAddr).Port
}
