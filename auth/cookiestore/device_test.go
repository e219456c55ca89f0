package cookiestore_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
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
		require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
	})
	assert.Equal(t, key, b.cookies()[prefix+"deviceKey"], "devices outlive sign-out")

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
		assert.Equal(t, key, visitor.cookies()[prefix+"deviceKey"], "it is the same device")
		for _, request := range a.pool.Requests() {
			assert.NotEqual(t, "ConfirmDevice", request.Operation)
		}
	}
}

func TestAmplifyForgetsADevice(t *testing.T) {
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
		assert.False(t, current.Remembered, "it is only the access token's")
	})
}

// TestName_stays has the person filed under an alias, which nothing but LastAuthUser says.
func TestName_stays(t *testing.T) {
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
	require.NotEmpty(t, key, "Amplify looks there")
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
		require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
		require.NoError(t, session.NoteDeviceRemembered(ctx, key, false))
	})
	assert.Equal(t, key, b.cookies()[device])
	assert.NotContains(t, b.cookies(), "CognitoIdentityServiceProvider."+a.pool.ClientID+".alice.deviceKey")
}
