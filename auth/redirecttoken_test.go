package auth_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// A liar is a token endpoint that does not do what it should, for a pool that does.
type liar struct {
	*loginFixture
	asked atomic.Int32
	nonce string // of the last attempt
}

func newLiar(t testing.TB, serve func(http.ResponseWriter, *http.Request, *liar)) *liar {
	t.Helper()
	l := &liar{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.asked.Add(1)
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		serve(w, r, l)
	}))
	t.Cleanup(server.Close)
	l.loginFixture = newLogin(t, authtest.Config{}, func(cfg *auth.Config) { cfg.Domain = server.URL })
	return l
}

// callback begins an attempt, and returns its callback with a code that the liar gets.
func (l *liar) callback(t testing.TB, in auth.SignInWithRedirectInput) string {
	t.Helper()
	begun := l.begin(t, in)
	l.nonce = authorizeQuery(t, begun.URL).Get("nonce")
	return callbackURI + "?code=code-of-the-liar&state=" + begun.State
}

// says answers with a text.
func says(status int, text string) func(http.ResponseWriter, *http.Request, *liar) {
	return func(w http.ResponseWriter, _ *http.Request, _ *liar) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	}
}

// untyped answers with a text of another type.
func untyped(kind, text string) func(http.ResponseWriter, *http.Request, *liar) {
	return func(w http.ResponseWriter, _ *http.Request, _ *liar) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(text))
	}
}

var hostileEndpoints = map[string]struct {
	serve func(http.ResponseWriter, *http.Request, *liar)
	code  auth.ErrorCode
}{
	"nothing":                {says(200, ""), auth.ErrUnexpectedResponse},
	"an empty object":        {says(200, "{}"), auth.ErrUnexpectedResponse},
	"a list":                 {says(200, "[]"), auth.ErrUnexpectedResponse},
	"half an object":         {says(200, `{"access_token":"secret-of-the-liar`), auth.ErrUnexpectedResponse},
	"HTML":                   {untyped("text/html", "<html>secret-of-the-liar</html>"), auth.ErrUnexpectedResponse},
	"a form":                 {untyped("text/plain", "access_token=secret-of-the-liar&token_type=Bearer"), auth.ErrUnexpectedResponse},
	"HTML and a failure":     {says(404, "<html>secret-of-the-liar</html>"), auth.ErrUnexpectedResponse},
	"numbers for texts":      {says(200, `{"access_token":7,"token_type":8}`), auth.ErrUnexpectedResponse},
	"objects for texts":      {says(200, `{"access_token":{},"id_token":[]}`), auth.ErrUnexpectedResponse},
	"a number for the error": {says(400, `{"error":7,"error_description":{}}`), auth.ErrUnexpectedResponse},
	"another kind of token":  {says(200, `{"access_token":"secret-of-the-liar","token_type":"mac"}`), auth.ErrUnexpectedResponse},
	"no kind of token":       {says(200, `{"access_token":"secret-of-the-liar"}`), auth.ErrUnexpectedResponse},
	"an endless lifetime":    {says(200, `{"access_token":"secret-of-the-liar","token_type":"Bearer","expires_in":1e400}`), auth.ErrUnexpectedResponse},
	"deep nesting":           {says(200, strings.Repeat(`{"a":`, 20_000)+"1"+strings.Repeat("}", 20_000)), auth.ErrUnexpectedResponse},
	"no JWT":                 {says(200, `{"access_token":"secret-of-the-liar","token_type":"Bearer"}`), auth.ErrOAuthToken},
	"no JWTs":                {says(200, `{"access_token":"secret-of-the-liar","id_token":"x.y.z","token_type":"Bearer"}`), auth.ErrOAuthToken},
	"more than a megabyte": {
		says(200, `{"access_token":"`+strings.Repeat("x", maxAnswer)+`"}`), auth.ErrUnexpectedResponse,
	},
	"an endless refresh token": {
		says(200, `{"access_token":"x","token_type":"Bearer","refresh_token":"`+strings.Repeat("x", 100_000)+`"}`),
		auth.ErrUnexpectedResponse,
	},
	"an endless refusal": {
		says(400, `{"error":"`+strings.Repeat("x", maxAnswer)+`"}`), auth.ErrUnexpectedResponse,
	},
	"a redirect": {
		func(w http.ResponseWriter, r *http.Request, _ *liar) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		auth.ErrUnexpectedResponse,
	},
	"a failure":              {says(500, `{"error":"server_error"}`), auth.ErrOutcomeUnknown},
	"a failure of a gateway": {says(502, "<html>"), auth.ErrOutcomeUnknown},
	"a cut connection": {
		func(http.ResponseWriter, *http.Request, *liar) { panic(http.ErrAbortHandler) }, auth.ErrOutcomeUnknown,
	},
	"half an answer": {
		func(w http.ResponseWriter, _ *http.Request, _ *liar) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"access_token":"secret-of-the-liar"`))
		}, auth.ErrOutcomeUnknown,
	},
	"a used code":             {says(400, `{"error":"invalid_grant"}`), auth.ErrOAuthCode},
	"another redirect URI":    {says(400, `{"error":"unauthorized_client","error_description":"invalid_redirect"}`), auth.ErrOAuthRedirectMismatch},
	"another client":          {says(400, `{"error":"invalid_client"}`), auth.ErrOAuthSignIn},
	"an error as a success":   {says(200, `{"error":"invalid_grant"}`), auth.ErrOAuthCode},
	"no OAuth for the client": {says(400, `{"error":"unauthorized_client"}`), auth.ErrOAuthSignIn},
}

// TestHostileTokenEndpoints: whatever they answer, the error is typed and quotes nothing, the code
// was sent once, and whoever is signed in stays so.
func TestHostileTokenEndpoints(t *testing.T) {
	t.Parallel()
	for name, tt := range hostileEndpoints {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t, tt.serve)
			_ = checkLiar(t, l, tt.code)
		})
	}
}

// checkLiar completes a sign-in with a liar while alice is signed in.
func checkLiar(t *testing.T, l *liar, code auth.ErrorCode) *auth.Error {
	t.Helper()
	_, err := l.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	before, err := l.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	back := l.callback(t, auth.SignInWithRedirectInput{Prompt: []auth.Prompt{auth.PromptLogin}})
	_, err = l.CompleteSignInWithRedirect(t.Context(), back)
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, err)
	for _, secret := range []string{"secret-of-the-liar", "code-of-the-liar", l.nonce} {
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
	}
	assert.Less(t, len(err.Error()), 1000)
	assert.False(t, auth.Retryable(err))
	assert.EqualValues(t, 1, l.asked.Load(), "the code is sent once")
	after, err := l.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, before.AccessToken.Raw, after.AccessToken.Raw, "whoever was signed in stays so")
	l.fails(t, back, auth.ErrOAuthAttempt)
	return e
}

// A forgery changes the claims of tokens that are good otherwise.
type forgery func(l *liar, access, id map[string]any)

var forgeries = map[string]struct {
	forge  forgery
	code   auth.ErrorCode
	reason jwt.Reason
}{
	"another issuer": {
		func(_ *liar, access, id map[string]any) {
			access["iss"], id["iss"] = "https://evil.example", "https://evil.example"
		},
		auth.ErrOAuthToken, jwt.ErrWrongIssuer,
	},
	"another pool of the same region": {
		func(_ *liar, access, id map[string]any) {
			id["iss"] = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another1"
		}, auth.ErrOAuthToken, jwt.ErrWrongIssuer,
	},
	"another app client": {
		func(_ *liar, _, id map[string]any) { id["aud"] = "another" }, auth.ErrOAuthToken, jwt.ErrWrongClient,
	},
	"an access token of another app client": {
		func(_ *liar, access, _ map[string]any) { access["client_id"] = "another" }, auth.ErrOAuthToken, jwt.ErrWrongClient,
	},
	"another person's ID token": {
		func(_ *liar, _, id map[string]any) { id["sub"] = "mallory" }, auth.ErrOAuthToken, jwt.ErrWrongAccessToken,
	},
	"an access token for an ID token": {
		func(_ *liar, _, id map[string]any) { id["token_use"] = "access" }, auth.ErrOAuthToken, jwt.ErrWrongUse,
	},
	"an ID token for an access token": {
		func(_ *liar, access, _ map[string]any) { access["token_use"] = "id" }, auth.ErrOAuthToken, jwt.ErrWrongUse,
	},
	"an old one": {
		func(l *liar, _, id map[string]any) { id["exp"] = l.pool.Now().Add(-2 * time.Minute).Unix() },
		auth.ErrOAuthToken, jwt.ErrExpired,
	},
	"one of the future": {
		func(l *liar, _, id map[string]any) { id["iat"] = l.pool.Now().Add(time.Hour).Unix() },
		auth.ErrOAuthToken, jwt.ErrNotYetValid,
	},
	"no at_hash": {
		func(_ *liar, _, id map[string]any) { id["at_hash"] = nil }, auth.ErrOAuthToken, jwt.ErrWrongAccessToken,
	},
	"the at_hash of another": {
		func(_ *liar, _, id map[string]any) { id["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" },
		auth.ErrOAuthToken, jwt.ErrWrongAccessToken,
	},
	"no nonce": {
		func(_ *liar, _, id map[string]any) { id["nonce"] = nil }, auth.ErrOAuthNonce, jwt.ErrWrongNonce,
	},
	"a nonce of the identity provider": {
		func(_ *liar, _, id map[string]any) { id["nonce"] = "another" }, auth.ErrOAuthNonce, jwt.ErrWrongNonce,
	},
	"a nonce of another type": {
		func(_ *liar, _, id map[string]any) { id["nonce"] = []string{"another"} }, auth.ErrOAuthNonce, jwt.ErrWrongNonce,
	},
	"no ID token for openid": {
		func(_ *liar, access, id map[string]any) { clear(id) }, auth.ErrOAuthToken, jwt.ErrMalformed,
	},
}

// forged is a token endpoint with those tokens.
func forged(forge forgery) func(http.ResponseWriter, *http.Request, *liar) {
	return func(w http.ResponseWriter, _ *http.Request, l *liar) {
		access := map[string]any{"sub": "anna", "username": "anna", "scope": "openid aws.cognito.signin.user.admin", "origin_jti": "o"}
		id := map[string]any{"token_use": "id", "sub": "anna", "cognito:username": "anna", "nonce": l.nonce}
		forge(l, access, id)
		answer := map[string]any{"access_token": l.pool.Sign(access), "token_type": "Bearer", "refresh_token": "refresh"}
		if len(id) > 0 {
			if _, given := id["at_hash"]; !given {
				id["at_hash"] = atHash(answer["access_token"].(string))
			}
			answer["id_token"] = l.pool.Sign(id)
		}
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// atHash is the at_hash of an access token (OpenID Connect Core 1.0, section 3.1.3.6).
func atHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func TestForgedTokens(t *testing.T) {
	t.Parallel()
	for name, tt := range forgeries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t, forged(tt.forge))
			e := checkLiar(t, l, tt.code)
			require.ErrorIs(t, e, tt.reason)
			require.ErrorIs(t, e, auth.ErrOAuthSignIn)
			assert.Equal(t, 1, count(l.pool, "RevokeToken"), "what is thrown away is revoked")
		})
	}
	t.Run("none", func(t *testing.T) { // or the others prove nothing
		t.Parallel()
		l := newLiar(t, forged(func(*liar, map[string]any, map[string]any) {}))
		l.complete(t, l.callback(t, auth.SignInWithRedirectInput{}))
	})
	t.Run("signed with another key", func(t *testing.T) {
		t.Parallel()
		other := newPool(t, authtest.Config{FreshKeys: true})
		l := newLiar(t, func(w http.ResponseWriter, r *http.Request, l *liar) {
			forger := &liar{loginFixture: &loginFixture{pool: other}, nonce: l.nonce}
			forged(func(_ *liar, access, id map[string]any) {
				access["iss"], id["iss"] = l.pool.Issuer(), l.pool.Issuer()
				access["client_id"], id["aud"] = l.pool.ClientID, l.pool.ClientID
			})(w, r, forger)
		})
		fetches := l.countKeyFetches(t, func() bool { return true })
		e := checkLiar(t, l, auth.ErrOAuthToken)
		require.ErrorIs(t, e, jwt.ErrUnknownKey)
		assert.EqualValues(t, 2, fetches.Load(), "the keys are fetched once more")
	})
}

func TestAcceptNonceOfIdentityProvider(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		forge forgery
		want  auth.ErrorCode
	}{
		"another nonce":             {forgeries["a nonce of the identity provider"].forge, ""},
		"no nonce":                  {forgeries["no nonce"].forge, ""},
		"another person's ID token": {forgeries["another person's ID token"].forge, auth.ErrOAuthToken},
		"no at_hash":                {forgeries["no at_hash"].forge, auth.ErrOAuthToken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t, forged(tt.forge))
			l.cfg.AcceptNonceOfIdentityProvider = true
			l.Session = newClient(t, l.cfg).Session("test")
			back := l.callback(t, auth.SignInWithRedirectInput{})
			if tt.want != "" {
				l.fails(t, back, tt.want)
				return
			}
			l.complete(t, back)
		})
	}
}

func TestASlowTokenEndpoint(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	l := newLiar(t, func(http.ResponseWriter, *http.Request, *liar) {
		close(arrived)
		<-release
	})
	t.Cleanup(func() { close(release) }) // before the server waits for its handlers
	back := l.callback(t, auth.SignInWithRedirectInput{})
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-arrived
		leave()
	}()
	_, err := l.CompleteSignInWithRedirect(ctx, back)
	require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
	require.ErrorIs(t, err, context.Canceled)
	l.fails(t, back, auth.ErrOAuthAttempt)
	assert.EqualValues(t, 1, l.asked.Load())
}

// TestACallbackThatWasNotSentMayComeAgain: what cannot have used up the code leaves the attempt.
func TestACallbackThatWasNotSentMayComeAgain(t *testing.T) {
	t.Parallel()
	broken := true
	f := newLogin(t, authtest.Config{})
	f.cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if broken && strings.HasPrefix(r.URL.Path, "/oauth2/") {
			return unreachable(r)
		}
		return f.send(r)
	})}
	f.Session = newClient(t, f.cfg).Session("test")
	back := f.callback(t, auth.SignInWithRedirectInput{ReturnTo: "/cart"})
	_, err := f.CompleteSignInWithRedirect(t.Context(), back)
	require.ErrorIs(t, err, auth.ErrNetwork)
	require.NotErrorIs(t, err, auth.ErrOAuthSignIn)
	assert.True(t, auth.Retryable(err))
	broken = false
	assert.Equal(t, "/cart", f.complete(t, back).ReturnTo)
}

// TestPagesBeforeTheTokenEndpoint: what refuses a request before Cognito has it is told as
// everywhere, with its status, and costs no code.
func TestPagesBeforeTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	for status, code := range map[int]auth.ErrorCode{
		http.StatusForbidden: auth.ErrForbidden, http.StatusProxyAuthRequired: auth.ErrProxyAuthentication,
		http.StatusTooManyRequests: auth.ErrTooManyRequests,
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			var open atomic.Bool
			l := newLiar(t, func(w http.ResponseWriter, r *http.Request, l *liar) {
				if open.Load() {
					forged(func(*liar, map[string]any, map[string]any) {})(w, r, l)
					return
				}
				w.WriteHeader(status)
				_, _ = w.Write([]byte("<html>"))
			})
			back := l.callback(t, auth.SignInWithRedirectInput{})
			_, err := l.CompleteSignInWithRedirect(t.Context(), back)
			require.ErrorIs(t, err, code)
			assert.Equal(t, status, failureOf(t, err).StatusCode)
			open.Store(true)
			l.complete(t, back)
		})
	}
	for _, status := range []int{http.StatusBadRequest, http.StatusBadGateway} {
		l := newLiar(t, says(status, `{"error":"invalid_grant"}`))
		_, err := l.CompleteSignInWithRedirect(t.Context(), l.callback(t, auth.SignInWithRedirectInput{}))
		assert.Equal(t, status, failureOf(t, err).StatusCode)
	}
}

// TestWAFTokenOpensTheTokenEndpoint, which a web firewall of the pool protects too.
func TestWAFTokenOpensTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	const token = "6b1e0a1c:AQoAf2k/u=="
	for action, status := range map[string]int{"captcha": http.StatusMethodNotAllowed, "challenge": http.StatusAccepted} {
		l := newLiar(t, func(w http.ResponseWriter, r *http.Request, l *liar) {
			if r.Header.Get("X-Aws-Waf-Token") != token {
				w.Header().Set("X-Amzn-Waf-Action", action)
				w.WriteHeader(status)
				return
			}
			forged(func(*liar, map[string]any, map[string]any) {})(w, r, l)
		})
		back := l.callback(t, auth.SignInWithRedirectInput{})
		_, err := l.CompleteSignInWithRedirect(t.Context(), back)
		require.ErrorIs(t, err, auth.ErrCaptchaRequired, action)
		_, err = l.CompleteSignInWithRedirect(auth.WithWAFToken(t.Context(), "secret\r\nX-Other: 1"), back)
		require.ErrorIs(t, err, auth.ErrInvalidParameter)
		assert.NotContains(t, err.Error(), "secret")
		assert.EqualValues(t, 1, l.asked.Load())
		_, err = l.CompleteSignInWithRedirect(auth.WithWAFToken(t.Context(), token), back)
		require.NoError(t, err)
	}
}

// TestACertificateOfTheDomainThatIsNotTrusted costs no code.
func TestACertificateOfTheDomainThatIsNotTrusted(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	domain := httptest.NewUnstartedServer(f.pool)
	domain.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	domain.StartTLS()
	t.Cleanup(domain.Close)
	f.cfg.Domain = domain.URL
	f.Session = newClient(t, f.cfg).Session("test")
	begun := f.begin(t, auth.SignInWithRedirectInput{})
	back := f.visit(t, strings.Replace(begun.URL, domain.URL+"/", f.pool.URL, 1), "alice")
	_, err := f.CompleteSignInWithRedirect(t.Context(), back)
	require.ErrorIs(t, err, auth.ErrCertificate)
	require.NotErrorIs(t, err, auth.ErrOAuthSignIn)
	assert.NotContains(t, err.Error(), "was lost")
	assert.False(t, auth.Retryable(err))

	f.cfg.HTTPClient = domain.Client()
	f.Session = newClient(t, f.cfg).Session("test")
	f.complete(t, back)
}

// TestAProxyThatRefusesTheKeys: the address of a proxy may hold a password, and what is wrong with
// a proxy is told as everywhere.
func TestAProxyThatRefusesTheKeys(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	back := f.callback(t, auth.SignInWithRedirectInput{})
	f.cfg.HTTPClient = &http.Client{Transport: &http.Transport{Proxy: func(*http.Request) (*url.URL, error) {
		return nil, errors.New(`invalid proxy address "http://me:secret%@proxy"`)
	}}}
	f.Session = newClient(t, f.cfg).Session("test")
	_, err := f.CompleteSignInWithRedirect(t.Context(), back)
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
	require.NotContains(t, err.Error(), "secret")
}

// unreachable sends a request to where nobody listens.
func unreachable(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Host = "127.0.0.1:1"
	return http.DefaultTransport.RoundTrip(r)
}

// TestKeysThatCannotBeFetchedCostNoCode: they are fetched before the code is sent.
func TestKeysThatCannotBeFetchedCostNoCode(t *testing.T) {
	t.Parallel()
	broken := true
	f := newLogin(t, authtest.Config{})
	f.cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if broken && strings.HasSuffix(r.URL.Path, "/jwks.json") {
			return unreachable(r)
		}
		return f.send(r)
	})}
	f.Session = newClient(t, f.cfg).Session("test")
	back := f.callback(t, auth.SignInWithRedirectInput{})
	_, err := f.CompleteSignInWithRedirect(t.Context(), back)
	require.ErrorIs(t, err, auth.ErrNetwork)
	assert.True(t, auth.Retryable(err))
	assert.Zero(t, f.exchanges())
	f.fails(t, callbackURI+"?error=access_denied&state="+f.begin(t, auth.SignInWithRedirectInput{}).State, auth.ErrOAuthDenied)
	broken = false
	f.Session = newClient(t, f.cfg).Session("test")
	f.complete(t, back)
}

// countKeyFetches counts the requests for the pool's keys from now on. It calls exchange ahead of
// each exchange of a code, and if that returns false, no keys are to be had any more.
func (f *loginFixture) countKeyFetches(t *testing.T, exchange func() bool) *atomic.Int32 {
	t.Helper()
	fetches, published := &atomic.Int32{}, true
	f.cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		switch {
		case r.URL.Path == "/oauth2/token":
			published = exchange()
		case strings.HasSuffix(r.URL.Path, "/jwks.json"):
			fetches.Add(1)
			if !published {
				return unreachable(r)
			}
		}
		return f.send(r)
	})}
	f.Session = newClient(t, f.cfg).Session("test")
	return fetches
}

// TestKeysThatRotateDuringTheExchange: the keys are fetched before the code is sent, and once more
// for tokens of newer ones.
func TestKeysThatRotateDuringTheExchange(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	fetches := f.countKeyFetches(t, func() bool {
		f.pool.RotateKeys()
		return true
	})
	f.signInByRedirect(t, auth.SignInWithRedirectInput{})
	assert.EqualValues(t, 2, fetches.Load())
	f.signInByRedirect(t, auth.SignInWithRedirectInput{Prompt: []auth.Prompt{auth.PromptLogin}})
	assert.EqualValues(t, 3, fetches.Load())
}

// TestKeysThatCannotBeFetchedAfterTheExchange: nothing tells whether the tokens are the pool's.
func TestKeysThatCannotBeFetchedAfterTheExchange(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	f.countKeyFetches(t, func() bool {
		f.pool.RotateKeys()
		return false
	})
	e := f.failure(t, f.callback(t, auth.SignInWithRedirectInput{}), auth.ErrOAuthToken)
	require.ErrorIs(t, e, jwt.ErrKeysUnavailable)
	assert.Contains(t, e.Message, "could not be fetched")
	assert.Equal(t, 1, count(f.pool, "RevokeToken"))
	assert.Equal(t, auth.StateSignedOut, stateOf(t, f.Session))
}

// TestRedirectTokensThatCannotBeStoredAreRevoked, and the session stays.
func TestRedirectTokensThatCannotBeStoredAreRevoked(t *testing.T) {
	t.Parallel()
	store := &shakyStore{}
	f := newLogin(t, authtest.Config{}, func(cfg *auth.Config) { cfg.Store = store })
	back := f.callback(t, auth.SignInWithRedirectInput{})
	f.cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/oauth2/token" {
			store.failures.Store(1000)
		}
		return f.send(r)
	})}
	f.Session = newClient(t, f.cfg).Session("test")
	_, err := f.CompleteSignInWithRedirect(t.Context(), back)
	require.ErrorIs(t, err, auth.ErrStore)
	assert.Equal(t, 1, count(f.pool, "RevokeToken"))
	assert.Equal(t, auth.StateSignedOut, stateOf(t, f.Session))
}
