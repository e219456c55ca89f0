package cookiestore_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

func TestDevice_isInAmplifysCookies(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{Devices: authtest.DevicesAlways, MFA: authtest.MFAOptional, Email: true}), newBrowser(t)
	b.signIn(t, a)
	prefix := "CognitoIdentityServiceProvider." + a.pool.ClientID + ".alice."
	cookies := b.cookies()
	for _, name := range []string{"deviceKey", "deviceGroupKey", "randomPasswordKey"} {
		assert.NotEmpty(t, cookies[prefix+name], name)
	}
	key := cookies[prefix+"deviceKey"]

	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		current, err := session.CurrentDevice(ctx)
		require.NoError(t, err)
		assert.Equal(t, auth.CurrentDevice{Key: key, Remembered: true}, current)
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	})
	assert.Equal(t, key, b.cookies()[prefix+"deviceKey"], "devices must survive sign-out")

	withoutOurs := newBrowser(t)
	for _, c := range b.jar.Cookies(site) {
		if strings.HasPrefix(c.Name, "Cognito") {
			c.Secure = true
			withoutOurs.jar.SetCookies(site, []*http.Cookie{c})
		}
	}
	for _, visitor := range []*browser{b, withoutOurs} {
		a.pool.ResetRequests()
		visitor.signIn(t, a)
		assert.Equal(t, key, visitor.cookies()[prefix+"deviceKey"], "it must be the same device")
		for _, request := range a.pool.Requests() {
			assert.NotEqual(t, "ConfirmDevice", request.Operation)
		}
	}
}

func TestDevice_isForgottenWhenAmplifyForgetsIt(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{Devices: authtest.DevicesAlways}), newBrowser(t)
	b.signIn(t, a)
	var left []*http.Cookie
	for _, c := range b.jar.Cookies(site) {
		if !strings.HasSuffix(c.Name, "randomPasswordKey") {
			c.Secure = true
			left = append(left, c)
		}
	}
	b = newBrowser(t)
	b.jar.SetCookies(site, left)
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		current, err := session.CurrentDevice(ctx)
		require.NoError(t, err)
		assert.False(t, current.Remembered, "only the access token may name it")
	})
}

// TestName_survivesRefreshAndSignOut signs in with an alias that only LastAuthUser keeps.
func TestName_survivesRefreshAndSignOut(t *testing.T) {
	t.Parallel()
	const alias = "alice%40example.com"
	a := appWith(t, authtest.Config{AliasAttributes: []string{"email"}, Devices: authtest.DevicesAlways})
	b := newBrowser(t)
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.SignIn(ctx, auth.SignInInput{
			Username: "alice@example.com", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
		})
		require.NoError(t, err)
	})
	device := "CognitoIdentityServiceProvider." + a.pool.ClientID + "." + alias + ".deviceKey"
	key := b.cookies()[device]
	require.NotEmpty(t, key, "Amplify looks for it under the alias")
	names := amplifyNames(a, alias)
	b = with(t, b, func(c map[string]string) { delete(c, names[5]) })
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
	})
	cookies := b.cookies()
	assert.Equal(t, "alice@example.com", cookies[names[0]])
	assert.NotContains(t, cookies, amplifyNames(a, "alice")[1])
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
		require.NoError(t, session.NoteDeviceRemembered(ctx, key, false))
	})
	assert.Equal(t, key, b.cookies()[device])
	assert.NotContains(t, b.cookies(), "CognitoIdentityServiceProvider."+a.pool.ClientID+".alice.deviceKey")
}

func TestSealedCookie_isSplit(t *testing.T) {
	t.Parallel()
	a, b := newApp(t, newPool(t, authtest.Config{})), newBrowser(t)
	save := func(size int) (saved auth.Record, err error) {
		b.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
			key := a.store.SessionKey(ctx)
			old, loadErr := a.store.Load(ctx, key)
			require.True(t, loadErr == nil || errors.Is(loadErr, auth.ErrRecordNotFound))
			saved, err = a.store.Save(ctx, key, auth.Record{
				Data: []byte(strings.Repeat("x", size)), Version: old.Version, Refusable: true,
			})
		})
		return saved, err
	}
	for _, step := range []struct{ size, pieces int }{{9000, 3}, {2900, 1}, {10, 1}, {5900, 2}} {
		want, err := save(step.size)
		require.NoError(t, err)
		b.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
			got, err := a.store.Load(ctx, a.store.SessionKey(ctx))
			require.NoError(t, err)
			assert.Equal(t, want.Data, got.Data)
			assert.Equal(t, want.Version, got.Version)
		})
		assert.Len(t, b.cookies(), step.pieces)
		for name, value := range b.cookies() {
			assert.LessOrEqual(t, len(name)+len(value), 4096)
		}
	}
	for _, size := range []int{12500, 20000} {
		_, err := save(size)
		var tooLarge *cookiestore.SizeError
		require.ErrorAs(t, err, &tooLarge)
	}
}

func TestSealedCookie_opensOnlyWithItsKeyAndUnchanged(t *testing.T) {
	t.Parallel()
	a, b := newApp(t, newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true})), newBrowser(t)
	addUser(t, a.pool, "alice")
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
	})
	other := newApp(t, a.pool) // another Key
	b.do(t.Context(), other, func(ctx context.Context, session *auth.Session) {
		status, err := session.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, auth.StateSignedOut, status.State)
	})
	sealed := b.jar.Cookies(site)[0]
	sealed.Value = strings.ToUpper(sealed.Value)
	r := newBrowser(t).request(t.Context())
	r.AddCookie(sealed)
	answer(a.store, r, func(ctx context.Context, _ http.ResponseWriter) {
		status, err := a.session(ctx).Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, auth.StateSignedOut, status.State)
	})
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }
