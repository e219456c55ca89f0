package auth_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// seen is an http.RoundTripper that keeps the request and fails.
type seen struct{ request *http.Request }

func (s *seen) RoundTrip(r *http.Request) (*http.Response, error) {
	s.request = r
	return nil, context.Canceled
}

func TestRequestsAreAnonymousAndGoToThePoolsRegion(t *testing.T) {
	// If anything looked for credentials, it would find these.
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "mars-north-1")
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	for pool, host := range map[string]string{
		"eu-west-1_Ab1Cd2Ef3":     "cognito-idp.eu-west-1.amazonaws.com",
		"us-gov-west-1_Ab1Cd2Ef3": "cognito-idp.us-gov-west-1.amazonaws.com",
		"cn-north-1_Ab1Cd2Ef3":    "cognito-idp.cn-north-1.amazonaws.com.cn",
	} {
		network := &seen{}
		client := newClient(t,
			auth.Config{UserPoolID: pool, ClientID: "client", HTTPClient: &http.Client{Transport: network}})
		_, err := client.Session("test").
			SignUp(context.Background(), auth.SignUpInput{Username: "alice", Password: password})
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, host, network.request.URL.Host)
		assert.Equal(t, "https", network.request.URL.Scheme)
		assert.Empty(t, network.request.Header.Get("Authorization"))
	}
}

// TestRequestBodyIsSentWhileTheAnswerArrives: the AWS SDK closes the body of a request when the
// answer's header arrives, but net/http may still be sending it.
func TestRequestBodyIsSentWhileTheAnswerArrives(t *testing.T) {
	t.Parallel()
	var sent []byte
	late := roundTripper(func(r *http.Request) (*http.Response, error) {
		answer := readerFunc(func([]byte) (int, error) {
			body, err := io.ReadAll(r.Body)
			sent = append(sent, body...)
			return 0, cmp.Or(err, io.EOF)
		})
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(answer), Request: r}, nil
	})
	client := newClient(t, auth.Config{
		UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "client", HTTPClient: &http.Client{Transport: late},
	})
	_, _ = client.Session("test").SignUp(t.Context(), auth.SignUpInput{Username: "alice", Password: password})
	assert.Contains(t, string(sent), `"alice"`)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestSessionKeyMustNotBeEmpty(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session := newClient(t, configFor(pool)).Session("")
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
	_, err = session.CurrentUser(ctx)
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
	require.ErrorIs(t, errOf(session.SignOut(ctx, auth.SignOutInput{})), auth.ErrInvalidParameter)
	assert.Empty(t, pool.Requests())
}

func TestSessionsOfOneClientAreSeparate(t *testing.T) {
	t.Parallel()
	bob := authtest.User{Username: "bob", Password: password}
	client := newClient(t, configFor(newPool(t, authtest.Config{}, alice(), bob)))
	ctx := context.Background()
	for _, name := range []string{"alice", "bob"} {
		_, err := client.Session("session of "+name).SignIn(ctx, auth.SignInInput{Username: name, Password: password})
		require.NoError(t, err)
	}
	require.NoError(t, errOf(client.Session("session of alice").SignOut(ctx, auth.SignOutInput{})))
	user, err := client.Session("session of bob").CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, "bob", user.Username)
	_, err = client.Session("session of alice").FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}

func TestFetchAuthSession(t *testing.T) {
	t.Parallel()
	session := newSession(t, newPool(t, authtest.Config{}, alice()))
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)

	tokens, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	user, err := session.CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, user.UserID, tokens.UserSub)
	assert.Equal(t, "access", claimOf(t, tokens.AccessToken, "token_use"))
	assert.Equal(t, "alice@example.com", claimOf(t, tokens.IDToken, "email"))
	assert.Equal(t, true, claimOf(t, tokens.IDToken, "email_verified"))
	assert.Equal(t, time.Hour, tokens.AccessToken.ExpiresAt.Sub(tokens.AccessToken.IssuedAt))
	assert.Equal(t, 2, strings.Count(tokens.AccessToken.Raw, "."))
}

func TestUnreadableRecord(t *testing.T) {
	t.Parallel()
	cfg := configFor(newPool(t, authtest.Config{}, alice()))
	store := &auth.MemoryStore{}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	for _, data := range []string{"", "{", "secret-in-the-wrong-place", `{"format":99}`, `{"format":1,"tokens":7}`} {
		_, err := store.Save(ctx, "test", auth.Record{Data: []byte(data)})
		require.NoError(t, err)
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.ErrorIs(t, err, auth.ErrCorruptRecord, "record %q", data)
		assert.NotContains(t, err.Error(), "secret")
		_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: "Wrong-Password-1"})
		require.ErrorIs(t, err, auth.ErrNotAuthorized, "record %q", data)
		kept, err := store.Load(ctx, "test")
		require.NoError(t, err)
		assert.Equal(t, data, string(kept.Data), "an unreadable record stays in the Store")
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
		_, err = store.Load(ctx, "test")
		require.ErrorIs(t, err, auth.ErrRecordNotFound, "SignOut removes it")
	}
}

func TestSignInReplacesAnUnreadableRecord(t *testing.T) {
	t.Parallel()
	cfg := configFor(newPool(t, authtest.Config{}, alice()))
	store := &auth.MemoryStore{}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	_, err := store.Save(ctx, "test", auth.Record{Data: []byte("{")})
	require.NoError(t, err)
	out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
	require.NoError(t, forceRefresh(ctx, t, nil, session))
}

// elsewhen is a server whose clock differs from this machine's. It keeps the timestamps of the
// proofs that it receives.
type elsewhen struct {
	http.Handler
	ahead  time.Duration
	stamps []string
}

func (e *elsewhen) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var request struct{ ChallengeResponses map[string]string }
	if json.Unmarshal(body, &request) == nil && request.ChallengeResponses["TIMESTAMP"] != "" {
		e.stamps = append(e.stamps, request.ChallengeResponses["TIMESTAMP"])
	}
	w.Header().Set("Date", time.Now().Add(e.ahead).UTC().Format(http.TimeFormat))
	e.Handler.ServeHTTP(w, r)
}

// TestWrongClock signs in twice on a machine whose clock is wrong, the second time on a remembered
// device. The proofs of the password and of the device must have the server's time.
func TestWrongClock(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{-26 * time.Hour, 3 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
			pool.Advance(ahead)
			service := &elsewhen{Handler: pool, ahead: ahead}
			server := httptest.NewServer(service)
			t.Cleanup(server.Close)
			cfg := configFor(pool)
			cfg.Endpoint = server.URL
			session, ctx := newClient(t, cfg).Session("test"), context.Background()
			for range 2 {
				out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
				require.NoError(t, err)
				require.True(t, out.IsSignedIn)
				require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			}
			require.Len(t, service.stamps, 3)
			for _, stamp := range service.stamps {
				at, err := time.Parse("Mon Jan 2 15:04:05 UTC 2006", stamp)
				require.NoError(t, err)
				assert.WithinDuration(t, time.Now().Add(ahead), at, time.Minute)
			}
		})
	}
}

func TestClient_RedirectSignIn(t *testing.T) {
	t.Parallel()
	cfg := auth.Config{
		UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789", RedirectSignIn: []string{"https://app.example/callback"},
	}
	without, err := auth.NewClient(cfg)
	require.NoError(t, err)
	assert.Empty(t, without.RedirectSignIn(), "without a Domain there is no managed login")
	cfg.Domain = "login.example"
	client, err := auth.NewClient(cfg)
	require.NoError(t, err)
	got := client.RedirectSignIn()
	require.Equal(t, cfg.RedirectSignIn, got)
	got[0] = "changed"
	assert.Equal(t, cfg.RedirectSignIn, client.RedirectSignIn(), "it is a copy")
}
