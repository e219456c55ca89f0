package authtest_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// AccessToken returns a token that cannot be told from one of a sign-in.
func TestAccessToken(t *testing.T) {
	t.Parallel()
	u := alice()
	u.Attributes["email_verified"] = "true"
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}}, u)
	f.admin("CreateGroup", object{"GroupName": "staff"}).ok()
	f.empty("AdminAddUserToGroup", object{"UserPoolId": f.UserPoolID, "GroupName": "staff", "Username": "alice"})
	_, want := f.verify(f.accessToken("alice"))
	for _, name := range []string{"alice", email, want["sub"].(string)} {
		token := f.AccessToken(name)
		_, claims := f.verify(token)
		for _, volatile := range []string{"jti", "origin_jti", "event_id", "auth_time", "iat", "exp"} {
			require.Contains(t, claims, volatile)
			assert.NotEmpty(t, claims[volatile])
			claims[volatile] = want[volatile]
		}
		assert.Equal(t, want, claims)
		f.getUser(token).ok()
	}
	token := f.AccessToken("alice")
	f.call("GlobalSignOut", object{"AccessToken": token}).ok()
	f.getUser(token).fails("NotAuthorizedException", "Access Token has been revoked")
	f.getUser(f.AccessToken("alice")).ok()
	f.unviolated()
}

func TestAccessTokenRunsTheTrigger(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, Triggers: authtest.Triggers{
		PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
			e.Response.ClaimsAndScopeOverrideDetails = &authtest.ClaimsAndScopeOverrideDetails{
				AccessTokenGeneration: authtest.TokenGeneration{ClaimsToAddOrOverride: map[string]any{"tenant": "acme"}},
			}
			return nil
		},
	}}, alice())
	_, claims := f.verify(f.AccessToken("alice"))
	assert.Equal(t, "acme", claims["tenant"])
}

func TestTokensThatCannotBeMadeAreReported(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	assert.Empty(t, f.AccessToken("nobody"))
	assert.Equal(t, `authtest: cannot make a token: there is no user "nobody"`, f.violated())
	assert.Empty(t, f.Sign(map[string]any{"rate": math.Inf(1)}))
	assert.Contains(t, f.violated(), "authtest: cannot make a token: ")
	made := f.createPool(nil, nil)
	assert.Empty(t, made.AccessToken("alice"))
	assert.Contains(t, f.violated(), "authtest: cannot make a token: ")
}

func TestSign(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ClientID: "app"})
	now := float64(f.Now().Unix())
	header, claims := f.verify(f.Sign(nil))
	assert.InDelta(t, now, claims["iat"], 60)
	assert.InDelta(t, 3600, claims["exp"].(float64)-claims["iat"].(float64), 0)
	for _, volatile := range []string{"iat", "exp", "jti", "sub"} {
		assert.NotEmpty(t, claims[volatile])
		delete(claims, volatile)
	}
	assert.Equal(t, object{"iss": f.Issuer(), "token_use": "access", "client_id": "app"}, claims)

	idHeader, claims := f.verify(f.Sign(map[string]any{
		"token_use": "id", "exp": 12, "iss": "https://elsewhere.example", "iat": nil, "jti": nil, "sub": nil, "tags": []string{"a"},
	}))
	assert.Equal(t, object{
		"iss": "https://elsewhere.example", "token_use": "id", "aud": "app", "exp": 12.0, "tags": []any{"a"},
	}, claims)
	assert.NotEqual(t, header["kid"], idHeader["kid"])
	f.unviolated()
}

// The claims are those of Amazon Cognito's documentation of access tokens from the client
// credentials grant.
func TestClientCredentialsToken(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ClientID: "app"})
	token := f.ClientCredentialsToken("orders/read", "orders/write")
	_, claims := f.verify(token)
	assert.Equal(t, claims["iat"], claims["auth_time"])
	for _, volatile := range []string{"iat", "exp", "jti", "auth_time"} {
		assert.NotEmpty(t, claims[volatile])
		delete(claims, volatile)
	}
	assert.Equal(t, object{
		"sub": "app", "client_id": "app", "iss": f.Issuer(), "token_use": "access",
		"scope": "orders/read orders/write", "version": 2.0,
	}, claims)
	f.getUser(token).fails("NotAuthorizedException", "Access Token does not have required scopes")
}

func TestLock(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	require.NoError(t, f.Lock("alice"))
	f.signIn("alice", password).fails("NotAuthorizedException", "Password attempts exceeded")
	f.signIn("bob", password).tokens()
	f.Advance(15*time.Minute - time.Second)
	f.signIn("alice", password).fails("NotAuthorizedException", "Password attempts exceeded")
	f.Advance(time.Second)
	f.signIn("alice", password).tokens()
	require.EqualError(t, f.Lock("nobody"), `authtest: Lock: there is no user "nobody"`)
}
