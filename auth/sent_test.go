package auth_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// A damage is one of the road to the pool, and the error that every verb returns for it.
type damage struct {
	name     string
	damage   func(*testing.T, *fleet.Road)
	code     auth.ErrorCode
	status   int
	attempts int32 // that the proxy sees; a fault of the configuration is not tried again
}

var damages = []damage{
	{
		name: "the proxy is down", code: auth.ErrNetwork,
		damage: func(t *testing.T, r *fleet.Road) { t.Helper(); r.SetProxy(t, "http://127.0.0.1:1") },
	},
	{
		name: "the proxy asks for credentials", code: auth.ErrProxyAuthentication, status: 407, attempts: 1,
		damage: func(_ *testing.T, r *fleet.Road) { r.Refusal.Store(http.StatusProxyAuthRequired) },
	},
	{
		name: "the proxy cannot connect", code: auth.ErrNetwork, status: 502, attempts: 3,
		damage: func(_ *testing.T, r *fleet.Road) { r.Refusal.Store(http.StatusBadGateway) },
	},
	{
		name: "an unknown certificate", code: auth.ErrCertificate, attempts: 1,
		damage: func(t *testing.T, r *fleet.Road) {
			t.Helper()
			r.Certificate.Store(r.Stranger.Issue(t, fleet.CognitoHost, time.Now().Add(time.Hour)))
		},
	},
	{
		name: "an expired certificate", code: auth.ErrCertificate, attempts: 1,
		damage: func(t *testing.T, r *fleet.Road) {
			t.Helper()
			r.Certificate.Store(r.Issuer.Issue(t, fleet.CognitoHost, time.Now().Add(-time.Hour)))
		},
	},
	{
		name: "a certificate for another host", code: auth.ErrCertificate, attempts: 1,
		damage: func(t *testing.T, r *fleet.Road) {
			t.Helper()
			r.Certificate.Store(r.Issuer.Issue(t, "www.example.org", time.Now().Add(time.Hour)))
		},
	},
}

// A journey is a verb, and what is to be done before it.
type journey struct {
	name   string
	before func(context.Context, *auth.Session) error
	verb   func(context.Context, *auth.Session, *authtest.Pool) error
	sends  string // the operation that a damage stops
}

func passwordSignIn(ctx context.Context, s *auth.Session) error {
	return errOf(s.SignIn(ctx, auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	}))
}

var journeys = []journey{
	{
		name: "SignUp", sends: "SignUp",
		verb: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
			return errOf(s.SignUp(ctx, auth.SignUpInput{Username: "bob", Password: password}))
		},
	},
	{
		name: "SignIn", sends: "InitiateAuth",
		verb: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
			return errOf(s.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}))
		},
	},
	{
		name: "SignIn with a plain password", sends: "InitiateAuth",
		verb: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error { return passwordSignIn(ctx, s) },
	},
	{
		name: "ConfirmSignIn", sends: "RespondToAuthChallenge", before: passwordSignIn,
		verb: func(ctx context.Context, s *auth.Session, pool *authtest.Pool) error {
			return errOf(s.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("alice")}))
		},
	},
	{
		name: "FetchAuthSession", sends: refreshOperation, before: passwordSignIn,
		verb: func(ctx context.Context, s *auth.Session, _ *authtest.Pool) error {
			return errOf(s.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true}))
		},
	},
}

func (j journey) pool(t *testing.T) *authtest.Pool {
	t.Helper()
	cfg := authtest.Config{MFA: authtest.MFAOptional, SMS: true, RefreshTokenRotation: true}
	return newPool(t, cfg, alice(func(u *authtest.User) {
		if j.name == "ConfirmSignIn" {
			u.MFA = []string{"SMS_MFA"}
		}
	}))
}

// TestDamagedRoad damages the road to the pool before a verb. Nothing is sent, so no outcome is
// unknown, and nothing is lost: when the road is mended, the same call succeeds.
func TestDamagedRoad(t *testing.T) {
	t.Parallel()
	for _, d := range damages {
		for _, j := range journeys {
			t.Run(d.name+"/"+j.name, func(t *testing.T) {
				t.Parallel()
				pool := j.pool(t)
				r := fleet.NewRoad(t, pool)
				good := r.Proxy.Load()
				cfg := configFor(pool)
				cfg.Endpoint, cfg.HTTPClient = r.URL, &http.Client{Transport: r.Transport()}
				session := newClient(t, cfg).Session("test")
				if j.before != nil {
					require.NoError(t, j.before(t.Context(), session))
				}
				pool.ResetRequests()
				r.Connects.Store(0)

				d.damage(t, r)
				err := j.verb(t.Context(), session, pool)
				require.ErrorIs(t, err, d.code)
				var e *auth.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, d.status, e.StatusCode)
				assert.NotEmpty(t, e.Recovery)
				assert.Equal(t, d.code == auth.ErrNetwork, auth.Retryable(err))
				assert.Equal(t, d.attempts, r.Connects.Load())
				assert.Empty(t, pool.Requests(), "nothing was sent")

				r.Proxy.Store(good)
				r.Mend(t)
				require.NoError(t, j.verb(t.Context(), session, pool))
				assert.Equal(t, 1, count(pool, j.sends))
			})
		}
	}
}

// TestDamagedRoadUnderATransportOfTheProgram: what the program puts around net/http's transport
// hides neither what was sent nor what is wrong.
func TestDamagedRoadUnderATransportOfTheProgram(t *testing.T) {
	t.Parallel()
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{})
			r := fleet.NewRoad(t, pool)
			inner := r.Transport()
			cfg := configFor(pool)
			cfg.Endpoint, cfg.HTTPClient = r.URL, &http.Client{Transport: roundTripper(inner.RoundTrip)}
			d.damage(t, r)
			_, err := newClient(t, cfg).Session("test").SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
			require.ErrorIs(t, err, d.code)
			assert.Equal(t, d.attempts, r.Connects.Load())
		})
	}
}

// TestTransportWithoutTrace: of a transport that reports nothing, nobody knows what it has sent.
func TestTransportWithoutTrace(t *testing.T) {
	t.Parallel()
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice())
			r := fleet.NewRoad(t, pool)
			inner, attempts := r.Transport(), atomic.Int32{}
			cfg := configFor(pool)
			cfg.Endpoint, cfg.HTTPClient = r.URL, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				attempts.Add(1)
				return inner.RoundTrip(r.WithContext(context.Background()))
			})}
			d.damage(t, r)
			session := newClient(t, cfg).Session("test")
			_, err := session.SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
			require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
			assert.EqualValues(t, 1, attempts.Load())

			_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
			require.ErrorIs(t, err, d.code, "the request can be repeated, so it does not matter whether it was sent")
		})
	}
}

// TestProxyAddressIsNotQuoted: an address that cannot be parsed may hold a password.
func TestProxyAddressIsNotQuoted(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	cfg := configFor(pool)
	cfg.HTTPClient = &http.Client{Transport: &http.Transport{Proxy: func(*http.Request) (*url.URL, error) {
		return nil, errors.New(`invalid proxy address "http://me:secret%@proxy"`)
	}}}
	_, err := newClient(t, cfg).Session("test").SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
	require.NotContains(t, err.Error(), "secret")
	assert.False(t, auth.Retryable(err))
}

// TestCallerLeavesBeforeTheConnection: nothing was sent, so the outcome is known.
func TestCallerLeavesBeforeTheConnection(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cfg := configFor(pool)
	cfg.HTTPClient = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			cancel()
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}}
	_, err := newClient(t, cfg).Session("test").SignUp(ctx, auth.SignUpInput{Username: "bob", Password: password})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, auth.ErrOutcomeUnknown)
	assert.Empty(t, pool.Requests())
}
