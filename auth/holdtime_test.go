package auth_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// slowServer answers each request after so long, or not at all if the caller leaves before that.
type slowServer struct {
	answers []string
	delays  []time.Duration
	sent    []time.Time
}

func (s *slowServer) RoundTrip(r *http.Request) (*http.Response, error) {
	n := len(s.sent)
	s.sent = append(s.sent, time.Now())
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(s.delays[n]):
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
			Body: io.NopCloser(bytes.NewReader([]byte(s.answers[n]))), Request: r,
		}, nil
	}
}

func (s *slowServer) client(t *testing.T, store auth.Store) *auth.Client {
	t.Helper()
	return newClient(t, auth.Config{
		UserPoolID: "us-east-1_Script", ClientID: "client", Store: store, HTTPClient: &http.Client{Transport: s},
	})
}

const customChallenge = `{"ChallengeName":"CUSTOM_CHALLENGE","Session":"session-of-twenty-characters","ChallengeParameters":{"USERNAME":"a"}}`

// TestNothingIsOnItsWayOnceAHoldIsOver: another process may answer the step then, so this one must
// not do so any more, whatever the caller's http.Client allows.
func TestNothingIsOnItsWayOnceAHoldIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &slowServer{
			answers: []string{customChallenge, customChallenge, customChallenge},
			delays:  []time.Duration{0, time.Hour, 0},
		}
		session := server.client(t, &auth.MemoryStore{}).Session("test")
		ctx := context.Background()
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "a", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
		require.NoError(t, err)
		began := time.Now()
		_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "a"})
		require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
		assert.LessOrEqual(t, time.Since(began), 30*time.Second)
		_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "a"})
		assert.NoError(t, err)
	})
}

// lateLeases are a Store whose leases are to be had after so long.
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

// TestLateLeaseLeavesTimeForTheRefresh: a refresh that is cut short may lose the only copy of a
// rotated refresh token.
func TestLateLeaseLeavesTimeForTheRefresh(t *testing.T) {
	t.Parallel()
	for delay, refreshes := range map[time.Duration]int{10 * time.Second: 1, 29 * time.Second: 0} {
		t.Run(delay.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tokens := `{"AuthenticationResult":{"AccessToken":"` + unsignedToken() + `","RefreshToken":"r","ExpiresIn":3600}}`
				server := &slowServer{answers: []string{tokens, tokens}, delays: []time.Duration{0, 10 * time.Second}}
				session := server.client(t, &lateLeases{delay: delay}).Session("test")
				ctx := context.Background()
				_, err := session.SignIn(ctx, auth.SignInInput{Username: "a", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
				require.NoError(t, err)
				_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
				if refreshes == 0 {
					require.ErrorIs(t, err, context.DeadlineExceeded)
				} else {
					require.NoError(t, err)
				}
				assert.Len(t, server.sent, 1+refreshes)
			})
		})
	}
}
