package conformance_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// TestCookies has the real Amplify, in a browser and on a server, and this SDK on another server share one person by the
// browser's cookies. The refresh tokens work once, so each side depends on what the other wrote.
func TestCookies(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool, err := authtest.NewPool(authtest.Config{RefreshTokenRotation: true, AliasAttributes: []string{"preferred_username"}})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, username := range []string{"alice", "alice@example.com", "Zoë.Müller", "100%25", "a;b=c,d", `"q"\`, "[x]+y", "用户🔑", "LastAuthUser", "a.accessToken"} {
		require.NoError(t, pool.AddUser(authtest.User{Username: username, Password: password}), username)
		t.Run(username, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t, pool.URL, pool.UserPoolID, pool.ClientID)
			t.Run("Amplify signs in", func(t *testing.T) {
				mustCall(t, v.browser, "signIn", map[string]any{"username": username, "password": password})
				v.everybodySees(t, username)
			})
			t.Run("the refresh token is rotated by all", func(t *testing.T) { v.rotate(t, username) })
			t.Run("this SDK signs out", func(t *testing.T) {
				v.visit(t, func(ctx context.Context, session *auth.Session) {
					require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
				})
				v.everybodySees(t, "")
			})
			t.Run("this SDK signs in", func(t *testing.T) {
				v.visit(t, func(ctx context.Context, session *auth.Session) {
					out, err := session.SignIn(ctx, auth.SignInInput{Username: username, Password: password})
					require.NoError(t, err)
					require.True(t, out.IsSignedIn)
				})
				v.everybodySees(t, username)
			})
			t.Run("the refresh token is rotated by all again", func(t *testing.T) { v.rotate(t, username) })
			t.Run("Amplify signs out", func(t *testing.T) {
				mustCall(t, v.browser, "signOut", nil)
				v.everybodySees(t, "")
			})
		})
	}
}

// TestCookies_devices has each side sign in on the device that the other one registered, and renew its tokens, for
// which Cognito wants the device's key.
func TestCookies_devices(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool, err := authtest.NewPool(authtest.Config{Devices: authtest.DevicesAlways, MFA: authtest.MFAOptional, TOTP: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	require.NoError(t, pool.AddUser(authtest.User{Username: "bob", Password: password}))
	for _, username := range []string{"alice", "bob"} {
		v := newVisitor(t, pool.URL, pool.UserPoolID, pool.ClientID)
		byAmplify := func() {
			mustCall(t, v.browser, "signIn", map[string]any{"username": username, "password": password})
			v.rotate(t, username)
			mustCall(t, v.browser, "signOut", nil)
		}
		bySDK := func() {
			v.visit(t, func(ctx context.Context, session *auth.Session) {
				_, err := session.SignIn(ctx, auth.SignInInput{Username: username, Password: password})
				require.NoError(t, err)
			})
			v.rotate(t, username)
			v.visit(t, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
			})
		}
		pool.ResetRequests()
		if username == "alice" {
			byAmplify()
			bySDK()
		} else {
			bySDK()
			byAmplify()
		}
		counts := map[string]int{}
		for _, request := range pool.Requests() {
			counts[request.Operation]++
			assert.Empty(t, request.ErrorCode, request.Operation)
		}
		assert.Equal(t, 1, counts["ConfirmDevice"], "one device, which both use")
	}
}

// TestCookies_userPool signs in at the pool as a program.
func TestCookies_userPool(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool := startUserPool(t)
	v := newVisitor(t, pool.Endpoint, pool.UserPoolID, pool.ClientID)
	mustCall(t, v.browser, "signUp", map[string]any{
		"username": "alice", "password": password,
		"options": map[string]any{"userAttributes": map[string]string{"email": "alice@example.com"}},
	})
	mustCall(t, v.browser, "confirmSignUp", map[string]any{"username": "alice", "confirmationCode": pool.lastCode(t, "alice")})
	mustCall(t, v.browser, "signIn", map[string]any{"username": "alice", "password": password})
	v.everybodySees(t, "alice")
	v.rotate(t, "alice")
}

// visitor is a browser that runs Amplify and visits two servers, one of which is this SDK's.
type visitor struct {
	browser *amplify
	store   *cookiestore.Store
	client  *auth.Client
}

func newVisitor(t *testing.T, endpoint, userPoolID, clientID string) *visitor {
	t.Helper()
	ctx := patient(t)
	browser := &amplify{
		node:   func() *exec.Cmd { return exec.CommandContext(ctx, "node", "cookies.mjs") },
		config: map[string]string{"endpoint": endpoint, "userPoolId": userPoolID, "clientId": clientID},
	}
	require.NoError(t, browser.start())
	t.Cleanup(func() { assert.NoError(t, browser.stop()) })
	key := make([]byte, cookiestore.KeySize)
	_, _ = rand.Read(key) // never fails
	store, err := cookiestore.New(cookiestore.Config{Key: key, Pool: jwt.Pool{
		UserPoolID: userPoolID, ClientIDs: []string{clientID}, JWKSURL: endpoint + userPoolID + "/.well-known/jwks.json",
	}})
	require.NoError(t, err)
	client, err := auth.NewClient(auth.Config{
		UserPoolID: userPoolID, ClientID: clientID, Endpoint: endpoint, Store: store, DeviceName: "conformance",
	})
	require.NoError(t, err)
	return &visitor{browser: browser, store: store, client: client}
}

// visit has the browser make a request to this SDK's server.
func (v *visitor) visit(t *testing.T, work func(context.Context, *auth.Session)) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://app.example.com/", nil)
	r.Header.Set("Cookie", ask[string](t, v.browser, "cookieHeader", nil))
	w := httptest.NewRecorder()
	v.store.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		work(r.Context(), v.client.Session(v.store.SessionKey(r.Context())))
	})).ServeHTTP(w, r)
	if set := w.Header()["Set-Cookie"]; len(set) > 0 {
		ask[any](t, v.browser, "setCookies", set)
	}
}

// everybodySees checks who is signed in, "" for nobody, in the browser and on both servers.
func (v *visitor) everybodySees(t *testing.T, username string) {
	t.Helper()
	for _, call := range []string{"getCurrentUser", "serverUser"} {
		result, err := v.browser.exchange(call, nil)
		require.NoError(t, err)
		var user auth.User
		if username == "" {
			require.Equal(t, "UserUnAuthenticatedException", result.Error)
			continue
		}
		require.Empty(t, result.Error, call)
		require.NoError(t, json.Unmarshal(result.Output, &user))
		assert.Equal(t, username, user.Username, call)
		assert.NotEmpty(t, user.UserID)
		assert.Equal(t, auth.SignInDetails{LoginID: username, AuthFlowType: auth.AuthFlowUserSRP}, user.SignInDetails, call)
	}
	v.visit(t, func(ctx context.Context, session *auth.Session) {
		user, err := session.CurrentUser(ctx)
		if username == "" {
			require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
			return
		}
		require.NoError(t, err)
		assert.Equal(t, username, user.Username)
		assert.Equal(t, auth.SignInDetails{LoginID: username, AuthFlowType: auth.AuthFlowUserSRP}, user.SignInDetails)
	})
}

// rotate has the browser and both servers renew the tokens in turn, and everybody use them.
func (v *visitor) rotate(t *testing.T, username string) {
	t.Helper()
	force := map[string]any{"forceRefresh": true}
	seen := map[string]bool{}
	for range 2 {
		for _, renew := range []func() string{
			func() string { return ask[tokens](t, v.browser, "fetchAuthSession", force).AccessToken },
			func() string { return v.session(t, auth.FetchAuthSessionInput{ForceRefresh: true}).AccessToken },
			func() string { return ask[tokens](t, v.browser, "serverSession", force).AccessToken },
		} {
			want := renew()
			require.NotEmpty(t, want)
			assert.False(t, seen[want], "it is a new one")
			seen[want] = true
			for _, got := range []tokens{
				ask[tokens](t, v.browser, "fetchAuthSession", nil), ask[tokens](t, v.browser, "serverSession", nil),
				v.session(t, auth.FetchAuthSessionInput{}),
			} {
				assert.Equal(t, want, got.AccessToken)
				assert.NotEmpty(t, got.IDToken)
			}
		}
	}
	v.everybodySees(t, username)
}

func (v *visitor) session(t *testing.T, in auth.FetchAuthSessionInput) (got tokens) {
	t.Helper()
	v.visit(t, func(ctx context.Context, session *auth.Session) {
		out, err := session.FetchAuthSession(ctx, in)
		require.NoError(t, err)
		got = tokens{AccessToken: out.AccessToken.Raw, IDToken: out.IDToken.Raw}
	})
	return got
}

// tokens is what this test reads of a session.
type tokens struct{ AccessToken, IDToken string }

// ask makes a call that succeeds and reads its output.
func ask[T any](t *testing.T, client *amplify, call string, input any) (output T) {
	t.Helper()
	var data json.RawMessage
	if input != nil {
		var err error
		data, err = json.Marshal(input)
		require.NoError(t, err)
	}
	result, err := client.exchange(call, data)
	require.NoError(t, err)
	require.Empty(t, result.Error, call)
	require.NoError(t, json.Unmarshal(result.Output, &output))
	return output
}
