package cookiestore_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

func TestSignIn_setsAmplifysCookies(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	response := b.signIn(t, a)
	assert.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	set := response.Cookies()
	require.Len(t, set, 7)
	for _, c := range set {
		assert.Equal(t, "/", c.Path, c.Name)
		assert.Equal(t, 31536000, c.MaxAge, c.Name)
		assert.True(t, c.Secure, c.Name)
		assert.Equal(t, c.Name == sealedName(a), c.HttpOnly, c.Name)
		assert.Equal(t, http.SameSiteLaxMode, c.SameSite, c.Name)
		assert.Empty(t, c.Domain, c.Name)
	}
	cookies := b.cookies()
	names := signedInNames(a, "alice")
	assert.ElementsMatch(t, names, keys(cookies))
	assert.Equal(t, "alice", cookies[names[0]])
	assert.Equal(t, "{%22loginId%22:%22alice%22%2C%22authFlowType%22:%22USER_SRP_AUTH%22}", cookies[names[5]])
	assert.Regexp(t, `^-?\d+$`, cookies[names[4]])
	assert.Equal(t, "alice", b.who(t, a))
	assert.Empty(t, newBrowser(t).who(t, a), "another browser")
}

func TestSession_goesOnInTheNextRequest(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	response := b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.Equal(t, "alice", got.AccessToken.Username)
		assert.Equal(t, "alice", got.IDToken.Username)
		assert.Equal(t, b.cookies()[amplifyNames(a, "alice")[1]], got.AccessToken.Raw)
		user, err := session.CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, auth.SignInDetails{LoginID: "alice", AuthFlowType: auth.AuthFlowUserSRP}, user.SignInDetails)
		status, err := session.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, auth.StateSignedIn, status.State)
		assert.WithinDuration(t, got.AccessToken.ExpiresAt, status.ExpiresAt, 0)
	})
	assert.Empty(t, response.Cookies(), "no cookie may be set")
	assert.Empty(t, response.Header.Get("Cache-Control"))
}

func TestSignOut_removesTheCookies(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	response := b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
		_, err := session.CurrentUser(ctx)
		require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	})
	assert.Len(t, response.Cookies(), 7)
	for _, c := range response.Cookies() {
		assert.Negative(t, c.MaxAge)
		assert.Equal(t, "/", c.Path)
		assert.Empty(t, c.Value)
	}
	assert.Empty(t, b.cookies())
}

// TestPendingSignIn_isContinuedInTheNextRequest performs one step of a sign-in per request.
func TestPendingSignIn_isContinuedInTheNextRequest(t *testing.T) {
	t.Parallel()
	a, b := newApp(t, newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true})), newBrowser(t)
	addUser(t, a.pool, "alice")
	var secret string
	response := b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
		step, ok := out.NextStep.(auth.ContinueSignInWithTOTPSetup)
		require.True(t, ok)
		secret = step.TOTPSetupDetails.SharedSecret
	})
	require.Len(t, response.Cookies(), 1)
	sealed := response.Cookies()[0]
	assert.Equal(t, sealedName(a), sealed.Name)
	assert.True(t, sealed.HttpOnly)
	assert.True(t, sealed.Secure)
	assert.Equal(t, 3600, sealed.MaxAge)
	assert.NotContains(t, sealed.Value, secret)

	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		status, err := session.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, auth.StateSigningIn, status.State)
		code, err := authtest.TOTPCode(secret, time.Now())
		require.NoError(t, err)
		out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
		require.NoError(t, err)
		assert.True(t, out.IsSignedIn)
	})
	assert.ElementsMatch(t, signedInNames(a, "alice"), keys(b.cookies()))
	assert.Equal(t, "alice", b.who(t, a))
}

func TestLastAuthUser_dependsOnTheFlow(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		flow auth.AuthFlowType
		want string
	}{
		"SRP knows Cognito's name":         {auth.AuthFlowUserSRP, "alice"},
		"the password flow what was typed": {auth.AuthFlowUserPassword, "alice%40example.com"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := appWith(t, authtest.Config{AliasAttributes: []string{"email"}}), newBrowser(t)
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				_, err := session.SignIn(ctx, auth.SignInInput{
					Username: "alice@example.com", Password: password, AuthFlowType: tc.flow,
				})
				require.NoError(t, err)
			})
			assert.ElementsMatch(t, signedInNames(a, tc.want), keys(b.cookies()))
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				user, err := session.CurrentUser(ctx)
				require.NoError(t, err)
				assert.Equal(t, "alice", user.Username)
				assert.Equal(t, "alice@example.com", user.SignInDetails.LoginID)
				_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
				require.NoError(t, err)
			})
			assert.ElementsMatch(t, signedInNames(a, tc.want), keys(b.cookies()), "a refresh must not change the name")
		})
	}
}

func TestHTTPOnlyAndDomain(t *testing.T) {
	t.Parallel()
	a := newApp(t, newPool(t, authtest.Config{}), func(cfg *cookiestore.Config) {
		cfg.Domain, cfg.HTTPOnly, cfg.SameSite = "example.com", true, http.SameSiteStrictMode
	})
	addUser(t, a.pool, "alice")
	b := newBrowser(t)
	check := func(response reply) {
		require.Len(t, response.Cookies(), 7)
		for _, c := range response.Cookies() {
			assert.Equal(t, "example.com", c.Domain)
			assert.True(t, c.HttpOnly)
			assert.Equal(t, http.SameSiteStrictMode, c.SameSite)
		}
	}
	check(b.signIn(t, a))
	assert.Equal(t, "alice", b.who(t, a))
	check(b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	}))
	assert.Empty(t, b.cookies())
}

// TestAnotherPerson_leavesNoCookiesOfTheFirst signs in two people one after the other.
func TestAnotherPerson_leavesNoCookiesOfTheFirst(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	addUser(t, a.pool, "bob")
	b.signIn(t, a)
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "bob", Password: password})
		require.ErrorIs(t, err, auth.ErrUserAlreadyAuthenticated)
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
		_, err = session.SignIn(ctx, auth.SignInInput{Username: "bob", Password: password})
		require.NoError(t, err)
	})
	assert.ElementsMatch(t, signedInNames(a, "bob"), keys(b.cookies()))
	assert.Equal(t, "bob", b.who(t, a))
}

// TestExpiredToken_provesNothing presents an expired access token of alice without her refresh
// token.
func TestExpiredToken_provesNothing(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	addUser(t, a.pool, "mallory")
	alice, mallory := expired(t, a), newBrowser(t)
	mallory.signInAs(t, a, "mallory")
	refresh := amplifyNames(a, "alice")[3]
	tests := map[string]struct {
		tamper func(map[string]string)
		want   error
	}{
		"no refresh token":         {func(c map[string]string) { delete(c, refresh) }, auth.ErrUserUnAuthenticated},
		"an invalid refresh token": {func(c map[string]string) { c[refresh] = "x" }, auth.ErrNotAuthorized},
		"another person's refresh token": {func(c map[string]string) {
			c[refresh] = mallory.cookies()[amplifyNames(a, "mallory")[3]]
		}, auth.ErrUnexpectedResponse},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with(t, alice, tc.tamper).do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				user, err := session.CurrentUser(ctx)
				require.ErrorIs(t, err, tc.want)
				assert.Empty(t, user)
			})
		})
	}
}

// TestCurrentUser_refreshesExpiredTokens checks that the first call refreshes, and the next does
// not.
func TestCurrentUser_refreshesExpiredTokens(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	assert.Equal(t, "alice", b.who(t, a))
	assert.Equal(t, "alice", b.who(t, a))
	sent, refused := refreshes(a)
	assert.Equal(t, 1, sent)
	assert.Zero(t, refused)
}

// TestExpiredIDToken_doesNotCount presents an expired ID token beside a valid access token.
func TestExpiredIDToken_doesNotCount(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, a *app, b *browser){
		"no refresh token": func(t *testing.T, a *app, b *browser) {
			noRefresh := func(c map[string]string) { delete(c, amplifyNames(a, "alice")[3]) }
			with(t, b, noRefresh).do(t.Context(), a, hasNoIDToken(t))
		},
		"it is refreshed": func(t *testing.T, a *app, b *browser) {
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.NoError(t, err)
				assert.True(t, got.IDToken.ExpiresAt.After(time.Now()))
			})
		},
		"it cannot be refreshed now": func(t *testing.T, a *app, b *browser) {
			a.pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "TooManyRequestsException", Times: 10})
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.ErrorIs(t, err, auth.ErrTooManyRequests)
			})
		},
		"after the headers": func(t *testing.T, a *app, b *browser) {
			b.visit(t.Context(), a.store, func(ctx context.Context, w http.ResponseWriter) {
				w.WriteHeader(http.StatusOK)
				_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.ErrorIs(t, err, auth.ErrTokenRefresh)
			})
		},
	}
	for name, check := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appWith(t, authtest.Config{})
			old, b := expired(t, a), newBrowser(t)
			b.signIn(t, a)
			id := amplifyNames(a, "alice")[2]
			check(t, a, with(t, b, func(c map[string]string) { c[id] = old.cookies()[id] }))
		})
	}
}
