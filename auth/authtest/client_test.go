package authtest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func (f *fixture) describedClient() object {
	f.t.Helper()
	return f.admin("DescribeUserPoolClient", object{"ClientId": f.ClientID}).ok()["UserPoolClient"].(object)
}

func TestCreateUserPoolClientDefaults(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	c := f.createClient(nil)
	d := c.describedClient()
	assert.Regexp(t, `^[0-9a-z]{26}$`, c.ClientID)
	assert.Equal(t, f.UserPoolID, d["UserPoolId"])
	assert.Equal(t, "app", d["ClientName"])
	assert.NotContains(t, d, "ClientSecret")
	assert.Equal(t, "LEGACY", d["PreventUserExistenceErrors"])
	assert.Equal(t, true, d["EnableTokenRevocation"])
	assert.EqualValues(t, 30, d["RefreshTokenValidity"])
	assert.EqualValues(t, 3, d["AuthSessionValidity"])
	assert.ElementsMatch(
		t,
		[]string{"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"},
		d["ExplicitAuthFlows"],
	)
	assert.NotContains(t, d, "ReadAttributes")
	c.signIn("alice", password).
		fails("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
	tokens := c.signInSRP("alice", password).tokens()
	assert.EqualValues(t, 3600, tokens["ExpiresIn"])
	assert.Equal(t, c.ClientID, f.claims(tokens).id["aud"])
	f.unviolated()
}

func TestUpdateUserPoolClientResetsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{CustomAttributes: []string{"custom:tier"}}, alice())
	settings := object{
		"AccessTokenValidity": 10, "IdTokenValidity": 20, "RefreshTokenValidity": 2,
		"TokenValidityUnits":  object{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours"},
		"AuthSessionValidity": 15, "EnableTokenRevocation": false, "PreventUserExistenceErrors": "ENABLED",
		"ExplicitAuthFlows":                        []string{"ALLOW_USER_PASSWORD_AUTH"},
		"RefreshTokenRotation":                     object{"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
		"ReadAttributes":                           []string{"custom:tier"},
		"WriteAttributes":                          []string{"custom:tier"},
		"EnablePropagateAdditionalUserContextData": true,
		"CallbackURLs":                             []string{"https://app.example/"},
	}
	c := f.createClient(merged(settings, object{"GenerateSecret": true}))
	before := c.describedClient()
	for name, value := range settings {
		assert.Equal(t, jsonOf(t, value), before[name], name)
	}
	assert.Equal(t, c.ClientSecret, before["ClientSecret"])
	assert.Regexp(t, `^[0-9a-z]{52}$`, c.ClientSecret)

	f.admin("UpdateUserPoolClient", object{"ClientId": c.ClientID, "ClientName": "renamed"}).ok()
	after := c.describedClient()
	fresh := f.createClient(nil).describedClient()
	for _, name := range []string{"ClientId", "ClientSecret", "CreationDate"} {
		assert.Equal(t, before[name], after[name], name)
	}
	for _, name := range []string{"ClientId", "ClientSecret", "CreationDate", "LastModifiedDate", "ClientName"} {
		delete(after, name)
		delete(fresh, name)
	}
	assert.Equal(t, fresh, after)
	f.unviolated()
}

func TestClientSettingsTakeEffect(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{CustomAttributes: []string{"custom:tier"}}, alice())
	c := f.createClient(object{
		"ExplicitAuthFlows":   []string{"ALLOW_USER_PASSWORD_AUTH"},
		"AccessTokenValidity": 10, "IdTokenValidity": 20, "RefreshTokenValidity": 2,
		"TokenValidityUnits":         object{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours"},
		"PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": false,
		"RefreshTokenRotation": object{"Feature": "ENABLED"},
		"ReadAttributes":       []string{"custom:tier"}, "WriteAttributes": []string{"name"},
	})
	f.admin("AdminUpdateUserAttributes", object{
		"Username": "alice", "UserAttributes": []object{{"Name": "custom:tier", "Value": "gold"}},
	}).ok()
	c.signIn("nobody", password).fails("NotAuthorizedException", wrongPassword)
	f.signIn("nobody", password).failsWith("UserNotFoundException")
	tokens := c.signIn("alice", password).tokens()
	assert.EqualValues(t, 600, tokens["ExpiresIn"])
	both := f.claims(tokens)
	assert.InDelta(t, both.id["iat"].(float64)+1200, both.id["exp"], 0)
	assert.Equal(t, "gold", both.id["custom:tier"])
	assert.NotContains(t, both.id, "email")
	seen := f.getUser(tokens["AccessToken"].(string)).ok()["UserAttributes"].([]any)
	assert.Len(t, seen, 2, "sub and custom:tier")
	f.call("RevokeToken", object{"ClientId": c.ClientID, "Token": tokens["RefreshToken"]}).
		failsWith("UnsupportedOperationException")
	next := c.refresh(tokens, "").refreshed()
	c.refresh(tokens, "").failsWith("RefreshTokenReuseException")
	f.Advance(2*time.Hour + time.Second)
	c.refresh(next, "").fails("NotAuthorizedException", "Refresh Token has expired")
	c.signUp("bob", password, "email", "bob@example.com").
		fails("NotAuthorizedException", "A client attempted to write unauthorized attribute")
	c.signUp("bob", password, "name", "Bob").ok()
	f.unviolated()
}

func TestClientsOfOnePoolAreSeparate(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{},
		alice(),
		authtest.User{Username: "bob", Password: password, TemporaryPassword: true},
	)
	flows := object{"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"}}
	other := f.createClient(merged(flows, object{"GenerateSecret": true}))

	tokens := f.signIn("alice", password).tokens()
	body := object{
		"RefreshToken": tokens["RefreshToken"],
		"ClientId":     other.ClientID,
		"ClientSecret": other.ClientSecret,
	}
	f.call("GetTokensFromRefreshToken", body).fails("NotAuthorizedException", "Invalid Refresh Token.")
	f.call("RevokeToken", object{
		"Token": tokens["RefreshToken"], "ClientId": other.ClientID, "ClientSecret": other.ClientSecret,
	}).failsWith("UnauthorizedException")
	f.refresh(tokens, "").refreshed()

	_, session := f.signIn("bob", password).challenge("NEW_PASSWORD_REQUIRED")
	answer := object{"USERNAME": "bob", "NEW_PASSWORD": password, "SECRET_HASH": other.hash("bob")}
	other.respond("NEW_PASSWORD_REQUIRED", session, answer).
		fails("NotAuthorizedException", "Invalid session for the user.")
	delete(answer, "SECRET_HASH")
	other.respond("NEW_PASSWORD_REQUIRED", session, answer).fails("NotAuthorizedException",
		"Client "+other.ClientID+" is configured with secret but SECRET_HASH was not received")
	f.respond("NEW_PASSWORD_REQUIRED", session, answer).tokens()

	third := f.createClient(flows)
	c := newSRPClient()
	parameters, _ := f.beginSRP("alice", c.public.Text(16)).challenge("PASSWORD_VERIFIER")
	claim := c.claim(f.UserPoolID, password, timestamp(f.Now()), parameters)
	third.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
	f.respond("PASSWORD_VERIFIER", "", claim).tokens()
	f.unviolated()
}

// Deleting a client ends what was issued to it. A sign-in in progress follows the client's current
// settings.
func TestClientChangesDuringASignIn(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	c := f.createClient(object{"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH"}})
	tokens := c.signIn("alice", password).tokens()
	f.admin("UpdateUserPoolClient", object{
		"ClientId": c.ClientID, "AccessTokenValidity": 2, "TokenValidityUnits": object{},
	}).ok()
	assert.EqualValues(t, 7200, c.refresh(tokens, "").refreshed()["ExpiresIn"])
	c.signIn("alice", password).failsWith("InvalidParameterException")

	f.empty("DeleteUserPoolClient", object{"UserPoolId": f.UserPoolID, "ClientId": c.ClientID})
	gone := "User pool client " + c.ClientID + " does not exist."
	c.refresh(tokens, "").fails("ResourceNotFoundException", gone)
	f.getUser(tokens["AccessToken"].(string)).fails("ResourceNotFoundException", gone)
	for _, operation := range []string{"DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"} {
		f.admin(operation, object{"ClientId": c.ClientID}).fails("ResourceNotFoundException", gone)
	}
	f.unviolated()
}

func TestOldFlowNamesAreAccepted(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	old := f.createClient(object{"ExplicitAuthFlows": []string{"USER_PASSWORD_AUTH"}})
	old.signIn("alice", password).tokens()
	old.signInSRP("alice", password).tokens()
	custom := f.createClient(object{"ExplicitAuthFlows": []string{"CUSTOM_AUTH_FLOW_ONLY"}})
	custom.signIn("alice", password).failsWith("InvalidParameterException")
	custom.beginSRP("alice", newSRPClient().public.Text(16)).failsWith("InvalidParameterException")
	f.unviolated()
}

func TestContradictoryClientSettingsAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	for name, settings := range map[string]object{
		"old and new flow names": {"ExplicitAuthFlows": []string{"USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"}},
		"rotation and refresh": {
			"RefreshTokenRotation": object{"Feature": "ENABLED"},
			"ExplicitAuthFlows":    []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		},
		"short access token":  {"AccessTokenValidity": 1, "TokenValidityUnits": object{"AccessToken": "minutes"}},
		"long ID token":       {"IdTokenValidity": 25},
		"short refresh token": {"RefreshTokenValidity": 1, "TokenValidityUnits": object{"RefreshToken": "minutes"}},
		"refresh token over ten years": {
			"RefreshTokenValidity": 315360000, "TokenValidityUnits": object{"RefreshToken": "days"},
		},
		"two secrets":                           {"GenerateSecret": true, "ClientSecret": "abcdefghijklmnopqrstuvwxyz"},
		"propagated context of a public client": {"EnablePropagateAdditionalUserContextData": true},
		"unknown attribute":                     {"WriteAttributes": []string{"custom:none"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.admin("CreateUserPoolClient", merged(object{"ClientName": "app"}, settings)).
				failsWith("InvalidParameterException")
		})
	}
}

func TestListUserPoolClients(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	want := []string{f.ClientID}
	for range 4 {
		want = append(want, f.createClient(nil).ClientID)
	}
	var got []string
	list := f.pages("ListUserPoolClients", "UserPoolClients", "NextToken",
		object{"UserPoolId": f.UserPoolID, "MaxResults": 2}, 3)
	for _, c := range list {
		assert.Equal(t, f.UserPoolID, c["UserPoolId"])
		got = append(got, c["ClientId"].(string))
	}
	assert.ElementsMatch(t, want, got)
	f.unviolated()
}

// hash returns the SECRET_HASH of a user name.
func (f *fixture) hash(username string) string {
	h := hmac.New(sha256.New, []byte(f.ClientSecret))
	h.Write([]byte(username + f.ClientID))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func TestSecretHash(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{
			ClientSecret:       true,
			MFA:                authtest.MFAOptional,
			TOTP:               true,
			UsernameAttributes: []string{"email"},
		},
		authtest.User{Username: email, Password: password, TOTPSecret: secret, MFA: []string{totp}},
	)
	assert.Regexp(t, `^[0-9a-z]{52}$`, f.ClientSecret)
	missing := "Client " + f.ClientID + " is configured with secret but SECRET_HASH was not received"
	unverified := "Unable to verify secret hash for client " + f.ClientID

	c := newSRPClient()
	calls := map[string]func(hash string) reply{
		"InitiateAuth": func(hash string) reply {
			return f.call(
				"InitiateAuth",
				object{"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID, "AuthParameters": with(
					object{"USERNAME": email, "SRP_A": c.public.Text(16)}, "SECRET_HASH", hash)},
			)
		},
		"SignUp": func(hash string) reply {
			return f.call("SignUp", with(object{
				"ClientId": f.ClientID, "Username": "new@example.com", "Password": password,
			}, "SecretHash", hash))
		},
		"ResendConfirmationCode": func(hash string) reply {
			return f.call(
				"ResendConfirmationCode",
				with(object{"ClientId": f.ClientID, "Username": "new@example.com"}, "SecretHash", hash),
			)
		},
		"ConfirmSignUp": func(hash string) reply {
			return f.call("ConfirmSignUp", with(object{
				"ClientId":         f.ClientID,
				"Username":         "new@example.com",
				"ConfirmationCode": f.LastCode("new@example.com"),
			}, "SecretHash", hash))
		},
	}
	for _, operation := range []string{"InitiateAuth", "SignUp", "ResendConfirmationCode", "ConfirmSignUp"} {
		typed := "new@example.com"
		if operation == "InitiateAuth" {
			typed = email
		}
		calls[operation]("").fails("NotAuthorizedException", missing)
		calls[operation](f.hash("somebody")).fails("NotAuthorizedException", unverified)
		calls[operation](f.hash(typed)).ok()
	}

	// The SECRET_HASH of a challenge answer is computed with the name in the same answer.
	parameters, _ := calls["InitiateAuth"](f.hash(email)).challenge("PASSWORD_VERIFIER")
	claim := c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	internal := parameters["USER_ID_FOR_SRP"].(string)
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", missing)
	f.respond("PASSWORD_VERIFIER", "", with(claim, "SECRET_HASH", f.hash(email))).
		fails("NotAuthorizedException", unverified)
	_, session := f.respond("PASSWORD_VERIFIER", "", with(claim, "SECRET_HASH", f.hash(internal))).challenge(totp)

	answer := object{"USERNAME": internal, "SOFTWARE_TOKEN_MFA_CODE": "000000"}
	f.respond(totp, session, answer).fails("NotAuthorizedException", missing)
	f.respond(totp, session, with(answer, "SECRET_HASH", f.hash(email))).fails("NotAuthorizedException", unverified)
	f.respond(totp, session, with(answer, "SECRET_HASH", f.hash(internal))).failsWith("CodeMismatchException")

	answer = object{"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": f.totp(secret)}
	f.respond(totp, session, with(answer, "SECRET_HASH", f.hash(internal))).fails("NotAuthorizedException", unverified)
	f.respond(totp, session, with(answer, "SECRET_HASH", f.hash(email))).tokens()
	f.unviolated()
}

// with returns a copy of body with one more member, unless its value is empty.
func with(body object, name, value string) object {
	if value != "" {
		body[name] = value
	}
	return body
}

func TestSecretHashWithoutSecret(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	assert.Empty(t, f.ClientSecret)
	f.call("InitiateAuth", object{"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID, "AuthParameters": object{
		"USERNAME": "alice", "PASSWORD": password, "SECRET_HASH": f.hash("alice"),
	}}).failsWith("NotAuthorizedException")
}
