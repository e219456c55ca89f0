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
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// visitor is a browser that runs Amplify and sends requests to two servers, one of them with this
// SDK.
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
	store, err := cookiestore.New(cookiestore.Config{Key: key, Pool: jwt.TrustedPool{
		UserPoolID: userPoolID, ClientIDs: []string{clientID},
		JWKSURL: endpoint + userPoolID + "/.well-known/jwks.json",
	}})
	require.NoError(t, err)
	client, err := auth.NewClient(auth.Config{
		UserPoolID: userPoolID, ClientID: clientID, Endpoint: endpoint, Store: store, DeviceName: "conformance",
	})
	require.NoError(t, err)
	return &visitor{browser: browser, store: store, client: client}
}

// visit sends a request from the browser to the server with this SDK.
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

// everybodySees checks which user is signed in, "" for none, in the browser and on both servers.
func (v *visitor) everybodySees(t *testing.T, username string) {
	t.Helper()
	details := auth.SignInDetails{LoginID: username, AuthFlowType: auth.AuthFlowUserSRP}
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
		assert.Equal(t, details, user.SignInDetails, call)
	}
	v.visit(t, func(ctx context.Context, session *auth.Session) {
		user, err := session.CurrentUser(ctx)
		if username == "" {
			require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
			return
		}
		require.NoError(t, err)
		assert.Equal(t, username, user.Username)
		assert.Equal(t, details, user.SignInDetails)
	})
}

// rotate renews the tokens in the browser and on both servers in turn, and checks that all of them
// use the new tokens.
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
			assert.False(t, seen[want], "the access token is new")
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

// tokens are the members of a session that the tests read.
type tokens struct{ AccessToken, IDToken string }

// ask makes a call, fails the test if it fails, and returns the output.
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
