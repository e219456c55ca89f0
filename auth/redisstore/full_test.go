package redisstore_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

// TestSignOut_whenRedisIsFull has a Redis that refuses to save, but not to delete: nobody has to
// stay signed in for that.
func TestSignOut_whenRedisIsFull(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	pool, err := authtest.NewPool(authtest.Config{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	store := open(t, server.client(t), redisstore.Config{Key: newKey()})
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	require.NoError(t, err)
	session := client.Session("alice")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.NoError(t, server.client(t).ConfigSet(t.Context(), "maxmemory", "1").Err())
	_, err = store.Save(t.Context(), "bob", auth.Record{})
	require.ErrorContains(t, err, "OOM")

	pool.ResetRequests()
	require.NoError(t, session.SignOut(t.Context(), auth.SignOutInput{}))
	_, err = store.Load(t.Context(), "alice")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)
	require.Len(t, pool.Requests(), 1)
	assert.Equal(t, "RevokeToken", pool.Requests()[0].Operation)
}
