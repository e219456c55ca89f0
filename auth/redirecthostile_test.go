package auth_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
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

// markup is what somebody writes who hopes that a program shows it.
const markup = `<script>alert('x')</script>` + "\r\nSet-Cookie: a=b\u202e\x00"

// hostileCallbacks have STATE where the attempt's state goes.
var hostileCallbacks = map[string]struct {
	back string
	code auth.ErrorCode
}{
	"nothing":                  {"", auth.ErrOAuthSignIn},
	"no query":                 {callbackURI, auth.ErrOAuthSignIn},
	"a bare code":              {"5d1c5d9a-0b6a-4a0a-8a94-c3f0b4f6e3a1", auth.ErrOAuthSignIn},
	"neither code nor error":   {callbackURI + "?state=STATE", auth.ErrOAuthSignIn},
	"no state":                 {callbackURI + "?code=c", auth.ErrOAuthAttempt},
	"an empty state":           {callbackURI + "?code=c&state=", auth.ErrOAuthAttempt},
	"another state":            {callbackURI + "?code=c&state=ABCDEFGHIJKLMNOPQRSTUVWXYZ", auth.ErrOAuthAttempt},
	"half the state":           {callbackURI + "?code=c&state=STAT", auth.ErrOAuthAttempt},
	"more than the state":      {callbackURI + "?code=c&state=STATE%00", auth.ErrOAuthAttempt},
	"the state in lower case":  {callbackURI + "?code=c&state=state", auth.ErrOAuthAttempt},
	"two states":               {callbackURI + "?code=c&state=STATE&state=STATE", auth.ErrOAuthSignIn},
	"two codes":                {callbackURI + "?code=c&code=d&state=STATE", auth.ErrOAuthSignIn},
	"two errors":               {callbackURI + "?error=a&error=b&state=STATE", auth.ErrOAuthSignIn},
	"the answer in a fragment": {callbackURI + "#code=c&state=STATE", auth.ErrOAuthSignIn},
	"an error without a state": {callbackURI + "?error=access_denied", auth.ErrOAuthAttempt},
	"not a URL":                {"http://[::1?code=c&state=STATE", auth.ErrOAuthSignIn},
	"a broken escape":          {callbackURI + "?code=%zz&state=STATE", auth.ErrOAuthSignIn},
	"semicolons":               {callbackURI + "?code=c;state=STATE", auth.ErrOAuthSignIn},
	"a control character":      {callbackURI + "?code=c\x00&state=STATE", auth.ErrOAuthSignIn},
	"an endless URL":           {callbackURI + "?state=STATE&code=" + strings.Repeat("c", 1<<20), auth.ErrOAuthSignIn},
	"an endless state":         {callbackURI + "?code=c&state=" + strings.Repeat("s", 10_000), auth.ErrOAuthAttempt},
}

func TestHostileCallbacks(t *testing.T) {
	t.Parallel()
	for name, tt := range hostileCallbacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			good := f.callback(t, auth.SignInWithRedirectInput{})
			before, err := f.store.Load(t.Context(), "test")
			require.NoError(t, err)
			state := authorizeQuery(t, strings.Replace(good, callbackURI, f.pool.URL+"oauth2/authorize", 1)).Get("state")
			back := strings.NewReplacer("STATE", state, "state=state", "state="+strings.ToLower(state)).Replace(tt.back)
			e := f.failure(t, back, tt.code)
			assert.NotContains(t, e.Error(), state)
			assert.Less(t, len(e.Error()), 2000)
			after, err := f.store.Load(t.Context(), "test")
			require.NoError(t, err)
			assert.Equal(t, before, after, "the session is untouched")
			assert.Zero(t, f.exchanges(), "nothing was sent")
			assert.Equal(t, []auth.EventName{auth.EventSignInWithRedirectFailure}, f.eventNames())
			f.complete(t, good)
		})
	}
}

// TestPastedAddresses: what a person copies from a browser, and what a server sees of a request.
func TestPastedAddresses(t *testing.T) {
	t.Parallel()
	for name, paste := range map[string]func(string) string{
		"with spaces around it":  func(back string) string { return " \t" + back + "\r\n" },
		"without the host":       func(back string) string { return strings.TrimPrefix(back, "http://localhost:3000") },
		"the query only":         func(back string) string { return back[strings.Index(back, "?"):] },
		"with a fragment":        func(back string) string { return back + "#_=_" },
		"with other parameters":  func(back string) string { return back + "&session_state=x&iss=https://evil.example" },
		"with the app's own one": func(back string) string { return strings.Replace(back, "?", "?from=here&", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			f.complete(t, paste(f.callback(t, auth.SignInWithRedirectInput{})))
		})
	}
}

func TestRefusalsOfManagedLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		parameters string
		code       auth.ErrorCode
	}{
		"denied":       {"error=access_denied&error_description=User+cancelled", auth.ErrOAuthDenied},
		"no session":   {"error=login_required", auth.ErrOAuthLoginRequired},
		"mismatch":     {"error=redirect_mismatch", auth.ErrOAuthRedirectMismatch},
		"just linked":  {"error=invalid_request&error_description=Already+found+an+entry+for+username+Google_1", auth.ErrOAuthJustLinked},
		"no scope":     {"error=invalid_scope", auth.ErrOAuthSignIn},
		"a trigger":    {"error=invalid_request&error_description=PreSignUp+failed+with+error+no.", auth.ErrOAuthSignIn},
		"a code too":   {"error=server_error&code=c", auth.ErrOAuthSignIn},
		"something":    {"error=something_new", auth.ErrOAuthSignIn},
		"endless text": {"error=invalid_request&error_description=" + strings.Repeat("x", 10_000), auth.ErrOAuthSignIn},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			back := callbackURI + "?" + tt.parameters + "&state=" + f.begin(t, auth.SignInWithRedirectInput{}).State
			e := f.failure(t, back, tt.code)
			assert.False(t, auth.Retryable(e))
			assert.Less(t, len(e.Error()), 1000)
			assert.Zero(t, f.exchanges())
			f.fails(t, back, auth.ErrOAuthAttempt) // used up
			f.signInByRedirect(t, auth.SignInWithRedirectInput{})
		})
	}
}

// requireHarmless checks a text that somebody else has written.
func requireHarmless(t *testing.T, e *auth.Error) {
	t.Helper()
	assert.NotContains(t, e.Message, "<")
	assert.NotContains(t, e.Message, ">")
	assert.NotContains(t, e.Message, "'")
	for _, r := range e.Message {
		assert.True(t, r >= ' ' && r <= '~', "%q", r)
	}
	assert.Contains(t, e.Message, "alert", "it is readable all the same")
}

func TestTextsOfTheOtherSideAreEscaped(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	query := authorizeQuery(t, f.begin(t, auth.SignInWithRedirectInput{}).URL)
	state := query.Get("state")
	query = map[string][]string{"error": {markup}, "error_description": {markup}, "state": {state}}
	requireHarmless(t, f.failure(t, callbackURI+"?"+query.Encode(), auth.ErrOAuthSignIn))

	answer, err := json.Marshal(map[string]string{"error": markup, "error_description": markup})
	require.NoError(t, err)
	l := newLiar(t, func(w http.ResponseWriter, _ *http.Request, _ *liar) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(answer)
	})
	requireHarmless(t, l.failure(t, l.callback(t, auth.SignInWithRedirectInput{}), auth.ErrOAuthSignIn))
}

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
	"HTML and a failure":     {says(403, "<html>secret-of-the-liar</html>"), auth.ErrUnexpectedResponse},
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
		_ = checkLiar(t, l, auth.ErrOAuthToken)
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

	busy := true
	l := newLiar(t, func(w http.ResponseWriter, r *http.Request, l *liar) {
		if busy {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		forged(func(*liar, map[string]any, map[string]any) {})(w, r, l)
	})
	back = l.callback(t, auth.SignInWithRedirectInput{})
	_, err = l.CompleteSignInWithRedirect(t.Context(), back)
	require.ErrorIs(t, err, auth.ErrTooManyRequests)
	assert.True(t, auth.Retryable(err))
	busy = false
	l.complete(t, back)
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

// TestTokensThatCannotBeStoredAreRevoked, and the session stays.
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

// FuzzCallback gives any text to a session with an attempt: nothing is sent without its state, and
// the error is typed.
func FuzzCallback(f *testing.F) {
	for _, tt := range hostileCallbacks {
		f.Add(tt.back)
	}
	fixture := newLogin(f, authtest.Config{})
	state := fixture.begin(f, auth.SignInWithRedirectInput{}).State
	before, err := fixture.store.Load(f.Context(), "test")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, back string) {
		if strings.Contains(back, state) {
			t.Skip("somebody who knows the state may spend the attempt")
		}
		_, err := fixture.CompleteSignInWithRedirect(t.Context(), back)
		require.ErrorIs(t, err, auth.ErrOAuthSignIn)
		require.Less(t, len(err.Error()), 2000)
		after, err := fixture.store.Load(t.Context(), "test")
		require.NoError(t, err)
		require.Equal(t, before, after)
		require.Zero(t, fixture.exchanges())
	})
}
