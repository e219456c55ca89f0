package auth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// throttled is a service that signs users in with tokens of one hour, and throttles every refresh.
type throttled struct {
	refreshes int
}

func (s *throttled) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	if r.Header.Get("X-Amz-Target") == "AWSCognitoIdentityProviderService."+refreshOperation {
		s.refreshes++
		answer.WriteHeader(http.StatusBadRequest)
		_, _ = answer.WriteString(`{"__type":"TooManyRequestsException","message":"Rate exceeded"}`)
	} else {
		_, _ = fmt.Fprintf(answer, `{"AuthenticationResult":{"AccessToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`,
			hourlyToken())
	}
	response := answer.Result()
	response.Request = r
	return response, nil
}

func hourlyToken() string {
	encode := base64.RawURLEncoding.EncodeToString
	now := time.Now().Unix()
	return encode([]byte(`{"alg":"RS256","kid":"k"}`)) + "." +
		encode(
			fmt.Appendf(nil, `{"sub":"id","username":"alice","iat":%d,`+
				`"exp":%d}`, now, now+3600)) + "." + encode([]byte("signature"))
}

// TestThrottledRefreshIsNotRepeatedAtOnce fetches the tokens ten times a second when they are about
// to expire.
func TestThrottledRefreshIsNotRepeatedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &throttled{}
		session := newClient(t, auth.Config{
			UserPoolID: "us-east-1_Script", ClientID: "client", HTTPClient: &http.Client{Transport: service},
		}).Session("test")
		ctx := context.Background()
		_, err := session.SignIn(ctx, auth.SignInInput{
			Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
		})
		require.NoError(t, err)
		time.Sleep(59 * time.Minute) // on the test's own clock
		for range 500 {
			_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			require.NoError(t, err)
			time.Sleep(100 * time.Millisecond)
		}
		assert.Equal(t, 6, service.refreshes, "refreshes are tried after 0, 1, 3, 7, 15 and 31 seconds")

		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.ErrorIs(t, err, auth.ErrTooManyRequests)
		assert.Equal(t, 7, service.refreshes, "ForceRefresh does not wait")
		time.Sleep(time.Minute)
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.ErrorIs(t, err, auth.ErrTooManyRequests, "the old tokens have expired")
		assert.Equal(t, 8, service.refreshes)
	})
}

// disconnects is 300 by default; CI's long run has 10,000.
var disconnects = flag.Int("disconnects", 300, "how many `callers` TestCallersWhoLeaveLoseNothing sees leave")

// TestCallersWhoLeaveLoseNothing cancels callers at any moment of a refresh, as a web server does
// when the browser disconnects. The refresh token works once, so losing the new one would end the
// session.
func TestCallersWhoLeaveLoseNothing(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
	session, _ := signedInWithStore(t, pool)
	ctx, force := context.Background(), auth.FetchAuthSessionInput{ForceRefresh: true}
	start := time.Now()
	_, err := session.FetchAuthSession(ctx, force)
	require.NoError(t, err)
	refresh := time.Since(start)
	calls, left, refreshes := 0, 0, 0
	for ; left < *disconnects; calls++ {
		hurried, cancel := context.WithTimeout(ctx, rand.N(refresh))
		_, err := session.FetchAuthSession(hurried, force)
		cancel()
		if err != nil {
			require.ErrorIs(t, err, context.DeadlineExceeded)
			left++
		}
		_, err = session.FetchAuthSession(ctx,
			auth.FetchAuthSessionInput{ForceRefresh: calls%2 == 0}) // joins the refresh, or not
		require.NoError(t, err)
		if calls%100 == 0 {
			refreshes += refreshesWithoutRefusal(t, pool)
		}
	}
	_, err = session.FetchAuthSession(ctx, force)
	require.NoError(t, err)
	refreshes += refreshesWithoutRefusal(t, pool)
	t.Logf("%d of %d callers left, %d refreshes", left, calls, refreshes)
}

// refreshesWithoutRefusal returns the number of refreshes since the last call. None may be refused.
func refreshesWithoutRefusal(t *testing.T, pool *authtest.Pool) int {
	t.Helper()
	requests := pool.Requests()
	pool.ResetRequests()
	for _, request := range requests {
		require.Empty(t, request.ErrorCode)
	}
	return len(requests)
}

// lateLeases is a Store whose leases are granted after a delay.
type lateLeases struct {
	auth.MemoryStore
	delay time.Duration
}

func (l *lateLeases) Lease(ctx context.Context, _ string) (func(), error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(l.delay):
		return func() {}, nil
	}
}

// TestLateLeaseDelaysNoRefresh: whoever has the lease may have been stopped. The hold in the record
// keeps two processes apart without it.
func TestLateLeaseDelaysNoRefresh(t *testing.T) {
	t.Parallel()
	for _, delay := range []time.Duration{10 * time.Second, time.Hour} {
		t.Run(delay.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tokens := `{"AuthenticationResult":{"AccessToken":"` + unsignedToken() + `","RefreshToken":"r",` +
					`"ExpiresIn":3600}}`
				server := &slowServer{answers: []string{tokens, tokens}, delays: []time.Duration{0, 10 * time.Second}}
				session := server.client(t, &lateLeases{delay: delay}).Session("test")
				ctx := context.Background()
				_, err := session.SignIn(ctx,
					auth.SignInInput{Username: "a", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
				require.NoError(t, err)
				start := time.Now()
				_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
				require.NoError(t, err)
				assert.Len(t, server.sent, 2)
				assert.Less(t, time.Since(start), 12*time.Second, "the answer takes ten")
			})
		})
	}
}

// usedLease is a Store whose lease another session of the process holds.
type usedLease struct {
	auth.MemoryStore
	free chan struct{} // closed when it is free
}

func (l *usedLease) Lease(ctx context.Context, _ string) (func(), error) {
	select {
	case <-ctx.Done():
		return nil, errors.Join(auth.ErrLeaseInUse, ctx.Err())
	case <-l.free:
		return func() {}, nil
	}
}

// TestLeaseInUseIsWaitedFor for as long as a refresh may take, and no request is sent without it.
func TestLeaseInUseIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		used     time.Duration
		requests int
	}{
		"it is freed": {20 * time.Second, 2},
		"it is not":   {time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tokens := `{"AuthenticationResult":{"AccessToken":"` + unsignedToken() + `","RefreshToken":"r",` +
					`"ExpiresIn":3600}}`
				server := &slowServer{answers: []string{tokens, tokens}, delays: []time.Duration{0, 0}}
				store := &usedLease{free: make(chan struct{})}
				session := server.client(t, store).Session("test")
				ctx := context.Background()
				_, err := session.SignIn(ctx,
					auth.SignInInput{Username: "a", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
				require.NoError(t, err)
				start := time.Now()
				time.AfterFunc(tt.used, func() { close(store.free) })
				_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
				assert.Equal(t, tt.requests == 2, err == nil)
				assert.Len(t, server.sent, tt.requests)
				assert.GreaterOrEqual(t, time.Since(start), min(tt.used, 30*time.Second))
				assert.Less(t, time.Since(start), 31*time.Second)
			})
		})
	}
}
