package mfa_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

var errDisk = errors.New("the disk failed")

// failingStore loads nothing while failing is set.
type failingStore struct {
	auth.MemoryStore
	failing atomic.Bool
}

func (s *failingStore) Load(ctx context.Context, key string) (auth.Record, error) {
	if s.failing.Load() {
		return auth.Record{}, errDisk
	}
	return s.MemoryStore.Load(ctx, key)
}

func (s *failingStore) Unchanged(context.Context, string, string) (bool, error) { return false, nil }

// TestStoreFailureIsNoAnswer: it does not say that no set-up is under way, or that one was given up.
func TestStoreFailureIsNoAnswer(t *testing.T) {
	t.Parallel()
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: "Correct-Horse-7-Battery"}))
	store := &failingStore{}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	require.NoError(t, err)
	session := client.Session("alice")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: "Correct-Horse-7-Battery"})
	require.NoError(t, err)
	_, err = mfa.SetUpTOTP(t.Context(), session)
	require.NoError(t, err)
	store.failing.Store(true)
	for name, call := range map[string]func() error{
		"SetUpTOTP":        func() error { _, err := mfa.SetUpTOTP(t.Context(), session); return err },
		"PendingTOTPSetup": func() error { _, _, err := mfa.PendingTOTPSetup(t.Context(), session); return err },
		"CancelTOTPSetup":  func() error { return mfa.CancelTOTPSetup(t.Context(), session) },
	} {
		err := call()
		require.ErrorIs(t, err, auth.ErrStore, name)
		require.ErrorIs(t, err, errDisk, name)
	}
	store.failing.Store(false)
	_, ok, err := mfa.PendingTOTPSetup(t.Context(), session)
	require.NoError(t, err)
	require.True(t, ok)
}
