package auth_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func stateOf(t *testing.T, session *auth.Session) auth.SessionState {
	t.Helper()
	status, err := session.Status(context.Background())
	require.NoError(t, err)
	return status.State
}

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	var events []auth.EventName
	session, store := signedInWithStore(t, pool, func(cfg *auth.Config) {
		cfg.OnEvent = func(_ context.Context, e auth.Event) { events = append(events, e.Name) }
	})
	ctx := context.Background()
	pool.ResetRequests()
	events = nil

	require.NoError(t, session.DeleteUser(ctx))
	assert.Equal(t, []string{"DeleteUser"}, operations(pool), "no request revokes the tokens")
	assert.Equal(t, []auth.EventName{auth.EventSignedOut}, events)
	assert.Equal(t, auth.StateSignedOut, stateOf(t, session))
	_, err := store.Load(ctx, "test")
	require.ErrorIs(t, err, auth.ErrRecordNotFound)
	_, err = store.Load(ctx, "device/"+pool.ClientID+"/test")
	require.ErrorIs(t, err, auth.ErrRecordNotFound, "the device and its aliases are removed")
	require.ErrorIs(t, session.DeleteUser(ctx), auth.ErrUserUnAuthenticated)
	_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.ErrorIs(t, err, auth.ErrUserNotFound)
}

func TestRefusedDeletionChangesNothing(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := signedInWithStore(t, pool)
	ctx := context.Background()
	pool.Fail(authtest.Fault{Operation: "DeleteUser", Code: "NotAuthorizedException", Message: "no"})
	require.ErrorIs(t, session.DeleteUser(ctx), auth.ErrNotAuthorized)
	assert.Equal(t, auth.StateSignedIn, stateOf(t, session))
	_, err := session.FetchUserAttributes(ctx)
	require.NoError(t, err)
}

func TestLostDeletionCanBeRepeated(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := signedInWithStore(t, pool)
	ctx := context.Background()
	pool.Fail(authtest.Fault{Operation: "DeleteUser", LoseReply: true})
	require.ErrorIs(t, session.DeleteUser(ctx), auth.ErrOutcomeUnknown)
	assert.Equal(t, auth.StateSignedIn, stateOf(t, session), "the session stays if the outcome is unknown")
	require.NoError(t, session.DeleteUser(ctx), "a user who is already deleted counts as deleted")
	assert.Equal(t, auth.StateSignedOut, stateOf(t, session))
}

func TestDeleteUserWhoIsAlreadyDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true}, alice())
		session, _ := signedInWithStore(t, pool)
		time.Sleep(2 * time.Hour)
		deleteUser(t, pool, "alice")
		require.NoError(t, session.DeleteUser(context.Background()))
		assert.Equal(t, auth.StateSignedOut, stateOf(t, session))
		assert.Zero(t, count(pool, "DeleteUser"))
	})
}

func TestDeletedUserWhoseSessionCannotBeRemoved(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	store := &shakyStore{}
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
	ctx := context.Background()
	store.failures.Store(5) // four tries to save, and to delete
	err := session.DeleteUser(ctx)
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "DeleteUser", e.Op)
	assert.Equal(t, auth.ErrStore, e.Code)
	require.ErrorContains(t, err, "connection reset")
	require.ErrorIs(t, errOf(session.SignOut(ctx, auth.SignOutInput{})), nil)
	assert.Equal(t, auth.StateSignedOut, stateOf(t, session))
}

func TestSignInDetailsSurviveARestart(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, AliasAttributes: []string{"email"}},
		alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} }))
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	ctx := context.Background()
	_, err := newClient(t, cfg).Session("test").SignIn(ctx, auth.SignInInput{
		Username: "alice@example.com", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(t, err)
	_, err = newClient(t, cfg).Session("test").ConfirmSignIn(ctx, auth.ConfirmSignInInput{
		ChallengeResponse: nextTOTP(t, pool, totpSecret),
	})
	require.NoError(t, err)
	user, err := newClient(t, cfg).Session("test").CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, "alice", user.Username)
	assert.Equal(t, auth.SignInDetails{LoginID: "alice@example.com", AuthFlowType: auth.AuthFlowUserPassword},
		user.SignInDetails)
}

// TestUserNamesThatLookLikeKeys signs in users whose names would be keys of others in a storage
// such as Amplify's.
func TestUserNamesThatLookLikeKeys(t *testing.T) {
	t.Parallel()
	names := []string{"username", "alice", "alice.accesstoken", "alice.lastauthuser", "device:alice", "alice/../bob"}
	pool := newPool(t, authtest.Config{})
	client := newClient(t, configFor(pool))
	ctx := context.Background()
	for _, name := range names {
		require.NoError(t, pool.AddUser(authtest.User{Username: name, Password: password}))
		_, err := client.Session("of "+name).SignIn(ctx, auth.SignInInput{Username: name, Password: password})
		require.NoError(t, err)
	}
	for _, name := range names {
		user, err := client.Session("of " + name).CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, name, user.Username)
	}
}
