package auth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// countingStore counts the Saves, and fails them if broken is set.
type countingStore struct {
	auth.MemoryStore
	mu     sync.Mutex
	saves  int
	allow  int // fails all Saves after so many; 0 is no limit
	broken bool
}

func (s *countingStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	s.mu.Lock()
	s.saves++
	fails := s.broken && s.saves > s.allow
	s.mu.Unlock()
	if fails {
		return auth.Record{}, errBroken
	}
	return s.MemoryStore.Save(ctx, key, r)
}

func (s *countingStore) reset(broken bool, allow int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saves, s.broken, s.allow = 0, broken, allow
}

// TestSecondClickSendsNothing answers a step twice while the first answer's request is held.
func TestSecondClickSendsNothing(t *testing.T) {
	t.Parallel()
	withTOTP := aliceWithTOTP()
	bare := authtest.User{Username: "alice", Password: password}
	required := authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true}
	choose := auth.ConfirmSignInInput{ChallengeResponse: "TOTP"}
	tests := []struct {
		name   string
		pool   authtest.Config
		user   authtest.User
		choose bool // choose TOTP before
		held   string
		in     func(t *testing.T, pool *authtest.Pool, step auth.SignInStep) auth.ConfirmSignInInput
		after  auth.SessionState
	}{
		{
			"a code",
			authtest.Config{MFA: authtest.MFAOptional, TOTP: true},
			withTOTP, false,
			"RespondToAuthChallenge", respondWithTOTP, auth.StateSignedIn,
		},
		{
			"the choice of the set-up", required, bare, false, "AssociateSoftwareToken", respond("TOTP"),
			auth.StateSigningIn,
		},
		{
			"the first code of an app", required, bare, true, "VerifySoftwareToken", respondWithNewTOTP,
			auth.StateSignedIn,
		},
		{
			"the end of the set-up", required, bare, true, "RespondToAuthChallenge", respondWithNewTOTP,
			auth.StateSignedIn,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.user)
			session, _ := processes(t, pool)
			ctx := context.Background()
			out, err := session().SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			require.NoError(t, err)
			if tt.choose {
				out, err = session().ConfirmSignIn(ctx, choose)
				require.NoError(t, err)
			}
			in := tt.in(t, pool, out.NextStep)
			pool.ResetRequests()
			release := pool.Hold(tt.held)
			defer release()
			done := make(chan error, 1)
			first := session()
			go func() {
				_, err := first.ConfirmSignIn(ctx, in)
				done <- err
			}()
			require.Eventually(t, func() bool { return count(pool, tt.held) == 1 }, time.Minute, time.Millisecond)

			second := session() // another process
			_, err = second.ConfirmSignIn(ctx, in)
			require.ErrorIs(t, err, auth.ErrStepInProgress)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.NotEmpty(t, e.Recovery)
			status, err := second.Status(ctx)
			require.NoError(t, err)
			assert.Equal(t, auth.StateSigningIn, status.State, "the step stays while it is being answered")

			release()
			require.NoError(t, <-done)
			status, err = second.Status(ctx)
			require.NoError(t, err)
			assert.Equal(t, tt.after, status.State, "the second process sees the first one's result")
			assert.Equal(t, 1, count(pool, tt.held))
		})
	}
}

// TestOneOfManyClicksIsSent has many processes answer one step at once.
func TestOneOfManyClicksIsSent(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	session := atTOTPCode(t, cfg)
	in := auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)}
	pool.ResetRequests()
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		tab := newClient(t, cfg).Session("test")
		wg.Go(func() { _, errs[i] = tab.ConfirmSignIn(context.Background(), in) })
	}
	wg.Wait()
	succeeded := 0
	for _, err := range errs {
		switch {
		case err == nil:
			succeeded++
		case errors.Is(err, auth.ErrSignIn):
			// It came when everything was over.
		default:
			require.ErrorIs(t, err, auth.ErrStepInProgress)
		}
	}
	assert.Equal(t, 1, succeeded)
	assert.Len(t, pool.Requests(), 1, "the code was sent once")
	_, err := session.CurrentUser(context.Background())
	assert.NoError(t, err, "the calls that lost leave the tokens in place")
}

func TestNothingIsSentUnlessTheStepIsHeld(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	cfg := configFor(pool)
	store := &countingStore{}
	cfg.Store = store
	session := atTOTPCode(t, cfg)
	ctx := context.Background()
	in := auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)}
	pool.ResetRequests()
	store.reset(true, 0)
	_, err := session.ConfirmSignIn(ctx, in)
	require.ErrorIs(t, err, errBroken)
	assert.Empty(t, pool.Requests())
	store.reset(false, 0)
	out, err := session.ConfirmSignIn(ctx, in)
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

func TestStepOfADeadCallCanBeAnsweredAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{NoListener: true, MFA: authtest.MFAOptional, TOTP: true}, aliceWithTOTP())
		cfg := configFor(pool)
		store := &countingStore{}
		cfg.Store = store
		session := atTOTPCode(t, cfg)
		ctx := context.Background()
		code := nextTOTP(t, pool, totpSecret)
		pool.Fail(authtest.Fault{Operation: "RespondToAuthChallenge", Code: "InternalErrorException", Message: "sorry"})
		store.reset(true, 1) // the hold is saved, and then nothing any more
		_, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
		require.ErrorIs(t, err, errBroken)
		store.reset(false, 0)

		_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
		require.ErrorIs(t, err, auth.ErrStepInProgress)
		time.Sleep(30 * time.Second) // a step is held no longer
		out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
		require.NoError(t, err)
		assert.True(t, out.IsSignedIn)
	})
}

// TestLateAnswerChangesNothing has a call return after its hold of the step has expired and
// another call has answered the step.
func TestLateAnswerChangesNothing(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"a further step": `{"ChallengeName":"CUSTOM_CHALLENGE","Session":"another-of-twenty-characters",` +
			`"ChallengeParameters":{"USERNAME":"a","n":"2"}}`,
		"tokens": fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"ExpiresIn":3600}}`, unsignedToken()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &script{url: "http://127.0.0.1:0/", answers: []string{customChallenge, answer}}
				cfg := server.config()
				cfg.Store, cfg.HTTPClient = &auth.MemoryStore{}, &http.Client{Transport: inProcess{server}}
				ctx := context.Background()
				quick := newClient(t, cfg).Session("test")
				_, err := quick.SignIn(ctx, auth.SignInInput{Username: "a", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
				require.NoError(t, err)

				network := &slowAnswers{
					inner: inProcess{server}, operation: "RespondToAuthChallenge",
					arrived: make(chan struct{}), release: make(chan struct{}),
				}
				cfg.HTTPClient = &http.Client{Transport: network}
				late := newClient(t, cfg).Session("test")
				done := make(chan error, 1)
				go func() {
					_, err := late.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "a"})
					done <- err
				}()
				<-network.arrived
				time.Sleep(30 * time.Second)
				_, err = quick.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "a"})
				require.NoError(t, err)
				before, err := quick.Status(ctx)
				require.NoError(t, err)
				close(network.release)
				require.ErrorIs(t, <-done, auth.ErrStepInProgress)
				after, err := quick.Status(ctx)
				require.NoError(t, err)
				assert.Equal(t, before, after)
			})
		})
	}
}

// TestStepCanBeAnsweredAgainAfterAFailure covers the failures after which the step stays: it can be
// answered again at once.
func TestStepCanBeAnsweredAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault authtest.Fault
		want  error
	}{
		{
			"throttled",
			authtest.Fault{Code: "TooManyRequestsException", Message: "Rate exceeded"},
			auth.ErrTooManyRequests,
		},
		{"failed", authtest.Fault{Code: "InternalErrorException", Message: "sorry"}, auth.ErrInternal},
		{"refused", authtest.Fault{Code: "UserLambdaValidationException", Message: "no"}, auth.ErrUserLambdaValidation},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := totpPool(t)
			session := atTOTPCode(t, configFor(pool))
			ctx := context.Background()
			in := auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)}
			tt.fault.Operation = "RespondToAuthChallenge"
			pool.Fail(tt.fault)
			_, err := session.ConfirmSignIn(ctx, in)
			require.ErrorIs(t, err, tt.want)
			out, err := session.ConfirmSignIn(ctx, in)
			require.NoError(t, err)
			assert.True(t, out.IsSignedIn)
		})
	}
}

func TestLostAnswerMeansStartingOver(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true},
		alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA"} }))
	session := newSession(t, pool)
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	in := auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("alice")}
	pool.Fail(authtest.Fault{Operation: "RespondToAuthChallenge", LoseReply: true})
	_, err = session.ConfirmSignIn(ctx, in)
	require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
	_, err = session.ConfirmSignIn(ctx, in)
	require.ErrorIs(t, err, auth.ErrSignInExpired,
		"the challenge session was used up by the request whose answer was lost")
	_, err = session.ConfirmSignIn(ctx, in)
	assert.ErrorIs(t, err, auth.ErrSignIn)
}

func TestSavesPerStep(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true},
		alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"} }))
	cfg := configFor(pool)
	store := &countingStore{}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	confirm := func(answer string) int {
		store.reset(false, 0)
		_, _ = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: answer})
		return store.saves
	}
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	assert.Equal(t, 1, store.saves, "SignIn saves the step")
	assert.Equal(t, 0, confirm("CARRIER_PIGEON"), "a choice that was not offered saves nothing")
	assert.Equal(t, 2, confirm("TOTP"), "a choice saves the hold and the new step")
	code := nextTOTP(t, pool, totpSecret)
	assert.Equal(t, 2, confirm(wrongCode(code)), "a wrong code saves the hold and its end")
	assert.Equal(t, 2, confirm(code), "a right code saves the hold and the tokens")
	_, err = session.CurrentUser(ctx)
	assert.NoError(t, err)
}

// slowServer answers each request after its delay, or not at all if the request is canceled before.
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

const customChallenge = `{"ChallengeName":"CUSTOM_CHALLENGE","Session":"session-of-twenty-characters",` +
	`"ChallengeParameters":{"USERNAME":"a"}}`

// TestRequestEndsBeforeItsReservation checks that a request is canceled when another process may
// answer the step, whatever timeout the caller's http.Client has.
func TestRequestEndsBeforeItsReservation(t *testing.T) {
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
