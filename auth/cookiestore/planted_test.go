package cookiestore_test

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestHostPrefix_isNotGotAround plants a half-done sign-in under names that a browser takes from a
// sibling domain, because they do not begin with __Host- for it.
func TestHostPrefix_isNotGotAround(t *testing.T) {
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
	assert.Equal(t, auth.StateSigningIn, state(" \t"+sealed.Name+"="+sealed.Value), "as it should be")
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

// TestStuffedJar fills a browser with more than would be set: that must neither lose renewed tokens
// nor keep anybody signed in.
func TestStuffedJar(t *testing.T) {
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
		require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
	})
	assert.Empty(t, b.who(t, a))
}

// TestSignOut_leavesNobody has a browser with the tokens of two people, one of whom a planted
// LastAuthUser hid.
func TestSignOut_leavesNobody(t *testing.T) {
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
		require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
	})
	assert.Empty(t, signedOut.cookies())

	hidden := with(t, both(), func(c map[string]string) { c[amplifyNames(a, "bob")[0]] = "nobody" })
	hidden.signInAs(t, a, "bob")
	assert.ElementsMatch(t, amplifyNames(a, "bob"), keys(hidden.cookies()))
}
