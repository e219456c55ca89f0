package auth_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// disconnects is 300 in everyday runs; 10,000 is a long one.
var disconnects = flag.Int("disconnects", 300, "how many `callers` TestCallersWhoLeaveLoseNothing sees leave")

// TestCallersWhoLeaveLoseNothing has callers give up at any moment of a refresh whose refresh token
// works once, as a web server's do when the browser hangs up. A token that got lost on the way
// would be the last one.
func TestCallersWhoLeaveLoseNothing(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
	session, _ := signedInWithStore(t, pool)
	ctx, force := context.Background(), auth.FetchAuthSessionInput{ForceRefresh: true}
	start := time.Now()
	_, err := session.FetchAuthSession(ctx, force)
	require.NoError(t, err)
	refresh := time.Since(start)
	calls, left, refreshes := 0, 0, 0
	for ; left < *disconnects; calls++ {
		hurried, cancel := context.WithTimeout(ctx, rand.N(refresh))
		_, err := session.FetchAuthSession(hurried, force)
		cancel()
		if err != nil {
			require.ErrorIs(t, err, context.DeadlineExceeded)
			left++
		}
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: calls%2 == 0}) // joins the refresh, or not
		require.NoError(t, err)
		if calls%100 == 0 {
			refreshes += refreshesWithoutRefusal(t, pool)
		}
	}
	_, err = session.FetchAuthSession(ctx, force)
	require.NoError(t, err)
	refreshes += refreshesWithoutRefusal(t, pool)
	t.Logf("%d of %d callers left, %d refreshes", left, calls, refreshes)
}

// refreshesWithoutRefusal returns how many there were since the last time.
func refreshesWithoutRefusal(t *testing.T, pool *authtest.Pool) int {
	t.Helper()
	requests := pool.Requests()
	pool.ResetRequests()
	for _, request := range requests {
		require.Empty(t, request.ErrorCode)
	}
	return len(requests)
}
