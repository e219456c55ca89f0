package auth_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestSignOutEndsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	session := atTOTPCode(t, configFor(pool))
	ctx := context.Background()
	require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
	pool.ResetRequests()
	_, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
	require.ErrorIs(t, err, auth.ErrSignIn)
	assert.Empty(t, pool.Requests())
}

func TestSignInDetailsSurviveARestart(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, AliasAttributes: []string{"email"}},
		alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} }))
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	ctx := context.Background()
	_, err := newClient(t, cfg).Session("test").SignIn(ctx, auth.SignInInput{
		Username: "alice@example.com", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(t, err)
	_, err = newClient(t, cfg).Session("test").ConfirmSignIn(ctx, auth.ConfirmSignInInput{
		ChallengeResponse: nextTOTP(t, pool, totpSecret),
	})
	require.NoError(t, err)
	user, err := newClient(t, cfg).Session("test").CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, "alice", user.Username)
	assert.Equal(t, auth.SignInDetails{LoginID: "alice@example.com", AuthFlowType: auth.AuthFlowUserPassword}, user.SignInDetails)
}

// TestUserNamesThatLookLikeKeys signs people in whose names would be keys of others in a storage
// like Amplify's.
func TestUserNamesThatLookLikeKeys(t *testing.T) {
	t.Parallel()
	names := []string{"username", "alice", "alice.accessToken", "alice.LastAuthUser", "device:alice", "alice/../bob"}
	pool := newPool(t, authtest.Config{})
	client := newClient(t, configFor(pool))
	ctx := context.Background()
	for _, name := range names {
		require.NoError(t, pool.AddUser(authtest.User{Username: name, Password: password}))
		_, err := client.Session("of "+name).SignIn(ctx, auth.SignInInput{Username: name, Password: password})
		require.NoError(t, err)
	}
	for _, name := range names {
		user, err := client.Session("of " + name).CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, name, user.Username)
	}
}

func TestRefreshWithoutAnIDTokenKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	server := newScript(t,
		fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"IdToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`,
			unsignedToken(), unsignedToken()),
		fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"ExpiresIn":3600}}`, unsignedToken()))
	session := newClient(t, server.config()).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
	require.NoError(t, err)
	renewed, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err)
	assert.Equal(t, unsignedToken(), renewed.IDToken.Raw)
}

// TestSignOutWhereRevocationIsOff signs out of an app client whose tokens have no origin_jti.
func TestSignOutWhereRevocationIsOff(t *testing.T) {
	t.Parallel()
	server := newScript(t,
		fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`, unsignedToken()))
	session := newClient(t, server.config()).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
	require.NoError(t, err)
	require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
	assert.Len(t, server.requests, 1)
	_, err = session.CurrentUser(ctx)
	assert.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}
