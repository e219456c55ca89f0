package authtest_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

var withPasskeys = authtest.Config{AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"}}

// browser is a page of a relying party with one authenticator, implemented by virtualwebauthn.
type browser struct {
	t             testing.TB
	rp            virtualwebauthn.RelyingParty
	authenticator virtualwebauthn.Authenticator
	credential    virtualwebauthn.Credential
}

func newBrowser(t testing.TB) *browser {
	t.Helper()
	return &browser{
		t: t, rp: virtualwebauthn.RelyingParty{ID: "localhost", Name: "localhost", Origin: "http://localhost:3000"},
		authenticator: virtualwebauthn.NewAuthenticator(), credential: newES256Credential(),
	}
}

// newES256Credential returns a key pair that virtualwebauthn encodes correctly: about once in 128
// keys it drops the leading zeros of a coordinate.
func newES256Credential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32
	for {
		credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(credential.Key.AttestationData()) == whole {
			return credential
		}
	}
}

// create stands for navigator.credentials.create.
func (b *browser) create(options any) object {
	b.t.Helper()
	parsed, err := virtualwebauthn.ParseAttestationOptions(jsonText(b.t, options))
	require.NoError(b.t, err)
	require.False(
		b.t,
		b.credential.IsExcludedForAttestation(*parsed),
		"a browser does not create a second passkey for the same user",
	)
	b.authenticator.Options.UserHandle = []byte(parsed.UserID)
	return readObject(b.t, virtualwebauthn.CreateAttestationResponse(b.rp, b.authenticator, b.credential, *parsed))
}

// get stands for navigator.credentials.get. It returns the JSON text that a sign-in answers with.
func (b *browser) get(options string) string {
	b.t.Helper()
	parsed, err := virtualwebauthn.ParseAssertionOptions(options)
	require.NoError(b.t, err)
	b.credential.Counter++
	return virtualwebauthn.CreateAssertionResponse(b.rp, b.authenticator, b.credential, *parsed)
}

func jsonText(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

func readObject(t testing.TB, text string) object {
	t.Helper()
	var o object
	require.NoError(t, json.Unmarshal([]byte(text), &o))
	return o
}

// startPasskey begins a registration and returns the options.
func (f *fixture) startPasskey(token string) object {
	f.t.Helper()
	return f.call("StartWebAuthnRegistration", object{"AccessToken": token}).ok()["CredentialCreationOptions"].(object)
}

// addPasskey registers the browser's passkey.
func (f *fixture) addPasskey(token string, b *browser) {
	f.t.Helper()
	f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": b.create(f.startPasskey(token))}).
		ok()
}

func TestPasskeyBelongsToOneUser(t *testing.T) {
	t.Parallel()
	f := start(t, withPasskeys, alice(), authtest.User{Username: "bob", Password: password})
	token, bob := f.accessToken("alice"), f.accessToken("bob")
	b := newBrowser(t)
	f.addPasskey(token, b)
	id := base64.RawURLEncoding.EncodeToString(b.credential.ID)

	taken := b.create(f.startPasskey(bob))
	f.call("CompleteWebAuthnRegistration", object{"AccessToken": bob, "Credential": taken}).
		failsWith("WebAuthnCredentialNotSupportedException")
	f.call("DeleteWebAuthnCredential", object{"AccessToken": bob, "CredentialId": id}).
		failsWith("ResourceNotFoundException")
	assert.Empty(t, f.call("DeleteWebAuthnCredential", object{"AccessToken": token, "CredentialId": id}).ok())
	f.call("DeleteWebAuthnCredential", object{"AccessToken": token, "CredentialId": id}).
		failsWith("ResourceNotFoundException")
	f.addPasskey(bob, b)
}

func TestAtMostTwentyPasskeys(t *testing.T) {
	t.Parallel()
	f := start(t, withPasskeys, alice())
	token := f.accessToken("alice")
	var ids []string
	for range 19 {
		b := newBrowser(t)
		f.addPasskey(token, b)
		ids = append(ids, base64.RawURLEncoding.EncodeToString(b.credential.ID))
	}
	b := newBrowser(t)
	options := f.startPasskey(token)
	f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": b.create(options)}).ok()
	ids = append(ids, base64.RawURLEncoding.EncodeToString(b.credential.ID))
	f.call("StartWebAuthnRegistration", object{"AccessToken": token}).failsWith("LimitExceededException")

	var listed []string
	body := object{"AccessToken": token, "MaxResults": 7}
	for page := range 3 {
		out := f.call("ListWebAuthnCredentials", body).ok()
		for _, record := range out["Credentials"].([]any) {
			listed = append(listed, record.(object)["CredentialId"].(string))
		}
		if page < 2 {
			require.Len(t, out["Credentials"], 7)
			body["NextToken"] = out["NextToken"]
		} else {
			require.NotContains(t, out, "NextToken")
		}
	}
	assert.Equal(t, ids, listed)
	assert.Len(t, f.call("ListWebAuthnCredentials", object{"AccessToken": token}).ok()["Credentials"], 20)
	f.call("ListWebAuthnCredentials", object{"AccessToken": token, "MaxResults": 21}).
		failsWith("InvalidParameterException")
	f.violated()
	f.call("ListWebAuthnCredentials", object{"AccessToken": token, "NextToken": "?"}).
		failsWith("InvalidParameterException")
	f.violated()
}

func TestPoolWithoutPasskeys(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.call("StartWebAuthnRegistration", object{"AccessToken": f.accessToken("alice")}).
		failsWith("WebAuthnNotEnabledException")
	assert.NotContains(t, f.admin("GetUserPoolMfaConfig", object{}).ok(), "WebAuthnConfiguration")

	f = start(t, withPasskeys, alice())
	token := f.accessToken("alice")
	relyingParty := object{"RelyingPartyId": "localhost", "UserVerification": "preferred"}
	assert.Equal(t, relyingParty, f.admin("GetUserPoolMfaConfig", object{}).ok()["WebAuthnConfiguration"])
	f.admin("SetUserPoolMfaConfig", object{"MfaConfiguration": "OFF"}).ok()
	f.call("StartWebAuthnRegistration", object{"AccessToken": token}).failsWith("WebAuthnConfigurationMissingException")
	other := object{
		"RelyingPartyId":      "example.com",
		"UserVerification":    "required",
		"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
	}
	set := f.admin("SetUserPoolMfaConfig", object{"MfaConfiguration": "OFF", "WebAuthnConfiguration": other}).ok()
	assert.Equal(t, object{"MfaConfiguration": "OFF", "WebAuthnConfiguration": other}, set)
	options := f.startPasskey(token)
	assert.Equal(t, "required", options["authenticatorSelection"].(object)["userVerification"])
	assert.Equal(t, "example.com", options["rp"].(object)["id"])
	f.unviolated()
}

func TestInvalidRelyingPartyIsRefused(t *testing.T) {
	t.Parallel()
	for field, cfg := range map[string]authtest.Config{
		"RelyingPartyID":   {RelyingPartyID: "https://example.com"},
		"UserVerification": {UserVerification: "discouraged"},
	} {
		_, err := authtest.NewPool(cfg)
		require.ErrorContains(t, err, "authtest: Config."+field+": ")
	}
}

func TestPasskeyRegistrationOfAnotherClient(t *testing.T) {
	t.Parallel()
	f := start(t, withPasskeys, alice())
	token, b := f.accessToken("alice"), newBrowser(t)
	credential := b.create(f.startPasskey(token))

	other := f.admin("CreateUserPoolClient", object{
		"ClientName": "other", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}).ok()["UserPoolClient"].(object)
	signedIn := f.call("InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": other["ClientId"],
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password},
	}).tokens()
	f.call("CompleteWebAuthnRegistration", object{"AccessToken": signedIn["AccessToken"], "Credential": credential}).
		failsWith("WebAuthnClientMismatchException")
	f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": credential}).ok()
	f.unviolated()
}

func TestPasskeysInACreatedPool(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	id := f.call("CreateUserPool", object{
		"PoolName": "other",
		"Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []string{"PASSWORD", "WEB_AUTHN"}}},
	}).ok()["UserPool"].(object)["Id"]
	client := f.call("CreateUserPoolClient", object{
		"UserPoolId": id, "ClientName": "app",
		"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}).ok()["UserPoolClient"].(object)["ClientId"]
	f.call("AdminCreateUser", object{"UserPoolId": id, "Username": "alice", "MessageAction": "SUPPRESS"}).ok()
	f.call("AdminSetUserPassword", object{
		"UserPoolId": id, "Username": "alice", "Password": password, "Permanent": true,
	}).
		ok()
	token := f.call("InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password},
	}).tokens()["AccessToken"].(string)

	f.call("StartWebAuthnRegistration", object{"AccessToken": token}).failsWith("WebAuthnConfigurationMissingException")
	f.call("SetUserPoolMfaConfig", object{
		"UserPoolId": id, "MfaConfiguration": "OFF", "WebAuthnConfiguration": object{"RelyingPartyId": "localhost"},
	}).ok()
	f.addPasskey(token, newBrowser(t))
	f.unviolated()
}
