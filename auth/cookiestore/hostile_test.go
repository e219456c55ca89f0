package cookiestore_test

import (
	"context"
	"encoding/base64"
	"net/http"
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

// with returns a browser the cookies of another one, changed.
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

// forge changes a claim of a token and leaves its signature.
func forge(tb testing.TB, token, from, to string) string {
	tb.Helper()
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(tb, err)
	require.Contains(tb, string(payload), from)
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.ReplaceAll(string(payload), from, to)))
	return strings.Join(parts, ".")
}

// TestNoUnverifiedTokenCounts tampers with the cookies of alice, who is signed in.
func TestNoUnverifiedTokenCounts(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	addUser(t, a.pool, "bob")
	alice, bob := newBrowser(t), newBrowser(t)
	alice.signIn(t, a)
	bob.signInAs(t, a, "bob")
	stranger := appWith(t, authtest.Config{})
	elsewhere := newBrowser(t)
	elsewhere.signIn(t, stranger)
	names, bobs := amplifyNames(a, "alice"), amplifyNames(a, "bob")
	access, id := names[1], names[2]
	tests := map[string]func(map[string]string){
		"altered":           func(c map[string]string) { c[access] = forge(t, c[access], "alice", "admin") },
		"of another pool":   func(c map[string]string) { c[access] = elsewhere.cookies()[amplifyNames(stranger, "alice")[1]] },
		"an ID token":       func(c map[string]string) { c[access] = c[id] },
		"no token":          func(c map[string]string) { c[access] = "x" },
		"three dots":        func(c map[string]string) { c[access] = "..." },
		"missing":           func(c map[string]string) { delete(c, access) },
		"no LastAuthUser":   func(c map[string]string) { delete(c, names[0]) },
		"of somebody else":  func(c map[string]string) { c[names[0]] = "bob" },
		"an empty name":     func(c map[string]string) { c[names[0]] = "" },
		"the refresh token": func(c map[string]string) { c[access] = c[names[3]] },
	}
	for name, tamper := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visitor := with(t, alice, tamper)
			visitor.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				_, err := session.CurrentUser(ctx)
				require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
				_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
				require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
			})
		})
	}
	t.Run("the ID token of another person", func(t *testing.T) {
		t.Parallel()
		visitor := with(t, alice, func(c map[string]string) { c[id] = bob.cookies()[bobs[2]] })
		visitor.do(t.Context(), a, hasNoIDToken(t))
	})
	t.Run("an ID token that is none", func(t *testing.T) {
		t.Parallel()
		with(t, alice, func(c map[string]string) { c[id] = c[access] }).do(t.Context(), a, hasNoIDToken(t))
	})
	t.Run("no ID token", func(t *testing.T) {
		t.Parallel()
		with(t, alice, func(c map[string]string) { delete(c, id) }).do(t.Context(), a, hasNoIDToken(t))
	})
}

func hasNoIDToken(t *testing.T) func(context.Context, *auth.Session) {
	return func(ctx context.Context, session *auth.Session) {
		got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.Equal(t, "alice", got.AccessToken.Claims["username"])
		assert.Empty(t, got.IDToken.Raw)
		user, err := session.CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, "alice", user.Username)
	}
}

// TestSignInDetails_areTheTokens has the browser claim to be somebody with another login.
func TestSignInDetails_areTheTokens(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	tests := map[string]struct {
		cookie string
		want   auth.SignInDetails
	}{
		"a verified address": {
			`{"loginId":"Alice@example.com","authFlowType":"USER_AUTH"}`,
			auth.SignInDetails{LoginID: "Alice@example.com", AuthFlowType: "USER_AUTH"},
		},
		"another's":     {`{"loginId":"admin@example.com","authFlowType":"USER_AUTH"}`, auth.SignInDetails{}},
		"an odd flow":   {`{"loginId":"alice","authFlowType":"ADMIN"}`, auth.SignInDetails{LoginID: "alice"}},
		"no JSON":       {`alice`, auth.SignInDetails{}},
		"another shape": {`{"loginId":["alice"]}`, auth.SignInDetails{}},
		"empty":         {``, auth.SignInDetails{}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visitor := with(t, b, func(c map[string]string) { delete(c, amplifyNames(a, "alice")[5]) })
			r := visitor.request(t.Context())
			r.Header.Set("Cookie", r.Header.Get("Cookie")+"; "+amplifyNames(a, "alice")[5]+"="+tc.cookie) // as others write it
			answer(a.store, r, func(ctx context.Context, _ http.ResponseWriter) {
				user, err := a.session(ctx).CurrentUser(ctx)
				require.NoError(t, err)
				assert.Equal(t, tc.want, user.SignInDetails)
			})
		})
	}
}

// TestKeysUnavailable neither believes nor signs out.
func TestKeysUnavailable(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	before := b.cookies()
	offline := newApp(t, a.pool, func(cfg *cookiestore.Config) { cfg.Pool.JWKSURL = "http://127.0.0.1:1/jwks.json" })
	b.do(t.Context(), offline, func(ctx context.Context, session *auth.Session) {
		_, err := session.CurrentUser(ctx)
		require.ErrorIs(t, err, jwt.ErrKeysUnavailable)
		require.NotErrorIs(t, err, auth.ErrUserUnAuthenticated)
	})
	assert.Equal(t, before, b.cookies())
}

// TestKeys checks that no request gets at the session of another.
func TestKeys(t *testing.T) {
	t.Parallel()
	a, alice := appWith(t, authtest.Config{}), newBrowser(t)
	alice.signIn(t, a)
	var hers string
	alice.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) { hers = a.store.SessionKey(ctx) })
	newBrowser(t).visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
		assert.NotEqual(t, hers, a.store.SessionKey(ctx))
		for _, key := range []string{hers, "", "alice", "device/" + a.pool.ClientID + "/alice", "device/x/" + a.store.SessionKey(ctx)} {
			_, err := a.store.Load(ctx, key)
			require.ErrorIs(t, err, cookiestore.ErrOtherSession)
			_, err = a.store.Save(ctx, key, auth.Record{})
			require.ErrorIs(t, err, cookiestore.ErrOtherSession)
			require.ErrorIs(t, a.store.Delete(ctx, key), cookiestore.ErrOtherSession)
			_, err = a.store.Lease(ctx, key)
			require.ErrorIs(t, err, cookiestore.ErrOtherSession)
		}
		_, err := a.client.Session(hers).CurrentUser(ctx)
		require.ErrorIs(t, err, cookiestore.ErrOtherSession)
		_, err = a.session(ctx).OnDevice("shared").SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.ErrorIs(t, err, cookiestore.ErrOtherSession)
	})
	assert.Empty(t, a.store.SessionKey(t.Context()))
	_, err := a.client.Session("alice").CurrentUser(t.Context())
	require.ErrorIs(t, err, cookiestore.ErrNoExchange)
	other := newApp(t, a.pool)
	alice.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
		assert.Empty(t, other.store.SessionKey(ctx), "another Store")
	})
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	tests := map[string]struct {
		change func(*cookiestore.Config)
		want   string
	}{
		"no clients":  {func(c *cookiestore.Config) { c.Pool.ClientIDs = nil }, "Config.Pool has 0 ClientIDs, want one"},
		"two clients": {func(c *cookiestore.Config) { c.Pool.ClientIDs = []string{"a", "b"} }, "Config.Pool has 2 ClientIDs, want one"},
		"no pool":     {func(c *cookiestore.Config) { c.Pool.UserPoolID = "" }, "UserPoolID is missing"},
		"no key":      {func(c *cookiestore.Config) { c.Key = nil }, "Config.Key: the key is 0 bytes long, want 32"},
		"short key":   {func(c *cookiestore.Config) { c.Key = c.Key[1:] }, "Config.Key: the key is 31 bytes long, want 32"},
		"bad domain":  {func(c *cookiestore.Config) { c.Domain = "example.com; HttpOnly" }, "Config.Domain is not the name of a domain"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := cookiestore.Config{Pool: jwtPool(pool), Key: newKey()}
			tc.change(&cfg)
			_, err := cookiestore.New(cfg)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// TestForgedExpiry keeps an expired token from becoming a good one by other cookies.
func TestForgedExpiry(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	b := with(t, expired(t, a), func(c map[string]string) {
		c[amplifyNames(a, "alice")[4]] = "-7200000"
		c[amplifyNames(a, "alice")[3]] = "x"
	})
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		status, err := session.Status(ctx)
		require.NoError(t, err)
		assert.True(t, status.ExpiresAt.Before(time.Now()))
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.ErrorIs(t, err, auth.ErrNotAuthorized)
	})
}

func TestUnverifiedAddress_isNobodysName(t *testing.T) {
	t.Parallel()
	a := newApp(t, newPool(t, authtest.Config{}))
	require.NoError(t, a.pool.AddUser(authtest.User{
		Username: "mallory", Password: password,
		Attributes: map[string]string{"email": "admin@example.com", "email_verified": "false"},
	}))
	b := newBrowser(t)
	b.signInAs(t, a, "mallory")
	b = with(t, b, func(c map[string]string) {
		c[amplifyNames(a, "mallory")[5]] = "{%22loginId%22:%22admin@example.com%22}"
	})
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		user, err := session.CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, "mallory", user.Username)
		assert.Empty(t, user.SignInDetails)
	})
}
