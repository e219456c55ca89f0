package auth_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// TestVerbsBeyondTheScopes: without the scope for Cognito's API each verb that needs it says so,
// and sends nothing. The session itself lives on.
func TestVerbsBeyondTheScopes(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways})
	f.signInByRedirect(t, auth.SignInWithRedirectInput{Scopes: []string{"openid", "email"}})
	f.pool.ResetRequests()
	for name, verb := range tokenVerbs() {
		operation, _, _ := strings.Cut(name, ",")
		if operation == "RememberDevice" || name == "ForgetDevice" {
			continue // needs a device first: see below
		}
		err := verb.call(t.Context(), f.Session)
		require.ErrorIs(t, err, auth.ErrScopeNotGranted, name)
		require.ErrorIs(t, err, auth.ErrNotAuthorized, name)
		var e *auth.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, operation, e.Op)
		assert.Contains(t, e.Recovery, "aws.cognito.signin.user.admin")
		assert.False(t, auth.Retryable(err))
	}
	assert.Empty(t, f.pool.Requests())
	assert.Equal(t, auth.StateSignedIn, stateOf(t, f.Session))
	_, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err)
	out, err := f.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	assert.True(t, out.Revoked)
}

// TestCognitoRefusesScopes: the code is the same where Cognito is who says it.
func TestCognitoRefusesScopes(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := signedInWithStore(t, pool)
	pool.Fail(authtest.Fault{
		Operation: "GetUser", Code: "NotAuthorizedException", Message: "Access Token does not have required scopes",
	})
	_, err := session.FetchUserAttributes(t.Context())
	require.ErrorIs(t, err, auth.ErrScopeNotGranted)
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
}

func TestARedirectHasNoDevice(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{Devices: authtest.DevicesAlways})
	_, err := f.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	_, err = f.CurrentDevice(t.Context())
	require.NoError(t, err)
	f.signInByRedirect(t, auth.SignInWithRedirectInput{Prompt: []auth.Prompt{auth.PromptLogin}})
	_, err = f.CurrentDevice(t.Context())
	require.ErrorIs(t, err, auth.ErrDeviceMetadataNotFound, "the device of the sign-in before is not this one's")
	require.ErrorIs(t, device.RememberDevice(t.Context(), f.Session), auth.ErrDeviceMetadataNotFound)
	err = device.ForgetDevice(t.Context(), f.Session, device.ForgetDeviceInput{})
	require.ErrorIs(t, err, auth.ErrDeviceMetadataNotFound)
	devices, err := device.FetchDevices(t.Context(), f.Session)
	require.NoError(t, err)
	assert.Len(t, devices, 1, "the person's devices can be listed")
}

func TestWithoutOpenID(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{}, func(cfg *auth.Config) { cfg.Scopes = []string{"aws.cognito.signin.user.admin"} })
	f.signInByRedirect(t, auth.SignInWithRedirectInput{})
	for range 2 {
		session, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
		assert.Empty(t, session.IDToken.Raw)
		assert.NotEmpty(t, session.UserSub)
	}
	user, err := f.CurrentUser(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "alice", user.Username)
	_, err = mfa.FetchMFAPreference(t.Context(), f.Session)
	require.NoError(t, err)
}

func TestSignOutOfManagedLogin(t *testing.T) {
	t.Parallel()
	logout := func(t *testing.T, in auth.SignOutInput, change ...func(*auth.Config)) (string, *loginFixture) {
		f := newLogin(t, authtest.Config{}, change...)
		f.signInByRedirect(t, auth.SignInWithRedirectInput{})
		out, err := f.SignOut(t.Context(), in)
		require.NoError(t, err)
		assert.True(t, out.WasSignedIn)
		assert.True(t, out.Revoked)
		assert.Equal(t, auth.StateSignedOut, stateOf(t, f.Session))
		return out.URL, f
	}
	page, f := logout(t, auth.SignOutInput{})
	u, err := url.Parse(page)
	require.NoError(t, err)
	assert.Equal(t, f.pool.URL+"logout", strings.TrimSuffix(page, "?"+u.RawQuery))
	assert.Equal(t, url.Values{"client_id": {f.pool.ClientID}, "logout_uri": {goodbyeURI}}, u.Query())

	page, _ = logout(t, auth.SignOutInput{RedirectURI: farewellURI, Global: true})
	assert.Contains(t, page, url.QueryEscape(farewellURI))

	page, _ = logout(t, auth.SignOutInput{}, func(cfg *auth.Config) { cfg.RedirectSignOut = nil })
	assert.Empty(t, page, "there is nowhere to go on to")
}

// TestAWrongSignOutURIChangesNothing: it is noticed before anything is done.
func TestAWrongSignOutURIChangesNothing(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	f.signInByRedirect(t, auth.SignInWithRedirectInput{})
	_, err := f.SignOut(t.Context(), auth.SignOutInput{RedirectURI: goodbyeURI + "/"})
	require.ErrorIs(t, err, auth.ErrInvalidPreferredRedirectURL)
	assert.Equal(t, auth.StateSignedIn, stateOf(t, f.Session))
	assert.Zero(t, count(f.pool, "RevokeToken"))

	session := newSession(t, f.pool) // without a domain
	_, err = session.SignOut(t.Context(), auth.SignOutInput{RedirectURI: goodbyeURI})
	require.ErrorIs(t, err, auth.ErrInvalidPreferredRedirectURL)
}

func TestSignOutOfManagedLogin_whereCognitoCannotBeTold(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	f.signInByRedirect(t, auth.SignInWithRedirectInput{})
	f.pool.Fail(authtest.Fault{Operation: "RevokeToken", Code: "TooManyRequestsException", Message: "x", Times: -1})
	out, err := f.SignOut(t.Context(), auth.SignOutInput{})
	require.ErrorIs(t, err, auth.ErrSignOutIncomplete)
	assert.NotEmpty(t, out.URL, "the browser's session can be ended all the same")
}

func TestSignOutAfterAPassword_hasNoPage(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	_, err := f.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	out, err := f.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	assert.Empty(t, out.URL)
}

// TestTheBrowserSessionIsNotForgotten: neither by a proof with a password nor on the way through
// cookies.
func TestTheBrowserSessionIsNotForgotten(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	f.signInByRedirect(t, auth.SignInWithRedirectInput{})
	record, err := f.store.Load(t.Context(), "test")
	require.NoError(t, err)
	tokens, rest, err := auth.ExportTokens(record.Data)
	require.NoError(t, err)
	record.Data, err = auth.ImportTokens(f.pool.ClientID, tokens, rest)
	require.NoError(t, err)
	_, err = f.store.Save(t.Context(), "test", record)
	require.NoError(t, err)

	_, err = f.Reauthenticate(t.Context(), auth.SignInInput{Password: password})
	require.NoError(t, err)
	out, err := f.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	assert.NotEmpty(t, out.URL)
}

// TestJustLinked: the sign-in during which a trigger links the person fails, the next one succeeds.
func TestJustLinked(t *testing.T) {
	t.Parallel()
	var f *loginFixture
	f = newLogin(t, authtest.Config{Triggers: authtest.Triggers{
		PreSignUp: func(*authtest.PreSignUpEvent) error {
			_, err := administrator(f.pool).AdminLinkProviderForUser(t.Context(),
				&cognitoidentityprovider.AdminLinkProviderForUserInput{
					UserPoolId: &f.pool.UserPoolID,
					DestinationUser: &types.ProviderUserIdentifierType{
						ProviderName: aws.String("Cognito"), ProviderAttributeValue: aws.String("alice"),
					},
					SourceUser: &types.ProviderUserIdentifierType{
						ProviderName: aws.String("Google"), ProviderAttributeName: aws.String("Cognito_Subject"),
						ProviderAttributeValue: aws.String("1234"),
					},
				})
			return err
		},
	}})
	google := auth.SignInWithRedirectInput{Provider: auth.ProviderGoogle}
	e := f.failure(t, f.visit(t, f.begin(t, google).URL, "1234"), auth.ErrOAuthJustLinked)
	assert.Contains(t, e.Recovery, "once more")
	f.complete(t, f.visit(t, f.begin(t, google).URL, "1234"))
	user, err := f.CurrentUser(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "alice", user.Username)
}

func TestFaultsOfIdentityProviders(t *testing.T) {
	t.Parallel()
	for fault, code := range map[authtest.ProviderFault]auth.ErrorCode{
		authtest.ProviderDenies: auth.ErrOAuthDenied, authtest.ProviderTokenError: auth.ErrOAuthSignIn,
		authtest.ProviderTokenTimeout: auth.ErrOAuthSignIn, authtest.ProviderConnectionReset: auth.ErrOAuthSignIn,
		authtest.ProviderBadSignature: auth.ErrOAuthSignIn,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			f := newLogin(t, authtest.Config{})
			require.NoError(t, f.pool.FailProvider("Google", fault))
			google := auth.SignInWithRedirectInput{Provider: auth.ProviderGoogle, CustomState: "mine"}
			f.fails(t, f.visit(t, f.begin(t, google).URL, "1234"), code)
			require.Equal(t, []auth.EventName{auth.EventSignInWithRedirectFailure}, f.eventNames())
			require.ErrorIs(t, f.events[0].Err, code)
			assert.Equal(t, "test", f.events[0].SessionKey)
			f.complete(t, f.visit(t, f.begin(t, google).URL, "1234"))
		})
	}
}

func TestPromptNone(t *testing.T) {
	t.Parallel()
	f := newLogin(t, authtest.Config{})
	back := f.callback(t, auth.SignInWithRedirectInput{Prompt: []auth.Prompt{auth.PromptNone}})
	f.fails(t, back, auth.ErrOAuthLoginRequired)
}
