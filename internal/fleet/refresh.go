package fleet

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// RefreshOnce refreshes one session, whose refresh tokens work once, from a Client for each Store
// and many goroutines, and checks that no refresh token is used twice.
func RefreshOnce(t *testing.T, stores ...auth.Store) {
	t.Helper()
	pool := NewPool(t, authtest.Config{RefreshTokenRotation: true}, "alice")
	var sessions []*auth.Session
	for _, store := range stores {
		sessions = append(sessions, NewClient(t, pool, store).Session("alice"))
	}
	SignIn(t, NewClient(t, pool, stores[0]), "alice")
	pool.ResetRequests()

	const rounds, goroutines = 5, 20
	for range rounds {
		refreshTogether(t, pool, sessions, goroutines)
	}
	requests := pool.Requests()
	assert.GreaterOrEqual(t, len(requests), rounds)
	for _, request := range requests {
		assert.Equal(t, "GetTokensFromRefreshToken", request.Operation)
		assert.Empty(t, request.ErrorCode, "no refresh token was used twice")
	}
}

// refreshTogether refreshes in all goroutines, and holds the first request until all have started.
func refreshTogether(t *testing.T, pool *authtest.Pool, sessions []*auth.Session, goroutines int) {
	t.Helper()
	release := pool.Hold("GetTokensFromRefreshToken")
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var started, done sync.WaitGroup
	for i := range goroutines {
		started.Add(1)
		done.Go(func() {
			started.Done()
			_, err := sessions[i%len(sessions)].FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
			assert.NoError(t, err)
		})
	}
	started.Wait()
	release()
	done.Wait()
	for _, session := range sessions {
		_, err := session.CurrentUser(ctx)
		assert.NoError(t, err)
	}
}
