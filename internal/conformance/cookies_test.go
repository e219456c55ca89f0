package conformance_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestCookies checks that the real Amplify, in a browser and on a server, and this SDK on another
// server share a session in the browser's cookies. A refresh token works once, so each side depends
// on the tokens that the others wrote.
func TestCookies(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool, err := authtest.NewPool(authtest.Config{
		RefreshTokenRotation: true, AliasAttributes: []string{"preferred_username"},
		CaseSensitive: true, // otherwise Cognito keeps names in lower case
	})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, username := range []string{
		"alice", "alice@example.com", "Zoë.Müller", "100%25", "a;b=c,d", `"q"\`, "[x]+y", "用户🔑",
		"LastAuthUser", "a.accessToken",
	} {
		require.NoError(t, pool.AddUser(authtest.User{Username: username, Password: password}), username)
		t.Run(username, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t, pool.URL, pool.UserPoolID, pool.ClientID)
			t.Run("Amplify signs in", func(t *testing.T) {
				mustCall(t, v.browser, "signIn", map[string]any{"username": username, "password": password})
				v.everybodySees(t, username)
			})
			t.Run("every side renews the tokens", func(t *testing.T) { v.rotate(t, username) })
			t.Run("this SDK signs out", func(t *testing.T) {
				v.visit(t, func(ctx context.Context, session *auth.Session) {
					require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
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
			t.Run("every side renews the tokens again", func(t *testing.T) { v.rotate(t, username) })
			t.Run("Amplify signs out", func(t *testing.T) {
				mustCall(t, v.browser, "signOut", nil)
				v.everybodySees(t, "")
			})
		})
	}
}

// TestCookies_devices checks that each side can sign in on the device that the other one
// registered, and renew its tokens, for which Cognito requires the device's key.
func TestCookies_devices(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool, err := authtest.NewPool(authtest.Config{
		Devices: authtest.DevicesAlways, MFA: authtest.MFAOptional, TOTP: true,
	})
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
				require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
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
		assert.Equal(t, 1, counts["ConfirmDevice"], "both sides use the same device")
	}
}

// TestCookies_parentheses does not use Amplify's server: its Next adapter encodes parentheses in a
// name differently from the browser.
func TestCookies_parentheses(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool, err := authtest.NewPool(authtest.Config{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "(x)", Password: password}))
	v := newVisitor(t, pool.URL, pool.UserPoolID, pool.ClientID)
	mustCall(t, v.browser, "signIn", map[string]any{"username": "(x)", "password": password})
	want := v.session(t, auth.FetchAuthSessionInput{ForceRefresh: true}).AccessToken
	assert.Equal(t, want, ask[tokens](t, v.browser, "fetchAuthSession", nil).AccessToken)
	mustCall(t, v.browser, "signOut", nil)
	v.visit(t, func(ctx context.Context, session *auth.Session) {
		_, err := session.CurrentUser(ctx)
		require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	})
}

// TestCookies_expired checks that this SDK renews expired tokens of a session that Amplify began.
func TestCookies_expired(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool, err := authtest.NewPool(authtest.Config{RefreshTokenRotation: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	v := newVisitor(t, pool.URL, pool.UserPoolID, pool.ClientID)
	pool.Advance(-2 * time.Hour)
	mustCall(t, v.browser, "signIn", map[string]any{"username": "alice", "password": password})
	pool.Advance(2 * time.Hour)
	old := ask[tokens](t, v.browser, "fetchAuthSession", nil).AccessToken
	v.visit(t, func(ctx context.Context, session *auth.Session) {
		user, err := session.CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, "alice", user.Username)
	})
	renewed := v.session(t, auth.FetchAuthSessionInput{}).AccessToken
	assert.NotEqual(t, old, renewed)
	assert.Equal(t, renewed, ask[tokens](t, v.browser, "fetchAuthSession", nil).AccessToken)
	v.rotate(t, "alice")
}

// TestCookies_userPool is TestCookies with the program examples/userpool.
func TestCookies_userPool(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool := startUserPool(t)
	v := newVisitor(t, pool.Endpoint, pool.UserPoolID, pool.ClientID)
	mustCall(t, v.browser, "signUp", map[string]any{
		"username": "alice", "password": password,
		"options": map[string]any{"userAttributes": map[string]string{"email": "alice@example.com"}},
	})
	mustCall(t, v.browser, "confirmSignUp", map[string]any{
		"username": "alice", "confirmationCode": pool.lastCode(t, "alice"),
	})
	mustCall(t, v.browser, "signIn", map[string]any{"username": "alice", "password": password})
	v.everybodySees(t, "alice")
	v.rotate(t, "alice")
}
