package auth_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestAutoSignInTwiceAtOnce(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	session, _ := processes(t, pool)
	ctx := context.Background()
	signUpBob(t, session(), &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth})
	confirmBob(t, session(), pool)
	pool.ResetRequests()
	release := pool.Hold("InitiateAuth")
	defer release()
	done := make(chan error, 1)
	first := session()
	go func() {
		_, err := first.AutoSignIn(ctx, auth.AutoSignInInput{})
		done <- err
	}()
	require.Eventually(t, func() bool { return len(pool.Requests()) == 1 }, time.Minute, time.Millisecond)
	_, err := session().AutoSignIn(ctx, auth.AutoSignInInput{})
	require.ErrorIs(t, err, auth.ErrStepInProgress)
	release()
	require.NoError(t, <-done)
}

func TestAutoSignInWhileSignedIn(t *testing.T) {
	t.Parallel()
	pool := choicePool(t, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	session, _ := processes(t, pool)
	ctx := context.Background()
	_, err := session().SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	signUpBob(t, session(), &auth.AutoSignInOptions{})
	_, err = session().AutoSignIn(ctx, auth.AutoSignInInput{Password: password})
	require.ErrorIs(t, err, auth.ErrUserAlreadyAuthenticated)
	status, err := session().Status(ctx)
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedIn, status.State)
}

// TestAutoSignInIgnoresTheDeviceOfADeletedNamesake signs up a user under the name of a deleted one,
// whose device is still in the Store.
func TestAutoSignInIgnoresTheDeviceOfADeletedNamesake(t *testing.T) {
	t.Parallel()
	pool := choicePool(t, authtest.User{Username: "bob", Password: password})
	session, _ := processes(t, pool)
	ctx := context.Background()
	_, err := session().SignIn(ctx, auth.SignInInput{Username: "bob", Password: password})
	require.NoError(t, err)
	require.NoError(t, errOf(session().SignOut(ctx, auth.SignOutInput{})))
	deleteUser(t, pool, "bob")
	signUpBob(t, session(), &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth})
	confirmBob(t, session(), pool)
	out, err := session().AutoSignIn(ctx, auth.AutoSignInInput{})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	assert.NotEmpty(t, out.NewDevice.Key)
}

// TestAutoSignInJoinsTheDeviceThatAnotherSignInRegisters has two tabs of one browser sign in at
// once.
func TestAutoSignInJoinsTheDeviceThatAnotherSignInRegisters(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	tab := func(key string) *auth.Session { return newClient(t, cfg).Session(key).OnDevice("browser") }
	ctx := context.Background()
	signUpBob(t, tab("first"), &auth.AutoSignInOptions{})
	confirmBob(t, tab("first"), pool)
	release := pool.Hold("ConfirmDevice")
	defer release()
	done := make(chan error, 2)
	go func() {
		_, err := tab("second").SignIn(ctx, auth.SignInInput{Username: "bob", Password: password})
		done <- err
	}()
	require.Eventually(t, func() bool { return count(pool, "ConfirmDevice") == 1 }, time.Minute, time.Millisecond)
	go func() {
		_, err := tab("first").AutoSignIn(ctx, auth.AutoSignInInput{Password: password})
		done <- err
	}()
	require.Eventually(t, func() bool { return count(pool, "InitiateAuth") == 2 }, time.Minute, time.Millisecond)
	release()
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	first, err := tab("first").CurrentDevice(ctx)
	require.NoError(t, err)
	second, err := tab("second").CurrentDevice(ctx)
	require.NoError(t, err)
	assert.Equal(t, second.Key, first.Key)
	assert.Equal(t, 1, count(pool, "ConfirmDevice"))
}

// TestSignUpLeavesANewerSignInAlone signs in in another process while Cognito works on a sign-up.
func TestSignUpLeavesANewerSignInAlone(t *testing.T) {
	t.Parallel()
	pool := choicePool(t, aliceWithTOTP())
	session, _ := processes(t, pool)
	ctx := context.Background()
	signUpBob(t, session(), &auth.AutoSignInOptions{})
	pool.ResetRequests()
	release := pool.Hold("SignUp")
	defer release()
	done := make(chan error, 1)
	first := session()
	go func() {
		_, err := first.SignUp(ctx, auth.SignUpInput{Username: "carol", Password: password})
		done <- err
	}()
	require.Eventually(t, func() bool { return count(pool, "SignUp") == 1 }, time.Minute, time.Millisecond)
	_, err := session().SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	release()
	require.NoError(t, <-done)
	status, err := session().Status(ctx)
	require.NoError(t, err)
	assert.Equal(t, auth.StateSigningIn, status.State)
}

func TestSignUpWithAStoreThatFailsMidway(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	cfg := configFor(pool)
	store := &countingStore{}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	options := &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth}
	store.reset(true, 0)
	out, err := session.SignUp(ctx, auth.SignUpInput{
		Username:       "bob",
		Password:       password,
		UserAttributes: map[string]string{"email": "bob@example.com"},
		AutoSignIn:     options,
	})
	require.ErrorIs(t, err, errBroken)
	assert.NotEmpty(t, out.UserID, "the user was created")
	assert.Equal(t, auth.SignUpStepConfirmSignUp, out.NextStep.Name())

	store.reset(false, 0)
	assert.Equal(t, auth.DoneSignUpStep{}, confirmBob(t, session, pool).NextStep)
	_, err = session.SignUp(ctx, auth.SignUpInput{
		Username:       "carol",
		Password:       password,
		UserAttributes: map[string]string{"email": "carol@example.com"},
		AutoSignIn:     options,
	})
	require.NoError(t, err)
	store.reset(true, 0)
	confirmed, err := session.ConfirmSignUp(ctx,
		auth.ConfirmSignUpInput{Username: "carol", ConfirmationCode: pool.LastCode("carol")})
	require.ErrorIs(t, err, errBroken)
	assert.Equal(t, auth.ConfirmSignUpOutput{IsSignUpComplete: true, NextStep: auth.DoneSignUpStep{}}, confirmed)
}

// keyFaultStore fails the Saves of one key once it is told to.
type keyFaultStore struct {
	auth.MemoryStore
	key   string
	allow atomic.Int32 // so many Saves succeed before
}

func (s *keyFaultStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if key == s.key && s.allow.Add(-1) < 0 {
		return auth.Record{}, errBroken
	}
	return s.MemoryStore.Save(ctx, key, r)
}

// TestFirstTokensStayIfThoseOnTheSharedDeviceCannotBeStored checks that stored tokens are not
// revoked before they are replaced.
func TestFirstTokensStayIfThoseOnTheSharedDeviceCannotBeStored(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways},
		alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	cfg := configFor(pool)
	store := &keyFaultStore{key: "second"}
	store.allow.Store(1)
	cfg.Store = store
	tab := func(key string) *auth.Session { return newClient(t, cfg).Session(key).OnDevice("browser") }
	ctx := context.Background()
	signIn := func(tab *auth.Session) error {
		out, err := tab.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		assert.True(t, out.IsSignedIn)
		return err
	}
	release := pool.Hold("ConfirmDevice")
	defer release()
	done := make(chan error, 2)
	go func() { done <- signIn(tab("first")) }()
	require.Eventually(t, func() bool { return count(pool, "ConfirmDevice") == 1 }, time.Minute, time.Millisecond)
	go func() { done <- signIn(tab("second")) }()
	require.Eventually(t, func() bool { return count(pool, "InitiateAuth") == 2 }, time.Minute, time.Millisecond)
	release()
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	assert.Negative(t, store.allow.Load(), "the second tokens were not stored")
	store.allow.Store(10)
	for _, key := range []string{"first", "second"} {
		_, err := tab(key).FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		assert.NoError(t, err, key)
	}
}
