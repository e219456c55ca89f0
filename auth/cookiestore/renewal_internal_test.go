package cookiestore

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func tokenSetOf(n int) tokenSet { return tokenSet{access: strconv.Itoa(n), refresh: strconv.Itoa(n)} }

// TestRenewals_areKeptForAMinute checks that nothing is left of them afterwards.
func TestRenewals_areKeptForAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r renewals
		for n := range 100 {
			r.record(tokenSetOf(n), tokenSetOf(1000+n))
		}
		time.Sleep(resultLifetime)
		newest, changed := r.newest(tokenSetOf(1))
		assert.True(t, changed)
		assert.Equal(t, tokenSetOf(1001), newest)
		time.Sleep(time.Nanosecond)
		_, changed = r.newest(tokenSetOf(1))
		assert.False(t, changed, "it is too old")
		unlock, err := r.lock(t.Context(), idOf(tokenSetOf(5000)))
		require.NoError(t, err)
		assert.NotEmpty(t, r.byID, "removal waits for its time")
		unlock()
		assert.Empty(t, r.byID)
	})
}

// TestRenewals_arePrunedNowAndThen: a service with many people must not walk over all results with
// every request.
func TestRenewals_arePrunedNowAndThen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r renewals
		r.record(tokenSetOf(1), tokenSetOf(2))
		time.Sleep(resultLifetime)
		r.record(tokenSetOf(3), tokenSetOf(4)) // prunes, when the first result is about to end
		time.Sleep(resultLifetime/4 - 1)
		r.record(tokenSetOf(5), tokenSetOf(6))
		assert.Len(t, r.byID, 3)
		time.Sleep(time.Nanosecond)
		r.record(tokenSetOf(7), tokenSetOf(8))
		assert.Len(t, r.byID, 3, "the first result is gone")
	})
}

// TestRenewals_waitersKeepTheirRenewal: two requests with the same tokens must not get a turn each.
func TestRenewals_waitersKeepTheirRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r renewals
		id := idOf(tokenSetOf(1))
		unlock, err := r.lock(t.Context(), id)
		require.NoError(t, err)
		time.Sleep(2 * resultLifetime)
		r.record(tokenSetOf(3), tokenSetOf(4)) // prunes
		second := make(chan func())
		go func() {
			unlock, err := r.lock(t.Context(), id)
			assert.NoError(t, err)
			second <- unlock
		}()
		synctest.Wait()
		select {
		case <-second:
			t.Fatal("both have the turn")
		default:
		}
		unlock()
		(<-second)()
		assert.NotContains(t, r.byID, id, "without a result nothing is kept")
	})
}

// TestRenewals_followABoundedChain of renewals.
func TestRenewals_followABoundedChain(t *testing.T) {
	t.Parallel()
	var r renewals
	for n := range maxRead + 5 {
		r.record(tokenSetOf(n), tokenSetOf(n+1))
	}
	newest, changed := r.newest(tokenSetOf(0))
	assert.True(t, changed)
	assert.Equal(t, tokenSetOf(maxRead), newest)
	r.record(tokenSet{access: "a"}, tokenSetOf(1))
	_, changed = r.newest(tokenSet{access: "a"})
	assert.False(t, changed, "tokens without a refresh token are renewed to nothing")
}

func TestSizeError_namesTheCookie(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `the cookie "a" would be 5000 bytes long, the limit is 4096`,
		(&SizeError{Cookie: "a", Size: 5000, Limit: 4096}).Error())
	assert.Equal(t, "all cookies together would be 5000 bytes long, the limit is 4096",
		(&SizeError{Size: 5000, Limit: 4096}).Error())
}
