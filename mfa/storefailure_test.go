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
	// afterLoad, if not nil, runs once, after the next Load.
	afterLoad func()
}

func (s *failingStore) Load(ctx context.Context, key string) (auth.Record, error) {
	if s.failing.Load() {
		return auth.Record{}, errDisk
	}
	r, err := s.MemoryStore.Load(ctx, key)
	if run := s.afterLoad; run != nil {
		s.afterLoad = nil
		run()
	}
	return r, err
}

func (s *failingStore) Unchanged(context.Context, string, string) (bool, error) { return false, nil }

// TestStoreFailureIsNoAnswer: it does not say that no set-up is under way, or that one was given
// up.
func TestStoreFailureIsNoAnswer(t *testing.T) {
	t.Parallel()
	session, store, _ := signedInWith(t)
	_, err := mfa.SetUpTOTP(t.Context(), session)
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

// TestStoreFailureIsNoChangeOfTheUser lets the Store fail between the two times that SetUpTOTP
// reads the session.
func TestStoreFailureIsNoChangeOfTheUser(t *testing.T) {
	t.Parallel()
	session, store, pool := signedInWith(t)
	pool.ResetRequests()
	store.afterLoad = func() { store.failing.Store(true) }
	_, err := mfa.SetUpTOTP(t.Context(), session)
	require.ErrorIs(t, err, errDisk)
	require.NotErrorIs(t, err, auth.ErrUserChanged)
	require.Empty(t, pool.Requests())
}

// TestSignOutWhileThePageLoads signs out between the two times that PendingTOTPSetup reads the
// session.
func TestSignOutWhileThePageLoads(t *testing.T) {
	t.Parallel()
	session, store, _ := signedInWith(t)
	_, err := mfa.SetUpTOTP(t.Context(), session)
	require.NoError(t, err)
	store.afterLoad = func() {
		_, err := session.SignOut(t.Context(), auth.SignOutInput{})
		require.NoError(t, err)
	}
	_, ok, err := mfa.PendingTOTPSetup(t.Context(), session)
	require.NoError(t, err)
	require.False(t, ok)
}

// signedInWith returns the session of alice, and what it is kept in.
func signedInWith(t *testing.T) (*auth.Session, *failingStore, *authtest.Pool) {
	t.Helper()
	pool := authtest.New(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	store := &failingStore{}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	require.NoError(t, err)
	session := client.Session("alice")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	return session, store, pool
}
