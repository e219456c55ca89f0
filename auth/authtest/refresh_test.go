package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestRefreshKeepsTheAuthTime(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways, AccessTokenValidity: 10 * time.Minute}, alice())
	first := f.signIn("alice", password).tokens()
	d := f.confirmDevice(first, "")
	f.Advance(20 * time.Minute)
	f.admin("AdminUpdateUserAttributes", object{
		"Username": "alice", "UserAttributes": []object{{"Name": "name", "Value": "Alice"}},
	}).ok()
	f.getUser(first["AccessToken"].(string)).fails("NotAuthorizedException", "Access Token has expired")

	next := f.refresh(first, d.key).refreshed()
	assert.NotContains(t, next, "RefreshToken", "without rotation no new refresh token is issued")
	assert.Equal(t, "Bearer", next["TokenType"])
	assert.InDelta(t, 600, next["ExpiresIn"], 0)
	for _, token := range []string{"AccessToken", "IdToken"} {
		before, after := payload(t, first, token), payload(t, next, token)
		for _, name := range []string{"auth_time", "origin_jti", "sub", "device_key"} {
			assert.Equal(t, before[name], after[name], name)
		}
		for _, name := range []string{"iat", "exp"} {
			assert.InDelta(t, before[name].(float64)+1200, after[name], 60, name)
		}
		assert.NotEqual(t, before["jti"], after["jti"])
	}
	assert.Equal(t, d.key, payload(t, next, "AccessToken")["device_key"])
	assert.Equal(t, "Alice", payload(t, next, "IdToken")["name"], "the ID token has the current attributes")
	f.getUser(next["AccessToken"].(string)).ok()
	f.unviolated()
}

func TestRefreshRequiresTheDevice(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{Devices: authtest.DevicesOptIn},
		alice(),
		authtest.User{Username: "bob", Password: password},
	)
	result := f.signIn("alice", password).tokens()
	f.refresh(result, issued(t, result).key).fails("NotAuthorizedException", invalidRefresh)
	f.refresh(result, "").fails("NotAuthorizedException", invalidRefresh)
	d := f.confirmDevice(result, "")
	otherResult := f.signIn("alice", password).tokens()
	other := f.confirmDevice(otherResult, "")
	bobs := f.confirmDevice(f.signIn("bob", password).tokens(), "")
	for name, key := range map[string]string{
		"missing": "", "another of the user's": other.key, "another user's": bobs.key,
		"unknown": "us-east-1_00000000-0000-7000-0000-000000000000",
	} {
		r := f.refresh(result, key)
		require.Equal(t, invalidRefresh, r.body["message"], name)
		r.fails("NotAuthorizedException", invalidRefresh)
	}
	f.refresh(result, d.key).refreshed()

	known := f.signInOn(d).boundTo(d)
	f.refresh(known, d.key).refreshed()
	f.forgetDevice(otherResult, d)
	for _, dead := range []object{result, known} {
		f.refresh(dead, d.key).fails("NotAuthorizedException", revokedRefresh)
		f.refresh(dead, "").fails("NotAuthorizedException", revokedRefresh)
		f.getUser(dead["AccessToken"].(string)).ok()
	}
	f.refresh(otherResult, other.key).refreshed()
	f.unviolated()
}

func TestRefreshRefused(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{RefreshTokenValidity: 2 * time.Hour},
		alice(),
		authtest.User{Username: "bob", Password: password},
	)
	result := f.signIn("alice", password).tokens()
	f.refresh(object{"RefreshToken": "garbage"}, "").fails("NotAuthorizedException", invalidRefresh)
	f.refresh(object{"RefreshToken": result["AccessToken"]}, "").fails("NotAuthorizedException", invalidRefresh)
	f.call("GetTokensFromRefreshToken", object{"RefreshToken": result["RefreshToken"], "ClientId": "other"}).
		fails("ResourceNotFoundException", "User pool client other does not exist.")
	f.call("GetTokensFromRefreshToken", object{
		"RefreshToken": result["RefreshToken"], "ClientId": f.ClientID, "ClientSecret": "surplus",
	}).failsWith("NotAuthorizedException")
	f.unviolated()

	f.Advance(2*time.Hour - time.Minute)
	f.refresh(result, "").refreshed()
	f.Advance(time.Minute)
	f.refresh(result, "").fails("NotAuthorizedException", "Refresh Token has expired")

	require.NoError(t, f.AddUser(authtest.User{Username: "carol", Password: password}))
	deleted := f.signIn("carol", password).tokens()
	f.empty("AdminDeleteUser", object{"UserPoolId": f.UserPoolID, "Username": "carol"})
	f.refresh(deleted, "").fails("UserNotFoundException", "User does not exist.")
}

func TestRotation(t *testing.T) {
	t.Parallel()
	for name, grace := range map[string]time.Duration{"without grace": 0, "with grace": time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{
				RefreshTokenRotation: true,
				RetryGracePeriod:     grace,
				RefreshTokenValidity: time.Hour,
				AccessTokenValidity:  time.Hour,
			}, alice())
			first := f.signIn("alice", password).tokens()
			f.Advance(30 * time.Minute)
			second := f.refresh(first, "").refreshed()
			assert.NotEqual(t, first["RefreshToken"], second["RefreshToken"])
			if grace > 0 {
				f.Advance(grace - time.Second)
				again := f.refresh(first, "").refreshed()
				assert.NotEqual(t, second["RefreshToken"], again["RefreshToken"])
				f.refresh(again, "").refreshed()
				f.Advance(time.Second)
			}
			f.refresh(first, "").failsWith("RefreshTokenReuseException")
			third := f.refresh(second, "").refreshed()
			f.getUser(third["AccessToken"].(string)).ok()
			f.Advance(30*time.Minute - grace - time.Second)
			fourth := f.refresh(third, "").refreshed()
			f.Advance(time.Second)
			f.refresh(fourth, "").fails("NotAuthorizedException", "Refresh Token has expired")
			f.unviolated()
		})
	}
}

func TestRevokeToken(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{RefreshTokenRotation: true}, alice())
	revoke := func(token any) reply {
		return f.call("RevokeToken", object{"Token": token, "ClientId": f.ClientID})
	}
	first, other := f.signIn("alice", password).tokens(), f.signIn("alice", password).tokens()
	second := f.refresh(first, "").refreshed()
	for range 2 {
		assert.Empty(t, revoke(first["RefreshToken"]).ok(), "revoking a rotated or revoked token succeeds")
		f.refresh(first, "").fails("NotAuthorizedException", revokedRefresh)
		f.refresh(second, "").fails("NotAuthorizedException", revokedRefresh)
		for _, dead := range []object{first, second} {
			f.getUser(dead["AccessToken"].(string)).fails("NotAuthorizedException", revokedAccess)
		}
	}
	assert.Empty(t, revoke("garbage").ok())
	for _, token := range []string{"AccessToken", "IdToken"} {
		revoke(other[token]).failsWith("UnsupportedTokenTypeException")
	}
	f.getUser(other["AccessToken"].(string)).ok()
	f.refresh(other, "").refreshed()
	f.call("RevokeToken", object{"Token": other["RefreshToken"], "ClientId": "other"}).
		failsWith("UnauthorizedException")
	f.unviolated()
}

func TestRevokeTokenWithClientSecret(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ClientSecret: true}, alice())
	revoke := func(more object) reply {
		body := object{"Token": "garbage", "ClientId": f.ClientID}
		replace(body, more)
		return f.call("RevokeToken", body)
	}
	revoke(object{}).failsWith("UnauthorizedException")
	revoke(object{"ClientSecret": "wrong"}).failsWith("UnauthorizedException")
	revoke(object{"ClientSecret": f.ClientSecret}).ok()
	f.unviolated()
}

// Without token revocation, tokens have no origin_jti. GlobalSignOut ends them all the same.
func TestTokenRevocationOff(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{TokenRevocationOff: true}, alice())
	first := f.signIn("alice", password).tokens()
	for _, tokens := range []object{first, f.refresh(first, "").refreshed()} {
		both := f.claims(tokens)
		assert.NotContains(t, both.access, "origin_jti")
		assert.NotContains(t, both.id, "origin_jti")
	}
	f.call("RevokeToken", object{"Token": first["RefreshToken"], "ClientId": f.ClientID}).
		failsWith("UnsupportedOperationException")
	f.getUser(first["AccessToken"].(string)).ok()
	f.call("GlobalSignOut", object{"AccessToken": first["AccessToken"]}).ok()
	f.getUser(first["AccessToken"].(string)).fails("NotAuthorizedException", revokedAccess)
	f.unviolated()
}

func TestGlobalSignOut(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	first, second, bobs := f.signIn("alice", password).
		tokens(),
		f.signIn("alice", password).
			tokens(),
		f.signIn("bob", password).
			tokens()
	assert.Empty(t, f.call("GlobalSignOut", object{"AccessToken": first["AccessToken"]}).ok())
	for _, dead := range []object{first, second} {
		f.refresh(dead, "").fails("NotAuthorizedException", revokedRefresh)
		f.getUser(dead["AccessToken"].(string)).fails("NotAuthorizedException", revokedAccess)
		f.call("GlobalSignOut", object{"AccessToken": dead["AccessToken"]}).
			fails("NotAuthorizedException", revokedAccess)
	}
	f.refresh(bobs, "").refreshed()
	f.refresh(f.signIn("alice", password).tokens(), "").refreshed()
	f.unviolated()
}

func TestDisabledUserGetsNoNewTokens(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	result := f.signIn("alice", password).tokens()
	assert.Empty(t, f.admin("AdminDisableUser", object{"Username": "alice"}).ok())
	f.refresh(result, "").fails("NotAuthorizedException", "User is disabled.")
	f.signIn("alice", password).fails("NotAuthorizedException", "User is disabled.")
	assert.Empty(t, f.admin("AdminEnableUser", object{"Username": "alice"}).ok())
	f.refresh(result, "").refreshed()
	f.admin("AdminDisableUser", object{"Username": "nobody"}).fails("UserNotFoundException", "User does not exist.")
}

// REFRESH_TOKEN_AUTH is the older way to refresh, before GetTokensFromRefreshToken.
func TestRefreshByInitiateAuth(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}},
		alice(),
	)
	first := f.signIn("alice", password).tokens()
	f.Advance(time.Minute)
	for _, operation := range []string{"InitiateAuth", "AdminInitiateAuth"} {
		for _, flow := range []string{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"} {
			again := f.refreshBy(operation, flow, object{"REFRESH_TOKEN": first["RefreshToken"]}).tokens()
			assert.NotContains(t, again, "RefreshToken")
			before, after := payload(t, first, "AccessToken"), payload(t, again, "AccessToken")
			assert.Equal(t, before["auth_time"], after["auth_time"])
			assert.Equal(t, before["origin_jti"], after["origin_jti"])
			assert.NotEqual(t, before["jti"], after["jti"])
		}
	}
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{}).
		fails("InvalidParameterException", "Missing required parameter REFRESH_TOKEN")
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": "a.b"}).
		fails("NotAuthorizedException", invalidRefresh)
	f.call("RevokeToken", object{"ClientId": f.ClientID, "Token": first["RefreshToken"]}).ok()
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": first["RefreshToken"]}).
		fails("NotAuthorizedException", "Refresh Token has been revoked")
}

// The SECRET_HASH is computed with the user name in the token or with the sub, not with an alias.
func TestRefreshByInitiateAuthWithSecret(t *testing.T) {
	t.Parallel()
	user := alice()
	user.Attributes["email_verified"] = "true"
	f := start(t, authtest.Config{
		ClientSecret: true, AliasAttributes: []string{"email"},
		ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}, user)
	first := f.call("InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID, "AuthParameters": object{
			"USERNAME": "alice", "PASSWORD": password, "SECRET_HASH": f.hash("alice"),
		},
	}).
		tokens()
	for _, name := range []string{"alice", payload(t, first, "AccessToken")["sub"].(string)} {
		f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{
			"REFRESH_TOKEN": first["RefreshToken"], "SECRET_HASH": f.hash(name),
		}).
			tokens()
	}
	for _, hash := range []string{"", f.hash(email)} {
		parameters := with(object{"REFRESH_TOKEN": first["RefreshToken"]}, "SECRET_HASH", hash)
		assert.Equal(
			t,
			"NotAuthorizedException",
			f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", parameters).body["__type"],
		)
	}
}

func TestRefreshByInitiateAuthOnDevice(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{
		Devices:           authtest.DevicesAlways,
		ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}, alice())
	first := f.signIn("alice", password).tokens()
	d := f.confirmDevice(first, "")
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": first["RefreshToken"]}).
		fails("NotAuthorizedException", invalidRefresh)
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{
		"REFRESH_TOKEN": first["RefreshToken"], "DEVICE_KEY": d.key,
	}).
		tokens()
}

func TestRefreshByInitiateAuthIsOffWithRotation(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{RefreshTokenRotation: true}, alice())
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": "a.b"}).
		fails("InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client")
	_, err := authtest.NewPool(
		authtest.Config{RefreshTokenRotation: true, ExplicitAuthFlows: []string{"ALLOW_REFRESH_TOKEN_AUTH"}},
	)
	assert.ErrorContains(t, err, "Config.RefreshTokenRotation:")
}

func (f *fixture) refreshBy(operation, flow string, parameters object) reply {
	f.t.Helper()
	body := object{"AuthFlow": flow, "ClientId": f.ClientID, "AuthParameters": parameters}
	if operation == "AdminInitiateAuth" {
		return f.admin(operation, body)
	}
	return f.call(operation, body)
}
