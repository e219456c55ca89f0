package filestore_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

// TestManyClientsNeverReuseARefreshToken gives each of twenty Clients a Store of its own on the same folder, as twenty processes have, and
// has all of them refresh one session whose refresh token works once.
func TestManyClientsNeverReuseARefreshToken(t *testing.T) {
	t.Parallel()
	pool, err := authtest.NewPool(authtest.Config{RefreshTokenRotation: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: "Correct-Horse-7-Battery"}))
	key, err := filestore.NewKey()
	require.NoError(t, err)
	dir := t.TempDir() + "/sessions"
	ctx := context.Background()
	open := func() *auth.Session {
		store, err := filestore.New(dir, key)
		require.NoError(t, err)
		client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store})
		require.NoError(t, err)
		return client.Session("alice")
	}
	_, err = open().SignIn(ctx, auth.SignInInput{Username: "alice", Password: "Correct-Horse-7-Battery"})
	require.NoError(t, err)
	pool.ResetRequests()

	const clients = 20
	sessions := make([]*auth.Session, clients)
	for i := range sessions {
		sessions[i] = open()
	}
	// All of them start from the same tokens: the refresh is held until each has asked for it or waits for the lease.
	release := pool.Hold("GetTokensFromRefreshToken")
	var wg sync.WaitGroup
	var started sync.WaitGroup
	tokens := make([]string, clients)
	errs := make([]error, clients)
	for i, session := range sessions {
		started.Add(1)
		wg.Go(func() {
			started.Done()
			got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
			tokens[i], errs[i] = got.AccessToken.Raw, err
		})
	}
	started.Wait()
	release()
	wg.Wait()
	for i := range clients {
		require.NoError(t, errs[i])
		_, err := sessions[i].CurrentUser(ctx)
		assert.NoError(t, err)
	}
	for _, request := range pool.Requests() {
		assert.Equal(t, "GetTokensFromRefreshToken", request.Operation)
		assert.Empty(t, request.ErrorCode, "no refresh token was used twice")
	}
}
