package auth_test

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// slowAnswers holds back the answers of one operation until release is closed.
type slowAnswers struct {
	inner     http.RoundTripper // default: net/http's
	operation string
	arrived   chan struct{}
	release   chan struct{}
}

func (s *slowAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := cmp.Or[http.RoundTripper](s.inner, http.DefaultTransport).RoundTrip(r)
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+s.operation) {
		close(s.arrived)
		<-s.release
	}
	return response, err
}

// TestSuccessfulRefreshWinsOverARefusedOne has one process exchange the refresh token. Before it
// has stored the new one, another process, which only has the old one, is refused.
func TestSuccessfulRefreshWinsOverARefusedOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true, RefreshTokenRotation: true}, alice())
		session, store := signedInWithStore(t, pool)
		time.Sleep(2 * time.Hour)
		cfg := configFor(pool)
		network := &slowAnswers{
			inner: cfg.HTTPClient.Transport, operation: refreshOperation,
			arrived: make(chan struct{}), release: make(chan struct{}),
		}
		cfg.Store, cfg.HTTPClient = store, &http.Client{Transport: network}
		slow := newClient(t, cfg).Session("test")
		ctx := context.Background()
		done := make(chan error, 1)
		go func() {
			_, err := slow.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			done <- err
		}()
		<-network.arrived
		_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.ErrorIs(t, err, auth.ErrRefreshTokenReuse)
		close(network.release)
		require.NoError(t, <-done)
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		assert.NoError(t, err)
	})
}

// TestLateRefreshReturnsTheNewerTokens has a process without a lease return with its tokens after
// another process has stored newer ones.
func TestLateRefreshReturnsTheNewerTokens(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true, RetryGracePeriod: time.Minute}, alice())
	session, store := signedInWithStore(t, pool)
	network := &slowAnswers{operation: refreshOperation, arrived: make(chan struct{}), release: make(chan struct{})}
	cfg := configFor(pool)
	cfg.Store, cfg.HTTPClient = store, &http.Client{Transport: network}
	late := newClient(t, cfg).Session("test")
	ctx := context.Background()
	done := make(chan string, 1)
	go func() {
		got, err := late.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		assert.NoError(t, err)
		done <- got.AccessToken.Raw
	}()
	<-network.arrived
	newer, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err)
	before, err := store.Load(ctx, "test")
	require.NoError(t, err)
	close(network.release)
	assert.Equal(t, newer.AccessToken.Raw, <-done)
	after, err := store.Load(ctx, "test")
	require.NoError(t, err)
	assert.Equal(t, before.Version, after.Version, "and saves nothing")
	for _, handle := range []*auth.Session{session, late} {
		got, err := handle.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.Equal(t, newer.AccessToken.Raw, got.AccessToken.Raw)
	}
	assert.Equal(t, 2, count(pool, refreshOperation))
}

// shakyStore fails some Saves and Deletes.
type shakyStore struct {
	auth.MemoryStore
	failures atomic.Int32
}

func (s *shakyStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if s.failures.Add(-1) >= 0 {
		return auth.Record{}, errors.New("connection reset")
	}
	return s.MemoryStore.Save(ctx, key, r)
}

func (s *shakyStore) Delete(ctx context.Context, key string, r auth.Record) error {
	if s.failures.Add(-1) >= 0 {
		return errors.New("connection reset")
	}
	return s.MemoryStore.Delete(ctx, key, r)
}

func TestRotatedTokensSurviveFailedSaves(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
	cfg := configFor(pool)
	store := &shakyStore{}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	store.failures.Store(2)
	for range 2 {
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
	}
}

func TestWrongAppClientDoesNotEndTheSession(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, store := signedInWithStore(t, pool)
	ctx := context.Background()
	cfg := configFor(pool)
	cfg.Store, cfg.ClientID = store, "another"
	_, err := newClient(t, cfg).Session("test").FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
	_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	assert.NoError(t, err)
}

func TestTwoTabsOnOneDeviceCanBothBeRefreshed(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesAlways)
	client := newClient(t, configFor(pool))
	ctx := context.Background()
	tabs := []*auth.Session{client.Session("tab 1").OnDevice("browser"), client.Session("tab 2").OnDevice("browser")}
	for _, tab := range tabs {
		_, err := tab.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
	}
	for _, tab := range tabs {
		_, err := tab.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
		require.NoError(t, err)
	}
	for _, tab := range tabs {
		_, err := tab.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		assert.NoError(t, err)
	}
}

func TestDoubleClickOnAChoiceKeepsTheSignIn(t *testing.T) {
	t.Parallel()
	// A click that comes after the winner's step was stored is taken for a code, which the pool
	// then calls malformed.
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	session := newSession(t, pool)
	ctx := context.Background()
	_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	var wg sync.WaitGroup
	outs := make([]auth.SignInOutput, 4)
	errs := make([]error, len(outs))
	for i := range outs {
		wg.Go(func() {
			outs[i], errs[i] = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "TOTP"})
		})
	}
	wg.Wait()
	var step auth.SignInStep
	for i := range outs {
		if errs[i] == nil {
			require.Nil(t, step, "exactly one call succeeds")
			step = outs[i].NextStep
		}
	}
	require.NotNil(t, step, "%v", errs)
	out, err := session.ConfirmSignIn(ctx, respondWithNewTOTP(t, pool, step))
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

func TestGlobalSignOutWorksWithAnExpiredAccessToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true}, alice())
		here, _ := signedInWithStore(t, pool)
		elsewhere, _ := signedInWithStore(t, pool)
		ctx := context.Background()
		time.Sleep(2 * time.Hour)
		require.NoError(t, errOf(here.SignOut(ctx, auth.SignOutInput{Global: true})))
		_, err := elsewhere.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		assert.ErrorIs(t, err, auth.ErrNotAuthorized)
	})
}

func TestHangingRefreshDoesNotDelayCallersWithAValidToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true}, alice())
		session, _ := signedInWithStore(t, pool)
		ctx := context.Background()
		time.Sleep(59*time.Minute + 30*time.Second)
		release := pool.Hold(refreshOperation)
		defer release()
		began := time.Now()
		_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.LessOrEqual(t, time.Since(began), 2*time.Second)
	})
}

func TestPanicInACallbackDoesNotReachTheProcess(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) {
		cfg.OnEvent = func(_ context.Context, event auth.Event) {
			if event.Name == auth.EventTokenRefresh {
				panic("a bug in the program")
			}
		}
	})
	_, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{ForceRefresh: true})
	require.Error(t, err)
	_, err = session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
	assert.NoError(t, err, "the tokens were stored before")
}

func TestPasswordIsNotSentAgainBlindly(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true},
		alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA"} }))
	pool.Fail(authtest.Fault{Operation: "InitiateAuth", LoseReply: true})
	_, err := newSession(t, pool).SignIn(context.Background(), auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
	assert.Len(t, pool.Messages("alice"), 1, "one text message is sent")
}

func TestTimeoutOfTheHTTPClientIsANetworkError(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	release := pool.Hold("InitiateAuth")
	defer release()
	cfg := configFor(pool)
	cfg.HTTPClient = &http.Client{Timeout: 50 * time.Millisecond}
	_, err := newClient(t, cfg).Session("test").
		SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	assert.ErrorIs(t, err, auth.ErrNetwork)
}
