package cookiestore_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

const (
	password = "Correct-Horse-7-Battery"
	patience = time.Minute
	callback = "https://app.example.com/callback"
)

var site = &url.URL{Scheme: "https", Host: "app.example.com", Path: "/"}

// app is a web application: one Client and one Store for all requests.
type app struct {
	pool   *authtest.Pool
	store  *cookiestore.Store
	client *auth.Client
}

func newPool(tb testing.TB, cfg authtest.Config) *authtest.Pool {
	tb.Helper()
	return authtest.New(tb, cfg)
}

func jwtPool(pool *authtest.Pool) jwt.TrustedPool {
	return jwt.TrustedPool{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.JWKSURL(),
	}
}

func newKey() []byte {
	key := make([]byte, cookiestore.KeySize)
	_, _ = rand.Read(key) // never fails
	return key
}

func newApp(tb testing.TB, pool *authtest.Pool, change ...func(*cookiestore.Config)) *app {
	tb.Helper()
	cfg := cookiestore.Config{Pool: jwtPool(pool), Key: newKey()}
	for _, c := range change {
		c(&cfg)
	}
	store, err := cookiestore.New(cfg)
	require.NoError(tb, err)
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store, DeviceName: "browser",
		Domain: pool.URL, RedirectSignIn: []string{callback},
	})
	require.NoError(tb, err)
	return &app{pool: pool, store: store, client: client}
}

// appWith returns an application with one user, alice.
func appWith(tb testing.TB, cfg authtest.Config) *app {
	tb.Helper()
	a := newApp(tb, newPool(tb, cfg))
	addUser(tb, a.pool, "alice")
	return a
}

func addUser(tb testing.TB, pool *authtest.Pool, username string) {
	tb.Helper()
	require.NoError(tb, pool.AddUser(authtest.User{
		Username: username, Password: password,
		Attributes: map[string]string{"email": username + "@example.com", "email_verified": "true"},
	}))
}

func (a *app) session(ctx context.Context) *auth.Session {
	return a.client.Session(a.store.SessionKey(ctx))
}

// browser is a browser with its cookies. It refuses those that are too large, as browsers do.
type browser struct {
	jar *cookiejar.Jar
}

func newBrowser(tb testing.TB) *browser {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(tb, err)
	return &browser{jar: jar}
}

// request returns a request with the browser's current cookies.
func (b *browser) request(ctx context.Context) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, site.String(), nil)
	for _, c := range b.jar.Cookies(site) {
		r.AddCookie(c)
	}
	return r
}

// visit sends a request that handle answers, and keeps the cookies of the response.
func (b *browser) visit(ctx context.Context, store *cookiestore.Store, handle func(context.Context, http.ResponseWriter)) reply {
	response := answer(store, b.request(ctx), handle)
	b.receive(response)
	return response
}

// receive keeps the cookies of a response.
func (b *browser) receive(response reply) {
	b.jar.SetCookies(site, slices.DeleteFunc(response.Cookies(), func(c *http.Cookie) bool {
		return len(c.Name)+len(c.Value) > 4096
	}))
}

// answer returns the response of handle to a request.
func answer(store *cookiestore.Store, r *http.Request, handle func(context.Context, http.ResponseWriter)) reply {
	recorder := httptest.NewRecorder()
	store.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handle(r.Context(), w)
	})).ServeHTTP(recorder, r)
	return reply{Header: recorder.Result().Header}
}

// reply is the part of a response that the tests check.
type reply struct {
	Header http.Header
}

// Cookies returns the cookies that the response sets.
func (r reply) Cookies() []*http.Cookie { return (&http.Response{Header: r.Header}).Cookies() }

// do is visit for work that does not write the response.
func (b *browser) do(ctx context.Context, a *app, work func(context.Context, *auth.Session)) reply {
	return b.visit(ctx, a.store, func(ctx context.Context, _ http.ResponseWriter) { work(ctx, a.session(ctx)) })
}

// cookies returns the browser's cookies by name, encoded as they are sent.
func (b *browser) cookies() map[string]string {
	cookies := map[string]string{}
	for _, c := range b.jar.Cookies(site) {
		cookies[c.Name] = c.Value
	}
	return cookies
}

// signIn signs alice in.
func (b *browser) signIn(tb testing.TB, a *app) reply {
	tb.Helper()
	return b.signInAs(tb, a, "alice")
}

func (b *browser) signInAs(tb testing.TB, a *app, username string) reply {
	tb.Helper()
	return b.do(tb.Context(), a, func(ctx context.Context, session *auth.Session) {
		out, err := session.SignIn(ctx, auth.SignInInput{Username: username, Password: password})
		require.NoError(tb, err)
		require.True(tb, out.IsSignedIn)
	})
}

// who returns the user name of the person who is signed in, "" if no one is.
func (b *browser) who(tb testing.TB, a *app) string {
	tb.Helper()
	var username string
	b.do(tb.Context(), a, func(ctx context.Context, session *auth.Session) {
		user, err := session.CurrentUser(ctx)
		if err != nil {
			require.ErrorIs(tb, err, auth.ErrUserUnAuthenticated)
			return
		}
		username = user.Username
	})
	return username
}

// with returns a new browser with the cookies of b, changed.
func with(tb testing.TB, b *browser, change func(cookies map[string]string)) *browser {
	tb.Helper()
	cookies := b.cookies()
	change(cookies)
	changed := newBrowser(tb)
	for name, value := range cookies {
		changed.jar.SetCookies(site, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
	}
	return changed
}

// forge changes a claim of a token and keeps its signature.
func forge(tb testing.TB, token, from, to string) string {
	tb.Helper()
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(tb, err)
	require.Contains(tb, string(payload), from)
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.ReplaceAll(string(payload), from, to)))
	return strings.Join(parts, ".")
}

// rotating configures a pool whose refresh tokens work once.
var rotating = authtest.Config{RefreshTokenRotation: true}

// expired returns a browser in which alice is signed in with expired tokens.
func expired(t *testing.T, a *app) *browser {
	t.Helper()
	b := newBrowser(t)
	a.pool.Advance(-2 * time.Hour)
	b.signIn(t, a)
	a.pool.Advance(2 * time.Hour)
	a.pool.ResetRequests()
	return b
}

func refreshes(a *app) (sent, refused int) {
	for _, request := range a.pool.Requests() {
		if request.Operation == refreshOperation {
			sent++
			if request.ErrorCode != "" {
				refused++
			}
		}
	}
	return sent, refused
}

// fetch returns a handler that fetches tokens twice. The second call must not refresh again.
func fetch(t *testing.T, a *app) func(context.Context, http.ResponseWriter) {
	return func(ctx context.Context, _ http.ResponseWriter) {
		for range 2 {
			got, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			assert.NoError(t, err)
			assert.True(t, got.AccessToken.ExpiresAt.After(time.Now()))
		}
	}
}

func setCookies(response reply) map[string]string {
	set := map[string]string{}
	for _, c := range response.Cookies() {
		set[c.Name] = c.Value
	}
	return set
}

// jarCookies returns the cookies in a form that another jar accepts.
func (b *browser) jarCookies() []*http.Cookie {
	cookies := b.jar.Cookies(site)
	for _, c := range cookies {
		c.Secure, c.Path = true, "/"
	}
	return cookies
}

func unchanged(map[string]string) {}

// amplifyNames returns the names of Amplify's cookies of a signed-in user.
func amplifyNames(a *app, user string) []string {
	prefix := "CognitoIdentityServiceProvider." + a.pool.ClientID + "."
	return []string{
		prefix + "LastAuthUser", prefix + user + ".accessToken", prefix + user + ".idToken", prefix + user + ".refreshToken",
		prefix + user + ".clockDrift", prefix + user + ".signInDetails",
	}
}

// signedInNames returns the names of the cookies of a person who has signed in: Amplify's, and the
// sealed one with the factors that were proved.
func signedInNames(a *app, user string) []string {
	return append(amplifyNames(a, user), sealedName(a))
}

func sealedName(a *app) string { return "__Host-amplify-auth-go." + a.pool.ClientID + ".session.0" }

func keys(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	return names
}
