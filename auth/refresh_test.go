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

// signedInWithStore returns a session of alice, and its Store.
func signedInWithStore(
	t testing.TB, pool *authtest.Pool, change ...func(*auth.Config),
) (*auth.Session, *auth.MemoryStore) {
	t.Helper()
	store := &auth.MemoryStore{}
	cfg := configFor(pool)
	cfg.Store = store
	for _, c := range change {
		c(&cfg)
	}
	session := newClient(t, cfg).Session("test")
	out, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	return session, store
}

const refreshOperation = "GetTokensFromRefreshToken"

// heldRefresh starts a refresh whose request waits at the pool until release is called. It sends
// its error to done.
func heldRefresh(
	ctx context.Context, t *testing.T, pool *authtest.Pool, session *auth.Session,
) (release func(), done <-chan error) {
	t.Helper()
	release = pool.Hold(refreshOperation)
	ended := make(chan error, 1)
	go func() {
		_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		ended <- err
	}()
	require.Eventually(t, func() bool { return count(pool, refreshOperation) == 1 }, time.Minute, time.Millisecond)
	return release, ended
}

func TestTokensAreRenewedNearTheirEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		age  time.Duration
		want int
	}{
		{0, 0},
		{58 * time.Minute, 0},
		{59*time.Minute + 30*time.Second, 1},
		{2 * time.Hour, 1},
	}
	for _, tt := range tests {
		t.Run(tt.age.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, authtest.Config{NoListener: true}, alice())
				session, _ := signedInWithStore(t, pool)
				time.Sleep(tt.age)
				_, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
				require.NoError(t, err)
				assert.Equal(t, tt.want, count(pool, refreshOperation))
			})
		})
	}
}

// TestTokensOfAClockThatWasSetBackAreRenewed: each bubble begins with the same time.
func TestTokensOfAClockThatWasSetBackAreRenewed(t *testing.T) {
	t.Parallel()
	store := &auth.MemoryStore{}
	tokens := fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`, unsignedToken())
	session := func(t *testing.T) (*auth.Session, *slowServer) {
		server := &slowServer{answers: []string{tokens}, delays: make([]time.Duration, 1)}
		return server.client(t, store).Session("test"), server
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Hour)
		here, _ := session(t)
		_, err := here.SignIn(t.Context(), auth.SignInInput{Username: "a", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
		require.NoError(t, err)
	})
	synctest.Test(t, func(t *testing.T) {
		here, server := session(t)
		_, err := here.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.Len(t, server.sent, 1, "a refresh")
	})
}

func TestManyCallersMakeOneRefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true, RefreshTokenRotation: true}, alice())
		session, _ := signedInWithStore(t, pool)
		time.Sleep(2 * time.Hour)
		const callers = 1000
		var wg sync.WaitGroup
		tokens := make([]string, callers)
		errs := make([]error, callers)
		for i := range callers {
			wg.Go(func() {
				got, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
				tokens[i], errs[i] = got.AccessToken.Raw, err
			})
		}
		wg.Wait()
		assert.Equal(t, 1, count(pool, refreshOperation))
		for i := range callers {
			require.NoError(t, errs[i])
			require.Equal(t, tokens[0], tokens[i])
		}
	})
}

func TestRefreshGoesOnWithoutItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true, RefreshTokenRotation: true}, alice())
		session, _ := signedInWithStore(t, pool)
		before, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		time.Sleep(2 * time.Hour)
		ctx, cancel := context.WithCancel(context.Background())
		release, left := heldRefresh(ctx, t, pool, session)
		cancel()
		require.ErrorIs(t, <-left, context.Canceled)
		release()

		after, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.NotEqual(t, before.AccessToken.Raw, after.AccessToken.Raw)
		assert.Equal(t, 1, count(pool, refreshOperation), "the refresh finished without its caller")
	})
}

// TestRefusedRefresh covers the answers that end a session, and those that do not.
func TestRefusedRefresh(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code, message string
		ends          bool
	}{
		{"NotAuthorizedException", "Refresh Token has been revoked", true},
		{"NotAuthorizedException", "Refresh Token has expired", true},
		{"NotAuthorizedException", "Invalid Refresh Token.", true},
		{"NotAuthorizedException", "User is disabled.", true},
		{"UserNotFoundException", "User does not exist.", true},
		{"PasswordResetRequiredException", "Password reset required for the user", true},
		{"UserNotConfirmedException", "User is not confirmed.", true},
		{"RefreshTokenReuseException", "x", true},
		{"NotAuthorizedException", "Unable to verify secret hash for client x", false},
		{"NotAuthorizedException", "something new", false},
		{"ResourceNotFoundException", "User pool client x does not exist.", false},
		{"TooManyRequestsException", "Rate exceeded", false},
		{"InternalErrorException", "x", false},
		{"ForbiddenException", "Request blocked", false},
		{"UserLambdaValidationException", "PreTokenGeneration failed with error x.", false},
		{"UnexpectedLambdaException", "x", false},
		{"InvalidParameterException", "x", false},
		{"BrandNewException", "x", false},
	}
	for _, tt := range tests {
		t.Run(tt.code+" "+tt.message, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, authtest.Config{NoListener: true}, alice())
				session, _ := signedInWithStore(t, pool)
				ctx := context.Background()
				pool.Fail(authtest.Fault{Operation: refreshOperation, Code: tt.code, Message: tt.message})
				time.Sleep(2 * time.Hour)
				_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.ErrorIs(t, err, auth.ErrorCode(tt.code))

				_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				status, statusErr := session.Status(ctx)
				require.NoError(t, statusErr)
				if tt.ends {
					require.ErrorIs(t, err, auth.ErrSessionExpired)
					require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
					assert.Equal(t, auth.StateExpired, status.State)
					return
				}
				require.NoError(t, err, "the refresh succeeds after the failure")
				assert.Equal(t, auth.StateSignedIn, status.State)
			})
		})
	}
}

func TestFailedRefreshReturnsTheOldTokensWhileTheyAreValid(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true}, alice())
		session, _ := signedInWithStore(t, pool)
		ctx := context.Background()
		before, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		time.Sleep(59*time.Minute + 30*time.Second)
		pool.Fail(
			authtest.Fault{
				Operation: refreshOperation, Code: "TooManyRequestsException", Message: "Rate exceeded", Times: 2,
			},
		)

		after, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.Equal(t, before.AccessToken.Raw, after.AccessToken.Raw)
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		assert.ErrorIs(t, err, auth.ErrTooManyRequests, "ForceRefresh returns the failure")
	})
}

func TestReusedRefreshTokenOfAnotherProcess(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, store := signedInWithStore(t, pool)
	ctx := context.Background()
	pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "RefreshTokenReuseException", Message: "x"})
	release := pool.Hold(refreshOperation)
	done := make(chan error, 1)
	go func() { done <- forceRefresh(ctx, t, pool, session) }()
	require.Eventually(t, func() bool { return count(pool, refreshOperation) == 1 }, time.Minute, time.Millisecond)
	// Another process has not seen the hold, and has exchanged the token and stored the new ones.
	changeRecord(t, store, func(record map[string]any) {
		record["tokens"].(map[string]any)["refreshToken"] = "rotated"
	})
	release()
	require.NoError(t, <-done)
	status, err := session.Status(ctx)
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedIn, status.State)
}

func TestRotationKeepsTheUserSignedIn(t *testing.T) {
	t.Parallel()
	for _, secret := range []bool{false, true} {
		t.Run(fmt.Sprintf("client secret %t", secret), func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{RefreshTokenRotation: true, ClientSecret: secret}, alice())
			session, _ := signedInWithStore(t, pool)
			seen := map[string]bool{}
			for range 5 {
				got, err := session.FetchAuthSession(context.Background(),
					auth.FetchAuthSessionInput{ForceRefresh: true})
				require.NoError(t, err)
				assert.False(t, seen[got.AccessToken.Raw])
				seen[got.AccessToken.Raw] = true
			}
		})
	}
}

func TestSignOutDuringARefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true}, alice())
		session, _ := signedInWithStore(t, pool)
		ctx := context.Background()
		time.Sleep(2 * time.Hour)
		release, done := heldRefresh(ctx, t, pool, session)
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
		release()
		require.Error(t, <-done)
		_, err := session.CurrentUser(ctx)
		assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated, "the refresh does not undo the sign-out")
	})
}

func TestSignInWhenTheTokensCanBeRenewed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		code string // of a failing refresh
		want error
	}{
		{"they can", "", auth.ErrUserAlreadyAuthenticated},
		{"never again", "UserNotFoundException", nil},
		{"not now", "TooManyRequestsException", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, authtest.Config{NoListener: true}, alice())
				session, _ := signedInWithStore(t, pool)
				time.Sleep(2 * time.Hour)
				if tt.code != "" {
					pool.Fail(authtest.Fault{Operation: refreshOperation, Code: tt.code, Message: "x"})
				}
				_, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
				require.ErrorIs(t, err, tt.want)
			})
		})
	}
}

func TestFailedSignInKeepsTokensThatMayBeRenewedLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true}, alice())
		session, _ := signedInWithStore(t, pool)
		ctx := context.Background()
		time.Sleep(2 * time.Hour)
		pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "TooManyRequestsException", Message: "x"})
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: "wrong"})
		require.ErrorIs(t, err, auth.ErrNotAuthorized)
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
	})
}

func TestShortLivedIDTokenIsRenewedInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{
			NoListener: true, AccessTokenValidity: time.Hour, IDTokenValidity: 5 * time.Minute,
		}, alice())
		session, _ := signedInWithStore(t, pool)
		for _, tt := range []struct {
			wait time.Duration
			want int
		}{{4 * time.Minute, 0}, {30*time.Second - 1, 0}, {1, 1}} {
			time.Sleep(tt.wait)
			_, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
			require.NoError(t, err)
			assert.Equal(t, tt.want, count(pool, refreshOperation))
		}
	})
}

// TestRefreshNeverChangesTheUser has a server return the tokens of another user.
func TestRefreshNeverChangesTheUser(t *testing.T) {
	t.Parallel()
	result := func(sub string) string {
		return fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`,
			unsignedTokenOf(sub))
	}
	session := newClient(t, newScript(t, result("id-of-alice"), result("id-of-bob")).config()).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(t, err)
	_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	require.ErrorIs(t, err, auth.ErrUnexpectedResponse)
	user, err := session.CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, "id-of-alice", user.UserID)
}

func TestRefreshWithoutAnIDTokenKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	server := newScript(t,
		fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"IdToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`,
			unsignedToken(), unsignedToken()),
		fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"ExpiresIn":3600}}`, unsignedToken()))
	session := newClient(t, server.config()).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx,
		auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
	require.NoError(t, err)
	renewed, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err)
	assert.Equal(t, unsignedToken(), renewed.IDToken.Raw)
}
