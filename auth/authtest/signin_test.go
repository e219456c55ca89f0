package authtest_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// bothFlows runs a test with USER_PASSWORD_AUTH and with USER_SRP_AUTH.
func bothFlows(t *testing.T, test func(t *testing.T, signIn func(*fixture, string, string) reply)) {
	t.Helper()
	for name, signIn := range map[string]func(*fixture, string, string) reply{
		"USER_PASSWORD_AUTH": (*fixture).signIn,
		"USER_SRP_AUTH":      (*fixture).signInSRP,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, signIn)
		})
	}
}

// bothFlowsInABubble is for a test to which the time that the calls take would matter.
func bothFlowsInABubble(t *testing.T, test func(t *testing.T, signIn func(*fixture, string, string) reply)) {
	t.Helper()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		synctest.Test(t, func(t *testing.T) { test(t, signIn) })
	})
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{}, alice())
		result := signIn(f, "alice", password).tokens()
		assert.Equal(t, "Bearer", result["TokenType"])
		assert.InDelta(t, 3600, result["ExpiresIn"], 0)
		signIn(f, "alice", wrong).fails("NotAuthorizedException", wrongPassword)
		f.unviolated()
	})
}

func TestSignInByAnyName(t *testing.T) {
	t.Parallel()
	verified := map[string]string{
		"email": email, "email_verified": "true", "phone_number": phone, "preferred_username": "Al",
	}
	for name, test := range map[string]struct {
		cfg      authtest.Config
		username string
		attrs    map[string]string
		works    []string
		unknown  []string
	}{
		"plain": {
			authtest.Config{},
			"alice", verified,
			[]string{"alice", "ALICE"},
			[]string{email, phone, "Al"},
		},
		"case-sensitive": {
			authtest.Config{CaseSensitive: true},
			"alice", verified,
			[]string{"alice"},
			[]string{"ALICE"},
		},
		"aliases": {
			authtest.Config{AliasAttributes: []string{"email", "phone_number", "preferred_username"}},
			"alice", verified,
			[]string{"alice", email, "Alice@Example.com", "al"},
			[]string{phone},
		},
		"address as user name": {
			authtest.Config{UsernameAttributes: []string{"email"}},
			email, nil,
			[]string{email, "ALICE@example.com"},
			[]string{"alice"},
		},
		"number as user name": {
			authtest.Config{UsernameAttributes: []string{"email", "phone_number"}},
			phone,
			map[string]string{"email": email},
			[]string{phone, email},
			[]string{"15551234567"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, test.cfg, authtest.User{Username: test.username, Password: password, Attributes: test.attrs})
			for _, name := range test.works {
				f.signIn(name, password).tokens()
				f.signInSRP(name, password).tokens()
			}
			for _, name := range test.unknown {
				f.signIn(name, password).fails("UserNotFoundException", "User does not exist.")
				f.beginSRP(name, "2").fails("UserNotFoundException", "User does not exist.")
			}
		})
	}
}

// The sub is a user name only where addresses are user names: there it is the internal one.
func TestSignInBySub(t *testing.T) {
	t.Parallel()
	sub := func(f *fixture, username string) string {
		attributes := f.admin("AdminGetUser", object{"Username": username}).ok()["UserAttributes"].([]any)
		return attributes[0].(object)["Value"].(string)
	}
	plain := start(t, authtest.Config{}, alice())
	plain.signIn(sub(plain, "alice"), password).fails("UserNotFoundException", "User does not exist.")

	byEmail := start(t, authtest.Config{UsernameAttributes: []string{"email"}},
		authtest.User{Username: email, Password: password})
	id := sub(byEmail, email)
	byEmail.signInSRP(id, password).tokens()
	parameters, _ := byEmail.beginSRP(email, "2").challenge("PASSWORD_VERIFIER")
	assert.Equal(t, id, parameters["USER_ID_FOR_SRP"])
	assert.Equal(t, id, byEmail.admin("AdminGetUser", object{"Username": email}).ok()["Username"])
}

func TestUnconfirmedIsToldBeforeThePasswordIsChecked(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{},
			authtest.User{Username: "unconfirmed", Password: password, Unconfirmed: true},
		)
		for _, p := range []string{password, wrong} {
			signIn(f, "unconfirmed", p).fails("UserNotConfirmedException", "User is not confirmed.")
		}
		f.unviolated()
	})
}

// An unconfirmed user still gets the SRP challenge. Only the answer is refused.
func TestUnconfirmedUserGetsSRPChallenge(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "unconfirmed", Password: password, Unconfirmed: true})
	f.beginSRP("unconfirmed", "2").challenge("PASSWORD_VERIFIER")
}

func TestDisabledUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "alice", Password: password, Disabled: true})
	f.signIn("alice", password).fails("NotAuthorizedException", "User is disabled.")
	f.beginSRP("alice", "2").fails("NotAuthorizedException", "User is disabled.")
	f.respond("PASSWORD_VERIFIER", "", object{
		"USERNAME": "alice", "PASSWORD_CLAIM_SECRET_BLOCK": "AgV4", "PASSWORD_CLAIM_SIGNATURE": "AAAA",
		"TIMESTAMP": timestamp(f.Now()),
	}).fails("NotAuthorizedException", "User is disabled.")
}

func TestAuthFlows(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH"}}, alice())
	initiate := func(flow string) reply {
		return f.call(
			"InitiateAuth",
			object{"AuthFlow": flow, "ClientId": f.ClientID, "AuthParameters": object{"USERNAME": "alice"}},
		)
	}
	for _, flow := range []string{
		"USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH", "USER_AUTH",
	} {
		initiate(flow).fails("InvalidParameterException", flow+" flow not enabled for this client")
	}
	// The flow is checked before the user.
	f.signIn("nobody", password).
		fails("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
	f.unviolated()

	initiate("ADMIN_USER_PASSWORD_AUTH").fails("InvalidParameterException", "Initiate Auth method not supported.")
	f.violated()
	initiate("NONSENSE").failsWith("InvalidParameterException")
	assert.Contains(
		t,
		f.violated(),
		"Value 'NONSENSE' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set",
	)
	f.signInSRP("alice", password).tokens()
}

func TestUnknownClient(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	for operation, body := range map[string]object{
		"InitiateAuth":           {"AuthFlow": "USER_SRP_AUTH"},
		"RespondToAuthChallenge": {"ChallengeName": "SMS_MFA", "Session": strings.Repeat("s", 20)},
		"SignUp":                 {"Username": "bob", "Password": password},
		"ConfirmSignUp":          {"Username": "bob", "ConfirmationCode": "123456"},
		"ResendConfirmationCode": {"Username": "bob"},
	} {
		body["ClientId"] = "1example23456789"
		f.call(operation, body).fails("ResourceNotFoundException", "User pool client 1example23456789 does not exist.")
	}
}

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

func TestAdminSignInRefused(t *testing.T) {
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
