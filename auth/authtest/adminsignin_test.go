package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const allowAdmin = "ALLOW_ADMIN_USER_PASSWORD_AUTH"

// adminSignIn begins a sign-in as an administrator.
func (f *fixture) adminSignIn(flow, username, password string) reply {
	f.t.Helper()
	return f.admin("AdminInitiateAuth", object{
		"AuthFlow": flow, "ClientId": f.ClientID, "AuthParameters": object{"USERNAME": username, "PASSWORD": password},
	})
}

func TestAdminSignIn(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ExplicitAuthFlows: []string{allowAdmin, "ALLOW_USER_SRP_AUTH"}}, alice(),
		authtest.User{Username: "bob", Password: password, TemporaryPassword: true})
	for _, flow := range []string{"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"} {
		tokens := f.adminSignIn(flow, "alice", password).tokens()
		f.getUser(tokens["AccessToken"].(string)).ok()
		f.refresh(tokens, "").refreshed()
		f.adminSignIn(flow, "alice", wrong).fails("NotAuthorizedException", wrongPassword)
		f.adminSignIn(flow, "nobody", password).failsWith("UserNotFoundException")
	}
	_, session := f.adminSignIn("ADMIN_USER_PASSWORD_AUTH", "bob", password).challenge("NEW_PASSWORD_REQUIRED")
	f.admin("AdminRespondToAuthChallenge", object{
		"ChallengeName": "NEW_PASSWORD_REQUIRED", "ClientId": f.ClientID, "Session": session,
		"ChallengeResponses": object{"USERNAME": "bob", "NEW_PASSWORD": password},
	}).tokens()

	c := newSRPClient()
	parameters, _ := f.admin("AdminInitiateAuth", object{
		"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "SRP_A": c.public.Text(16)},
	}).challenge("PASSWORD_VERIFIER")
	f.admin("AdminRespondToAuthChallenge", object{
		"ChallengeName": "PASSWORD_VERIFIER", "ClientId": f.ClientID,
		"ChallengeResponses": c.claim(f.UserPoolID, password, timestamp(f.Now()), parameters),
	}).tokens()
	f.unviolated()
}

func TestAdminSignInIsForThosePools(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.adminSignIn("ADMIN_USER_PASSWORD_AUTH", "alice", password).
		fails("InvalidParameterException", "Auth flow not enabled for this client")
	f.unviolated()
	f.adminSignIn("USER_PASSWORD_AUTH", "alice", password).
		fails("InvalidParameterException", "Initiate Auth method not supported.")
	f.violated()

	made := f.createPool(nil, object{"ExplicitAuthFlows": []string{allowAdmin}})
	f.admin("AdminInitiateAuth", object{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "ClientId": made.ClientID}).
		fails("ResourceNotFoundException", "User pool client "+made.ClientID+" does not exist.")
	f.admin("AdminRespondToAuthChallenge", object{"ChallengeName": "SMS_MFA", "ClientId": made.ClientID}).
		failsWith("ResourceNotFoundException")
	f.unviolated()
	made.admin("AdminInitiateAuth", object{
		"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "ClientId": made.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password, "SRP_A": "1"},
	}).failsWith("UserNotFoundException")
	assert.Contains(t, f.violated(), `"SRP_A"`)
}

// Device tracking does not go together with the administrator's flow: it issues no key, and its
// tokens cannot be refreshed where devices are tracked.
func TestAdminSignInTracksNoDevice(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{
		Devices: authtest.DevicesAlways, ExplicitAuthFlows: []string{allowAdmin, "ALLOW_USER_PASSWORD_AUTH"},
	}, alice())
	d := f.confirmDevice(f.signIn("alice", password).tokens(), "")
	tokens := f.admin("AdminInitiateAuth", object{
		"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password, "DEVICE_KEY": d.key},
	}).tokens()
	assert.NotContains(t, tokens, "NewDeviceMetadata")
	assert.NotContains(t, f.claims(tokens).access, "device_key")
	f.refresh(tokens, "").fails("NotAuthorizedException", invalidRefresh)
	f.refresh(tokens, d.key).fails("NotAuthorizedException", invalidRefresh)
	f.unviolated()
}
