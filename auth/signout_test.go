package auth_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestSignOutRevokes(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{"public client": false, "client secret": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{ClientSecret: secret}, alice())
			session, store := signedInWithStore(t, pool)
			ctx := context.Background()
			copied, err := store.Load(ctx, "test")
			require.NoError(t, err)
			require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})), "signing out twice is not an error")
			assert.Equal(t, 1, count(pool, "RevokeToken"))

			copied.Version = ""
			_, err = store.Save(ctx, "test", copied)
			require.NoError(t, err)
			_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
			require.ErrorIs(t, err, auth.ErrNotAuthorized, "a copied refresh token is revoked")
			_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			require.ErrorIs(t, err, auth.ErrSessionExpired)
		})
	}
}

func TestGlobalSignOutEndsOtherSessions(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	here, _ := signedInWithStore(t, pool)
	elsewhere, _ := signedInWithStore(t, pool)
	ctx := context.Background()
	require.NoError(t, errOf(here.SignOut(ctx, auth.SignOutInput{Global: true})))
	_, err := elsewhere.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	assert.ErrorIs(t, err, auth.ErrNotAuthorized)
}

func TestLocalSignOutAlwaysSucceeds(t *testing.T) {
	t.Parallel()
	for _, in := range []auth.SignOutInput{{}, {Global: true}} {
		pool := newPool(t, authtest.Config{}, alice())
		session, _ := signedInWithStore(t, pool)
		ctx := context.Background()
		pool.Fail(authtest.Fault{Code: "TooManyRequestsException", Message: "Rate exceeded", Times: -1})
		_, err := session.SignOut(ctx, in)
		require.ErrorIs(t, err, auth.ErrSignOutIncomplete)
		require.ErrorIs(t, err, auth.ErrTooManyRequests)
		status, err := session.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, auth.StateSignedOut, status.State)
	}
}

// TestSignOut_ofAFullStore has a Store that refuses to save but deletes.
func TestSignOut_outlastsAShortFailureOfTheStore(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	store := &shakyStore{}
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
	store.failures.Store(3) // tries to delete
	out, err := session.SignOut(context.Background(), auth.SignOutInput{})
	require.NoError(t, err)
	assert.Equal(t, auth.SignOutOutput{WasSignedIn: true, Revoked: true}, out)
	assert.Equal(t, auth.StateSignedOut, stateOf(t, session))
	assert.Equal(t, 1, count(pool, "RevokeToken"))

	session, _ = signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
	store.failures.Store(4)
	require.Error(t, errOf(session.SignOut(context.Background(), auth.SignOutInput{})))
	assert.Equal(t, auth.StateSignedIn, stateOf(t, session),
		"a sign-out that cannot be stored leaves the session signed in")
	assert.Equal(t, 1, count(pool, "RevokeToken"))
}

func TestStatus(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	session := newSession(t, pool)
	ctx := context.Background()
	status := func() auth.Status {
		s, err := session.Status(ctx)
		require.NoError(t, err)
		return s
	}
	assert.Equal(t, auth.Status{State: auth.StateSignedOut}, status())
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	signingIn := status()
	assert.Equal(t, auth.StateSigningIn, signingIn.State)
	assert.Equal(t, auth.StepConfirmSignInWithTOTPCode, signingIn.NextStep.Name())
	assert.WithinDuration(t, time.Now().Add(3*time.Minute), signingIn.ExpiresAt, time.Minute)
	_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
	require.NoError(t, err)
	signedIn := status()
	assert.Equal(t, auth.StateSignedIn, signedIn.State)
	assert.WithinDuration(t, time.Now().Add(time.Hour), signedIn.ExpiresAt, time.Minute)
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	assert.Equal(t, auth.Status{State: auth.StateSignedOut}, status())
}

func TestEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var names []auth.EventName
		pool := newPool(t, authtest.Config{NoListener: true, Devices: authtest.DevicesAlways}, alice())
		session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) {
			cfg.OnEvent = func(_ context.Context, event auth.Event) {
				mu.Lock()
				defer mu.Unlock()
				assert.Equal(t, "test", event.SessionKey)
				names = append(names, event.Name)
			}
		})
		ctx := context.Background()
		force := auth.FetchAuthSessionInput{ForceRefresh: true}
		_, err := session.FetchAuthSession(ctx, force)
		require.NoError(t, err)
		pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "TooManyRequestsException", Message: "Rate exceeded"})
		_, err = session.FetchAuthSession(ctx, force)
		require.Error(t, err)
		time.Sleep(2 * time.Hour)
		pool.Fail(
			authtest.Fault{
				Operation: refreshOperation, Code: "NotAuthorizedException", Message: "Refresh Token has expired",
			},
		)
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.Error(t, err)
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))

		mu.Lock()
		defer mu.Unlock()
		assert.Equal(t, []auth.EventName{
			auth.EventSignedIn, auth.EventDeviceRegistered, auth.EventTokenRefresh, auth.EventTokenRefreshFailure,
			auth.EventSessionExpired, auth.EventSignedOut,
		}, names)
	})
}

func TestStatusShowsTheSameSecretAgain(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true},
		authtest.User{Username: "alice", Password: password})
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	ctx := context.Background()
	out, err := newClient(t, cfg).Session("test").SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	status, err := newClient(t, cfg).Session("test").Status(ctx)
	require.NoError(t, err)
	assert.Equal(t, out.NextStep, status.NextStep)
	assert.Equal(t, 1, count(pool, "AssociateSoftwareToken"))
}

func TestSignOutEndsTheSignInUnderWay(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	session := atTOTPCode(t, configFor(pool))
	ctx := context.Background()
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	pool.ResetRequests()
	_, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
	require.ErrorIs(t, err, auth.ErrSignIn)
	assert.Empty(t, pool.Requests())
}

// TestSignOutWhereRevocationIsOff has an app client whose tokens have no origin_jti.
func TestSignOutWhereRevocationIsOff(t *testing.T) {
	t.Parallel()
	server := newScript(t,
		fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`, unsignedToken()))
	session := newClient(t, server.config()).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx,
		auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
	require.NoError(t, err)
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	assert.Len(t, server.requests, 1)
	_, err = session.CurrentUser(ctx)
	assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}
