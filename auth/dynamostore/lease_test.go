package dynamostore_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
)

const shortLease = 300 * time.Millisecond

func TestLease_isRenewedUntilReleased(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	cfg := dynamostore.Config{Key: newKey(), LeaseTTL: time.Second}
	release, err := table.open(t, cfg).Lease(t.Context(), "alice")
	require.NoError(t, err)
	cfg.LeaseTTL = 4 * time.Second // a slow machine renews late
	other := table.open(t, cfg)
	ctx, cancel := context.WithTimeout(t.Context(), cfg.LeaseTTL*5/4)
	defer cancel()
	_, err = other.Lease(ctx, "alice")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	release()
	releaseOther, err := other.Lease(t.Context(), "alice")
	require.NoError(t, err)
	releaseOther()
}

// TestLease_passesOnWhenTheHolderIsCutOff disconnects a holder from DynamoDB. The next one gets the
// lease, and the first one, when it is connected again, neither frees that lease nor overwrites
// what was saved meanwhile.
func TestLease_passesOnWhenTheHolderIsCutOff(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	key := newKey()
	line := &line{}
	holder := table.open(t, dynamostore.Config{Key: key, LeaseTTL: shortLease}, line.connect)
	heir := table.open(t, dynamostore.Config{Key: key, LeaseTTL: 2 * patience})
	waiter := table.open(t, dynamostore.Config{Key: key, LeaseTTL: shortLease})
	saved := save(t, holder, "alice", "data")
	release, err := holder.Lease(t.Context(), "alice")
	require.NoError(t, err)
	line.expect("", always, refuseConnection)

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	releaseWaiter, err := waiter.Lease(ctx, "alice")
	require.NoError(t, err)
	releaseWaiter()
	releaseHeir, err := heir.Lease(ctx, "alice")
	require.NoError(t, err)
	defer releaseHeir()
	renewed, err := heir.Save(ctx, "alice", auth.Record{Data: []byte("the heir's"), Version: saved.Version})
	require.NoError(t, err)

	line.mend()
	_, err = holder.Save(ctx, "alice", auth.Record{Data: []byte("too late"), Version: saved.Version})
	require.ErrorIs(t, err, auth.ErrRecordConflict)
	release()
	assert.NotEmpty(t, table.get(t, alices+":lease"), "the next holder must keep the lease")
	r, err := heir.Load(ctx, "alice")
	require.NoError(t, err)
	assert.Equal(t, renewed, r)
}

// TestLease_needsNoCommonClock checks that a waiter goes by its own clock: an item says nothing of
// when its lease is over.
func TestLease_needsNoCommonClock(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey(), LeaseTTL: shortLease})
	for name, expires := range map[string]string{"long ago": "1", "in the far future": "9999999999"} {
		table.put(t, item{"id": text(alices + ":lease"), "version": text("somebody who died." + name), "expires": number(expires)})
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		release, err := store.Lease(ctx, "alice")
		cancel()
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(start), shortLease)
		release()
	}
}

// TestLease_renewsOnlyItsOwn replaces a lease: its former holder must not renew it.
func TestLease_renewsOnlyItsOwn(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey(), LeaseTTL: shortLease})
	releaseLost, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	table.put(t, item{"id": text(alices + ":lease"), "version": text("somebody else's.0")})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	release, err := store.Lease(ctx, "alice")
	require.NoError(t, err)
	release()
	releaseLost()
}

func TestLease_leavesNothing(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey()})
	release, err := store.Lease(t.Context(), "alice")
	require.NoError(t, err)
	assert.NotEmpty(t, table.get(t, alices+":lease"))
	release()
	assert.Empty(t, table.get(t, alices+":lease"))
}

func TestLease_reportsErrorsWhileWaiting(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	cfg := dynamostore.Config{Key: newKey()}
	release, err := table.open(t, cfg).Lease(t.Context(), "alice")
	require.NoError(t, err)
	defer release()
	line := &line{}
	waiter := table.open(t, cfg, line.connect)
	left := make(chan error, 1)
	go func() { left <- errOf(waiter.Lease(context.Background(), "alice")) }()
	require.Eventually(t, func() bool { return line.sent("GetItem") > 3 }, patience, 10*time.Millisecond, "Lease must poll")
	line.expect("", always, answers(http.StatusBadRequest, "AccessDeniedException"))
	select {
	case err := <-left:
		require.ErrorContains(t, err, "AccessDeniedException")
	case <-time.After(patience):
		t.Fatal("Lease still waits although DynamoDB refuses it")
	}
}

func TestLease_waitsForTheEndOfAnOutage(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]trouble{
		"throttled":    answers(http.StatusBadRequest, "ProvisionedThroughputExceededException"),
		"disconnected": refuseConnection,
		"answers lost": carryOutAnd(refuseConnection),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := &line{}
			store := newTable(t).open(t, dynamostore.Config{Key: newKey(), LeaseTTL: 2 * patience}, line.connect)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			line.expect("", 10, trouble)
			release, err := store.Lease(ctx, "alice")
			require.NoError(t, err)
			release()
		})
	}
}
