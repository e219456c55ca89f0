package redisstore_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

// A hook runs each command of a client.
type hook func(ctx context.Context, command redis.Cmder, next redis.ProcessHook) error

func (hook) DialHook(next redis.DialHook) redis.DialHook { return next }

func (hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (h hook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, command redis.Cmder) error { return h(ctx, command, next) }
}

// saveExpired saves a record of alice that has expired, and that Redis does not remove by itself.
func saveExpired(t *testing.T, server *server, key []byte) {
	t.Helper()
	client := server.client(t)
	client.AddHook(hook(func(ctx context.Context, command redis.Cmder, next redis.ProcessHook) error {
		if strings.HasPrefix(command.Name(), "eval") {
			arguments := command.Args()
			arguments[len(arguments)-1] = 0 // the time to live
		}
		return next(ctx, command)
	}))
	_, err := open(t, client, redisstore.Config{Key: key}).Save(t.Context(), "alice", auth.Record{
		Data: []byte("old"), ExpiresAt: time.Now().Add(-time.Hour),
	})
	require.NoError(t, err)
}

// TestExpiredRecord_mayBeRemovedAtAnyTime checks that Save and Delete do not take the end of an expired
// record, which Redis removes between any two commands, for a change by another process.
func TestExpiredRecord_mayBeRemovedAtAnyTime(t *testing.T) {
	t.Parallel()
	verbs := map[string]func(ctx context.Context, store *redisstore.Store) error{
		"Save": func(ctx context.Context, store *redisstore.Store) error {
			_, err := store.Save(ctx, "alice", auth.Record{Data: []byte("new")})
			return err
		},
		"Delete": func(ctx context.Context, store *redisstore.Store) error {
			return store.Delete(ctx, "alice", auth.Record{Version: "unknown"})
		},
	}
	for _, removal := range []string{"never", "before evalsha", "after evalsha", "before getrange", "after getrange"} {
		for verb, use := range verbs {
			t.Run(verb+", removed "+removal, func(t *testing.T) {
				t.Parallel()
				server, key := startServer(t), newKey()
				saveExpired(t, server, key)
				client, other := server.client(t), server.client(t)
				store := open(t, client, redisstore.Config{Key: key})
				assert.ErrorIs(t, errOf(store.Load(t.Context(), "alice")), auth.ErrRecordNotFound)
				var once sync.Once
				remove := func(when string, command redis.Cmder) {
					if when+command.Name() == removal {
						once.Do(func() { other.Del(t.Context(), alices) })
					}
				}
				client.AddHook(hook(func(ctx context.Context, command redis.Cmder, next redis.ProcessHook) error {
					remove("before ", command)
					err := next(ctx, command)
					remove("after ", command)
					return err
				}))
				require.NoError(t, use(t.Context(), store))
				r, err := store.Load(t.Context(), "alice")
				if verb == "Delete" {
					require.ErrorIs(t, err, auth.ErrRecordNotFound)
					return
				}
				require.NoError(t, err)
				assert.Equal(t, "new", string(r.Data))
			})
		}
	}
}

// TestKeptUntilTheEarlierEnd: that of the record, or of its time without use.
func TestKeptUntilTheEarlierEnd(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	for _, tt := range []struct{ ttl, end, want time.Duration }{
		{0, time.Hour, time.Hour},
		{time.Hour, 0, time.Hour},
		{time.Hour, 2 * time.Hour, time.Hour},
		{2 * time.Hour, time.Hour, time.Hour},
	} {
		require.NoError(t, client.Del(t.Context(), alices).Err())
		r := auth.Record{Data: []byte("data")}
		if tt.end > 0 {
			r.ExpiresAt = time.Now().Add(tt.end)
		}
		_, err := open(t, client, redisstore.Config{Key: newKey(), TTL: tt.ttl}).Save(t.Context(), "alice", r)
		require.NoError(t, err)
		assert.InDelta(t, tt.want, client.PTTL(t.Context(), alices).Val(), float64(time.Minute), tt)
	}
}
