package leasing_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/internal/leasing"
)

func TestBackoffDoublesUpToItsLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b leasing.Backoff
		for _, mean := range []time.Duration{10, 20, 40, 80, 160, 200, 200} {
			began := time.Now()
			b.Wait(t.Context())
			mean *= time.Millisecond
			assert.GreaterOrEqual(t, time.Since(began), mean/2)
			assert.Less(t, time.Since(began), mean*3/2)
		}
	})
}

func TestPauseEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		leasing.Pause(ctx, time.Hour)
		assert.Equal(t, time.Second, time.Since(began))
	})
}

func TestKeepExtendsUntilReleaseAndFreesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		extended, frees := 0, 0
		release := leasing.Keep(ctx, func(ctx context.Context) {
			for ; ctx.Err() == nil; extended++ {
				leasing.Pause(ctx, time.Second)
			}
		}, func(context.Context) { frees++ })
		cancel() // bounds only the wait for the lease
		time.Sleep(time.Minute + time.Millisecond)
		synctest.Wait()
		assert.Equal(t, 60, extended)
		assert.Zero(t, frees)
		release()
		release()
		assert.Equal(t, 1, frees)
	})
}
