package storetest_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

func TestRun_passesMemoryStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) auth.Store { return &auth.MemoryStore{} })
}

func TestRun_passesLeaser(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) auth.Store { return &leaser{} })
}

func TestRunShared_passesSharedStore(t *testing.T) {
	t.Parallel()
	storetest.RunShared(t, func(*testing.T) (a, b auth.Store) {
		shared := &leaser{}
		return struct{ *leaser }{shared}, struct{ *leaser }{shared}
	})
}

// TestRunExcept_skipsExceptions runs a Store that is correct except for its size limit.
func TestRunExcept_skipsExceptions(t *testing.T) {
	t.Parallel()
	small := brokenStores()["has room for 64 KiB"]
	storetest.RunExcept(t, func(*testing.T) (a, b auth.Store) {
		store := &broken{}
		small.spoil(store)
		return store, store
	}, map[string]string{small.caught: "it is documented"})
}

// spoiled is the data of records that a leaser cannot read.
const spoiled = "spoiled"

// A leaser is an auth.MemoryStore with leases, whose records can be made unreadable.
type leaser struct {
	auth.MemoryStore
	mu     sync.Mutex
	leases map[string]chan struct{}
}

func (l *leaser) Load(ctx context.Context, key string) (auth.Record, error) {
	r, err := l.MemoryStore.Load(ctx, key)
	if err == nil && string(r.Data) == spoiled {
		return auth.Record{Version: r.Version}, auth.ErrRecordUnreadable
	}
	return r, err
}

// Spoil makes the record under key unreadable. It changes its version, as a Store does whose versions
// of such records are derived from their bytes.
func (l *leaser) Spoil(t *testing.T, key string) {
	t.Helper()
	r, err := l.MemoryStore.Load(t.Context(), key)
	require.NoError(t, err)
	_, err = l.Save(t.Context(), key, auth.Record{Data: []byte(spoiled), Version: r.Version})
	require.NoError(t, err)
}

func (l *leaser) Lease(ctx context.Context, key string) (func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	held := l.held(key)
	select {
	case held <- struct{}{}:
		return sync.OnceFunc(func() { <-held }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// held returns a channel with one element while the lease of key is held.
func (l *leaser) held(key string) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.leases == nil {
		l.leases = make(map[string]chan struct{})
	}
	if l.leases[key] == nil {
		l.leases[key] = make(chan struct{}, 1)
	}
	return l.leases[key]
}
