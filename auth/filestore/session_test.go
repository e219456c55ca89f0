package filestore_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

// TestManyClientsRefreshOnce gives each of twenty Clients a Store of its own on the same folder, as twenty processes have, and
// an expired session whose refresh token works once.
func TestManyClientsRefreshOnce(t *testing.T) {
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
		store := newStore(t, dir, key)
		client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store})
		require.NoError(t, err)
		return client.Session("alice")
	}
	_, err = open().SignIn(ctx, auth.SignInInput{Username: "alice", Password: "Correct-Horse-7-Battery"})
	require.NoError(t, err)
	expire(ctx, t, newStore(t, dir, key))
	pool.ResetRequests()

	const clients = 20
	sessions := make([]*auth.Session, clients)
	for i := range sessions {
		sessions[i] = open()
	}
	var wg sync.WaitGroup
	tokens := make([]string, clients)
	errs := make([]error, clients)
	for i, session := range sessions {
		wg.Go(func() {
			got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			tokens[i], errs[i] = got.AccessToken.Raw, err
		})
	}
	wg.Wait()
	for i := range clients {
		require.NoError(t, errs[i])
		assert.Equal(t, tokens[0], tokens[i])
	}
	require.Len(t, pool.Requests(), 1)
	assert.Equal(t, "GetTokensFromRefreshToken", pool.Requests()[0].Operation)
}

func newStore(t *testing.T, dir string, key []byte) *filestore.Store {
	t.Helper()
	store, err := filestore.New(dir, key)
	require.NoError(t, err)
	return store
}

// expire rewrites alice's stored tokens as if they had come long ago.
func expire(ctx context.Context, t *testing.T, store auth.Store) {
	t.Helper()
	record, err := store.Load(ctx, "alice")
	require.NoError(t, err)
	var content map[string]any
	require.NoError(t, json.Unmarshal(record.Data, &content))
	tokens := content["tokens"].(map[string]any)
	for _, name := range []string{"receivedAt", "renewAt", "validUntil"} {
		tokens[name] = time.Now().Add(-time.Hour)
	}
	record.Data, err = json.Marshal(content)
	require.NoError(t, err)
	_, err = store.Save(ctx, "alice", record)
	require.NoError(t, err)
}
