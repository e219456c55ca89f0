package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// aliasedDevices starts a pool that tracks devices, with a client secret, where alice also signs in
// with her e-mail address.
func aliasedDevices(t *testing.T) *fixture {
	t.Helper()
	return start(t, authtest.Config{
		AliasAttributes: []string{"email"}, Devices: authtest.DevicesAlways, ClientSecret: true,
	}, verified())
}

// signInUnder goes through USER_SRP_AUTH with the e-mail address, and answers under a name with the
// SECRET_HASH of another or the same.
func (f *fixture) signInUnder(name, hashed, key string) reply {
	f.t.Helper()
	c := newSRPClient()
	parameters, _ := f.call("InitiateAuth", object{
		"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID, "AuthParameters": object{
			"USERNAME": email, "SRP_A": c.public.Text(16), "SECRET_HASH": f.hash(email),
		},
	}).challenge("PASSWORD_VERIFIER")
	claim := c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	claim["USERNAME"], claim["SECRET_HASH"] = name, f.hash(hashed)
	return f.respond("PASSWORD_VERIFIER", "", with(claim, "DEVICE_KEY", key))
}

// Facts R1 and R7: the hash goes with the name in the same answer, and the alias is as good as the
// internal name, also in the two answers of a remembered device.
func TestSecretHashGoesWithTheNameInTheAnswer(t *testing.T) {
	t.Parallel()
	f := aliasedDevices(t)
	unverified := "Unable to verify secret hash for client " + f.ClientID
	f.signInUnder(email, "alice", "").fails("NotAuthorizedException", unverified)
	f.signInUnder("alice", email, "").fails("NotAuthorizedException", unverified)
	d := f.confirmDevice(f.signInUnder("alice", "alice", "").tokens(), "")

	for _, name := range []string{email, "alice"} {
		c := newSRPClient()
		begin := object{
			"USERNAME": name, "DEVICE_KEY": d.key, "SRP_A": c.public.Text(16), "SECRET_HASH": f.hash(name),
		}
		_, session := f.signInUnder(name, name, d.key).challenge("DEVICE_SRP_AUTH")
		parameters, session := f.respond("DEVICE_SRP_AUTH", session, begin).challenge("DEVICE_PASSWORD_VERIFIER")
		claim := d.claim(c, parameters, time.Now())
		claim["USERNAME"], claim["SECRET_HASH"] = name, f.hash("somebody")
		f.respond("DEVICE_PASSWORD_VERIFIER", session, claim).fails("NotAuthorizedException", unverified)
		claim["SECRET_HASH"] = f.hash(name)
		f.respond("DEVICE_PASSWORD_VERIFIER", session, claim).boundTo(d)
	}
	f.unviolated()
}

// Fact R2: the access token need not come from the sign-in that issued the device key.
func TestConfirmDeviceTakesTheKeyOfAnotherSignIn(t *testing.T) {
	t.Parallel()
	f := aliasedDevices(t)
	unbound := f.signInUnder(email, email, "").tokens()
	second := f.signInUnder("alice", "alice", "").tokens()
	second["AccessToken"] = unbound["AccessToken"]
	f.refresh(second, f.confirmDevice(second, "").key).refreshed()
	f.unviolated()
}

// Fact R3. AdminListDevices also lists the others, by its attribute dev:device_remembered_status.
func TestListDevicesListsRememberedDevicesOnly(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesOptIn}, alice())
	tokens := f.signIn("alice", password).tokens()
	d := f.confirmDevice(tokens, "")
	list := func() any {
		return f.call("ListDevices", object{"AccessToken": tokens["AccessToken"]}).ok()["Devices"]
	}
	assert.Equal(t, []any{}, list(), "confirmed, but its user was not asked yet")
	f.call("GetDevice", object{"AccessToken": tokens["AccessToken"], "DeviceKey": d.key}).ok()
	assert.Len(t, f.admin("AdminListDevices", object{"Username": "alice"}).ok()["Devices"], 1)
	f.setStatus(tokens, d, "remembered").ok()
	assert.Len(t, list(), 1)
	f.setStatus(tokens, d, "not_remembered").ok()
	assert.Empty(t, list())
}

// Fact R6: a name in another case is as foreign as an alias.
func TestDeviceIsBoundToTheExactNameOnly(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	responses := f.claim("Alice", password)
	responses["USERNAME"] = "Alice"
	tokens := f.respond("PASSWORD_VERIFIER", "", responses).tokens()
	d := issued(t, tokens)
	f.call("ConfirmDevice", object{
		"AccessToken": tokens["AccessToken"], "DeviceKey": d.key,
		"DeviceSecretVerifierConfig": d.verifierConfig(salt()),
	}).fails("InvalidParameterException", "Invalid device key given.")
	f.confirmDevice(f.signInSRP("Alice", password).tokens(), "") // answers under USER_ID_FOR_SRP
}

// Fact R10: the administrator's sign-ins issue, confirm, remember and prove devices like others.
func TestAdminSignInTracksDevices(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{
		Devices: authtest.DevicesOptIn, ExplicitAuthFlows: []string{allowAdmin, "ALLOW_USER_SRP_AUTH"},
	}, alice())
	respond := func(challenge, session string, responses object) reply {
		return f.admin("AdminRespondToAuthChallenge", with(object{
			"ChallengeName": challenge, "ClientId": f.ClientID, "ChallengeResponses": responses,
		}, "Session", session))
	}
	begin := func(c srpClient, key string) reply {
		return f.admin("AdminInitiateAuth", object{
			"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID, "AuthParameters": with(object{
				"USERNAME": "alice", "SRP_A": c.public.Text(16),
			}, "DEVICE_KEY", key),
		})
	}
	c := newSRPClient()
	parameters, _ := begin(c, "").challenge("PASSWORD_VERIFIER")
	claim := c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	d := f.confirmDevice(respond("PASSWORD_VERIFIER", "", claim).tokens(), "")
	f.admin("AdminUpdateDeviceStatus", object{
		"Username": "alice", "DeviceKey": d.key, "DeviceRememberedStatus": "remembered",
	}).ok()

	parameters, _ = begin(c, d.key).challenge("PASSWORD_VERIFIER")
	claim = c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	_, session := respond("PASSWORD_VERIFIER", "", claim).challenge("DEVICE_SRP_AUTH")
	parameters, session = respond("DEVICE_SRP_AUTH", session, object{
		"USERNAME": "alice", "DEVICE_KEY": d.key, "SRP_A": c.public.Text(16),
	}).challenge("DEVICE_PASSWORD_VERIFIER")
	respond("DEVICE_PASSWORD_VERIFIER", session, d.claim(c, parameters, time.Now())).boundTo(d)

	f.confirmDevice(f.adminSignIn("ADMIN_USER_PASSWORD_AUTH", "alice", password).tokens(), "")
	f.unviolated()
}

// Fact R25.
func TestForgetDeviceLeavesTheAccessToken(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	tokens := f.signIn("alice", password).tokens()
	f.forgetDevice(tokens, f.confirmDevice(tokens, ""))
	assert.Empty(t, f.call("ListDevices", object{"AccessToken": tokens["AccessToken"]}).ok()["Devices"])
}

// Fact R32.
func TestRefreshWithoutTheConfirmedDevice(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{
		Devices:           authtest.DevicesAlways,
		ExplicitAuthFlows: []string{allowAdmin, "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}, alice())
	tokens := f.signIn("alice", password).tokens()
	f.confirmDevice(tokens, "")
	for _, tokens := range []object{tokens, f.adminSignIn("ADMIN_NO_SRP_AUTH", "alice", password).tokens()} {
		for _, key := range []string{"", "us-east-1_00000000-0000-7000-0000-000000000000"} {
			f.refresh(tokens, key).fails("NotAuthorizedException", invalidRefresh)
			parameters := with(object{"REFRESH_TOKEN": tokens["RefreshToken"]}, "DEVICE_KEY", key)
			f.call("InitiateAuth", object{
				"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": f.ClientID, "AuthParameters": parameters,
			}).fails("NotAuthorizedException", invalidRefresh)
		}
	}
	f.unviolated()
}

// AWS's Python and Java samples and pycognito answer for a device without Session. The answer goes
// to the newest sign-in that waits for the device, whose password was right, and is reported.
func TestDeviceAnswersWithoutSession(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	d := f.confirmDevice(f.signIn("alice", password).tokens(), "")
	c := newSRPClient()
	const missing = "Missing required parameter Session"
	f.beginDevice(c, d, "").fails("InvalidParameterException", missing)
	assert.Contains(t, f.violated(), missing)

	f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	parameters, _ := f.beginDevice(c, d, "").challenge("DEVICE_PASSWORD_VERIFIER")
	assert.Contains(t, f.violated(), "the answer to DEVICE_SRP_AUTH has no Session")
	claim := d.claim(c, parameters, time.Now())
	f.respond("DEVICE_PASSWORD_VERIFIER", "", claim).boundTo(d)
	assert.Contains(t, f.violated(), "the answer to DEVICE_PASSWORD_VERIFIER has no Session")
	f.respond("DEVICE_PASSWORD_VERIFIER", "", claim).fails("InvalidParameterException", missing)

	f.violations.take()
	f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	f.Advance(3 * time.Minute)
	f.beginDevice(c, d, "").fails("InvalidParameterException", missing)
	require.NotEmpty(t, f.violations.take())
}
