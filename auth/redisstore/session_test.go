package redisstore_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

const password = "Correct-Horse-7-Battery"

// TestTwoClientsNeverReuseARefreshToken has two processes of a service refresh one session, whose
// refresh tokens work once, from many goroutines, again and again.
func TestTwoClientsNeverReuseARefreshToken(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	pool, err := authtest.NewPool(authtest.Config{RefreshTokenRotation: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	cfg := redisstore.Config{Key: newKey()}
	sessions := make([]*auth.Session, 2)
	for i := range sessions {
		client, err := auth.NewClient(auth.Config{
			UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: open(t, server.client(t), cfg),
		})
		require.NoError(t, err)
		sessions[i] = client.Session("alice")
	}
	_, err = sessions[0].SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
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

// refreshTogether holds the first refresh until all goroutines have started from the same tokens.
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
