package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

func TestSessionActiveUntilItIsSignedOut(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	client, ctx := newClient(t, configFor(pool)), context.Background()
	ask := jwt.SessionCheck(client.SessionActive)
	session := client.Session("alice")
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	tokens, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	token := tokens.AccessToken.Raw
	cached := ask.Cached(time.Hour)
	for _, check := range []jwt.SessionCheck{ask, cached} {
		active, err := check(ctx, token)
		require.NoError(t, err)
		assert.True(t, active)
	}

	_, err = session.SignOut(ctx, auth.SignOutInput{Global: true})
	require.NoError(t, err)
	active, err := ask(ctx, token)
	require.NoError(t, err)
	assert.False(t, active)
	active, err = cached(ctx, token)
	require.NoError(t, err)
	assert.True(t, active, "for as long as the answer is kept")
	active, err = ask(ctx, pool.ClientCredentialsToken("orders/read"))
	require.NoError(t, err)
	assert.False(t, active, "Cognito tells nothing about machines")
}

func TestSessionActiveTellsNoAnswerFromNo(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	client, ctx := newClient(t, configFor(pool)), context.Background()
	token := pool.AccessToken("alice")
	for code, want := range map[string]struct {
		active bool
		err    error
	}{
		"NotAuthorizedException":         {},
		"UserNotFoundException":          {},
		"UserNotConfirmedException":      {},
		"PasswordResetRequiredException": {},
		"InvalidParameterException":      {err: auth.ErrInvalidParameter},
	} {
		pool.Fail(authtest.Fault{Operation: "GetUser", Code: code})
		active, err := client.SessionActive(ctx, token)
		require.ErrorIs(t, err, want.err, code)
		assert.False(t, active, code)
	}
	pool.Close()
	active, err := client.SessionActive(ctx, token)
	require.ErrorIs(t, err, auth.ErrNetwork)
	assert.False(t, active)
}
