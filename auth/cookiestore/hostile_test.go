package cookiestore_test

import (
	"context"
	"maps"
	"net/http"
	"strconv"
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
		assert.Equal(t, "alice", got.AccessToken.Username)
		assert.Empty(t, got.IDToken.Raw)
		user, err := session.CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, "alice", user.Username)
	}
}

// TestSignInDetails_mustMatchTheTokens sends login ids that the tokens do not confirm.
func TestSignInDetails_mustMatchTheTokens(t *testing.T) {
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
			// As others write it.
			r.Header.Set("Cookie", r.Header.Get("Cookie")+"; "+amplifyNames(a, "alice")[5]+"="+tc.cookie)
			answer(a.store, r, func(ctx context.Context, _ http.ResponseWriter) {
				user, err := a.session(ctx).CurrentUser(ctx)
				require.NoError(t, err)
				assert.Equal(t, tc.want, user.SignInDetails)
			})
		})
	}
}

// TestKeysUnavailable_signsNobodyInOrOut makes the pool's keys unreachable.
func TestKeysUnavailable_signsNobodyInOrOut(t *testing.T) {
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

// TestKeysUnavailable_provesNothing: an access token that could not be verified is none, also
// without an ID token.
func TestKeysUnavailable_provesNothing(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	b = with(t, b, func(c map[string]string) { delete(c, amplifyNames(a, "alice")[2]) })
	offline := newApp(t, a.pool, func(cfg *cookiestore.Config) { cfg.Pool.JWKSURL = "http://127.0.0.1:1/jwks.json" })
	response := b.visit(t.Context(), offline.store, func(ctx context.Context, _ http.ResponseWriter) {
		key := offline.store.SessionKey(ctx)
		_, err := offline.store.Load(ctx, key)
		require.ErrorIs(t, err, jwt.ErrKeysUnavailable)
		_, err = offline.store.Save(ctx, key, auth.Record{Data: []byte("data")})
		require.ErrorIs(t, err, jwt.ErrKeysUnavailable)
		require.NotErrorIs(t, err, auth.ErrRecordConflict)
	})
	assert.Empty(t, response.Cookies())
}

// TestForgedExpiry_doesNotCount sends cookies that would make an expired token look valid.
func TestForgedExpiry_doesNotCount(t *testing.T) {
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

// TestHostPrefix_cannotBeBypassed plants a pending sign-in under names that a browser accepts from
// a sibling domain, because for the browser they do not begin with __Host-.
func TestHostPrefix_cannotBeBypassed(t *testing.T) {
	t.Parallel()
	a, mallory := newApp(t, newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true})), newBrowser(t)
	addUser(t, a.pool, "mallory")
	mallory.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "mallory", Password: password})
		require.NoError(t, err)
	})
	sealed := mallory.jar.Cookies(site)[0]
	state := func(header string) (state auth.SessionState) {
		r := newBrowser(t).request(t.Context())
		r.Header.Set("Cookie", header)
		answer(a.store, r, func(ctx context.Context, _ http.ResponseWriter) {
			status, err := a.session(ctx).Status(ctx)
			require.NoError(t, err)
			state = status.State
		})
		return state
	}
	assert.Equal(t, auth.StateSigningIn, state(" \t"+sealed.Name+"="+sealed.Value), "the unchanged cookie must be accepted")
	tests := map[string]string{
		"percent signs":      "%5F%5FHost-" + strings.TrimPrefix(sealed.Name, "__Host-"),
		"one in the middle":  strings.Replace(sealed.Name, "amplify", "%61mplify", 1),
		"a wide space":       "\u2003" + sealed.Name,
		"a no-break space":   "\u00a0" + sealed.Name,
		"a next line":        "\u0085" + sealed.Name,
		"another line break": "\v" + sealed.Name,
		"small letters":      strings.ToLower(sealed.Name),
	}
	for name, planted := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, auth.StateSignedOut, state(planted+"="+sealed.Value))
		})
	}
}

// TestStuffedJar_preventsNothing fills a browser beyond the limits of Save: that must prevent
// neither a refresh nor a sign-out.
func TestStuffedJar_preventsNothing(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, rotating), newBrowser(t)
	b.signIn(t, a)
	b = with(t, b, func(c map[string]string) {
		for i := range 6 {
			c[strings.TrimSuffix(amplifyNames(a, "user"+strconv.Itoa(i))[1], "accessToken")+"deviceKey"] = strings.Repeat("x", 3900)
		}
		c[strings.TrimSuffix(amplifyNames(a, "odd")[1], "accessToken")+"deviceKey"] = strings.Repeat("x", 4200)
	})
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
	})
	assert.Equal(t, "alice", b.who(t, a))
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	})
	assert.Empty(t, b.who(t, a))
}

// TestSignOut_leavesNoOtherUser signs out in a browser with the tokens of two people, one of whom a
// planted LastAuthUser hides.
func TestSignOut_leavesNoOtherUser(t *testing.T) {
	t.Parallel()
	a, b, other := appWith(t, authtest.Config{}), newBrowser(t), newBrowser(t)
	addUser(t, a.pool, "bob")
	b.signIn(t, a)
	other.signInAs(t, a, "bob")
	both := func() *browser {
		return with(t, b, func(c map[string]string) { maps.Copy(c, other.cookies()) })
	}
	signedOut := both()
	signedOut.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		user, err := session.CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, "bob", user.Username)
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	})
	assert.Empty(t, signedOut.cookies())

	hidden := with(t, both(), func(c map[string]string) { c[amplifyNames(a, "bob")[0]] = "nobody" })
	hidden.signInAs(t, a, "bob")
	assert.ElementsMatch(t, signedInNames(a, "bob"), keys(hidden.cookies()))
}
