package bff_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func defaultLimits(cfg *bff.Config) { cfg.Limits = bff.Limits{} }

func TestPasswordsForOneNameAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{}, defaultLimits)
		try := func(name string, from int) *visitor {
			b := s.visitor()
			r := httptest.NewRequest(http.MethodPost, origin+"/auth/sign-in",
				strings.NewReader(url.Values{"username": {name}, "password": {"Wrong-Horse-7-Battery"}}.Encode()))
			r.RemoteAddr = "203.0.113." + strconv.Itoa(from) + ":1"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", origin)
			r.Header.Set("Accept", "text/html")
			b.send(r)
			return b
		}
		for name, other := range map[string]string{
			"alice": "\u200bALICE \u00a0", "nobody": " Nobody", "+491701234567": "+49 170\u00a01234567",
		} {
			for i := range 5 {
				assert.Equal(t, http.StatusUnprocessableEntity, try(name, i).status)
			}
			s.pool.ResetRequests()
			b := try(other, 9)
			assert.Equal(t, http.StatusTooManyRequests, b.status)
			assert.Equal(t, "12", b.got.Get("Retry-After"))
			assert.Contains(t, b.page, "Wait 12 seconds")
			assert.Empty(t, s.pool.Requests(), "Cognito is not asked")
			time.Sleep(12 * time.Second)
			assert.Equal(t, http.StatusUnprocessableEntity, try(name, 10).status)
		}
	})
}

func TestPasswordsFromOneAddressAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{}, defaultLimits)
		var last *visitor
		for i := range 21 {
			last = s.visitor()
			last.post("/auth/sign-in", url.Values{"username": {"user" + strconv.Itoa(i)}, "password": {"x"}})
		}
		assert.Equal(t, http.StatusTooManyRequests, last.status)
	})
}

func TestCodesAndMessagesAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true}, defaultLimits)
		bob := alice()
		bob.Username, bob.MFA = "bob", []string{"SMS_MFA"}
		require.NoError(t, s.pool.AddUser(bob))
		b := s.visitor()
		b.signIn("bob")
		require.Equal(t, "/auth/step", b.location)
		for range 5 {
			b.post("/auth/step", url.Values{"stepId": {"x"}, "challengeResponse": {"000000"}})
			assert.Equal(t, http.StatusConflict, b.status)
		}
		b.post("/auth/step", url.Values{"stepId": {"x"}, "challengeResponse": {"000000"}})
		assert.Equal(t, http.StatusTooManyRequests, b.status)

		for range 3 {
			b.post("/auth/forgot", url.Values{"username": {"alice"}})
			assert.Equal(t, http.StatusSeeOther, b.status)
		}
		b.post("/auth/forgot", url.Values{"username": {"alice"}})
		assert.Equal(t, http.StatusTooManyRequests, b.status)
	})
}

// The triggers of a custom challenge may send a code to whoever's name is typed.
func TestCustomChallengesOfOneNameAreLimitedAsMessages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := authtest.Config{
			ExplicitAuthFlows: []string{"ALLOW_CUSTOM_AUTH"},
			Triggers: authtest.Triggers{
				DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
					e.Response.ChallengeName = "CUSTOM_CHALLENGE"
					return nil
				},
				CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
					e.Response.PublicChallengeParameters = map[string]string{"question": "Which code?"}
					return nil
				},
				VerifyAuthChallenge: func(*authtest.VerifyAuthChallengeEvent) error { return nil },
			},
		}
		s := newStill(t, pool, defaultLimits, func(cfg *bff.Config) {
			cfg.SignIn.AuthFlowType = auth.AuthFlowCustomWithoutSRP
		})
		for _, want := range []int{http.StatusSeeOther, http.StatusSeeOther, http.StatusSeeOther, http.StatusTooManyRequests} {
			b := s.visitor()
			b.post("/auth/sign-in", url.Values{"username": {"alice"}})
			assert.Equal(t, want, b.status)
		}
	})
}

func TestCodesForOneNameAreLimitedWhateverTheCookies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{}, defaultLimits)
		for path, fields := range map[string]url.Values{
			"/auth/reset":   {"username": {"alice"}, "confirmationCode": {"000000"}, "newPassword": {newPassword}},
			"/auth/confirm": {"username": {"bob"}, "confirmationCode": {"000000"}},
		} {
			var b *visitor
			for i := range 6 {
				b = s.visitor()
				b.cookies[flowCookie] = strings.Repeat(strconv.Itoa(i), 42) + "A"
				b.post(path, fields)
			}
			assert.Equal(t, http.StatusTooManyRequests, b.status, path)
		}
	})
}

func TestMemoryLimiterIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := bff.NewMemoryLimiter()
		for i := range 150_000 {
			wait, err := l.Allow(t.Context(), strconv.Itoa(i), 1, time.Minute)
			require.NoError(t, err)
			require.Zero(t, wait)
		}
		assert.LessOrEqual(t, l.Len(), 100_000)
		time.Sleep(time.Hour)
	})
}

// slow makes each request to Cognito take a time.
type slow struct {
	http.RoundTripper
	delay time.Duration
}

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.delay)
	return s.RoundTripper.RoundTrip(r)
}

// The time of an answer is measured in a bubble, where only what waits takes time: without the
// pace, 5 ms more for a user who exists are seen.
func TestTimeDoesNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{}, func(cfg *bff.Config) {})
		client := *s.pool.HTTPClient()
		client.Transport = slow{client.Transport, 5 * time.Millisecond}
		slowed, err := auth.NewClient(auth.Config{
			UserPoolID: s.pool.UserPoolID, ClientID: s.pool.ClientID, Endpoint: s.pool.URL, HTTPClient: &client,
		})
		require.NoError(t, err)
		handler, err := bff.New(bff.Config{Client: slowed, PublicURL: origin, Limits: generous()})
		require.NoError(t, err)
		s.handler = handler
		took := func(path, name string) time.Duration {
			start := time.Now()
			s.visitor().post("/auth/"+path, url.Values{"username": {name}, "password": {"Wrong-Horse-7-Battery"}})
			return time.Since(start)
		}
		handler.SetPace(0)
		assert.Equal(t, 5*time.Millisecond, took("sign-in", "alice")-took("sign-in", "nobody"), "the measurement sees 5 ms")
		handler.SetPace(400 * time.Millisecond)
		for range 10 {
			assert.Equal(t, took("sign-in", "nobody"), took("sign-in", "alice"))
			assert.Equal(t, took("sign-in", "nobody"), took("sign-in", "nobody"))
		}
	})
}

// broken is a Store that fails when told to.
type broken struct {
	auth.MemoryStore
	down bool
}

func (b *broken) Load(ctx context.Context, key string) (auth.Record, error) {
	if b.down {
		return auth.Record{}, assert.AnError
	}
	return b.MemoryStore.Load(ctx, key)
}

func (b *broken) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if b.down {
		return auth.Record{}, assert.AnError
	}
	return b.MemoryStore.Save(ctx, key, r)
}

func (b *broken) Delete(ctx context.Context, key string, r auth.Record) error {
	if b.down {
		return assert.AnError
	}
	return b.MemoryStore.Delete(ctx, key, r)
}

func (b *broken) Unchanged(ctx context.Context, key, version string) (bool, error) {
	if b.down {
		return false, assert.AnError
	}
	return b.MemoryStore.Unchanged(ctx, key, version)
}

func TestAStoreThatIsDownSignsNobodyOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &broken{}
		s := newStillOn(t, store, authtest.Config{})
		b := s.visitor()
		b.signIn("alice")
		store.down = true
		for _, path := range []string{"/", "/auth/account", "/auth/step-up"} {
			b.get(path)
			assert.Equal(t, http.StatusServiceUnavailable, b.status, path)
			assert.Equal(t, "5", b.got.Get("Retry-After"))
			assert.Empty(t, b.got.Values("Set-Cookie"))
		}
		b.post("/auth/sign-out", nil)
		assert.Equal(t, http.StatusServiceUnavailable, b.status, "who is told to be signed out is")
		b.post("/auth/sign-in", url.Values{"username": {"alice"}, "password": {goodPassword}})
		assert.Equal(t, http.StatusServiceUnavailable, b.status)
		store.down = false
		b.get("/")
		assert.Equal(t, http.StatusOK, b.status)
	})
}

// TestAWrongClientSecretIsLogged: the operator can put it right, the person cannot.
func TestAWrongClientSecretIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logged strings.Builder
		s := newStill(t, authtest.Config{}, func(cfg *bff.Config) { cfg.Logger = slog.New(slog.NewTextHandler(&logged, nil)) })
		s.pool.Fail(authtest.Fault{
			Operation: "InitiateAuth", Code: string(auth.ErrNotAuthorized), Message: "Unable to verify secret hash for client abc",
		})
		b := s.visitor()
		b.post("/auth/sign-in", url.Values{"username": {"alice"}, "password": {goodPassword}})
		assert.Equal(t, http.StatusInternalServerError, b.status)
		assert.NotContains(t, b.page, "Unable to verify")
		assert.Contains(t, logged.String(), "Unable to verify secret hash for client abc")
	})
}
