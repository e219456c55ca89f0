package redisstore_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

func TestLimiterCountsForAllProcessesTogether(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	var allowed atomic.Int32
	var running sync.WaitGroup
	for range 2 {
		limiter, err := redisstore.NewLimiter(s.client(t), "")
		require.NoError(t, err)
		for range 20 {
			running.Go(func() {
				wait, err := limiter.Allow(t.Context(), "name/alice", 5, time.Hour)
				assert.NoError(t, err)
				if wait == 0 {
					allowed.Add(1)
					return
				}
				assert.Greater(t, wait, 11*time.Minute)
				assert.LessOrEqual(t, wait, 12*time.Minute)
			})
		}
	}
	running.Wait()
	assert.EqualValues(t, 5, allowed.Load())
	limiter, err := redisstore.NewLimiter(s.client(t), "")
	require.NoError(t, err)
	wait, err := limiter.Allow(t.Context(), "name/bob", 5, time.Hour)
	require.NoError(t, err)
	assert.Zero(t, wait, "each key has its own tries")
	ttl := s.client(t).PTTL(t.Context(), "amplify-auth-limit:name/alice").Val()
	assert.InDelta(t, time.Hour.Seconds(), ttl.Seconds(), 60, "a key is kept as long as it has an effect")
}

func TestLimiterFreesTriesAgain(t *testing.T) {
	t.Parallel()
	limiter, err := redisstore.NewLimiter(startServer(t).client(t), "limits")
	require.NoError(t, err)
	allow := func() bool {
		wait, err := limiter.Allow(t.Context(), "k", 2, 200*time.Millisecond)
		require.NoError(t, err)
		return wait == 0
	}
	require.True(t, allow())
	require.True(t, allow())
	require.Eventually(t, allow, patience, 5*time.Millisecond)
}

func TestLimiterReportsErrors(t *testing.T) {
	t.Parallel()
	_, err := redisstore.NewLimiter(nil, "")
	require.ErrorContains(t, err, "no client")
	s := startServer(t)
	limiter, err := redisstore.NewLimiter(s.client(t), "")
	require.NoError(t, err)
	_, err = limiter.Allow(t.Context(), "k", 0, time.Hour)
	require.Error(t, err)
	s.kill()
	_, err = limiter.Allow(t.Context(), "k", 1, time.Hour)
	require.ErrorContains(t, err, "redisstore: limit")
}
