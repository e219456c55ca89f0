package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const apiURL = "https://api.example.com/"

// service is a service that a Transport calls. It notes the tokens that it gets, in order.
type service struct {
	mu     sync.Mutex
	tokens []string
	bodies []string
	answer func(token string) int
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens, s.bodies = append(s.tokens, token), append(s.bodies, string(body))
	w.WriteHeader(s.answer(token))
}

// refusing returns a service that refuses the token that the session has now.
func refusing(t *testing.T, session *auth.Session) (*service, string) {
	t.Helper()
	old := accessToken(t, session)
	return &service{answer: func(token string) int {
		if token == old {
			return http.StatusUnauthorized
		}
		return http.StatusOK
	}}, old
}

func clientOf(session *auth.Session, handler http.Handler) *http.Client {
	return &http.Client{Transport: &auth.Transport{
		Session: session, Origins: []string{"https://api.example.com"}, Base: inProcess{handler},
	}}
}

func statusOf(t *testing.T, response *http.Response, err error) int {
	t.Helper()
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// TestTransportServesAClientForHours calls a service that verifies, every minute. The service's
// clock is two minutes ahead, so it refuses tokens before they are renewed here.
func TestTransportServesAClientForHours(t *testing.T) {
	t.Parallel()
	inBubble(t, authtest.Config{RefreshTokenRotation: true}, func(t *testing.T, b bubble) {
		verified := b.verifier(t).Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		received := time.Now()
		refusals := 0
		client := clientOf(b.session, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if time.Since(received) >= 58*time.Minute {
				received = time.Now()
				refusals++
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			verified.ServeHTTP(w, r)
		}))
		for range 150 {
			response, err := client.Get(apiURL)
			require.Equal(t, http.StatusOK, statusOf(t, response, err))
			time.Sleep(time.Minute)
		}
		assert.Equal(t, 2, refusals)
		assert.Equal(t, 2, count(b.pool, refreshOperation))
	})
}

func TestTransportRenewsARefusedTokenOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body   io.Reader
		sent   []string
		status int
	}{
		"no body":                        {sent: []string{"", ""}, status: http.StatusOK},
		"a body":                         {body: strings.NewReader("hi"), sent: []string{"hi", "hi"}, status: http.StatusOK},
		"a body that cannot be repeated": {body: io.MultiReader(strings.NewReader("hi")), sent: []string{"hi"}, status: 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := aliceSignedIn(t)
			api, old := refusing(t, session)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, apiURL, tt.body)
			require.NoError(t, err)
			response, err := clientOf(session, api).Do(request)
			require.Equal(t, tt.status, statusOf(t, response, err))
			assert.Equal(t, tt.sent, api.bodies)
			assert.Equal(t, old, api.tokens[0])
			assert.Empty(t, request.Header.Get("Authorization"), "the caller's request is not changed")
		})
	}
}

func TestTransportRenewsOnceForManyRequests(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
	session, _ := signedInWithStore(t, pool)
	api, _ := refusing(t, session)
	client := clientOf(session, api)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			response, err := client.Get(apiURL)
			if assert.NoError(t, err) {
				assert.Equal(t, http.StatusOK, response.StatusCode)
				assert.NoError(t, response.Body.Close())
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 1, count(pool, refreshOperation))
}

// TestTransportBelievesAServiceThatRefusesEverything for a while.
func TestTransportBelievesAServiceThatRefusesEverything(t *testing.T) {
	t.Parallel()
	inBubble(t, authtest.Config{}, func(t *testing.T, b bubble) {
		api := &service{answer: func(string) int { return http.StatusUnauthorized }}
		client := clientOf(b.session, api)
		for range 300 {
			response, err := client.Get(apiURL)
			require.Equal(t, http.StatusUnauthorized, statusOf(t, response, err))
			time.Sleep(time.Second)
		}
		assert.Less(t, count(b.pool, refreshOperation), 20)
		api.answer = func(string) int { return http.StatusOK }
		response, err := client.Get(apiURL)
		require.Equal(t, http.StatusOK, statusOf(t, response, err))
	})
}

// TestTransportRenewsAgainAfterASuccess, at once: the service has believed the new token.
func TestTransportRenewsAgainAfterASuccess(t *testing.T) {
	t.Parallel()
	inBubble(t, authtest.Config{}, func(t *testing.T, b bubble) {
		revoked := accessToken(t, b.session)
		api := &service{answer: func(token string) int {
			if token == revoked {
				return http.StatusUnauthorized
			}
			return http.StatusOK
		}}
		client := clientOf(b.session, api)
		for n := range 3 {
			response, err := client.Get(apiURL)
			require.Equal(t, http.StatusOK, statusOf(t, response, err))
			require.Equal(t, n+1, count(b.pool, refreshOperation))
			revoked = accessToken(t, b.session)
		}
	})
}

// TestTransportKeepsTheTokenToItsOrigins follows redirects and links.
func TestTransportKeepsTheTokenToItsOrigins(t *testing.T) {
	t.Parallel()
	session := aliceSignedIn(t)
	for to, trusted := range map[string]bool{
		"https://api.example.com/":           true,
		"https://API.example.com:443/other":  true,
		"https://api.example.com:8443/":      false,
		"http://api.example.com/":            false,
		"https://example.com/":               false,
		"https://api.example.com.evil.test/": false,
		"https://evil.test/?api.example.com": false,
	} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			var got []string
			client := clientOf(session, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = append(got, r.Header.Get("Authorization"))
				if r.URL.Path == "/away" {
					http.Redirect(w, r, to, http.StatusTemporaryRedirect)
				}
			}))
			response, err := client.Get(apiURL + "away")
			require.Equal(t, http.StatusOK, statusOf(t, response, err))
			require.Len(t, got, 2)
			assert.NotEmpty(t, got[0])
			assert.Equal(t, trusted, got[1] != "")
		})
	}
}

func TestTransportLeavesAnotherAuthorization(t *testing.T) {
	t.Parallel()
	session := aliceSignedIn(t)
	api := &service{answer: func(string) int { return http.StatusUnauthorized }}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, apiURL, nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Basic eA==")
	response, err := clientOf(session, api).Do(request)
	require.Equal(t, http.StatusUnauthorized, statusOf(t, response, err))
	assert.Equal(t, []string{"Basic eA=="}, api.tokens)
}

func TestTransportRefusals(t *testing.T) {
	t.Parallel()
	session := aliceSignedIn(t)
	for name, tt := range map[string]struct {
		transport auth.Transport
		field     string
	}{
		"no session":      {auth.Transport{Origins: []string{apiURL}}, "Session"},
		"no origins":      {auth.Transport{Session: session}, "Origins"},
		"no host":         {auth.Transport{Session: session, Origins: []string{"api.example.com"}}, "Origins"},
		"a path":          {auth.Transport{Session: session, Origins: []string{"https://api.example.com/v1"}}, "Origins"},
		"not only a host": {auth.Transport{Session: session, Origins: []string{"https://u@api.example.com"}}, "Origins"},
		"not even a URL":  {auth.Transport{Session: session, Origins: []string{"https://api.example.com", ":"}}, "Origins"},
		"nothing":         {auth.Transport{Session: session, Origins: []string{""}}, "Origins"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &closes{Reader: strings.NewReader("x")}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, apiURL, body)
			require.NoError(t, err)
			tt.transport.Base = inProcess{http.NotFoundHandler()}
			_, err = tt.transport.RoundTrip(request) //nolint:bodyclose // there is no response
			require.ErrorIs(t, err, auth.ErrInvalidParameter)
			require.ErrorContains(t, err, "Transport."+tt.field)
			assert.True(t, body.closed)
		})
	}
}

type closes struct {
	io.Reader
	closed bool
}

func (c *closes) Close() error { c.closed = true; return nil }

// TestTransportSaysThatTheSessionIsOver instead of handing on the service's 401.
func TestTransportSaysThatTheSessionIsOver(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := signedInWithStore(t, pool)
	api, _ := refusing(t, session)
	client := clientOf(session, api)
	pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "TooManyRequestsException", Message: "x"})
	response, err := client.Get(apiURL)
	require.Equal(t, http.StatusUnauthorized, statusOf(t, response, err), "Cognito may be back soon")
	pool.Fail(authtest.Fault{
		Operation: refreshOperation, Code: "NotAuthorizedException", Message: "Refresh Token has been revoked",
	})
	_, err = client.Get(apiURL) //nolint:bodyclose // there is no response
	require.ErrorIs(t, err, auth.ErrSessionExpired)
	_, err = client.Get(apiURL) //nolint:bodyclose // there is no response
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Transport", e.Op)
	assert.Len(t, api.tokens, 2)
}

func TestTransportReturnsTheErrorsOfItsBase(t *testing.T) {
	t.Parallel()
	session := aliceSignedIn(t)
	broken := errors.New("the cable")
	client := &http.Client{Transport: &auth.Transport{
		Session: session, Origins: []string{"https://api.example.com"},
		Base: roundTripper(func(*http.Request) (*http.Response, error) { return nil, broken }),
	}}
	_, err := client.Get(apiURL) //nolint:bodyclose // there is no response
	require.ErrorIs(t, err, broken)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, apiURL, nil)
	require.NoError(t, err)
	_, err = client.Do(request) //nolint:bodyclose // there is no response
	require.ErrorIs(t, err, context.Canceled)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func aliceSignedIn(t *testing.T) *auth.Session {
	t.Helper()
	session, _ := signedInWithStore(t, newPool(t, authtest.Config{}, alice()))
	return session
}

// TestTransportTakesRequestsThatWereMadeByHand, without an http.Client or http.NewRequest.
func TestTransportTakesRequestsThatWereMadeByHand(t *testing.T) {
	t.Parallel()
	session := aliceSignedIn(t)
	var sent []string
	transport := &auth.Transport{
		Session: session, Origins: []string{"https://api.example.com"},
		Base: roundTripper(func(r *http.Request) (*http.Response, error) {
			sent = append(sent, r.Header.Get("Authorization"))
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
		}),
	}
	to, err := url.Parse(apiURL)
	require.NoError(t, err)
	response, err := transport.RoundTrip(&http.Request{Method: http.MethodGet, URL: to})
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Len(t, sent, 1)
	assert.True(t, strings.HasPrefix(sent[0], "Bearer "))

	body := &closes{}
	_, err = transport.RoundTrip(&http.Request{Method: http.MethodPost, Body: body}) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
	require.ErrorContains(t, err, "URL")
	assert.True(t, body.closed, "as RoundTrip must")
	assert.Len(t, sent, 1)
}
