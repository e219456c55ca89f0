package redisstore_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

// shortLease is what a test waits for. Who must not lose a lease has a longLease, because a slow
// machine extends it late.
const (
	shortLease = 300 * time.Millisecond
	longLease  = 6 * time.Second
)

func TestLease_isExtendedUntilReleased(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	cfg := redisstore.Config{Key: newKey(), LeaseTTL: longLease}
	release, err := open(t, client, cfg).Lease(t.Context(), "alice")
	require.NoError(t, err)
	left := func() time.Duration { return client.PTTL(t.Context(), alices+":lease").Val() }
	for range 2 {
		last := left()
		require.Eventually(t, func() bool {
			before := last
			last = left()
			return last > before
		}, patience, 10*time.Millisecond, "it must be extended again and again")
	}
	other := open(t, client, cfg)
	ctx, cancel := context.WithTimeout(t.Context(), shortLease)
	defer cancel()
	_, err = other.Lease(ctx, "alice")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	release()
	releaseOther, err := other.Lease(t.Context(), "alice")
	require.NoError(t, err)
	releaseOther()
}

// TestLease_passesOnWhenTheHolderIsCutOff disconnects a holder from Redis. The next one gets the
// lease, and the first one, when it is connected again, neither frees that lease nor overwrites
// what was saved meanwhile.
func TestLease_passesOnWhenTheHolderIsCutOff(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	key := newKey()
	line := &line{}
	holder := open(t, server.client(t, line.connect(server)), redisstore.Config{Key: key, LeaseTTL: shortLease})
	heir := open(t, server.client(t), redisstore.Config{Key: key, LeaseTTL: 2 * patience})
	saved := save(t, holder, "alice", "data")
	release, err := holder.Lease(t.Context(), "alice")
	require.NoError(t, err)
	line.cut()

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	releaseHeir, err := heir.Lease(ctx, "alice")
	require.NoError(t, err)
	defer releaseHeir()
	renewed, err := heir.Save(ctx, "alice", auth.Record{Data: []byte("the heir's"), Version: saved.Version})
	require.NoError(t, err)

	line.mend()
	_, err = holder.Save(ctx, "alice", auth.Record{Data: []byte("too late"), Version: saved.Version})
	require.ErrorIs(t, err, auth.ErrRecordConflict)
	release()
	short, cancelShort := context.WithTimeout(ctx, shortLease/2)
	defer cancelShort()
	_, err = holder.Lease(short, "alice")
	require.ErrorIs(t, err, context.DeadlineExceeded, "the next holder must keep the lease")
	r, err := heir.Load(ctx, "alice")
	require.NoError(t, err)
	assert.Equal(t, renewed.Version, r.Version)
	assert.Equal(t, "the heir's", string(r.Data))
}

// TestLease_extendsOnlyItsOwn replaces the token of a lease: its former holder must not extend it.
func TestLease_extendsOnlyItsOwn(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey(), LeaseTTL: shortLease})
	releaseLost, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	defer releaseLost()
	require.NoError(t, client.Set(t.Context(), alices+":lease", "somebody else's", 2*shortLease).Err())
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	release, err := store.Lease(ctx, "alice")
	require.NoError(t, err)
	release()
}

func TestLease_leavesNothing(t *testing.T) {
	t.Parallel()
	client := startServer(t).client(t)
	store := open(t, client, redisstore.Config{Key: newKey()})
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	assert.InDelta(t, 10*time.Second, client.PTTL(t.Context(), alices+":lease").Val(), float64(5*time.Second))
	release()
	assert.Zero(t, client.DBSize(t.Context()).Val())
}

func TestLease_reportsErrorsWhileWaiting(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	cfg := redisstore.Config{Key: newKey()}
	release, err := open(t, server.client(t), cfg).Lease(t.Context(), "alice")
	require.NoError(t, err)
	waiter := server.client(t)
	left := make(chan error, 1)
	go func() {
		_, err := open(t, waiter, cfg).Lease(context.Background(), "alice")
		left <- err
	}()
	require.Eventually(t, func() bool { return waiter.PoolStats().Hits > 3 }, patience, 10*time.Millisecond, "Lease must poll")
	server.kill()
	select {
	case err := <-left:
		require.Error(t, err)
		require.NotErrorIs(t, err, context.Canceled)
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
	case <-time.After(patience):
		t.Fatal("Lease still waits after Redis is gone")
	}
	release()
}
