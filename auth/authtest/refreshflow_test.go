package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// The way to refresh that clients took before GetTokensFromRefreshToken came.
func TestRefreshByInitiateAuth(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}, alice())
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
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{}).fails("InvalidParameterException", "Missing required parameter REFRESH_TOKEN")
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": "a.b"}).fails("NotAuthorizedException", invalidRefresh)
	f.call("RevokeToken", object{"ClientId": f.ClientID, "Token": first["RefreshToken"]}).ok()
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": first["RefreshToken"]}).
		fails("NotAuthorizedException", "Refresh Token has been revoked")
}

// The hash is made of the user name in the token, or of the sub. An alias does not do.
func TestRefreshByInitiateAuthWithSecret(t *testing.T) {
	t.Parallel()
	user := alice()
	user.Attributes["email_verified"] = "true"
	f := start(t, authtest.Config{
		ClientSecret: true, AliasAttributes: []string{"email"},
		ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}, user)
	first := f.call("InitiateAuth", object{"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID, "AuthParameters": object{
		"USERNAME": "alice", "PASSWORD": password, "SECRET_HASH": f.hash("alice"),
	}}).tokens()
	for _, name := range []string{"alice", payload(t, first, "AccessToken")["sub"].(string)} {
		f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": first["RefreshToken"], "SECRET_HASH": f.hash(name)}).tokens()
	}
	for _, hash := range []string{"", f.hash(email)} {
		parameters := with(object{"REFRESH_TOKEN": first["RefreshToken"]}, "SECRET_HASH", hash)
		assert.Equal(t, "NotAuthorizedException", f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", parameters).body["__type"])
	}
}

func TestRefreshByInitiateAuthOnDevice(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{
		Devices: authtest.DevicesAlways, ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}, alice())
	first := f.signIn("alice", password).tokens()
	d := f.confirmDevice(first, "")
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": first["RefreshToken"]}).
		fails("NotAuthorizedException", invalidRefresh)
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": first["RefreshToken"], "DEVICE_KEY": d.key}).tokens()
}

func TestRefreshByInitiateAuthIsOffWithRotation(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{RefreshTokenRotation: true}, alice())
	f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": "a.b"}).
		fails("InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client")
	_, err := authtest.NewPool(authtest.Config{RefreshTokenRotation: true, ExplicitAuthFlows: []string{"ALLOW_REFRESH_TOKEN_AUTH"}})
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
