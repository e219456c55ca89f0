package auth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// A fault is something wrong on the route to the pool, and the error that every verb returns for it.
type fault struct {
	name     string
	inject   func(*testing.T, *fleet.Route)
	code     auth.ErrorCode
	status   int
	attempts int32 // that the proxy sees; a fault of the configuration is not tried again
}

var faults = []fault{
	{
		name: "the proxy is down", code: auth.ErrNetwork,
		inject: func(t *testing.T, r *fleet.Route) { t.Helper(); r.SetProxy(t, "http://127.0.0.1:1") },
	},
	{
		name: "the proxy asks for credentials", code: auth.ErrProxyAuthentication, status: 407, attempts: 1,
		inject: func(_ *testing.T, r *fleet.Route) { r.Refusal.Store(http.StatusProxyAuthRequired) },
	},
	{
		name: "the proxy forbids it", code: auth.ErrForbidden, status: 403, attempts: 1,
		inject: func(_ *testing.T, r *fleet.Route) { r.Refusal.Store(http.StatusForbidden) },
	},
	{
		name: "a SOCKS proxy asks for credentials", code: auth.ErrProxyAuthentication,
		inject: func(t *testing.T, r *fleet.Route) { t.Helper(); r.SetProxy(t, socksProxy(t, "\x05\xff")) },
	},
	{
		name: "a SOCKS proxy refuses the credentials", code: auth.ErrProxyAuthentication,
		inject: func(t *testing.T, r *fleet.Route) { t.Helper(); r.SetProxy(t, socksProxy(t, "\x05\x02", "\x01\x01")) },
	},
	{
		name: "the proxy cannot connect", code: auth.ErrNetwork, status: 502, attempts: 3,
		inject: func(_ *testing.T, r *fleet.Route) { r.Refusal.Store(http.StatusBadGateway) },
	},
	{
		name: "an unknown certificate", code: auth.ErrCertificate, attempts: 1,
		inject: func(t *testing.T, r *fleet.Route) {
			t.Helper()
			r.Certificate.Store(r.UntrustedIssuer.Issue(t, fleet.CognitoHost, time.Now().Add(time.Hour)))
		},
	},
	{
		name: "an expired certificate", code: auth.ErrCertificate, attempts: 1,
		inject: func(t *testing.T, r *fleet.Route) {
			t.Helper()
			r.Certificate.Store(r.Issuer.Issue(t, fleet.CognitoHost, time.Now().Add(-time.Hour)))
		},
	},
	{
		name: "a certificate for another host", code: auth.ErrCertificate, attempts: 1,
		inject: func(t *testing.T, r *fleet.Route) {
			t.Helper()
			r.Certificate.Store(r.Issuer.Issue(t, "www.example.org", time.Now().Add(time.Hour)))
		},
	},
	{
		name: "a server that asks the client for a certificate", code: auth.ErrCertificate, attempts: 1,
		inject: func(_ *testing.T, r *fleet.Route) { r.RequiresClientCertificate.Store(true) },
	},
	{
		name: "a server that asks for one with TLS 1.2", code: auth.ErrCertificate, attempts: 1,
		inject: func(_ *testing.T, r *fleet.Route) { r.RequiresClientCertificate.Store(true); r.OldTLS.Store(true) },
	},
}

// socksProxy starts a proxy that sends each of the answers after something has arrived, and hangs
// up. It returns its URL, with credentials.
func socksProxy(t *testing.T, answers ...string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	serve := func(conn net.Conn) {
		defer func() { _ = conn.Close() }()
		for _, answer := range answers {
			if _, err := conn.Read(make([]byte, 1<<10)); err != nil {
				return
			}
			if _, err := io.WriteString(conn, answer); err != nil {
				return
			}
		}
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return "socks5://me:secret@" + listener.Addr().String()
}

// A verbCall is a call of a verb, and what comes before it.
type verbCall struct {
	name   string
	before func(context.Context, *auth.Session) error
	verb   func(context.Context, *auth.Session, *authtest.Pool) error
	sends  string // the operation that a fault stops
}

func passwordSignIn(ctx context.Context, s *auth.Session) error {
	return errOf(s.SignIn(ctx, auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	}))
}

var verbCalls = []verbCall{
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

func (c verbCall) pool(t *testing.T) *authtest.Pool {
	t.Helper()
	cfg := authtest.Config{MFA: authtest.MFAOptional, SMS: true, RefreshTokenRotation: true}
	return newPool(t, cfg, alice(func(u *authtest.User) {
		if c.name == "ConfirmSignIn" {
			u.MFA = []string{"SMS_MFA"}
		}
	}))
}

// TestFaultBeforeTheRequest injects a fault before a verb. Nothing is sent, so no outcome is
// unknown, and nothing is lost: when the route is repaired, the same call succeeds.
func TestFaultBeforeTheRequest(t *testing.T) {
	t.Parallel()
	for _, f := range faults {
		for _, call := range verbCalls {
			t.Run(f.name+"/"+call.name, func(t *testing.T) {
				t.Parallel()
				pool := call.pool(t)
				r := fleet.NewRoute(t, pool)
				good := r.Proxy.Load()
				cfg := configFor(pool)
				cfg.Endpoint, cfg.HTTPClient = r.URL, &http.Client{Transport: r.Transport()}
				session := newClient(t, cfg).Session("test")
				if call.before != nil {
					require.NoError(t, call.before(t.Context(), session))
				}
				pool.ResetRequests()
				r.Connects.Store(0)

				f.inject(t, r)
				err := call.verb(t.Context(), session, pool)
				require.ErrorIs(t, err, f.code)
				var e *auth.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, f.status, e.StatusCode)
				assert.NotEmpty(t, e.Recovery)
				assert.NotContains(t, err.Error(), "secret")
				assert.Equal(t, f.code == auth.ErrNetwork, auth.Retryable(err))
				assert.Equal(t, f.attempts, r.Connects.Load())
				assert.Empty(t, pool.Requests(), "nothing was sent")

				r.Proxy.Store(good)
				r.Repair(t)
				require.NoError(t, call.verb(t.Context(), session, pool))
				assert.Equal(t, 1, count(pool, call.sends))
			})
		}
	}
}

// TestFaultBeforeTheRequestOfAWrappedTransport: what the program puts around net/http's transport
// hides neither what was sent nor what is wrong.
func TestFaultBeforeTheRequestOfAWrappedTransport(t *testing.T) {
	t.Parallel()
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{})
			r := fleet.NewRoute(t, pool)
			inner := r.Transport()
			cfg := configFor(pool)
			cfg.Endpoint, cfg.HTTPClient = r.URL, &http.Client{Transport: roundTripper(inner.RoundTrip)}
			f.inject(t, r)
			_, err := newClient(t, cfg).Session("test").SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
			require.ErrorIs(t, err, f.code)
			assert.Equal(t, f.attempts, r.Connects.Load())
		})
	}
}

// TestTransportWithoutTrace: of a transport that reports nothing, nobody knows what it has sent.
func TestTransportWithoutTrace(t *testing.T) {
	t.Parallel()
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice())
			r := fleet.NewRoute(t, pool)
			inner, attempts := r.Transport(), atomic.Int32{}
			cfg := configFor(pool)
			cfg.Endpoint, cfg.HTTPClient = r.URL, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				attempts.Add(1)
				return inner.RoundTrip(r.WithContext(context.Background()))
			})}
			f.inject(t, r)
			session := newClient(t, cfg).Session("test")
			_, err := session.SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
			require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
			assert.EqualValues(t, 1, attempts.Load())

			_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
			require.ErrorIs(t, err, f.code, "the request can be repeated, so it does not matter whether it was sent")
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

// TestAnswerShowsThatARequestWasSent: a transport that reports no connection, and has an answer.
func TestAnswerShowsThatARequestWasSent(t *testing.T) {
	t.Parallel()
	attempts := 0
	cfg := auth.Config{UserPoolID: "us-east-1_Script", ClientID: "client", Endpoint: "http://127.0.0.1:1"}
	cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		attempts++
		httptrace.ContextClientTrace(r.Context()).GetConn(r.URL.Host)
		return &http.Response{StatusCode: http.StatusBadGateway, Body: io.NopCloser(strings.NewReader("<html>"))}, nil
	})}
	_, err := newClient(t, cfg).Session("test").SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
	require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
	assert.Equal(t, 1, attempts)
}

// TestCutAnswerIsALostOne, however far it got, and whatever the protocol calls that.
func TestCutAnswerIsALostOne(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]string{"after the header": "", "in the body": `{"UserSub":"1234`} {
		for _, protocol := range []int32{1, 2} {
			t.Run(fmt.Sprint(name, "/HTTP/", protocol), func(t *testing.T) {
				t.Parallel()
				var requests atomic.Int32
				f := newFront(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					requests.Add(1)
					w.Header().Set("Content-Type", awsJSON)
					_, _ = io.WriteString(w, begin)
					_ = http.NewResponseController(w).Flush()
					panic(http.ErrAbortHandler)
				}))
				f.EnableHTTP2 = protocol == 2
				f.StartTLS()
				cfg := auth.Config{UserPoolID: "us-east-1_Script", ClientID: "client", Endpoint: f.URL, HTTPClient: f.Client()}
				session := newClient(t, cfg).Session("test")
				_, err := session.SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
				require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
				assert.EqualValues(t, 1, requests.Swap(0))
				_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
				require.ErrorIs(t, err, auth.ErrNetwork)
				assert.EqualValues(t, 3, requests.Load(), "it can be repeated")
				assert.Equal(t, protocol, f.most.Load())
			})
		}
	}
}
