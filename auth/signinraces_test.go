package auth_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestSlowSignInDoesNotReplaceANewerOne signs in anew, or out, between the two requests of a
// sign-in that sets up an authenticator app. The last step that was shown, and its secret, must
// stay.
func TestSlowSignInDoesNotReplaceANewerOne(t *testing.T) {
	t.Parallel()
	meanwhile := map[string]func(t *testing.T, pool *authtest.Pool, session *auth.Session) (after func(t *testing.T)){
		"a newer sign-in": func(t *testing.T, pool *authtest.Pool, session *auth.Session) func(t *testing.T) {
			t.Helper()
			out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
			require.NoError(t, err)
			return func(t *testing.T) {
				t.Helper()
				_, err := session.ConfirmSignIn(t.Context(), respondWithNewTOTP(t, pool, out.NextStep))
				assert.NoError(t, err)
			}
		},
		"a sign-out": func(t *testing.T, _ *authtest.Pool, session *auth.Session) func(t *testing.T) {
			t.Helper()
			require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
			return func(t *testing.T) {
				t.Helper()
				assert.Equal(t, auth.StateSignedOut, stateOf(t, session))
			}
		},
	}
	for name, meet := range meanwhile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true},
				authtest.User{Username: "alice", Password: password})
			cfg := configFor(pool)
			cfg.Store = &auth.MemoryStore{}
			quick := newClient(t, cfg).Session("test")
			network := &slowAnswers{
				operation: "AssociateSoftwareToken", arrived: make(chan struct{}), release: make(chan struct{}),
			}
			cfg.HTTPClient = &http.Client{Transport: network}
			slow := newClient(t, cfg).Session("test")
			done := make(chan error, 1)
			go func() {
				_, err := slow.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
				done <- err
			}()
			<-network.arrived
			after := meet(t, pool, quick)
			close(network.release)
			require.ErrorIs(t, <-done, auth.ErrSignIn)
			after(t)
		})
	}
}

// TestSetUpSecretIsRequestedOnce: while a sign-in requests the TOTP secret, there is no step to
// answer.
func TestSetUpSecretIsRequestedOnce(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true},
		authtest.User{Username: "alice", Password: password})
	session, _ := processes(t, pool)
	release := pool.Hold("AssociateSoftwareToken")
	defer release()
	done := make(chan auth.SignInStep, 1)
	first := session()
	go func() {
		out, err := first.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
		assert.NoError(t, err)
		done <- out.NextStep
	}()
	require.Eventually(t, func() bool { return count(pool, "AssociateSoftwareToken") == 1 }, time.Minute,
		time.Millisecond)
	_, err := session().ConfirmSignIn(context.Background(), auth.ConfirmSignInInput{ChallengeResponse: "TOTP"})
	require.ErrorIs(t, err, auth.ErrStepInProgress)
	release()
	_, err = session().ConfirmSignIn(context.Background(), respondWithNewTOTP(t, pool, <-done))
	assert.NoError(t, err)
}

// hookedStore calls before once, ahead of the next Save, and after once, whose error is that of the
// Save.
type hookedStore struct {
	auth.MemoryStore
	before func()
	after  func() error
}

func (s *hookedStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if before := s.before; before != nil {
		s.before = nil
		before()
	}
	saved, err := s.MemoryStore.Save(ctx, key, r)
	if after := s.after; after != nil {
		s.after = nil
		err = errors.Join(err, after())
	}
	return saved, err
}

// TestConfirmSignUpDuringAutoSignInIsKept: the challenge session of a confirmation outlives an
// AutoSignIn that began before it.
func TestConfirmSignUpDuringAutoSignInIsKept(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	cfg := configFor(pool)
	store := &hookedStore{}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	signUpBob(t, session,
		&auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorPassword})
	store.before = func() { confirmBob(t, session, pool) }
	_, err := session.AutoSignIn(ctx, auth.AutoSignInInput{Password: "Wrong-Password-1"})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	out, err := session.AutoSignIn(ctx, auth.AutoSignInInput{})
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

// TestFailedSignInLeavesANewerOne: it was to replace the one before that.
func TestFailedSignInLeavesANewerOne(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, aliceWithTOTP(),
		authtest.User{Username: "bob", Password: password})
	session, _ := processes(t, pool)
	passwordEntered(t, pool, session())
	release := pool.HoldUser("RespondToAuthChallenge", "bob")
	defer release()
	answers := count(pool, "RespondToAuthChallenge")
	done, slow := make(chan error, 1), session()
	go func() {
		done <- errOf(slow.SignIn(context.Background(), auth.SignInInput{Username: "bob", Password: "Wrong-Password-1"}))
	}()
	require.Eventually(t, func() bool { return count(pool, "RespondToAuthChallenge") > answers }, time.Minute,
		time.Millisecond)
	passwordEntered(t, pool, session())
	release()
	require.ErrorIs(t, <-done, auth.ErrNotAuthorized)
	require.NoError(t, enterCode(t.Context(), t, pool, session()))
	requireSignedIn(t, session(), "alice")
}
