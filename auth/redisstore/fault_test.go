package redisstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// operations are the methods of a Store, called for alice.
var operations = map[string]func(ctx context.Context, store *redisstore.Store, saved auth.Record) error{
	"load": func(ctx context.Context, store *redisstore.Store, _ auth.Record) error {
		_, err := store.Load(ctx, "alice")
		return err
	},
	"save": func(ctx context.Context, store *redisstore.Store, saved auth.Record) error {
		_, err := store.Save(ctx, "alice", saved)
		return err
	},
	"unchanged": func(ctx context.Context, store *redisstore.Store, saved auth.Record) error {
		_, err := store.Unchanged(ctx, "alice", saved.Version)
		return err
	},
	"delete": func(ctx context.Context, store *redisstore.Store, saved auth.Record) error {
		return store.Delete(ctx, "alice", saved)
	},
	"lease": func(ctx context.Context, store *redisstore.Store, _ auth.Record) error {
		release, err := store.Lease(ctx, "alice")
		if err == nil {
			release()
		}
		return err
	},
}

// TestServerDown_isAnError checks that no method mistakes a failure for an absent record or a
// conflict.
func TestServerDown_isAnError(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store := open(t, server.client(t), redisstore.Config{Key: newKey()})
	saved := save(t, store, "alice", "very secret data")
	server.kill()
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := operation(t.Context(), store, saved)
			require.ErrorContains(t, err, "redisstore: "+name+": ")
			for _, other := range []error{auth.ErrRecordNotFound, auth.ErrRecordConflict, context.Canceled, context.DeadlineExceeded} {
				require.NotErrorIs(t, err, other)
			}
			assert.NotContains(t, err.Error(), "secret")
			assert.NotContains(t, err.Error(), "alice")
			assert.NotContains(t, err.Error(), "%!", "it must not wrap what is no error")
		})
	}
}

func TestServerHangs_endsWithTheContext(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	cfg := redisstore.Config{Key: newKey()}
	once := func(o *redis.Options) { o.MaxRetries = -1 }
	stores := map[string]*redisstore.Store{
		"with retries": open(t, server.client(t), cfg), "without": open(t, server.client(t, once), cfg),
	}
	saved := save(t, stores["without"], "alice", "data")
	require.NoError(t, server.client(t).ClientPause(t.Context(), 5*time.Minute).Err())
	for kind, store := range stores {
		for name, operation := range operations {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				err := operation(ctx, store, saved)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.NotErrorIs(t, err, auth.ErrRecordNotFound)
				require.NotErrorIs(t, err, auth.ErrRecordConflict)
			})
		}
	}
}

// TestLostAnswer_doesNoHarm loses the answers to scripts, so that go-redis sends them twice.
func TestLostAnswer_doesNoHarm(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	line := &line{}
	cfg := redisstore.Config{Key: newKey(), LeaseTTL: 2 * patience}
	store := open(t, server.client(t, line.connect(server)), cfg)
	saved := save(t, store, "alice", "data")
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	release()

	line.loseAnswer("eval")
	saved, err = store.Save(t.Context(), "alice", saved)
	require.NoError(t, err)
	require.EqualValues(t, 1, line.losses.Load())
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, saved.Version, r.Version)

	line.loseAnswer("eval")
	ctx, cancel := context.WithTimeout(t.Context(), patience) // the lease would have to expire first
	defer cancel()
	release, err = store.Lease(ctx, "alice")
	require.NoError(t, err)
	require.EqualValues(t, 2, line.losses.Load())
	release()
}

func TestUnexpectedType_isAnError(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey()})
	require.NoError(t, client.HSet(t.Context(), alices, "field", "value").Err())
	_, err := store.Load(t.Context(), "alice")
	require.ErrorContains(t, err, "WRONGTYPE")
	_, err = store.Save(t.Context(), "alice", auth.Record{})
	require.ErrorContains(t, err, "WRONGTYPE")
	require.False(t, errors.Is(err, auth.ErrRecordNotFound) || errors.Is(err, auth.ErrRecordConflict))
	require.ErrorContains(t, store.Delete(t.Context(), "alice", auth.Record{}), "WRONGTYPE")
}

// TestSignOut_whenRedisIsFull checks that sign-out works with a Redis that refuses to save:
// deleting needs no memory.
func TestSignOut_whenRedisIsFull(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	pool := fleet.NewPool(t, authtest.Config{}, "alice")
	store := open(t, server.client(t), redisstore.Config{Key: newKey()})
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	require.NoError(t, err)
	session := client.Session("alice")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: fleet.Password})
	require.NoError(t, err)
	require.NoError(t, server.client(t).ConfigSet(t.Context(), "maxmemory", "1").Err())
	_, err = store.Save(t.Context(), "bob", auth.Record{})
	require.ErrorContains(t, err, "OOM")

	pool.ResetRequests()
	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	_, err = store.Load(t.Context(), "alice")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)
	require.Len(t, pool.Requests(), 1)
	assert.Equal(t, "RevokeToken", pool.Requests()[0].Operation)
}

const lastSlot = 16383

// TestStore_cluster runs on a cluster of one node, which refuses commands that touch several slots.
func TestStore_cluster(t *testing.T) {
	t.Parallel()
	server := startServer(t, "--cluster-enabled", "yes", "--cluster-port", fleet.FreePort(t))
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
