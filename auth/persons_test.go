package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
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
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// bob has no authenticator app, like alice here.
func bob() authtest.User {
	return alice(func(u *authtest.User) {
		u.Username, u.TOTPSecret = "bob", ""
		u.Attributes = map[string]string{"email": "bob@example.com", "email_verified": "true"}
	})
}

// handOver signs out whoever is signed in, and bob in.
func handOver(t *testing.T, session *auth.Session) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	out, err := session.SignIn(ctx, auth.SignInInput{Username: "bob", Password: password})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
}

func requireSignedIn(t *testing.T, session *auth.Session, username string) {
	t.Helper()
	user, err := session.CurrentUser(context.Background())
	require.NoError(t, err)
	require.Equal(t, username, user.Username)
	got, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err)
	require.Equal(t, username, got.AccessToken.Username)
}

// TestVerbActsOnThePersonItWasCalledFor has bob sign in under the same key while a verb of alice
// waits for her new tokens.
func TestVerbActsOnThePersonItWasCalledFor(t *testing.T) {
	t.Parallel()
	name := map[string]string{"name": "Alice Liddell"}
	verbs := map[string]func(context.Context, *auth.Session) error{
		"DeleteUser": func(ctx context.Context, s *auth.Session) error { return s.DeleteUser(ctx) },
		"UpdateUserAttributes": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{UserAttributes: name}))
		},
		"UpdatePassword": func(ctx context.Context, s *auth.Session) error {
			return s.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: password, NewPassword: "Another-Horse-8"})
		},
		"FetchAuthSession": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.FetchAuthSession(ctx, auth.FetchAuthSessionInput{}))
		},
		"SetUpTOTP": func(ctx context.Context, s *auth.Session) error { return errOf(mfa.SetUpTOTP(ctx, s)) },
	}
	for verb, call := range verbs {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, authtest.Config{NoListener: true, MFA: authtest.MFAOptional, TOTP: true}, alice(), bob())
				session, _ := signedInWithStore(t, pool)
				time.Sleep(2 * time.Hour)
				release := pool.Hold(refreshOperation)
				done := make(chan error, 1)
				go func() { done <- call(context.Background(), session) }()
				require.Eventually(t, func() bool { return count(pool, refreshOperation) == 1 }, time.Minute, time.Millisecond)
				handOver(t, session)
				pool.ResetRequests()
				release()
				err := <-done
				require.ErrorIs(t, err, auth.ErrUserChanged)
				var e *auth.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, verb, e.Op)
				assert.NotEmpty(t, e.Recovery)
				assert.Zero(t, count(pool, verb))
				requireSignedIn(t, session, "bob")
				for _, who := range []string{"alice", "bob"} {
					out, err := newSession(t, pool).SignIn(context.Background(), auth.SignInInput{Username: who, Password: password})
					require.NoError(t, err)
					assert.True(t, out.IsSignedIn)
				}
			})
		})
	}
}

// A refusal that alice's request gets after bob has signed in ends nothing of his.
func TestRefusalOfThePersonBeforeEndsNothing(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice(), bob())
	session, _ := signedInWithStore(t, pool)
	release := pool.Hold("GetUser")
	done := make(chan error, 1)
	go func() { done <- errOf(session.FetchUserAttributes(context.Background())) }()
	require.Eventually(t, func() bool { return count(pool, "GetUser") == 1 }, time.Minute, time.Millisecond)
	handOver(t, session)
	release()
	err := <-done
	require.ErrorIs(t, err, auth.ErrUserChanged)
	require.ErrorContains(t, err, "Access Token has been revoked")
	requireSignedIn(t, session, "bob")
}

// slowReleases is a Leaser that gives its first lease back when it is told to.
type slowReleases struct {
	auth.MemoryStore
	leases            atomic.Int32
	releasing, resume chan struct{}
}

func (s *slowReleases) Lease(context.Context, string) (func(), error) {
	if s.leases.Add(1) > 1 {
		return func() {}, nil
	}
	return sync.OnceFunc(func() { close(s.releasing); <-s.resume }), nil
}

// TestRefreshThatHasNotLandedIsNotTheNextPersons: alice's new tokens are saved, and the refresh is
// still under way.
func TestRefreshThatHasNotLandedIsNotTheNextPersons(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice(), bob())
	store := &slowReleases{releasing: make(chan struct{}), resume: make(chan struct{})}
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
	done := make(chan error, 1)
	go func() { done <- forceRefresh(context.Background(), t, pool, session) }()
	<-store.releasing
	handOver(t, session)
	requireSignedIn(t, session, "bob")
	close(store.resume)
	require.NoError(t, <-done, "alice's caller gets the tokens that were hers")
}

// afterAnswer runs a function once, after the answer to an operation has arrived.
type afterAnswer struct {
	operation string
	run       func()
}

func (a *afterAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if run := a.run; run != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+a.operation) {
		a.run = nil
		run()
	}
	return response, err
}

func TestDeleteUserEmptiesNoLaterSession(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice(), bob())
	hook := &afterAnswer{operation: "DeleteUser"}
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.HTTPClient = &http.Client{Transport: hook} })
	hook.run = func() { handOver(t, session) }
	require.NoError(t, session.DeleteUser(context.Background()), "alice's account is deleted")
	requireSignedIn(t, session, "bob")
}

// beforeLoad runs a function once, before the load of that number.
type beforeLoad struct {
	auth.MemoryStore
	number int
	run    func()
}

func (s *beforeLoad) Load(ctx context.Context, key string) (auth.Record, error) {
	if s.number--; s.number == 0 {
		s.run()
	}
	return s.MemoryStore.Load(ctx, key)
}

func (s *beforeLoad) Unchanged(context.Context, string, string) (bool, error) { return false, nil }

// TestDeleteUserDeletesWhomItLookedUp has bob sign in before each of its loads in turn.
func TestDeleteUserDeletesWhomItLookedUp(t *testing.T) {
	t.Parallel()
	for number := 1; number <= 3; number++ {
		t.Run(fmt.Sprint("before load ", number), func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice(), bob())
			store := &beforeLoad{}
			session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
			store.number, store.run = number, func() { handOver(t, session) }
			err := session.DeleteUser(context.Background())
			deleted := map[string]bool{}
			for _, who := range []string{"alice", "bob"} {
				_, err := newSession(t, pool).SignIn(context.Background(), auth.SignInInput{Username: who, Password: password})
				deleted[who] = err != nil
			}
			if number == 1 {
				require.NoError(t, err, "bob is the one who is signed in")
				assert.Equal(t, map[string]bool{"alice": false, "bob": true}, deleted)
				return
			}
			assert.False(t, deleted["bob"])
			requireSignedIn(t, session, "bob")
		})
	}
}

// TestPeopleWithoutASubjectAreNotOnePerson: two empty subjects prove nothing.
func TestPeopleWithoutASubjectAreNotOnePerson(t *testing.T) {
	t.Parallel()
	answer := func(username string) string {
		return fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`,
			unsignedTokenWith(fmt.Sprintf(`{"username":%q,"exp":4102444800,"iat":1}`, username)))
	}
	session := newClient(t, newScript(t, answer("alice"), answer("bob")).config()).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(t, err)
	require.ErrorIs(t, forceRefresh(ctx, t, nil, session), auth.ErrUnexpectedResponse)
}

// refreshTokens notes the refresh tokens that a pool issues.
type refreshTokens struct {
	mu     sync.Mutex
	issued []string
}

func (r *refreshTokens) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	var answer struct{ AuthenticationResult struct{ RefreshToken string } }
	if json.Unmarshal(body, &answer) == nil && answer.AuthenticationResult.RefreshToken != "" {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.issued = append(r.issued, answer.AuthenticationResult.RefreshToken)
	}
	return response, nil
}

// alive returns how many of them the pool still exchanges.
func (r *refreshTokens) alive(t *testing.T, pool *authtest.Pool) int {
	t.Helper()
	alive := 0
	for _, token := range r.issued {
		body, err := json.Marshal(map[string]string{"ClientId": pool.ClientID, "RefreshToken": token})
		require.NoError(t, err)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, pool.URL, bytes.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+refreshOperation)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		if response.StatusCode == http.StatusOK {
			alive++
		}
	}
	return alive
}

// TestNoRefreshTokenOutlivesItsSession signs out after all kinds of beginnings.
func TestNoRefreshTokenOutlivesItsSession(t *testing.T) {
	t.Parallel()
	in := auth.SignInInput{Username: "alice", Password: password}
	tests := map[string]struct {
		act    func(t *testing.T, pool *authtest.Pool, session *auth.Session, store *refusingStore)
		issued int
	}{
		"one sign-in": {
			func(t *testing.T, _ *authtest.Pool, session *auth.Session, _ *refusingStore) {
				t.Helper()
				require.NoError(t, errOf(session.SignIn(t.Context(), in)))
			}, 1,
		},
		"two sign-ins at once": {
			func(t *testing.T, pool *authtest.Pool, session *auth.Session, _ *refusingStore) {
				t.Helper()
				release := pool.Hold("RespondToAuthChallenge")
				var wg sync.WaitGroup
				for range 2 {
					wg.Go(func() { assert.NoError(t, errOf(session.SignIn(t.Context(), in))) })
				}
				require.Eventually(t, func() bool { return count(pool, "RespondToAuthChallenge") == 2 }, time.Minute, time.Millisecond)
				release()
				wg.Wait()
			}, 2,
		},
		"a Store that does not take the tokens": {
			func(t *testing.T, _ *authtest.Pool, session *auth.Session, store *refusingStore) {
				t.Helper()
				store.refuse.Store(true)
				err := errOf(session.SignIn(t.Context(), in))
				require.ErrorIs(t, err, auth.ErrStore)
				require.ErrorIs(t, err, errBroken)
				assert.True(t, auth.Retryable(err))
				store.refuse.Store(false)
			}, 1,
		},
		"a refresh that ends after a sign-out": {
			func(t *testing.T, pool *authtest.Pool, session *auth.Session, _ *refusingStore) {
				t.Helper()
				require.NoError(t, errOf(session.SignIn(t.Context(), in)))
				hook := pool.Hold("RevokeToken") // the refresh is answered before the revocation
				release := pool.Hold(refreshOperation)
				done := make(chan error, 2)
				go func() { done <- forceRefresh(context.Background(), t, pool, session) }()
				require.Eventually(t, func() bool { return count(pool, refreshOperation) == 1 }, time.Minute, time.Millisecond)
				go func() { done <- errOf(session.SignOut(context.Background(), auth.SignOutInput{})) }()
				require.Eventually(t, func() bool { return count(pool, "RevokeToken") == 1 }, time.Minute, time.Millisecond)
				release()
				require.Eventually(t, func() bool { return count(pool, "RevokeToken") == 2 }, time.Minute, time.Millisecond)
				hook()
				for range 2 {
					if err := <-done; err != nil {
						require.ErrorIs(t, err, auth.ErrUserUnAuthenticated, "the session ended meanwhile")
					}
				}
			}, 2,
		},
		"a result that the Store did not take": {
			func(t *testing.T, pool *authtest.Pool, session *auth.Session, store *refusingStore) {
				t.Helper()
				require.NoError(t, errOf(session.SignIn(t.Context(), in)))
				loseResult(t, pool, session, store)
			}, 2,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{RefreshTokenRotation: true, RetryGracePeriod: time.Minute}, alice())
			issued := &refreshTokens{}
			cfg, store := configFor(pool), &refusingStore{}
			cfg.Store, cfg.HTTPClient = store, &http.Client{Transport: issued}
			session := newClient(t, cfg).Session("test")
			tt.act(t, pool, session, store)
			require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
			assert.Len(t, issued.issued, tt.issued)
			assert.Zero(t, issued.alive(t, pool))
		})
	}
}

func TestSignOutOfAnotherAppClientRemovesNothing(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, store := signedInWithStore(t, pool)
	cfg := configFor(pool)
	cfg.Store, cfg.ClientID = store, "another"
	pool.ResetRequests()
	err := errOf(newClient(t, cfg).Session("test").SignOut(t.Context(), auth.SignOutInput{}))
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
	assert.Empty(t, pool.Requests())
	requireSignedIn(t, session, "alice")
}

// renewingStore loses the answer to the Save of that number, after another process has renewed what
// it saved.
type renewingStore struct {
	auth.MemoryStore
	number atomic.Int32
	renew  func()
}

func (s *renewingStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	saved, err := s.MemoryStore.Save(ctx, key, r)
	if err == nil && bytes.Contains(r.Data, []byte(`"refreshToken"`)) && s.number.Add(-1) == 0 {
		s.renew()
		return auth.Record{}, errBroken
	}
	return saved, err
}

// TestTokensThatAreRenewedBeforeTheSignInKnowsThatTheyAreSavedStay: they are those of the sign-in.
func TestTokensThatAreRenewedBeforeTheSignInKnowsThatTheyAreSavedStay(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		user   authtest.User
		before func(*testing.T, *authtest.Pool, *auth.Session)
		call   func(context.Context, *testing.T, *authtest.Pool, *auth.Session) error
	}{
		"SignIn":         {bob(), fromScratch, enterPassword},
		"ConfirmSignIn":  {aliceWithTOTP(), passwordEntered, enterCode},
		"Reauthenticate": {bob(), signedIn, proveAgain},
	}
	for verb, tt := range tests {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			tt.user.Username = "alice"
			pool := newPool(t, authtest.Config{RefreshTokenRotation: true, MFA: authtest.MFAOptional, TOTP: true}, tt.user)
			store := &renewingStore{}
			cfg := configFor(pool)
			cfg.Store = store
			session, other := newClient(t, cfg).Session("test"), newClient(t, cfg).Session("test")
			tt.before(t, pool, session)
			store.renew = func() { assert.NoError(t, forceRefresh(context.Background(), t, pool, other)) }
			for store.number.Store(1); store.number.Load() > 0; {
				require.NoError(t, tt.call(t.Context(), t, pool, session))
			}
			require.NoError(t, forceRefresh(t.Context(), t, pool, session))
			require.NoError(t, forceRefresh(t.Context(), t, pool, other))
		})
	}
}
