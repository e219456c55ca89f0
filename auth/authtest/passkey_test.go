package authtest_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestRegisterPasskey(t *testing.T) {
	t.Parallel()
	for name, credential := range map[string]virtualwebauthn.Credential{
		"ES256": newES256Credential(), "RS256": virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, withPasskeys, alice())
			token := f.accessToken("alice")
			sub := f.call("GetUser", object{"AccessToken": token}).ok()["UserAttributes"].([]any)[0].(object)["Value"].(string)
			b := newBrowser(t)
			b.credential = credential

			options := f.startPasskey(token)
			challenge := options["challenge"].(string)
			delete(options, "challenge")
			assert.Len(t, decoded(t, challenge), 32)
			assert.Equal(t, object{
				"authenticatorSelection": object{"requireResidentKey": true, "residentKey": "required", "userVerification": "preferred"},
				"excludeCredentials":     []any{},
				"pubKeyCredParams": []any{
					object{"type": "public-key", "alg": -7.0}, object{"type": "public-key", "alg": -257.0},
				},
				"rp":      object{"id": "localhost", "name": "localhost"},
				"timeout": 60000.0,
				"user": object{
					"id": base64.RawURLEncoding.EncodeToString([]byte(sub)), "name": "alice", "displayName": "alice",
				},
			}, options)

			options["challenge"] = challenge
			created := b.create(options)
			created["authenticatorAttachment"] = "platform"
			created["response"].(object)["transports"] = []any{"internal", "hybrid"}
			r := f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": created})
			assert.Empty(t, r.ok())

			listed := f.call("ListWebAuthnCredentials", object{"AccessToken": token}).ok()
			record := listed["Credentials"].([]any)[0].(object)
			assert.InDelta(t, float64(f.Now().Unix()), record["CreatedAt"], 60)
			delete(record, "CreatedAt")
			assert.Equal(t, object{"Credentials": []any{object{
				"CredentialId": created["id"], "FriendlyCredentialName": "Platform passkey", "RelyingPartyId": "localhost",
				"AuthenticatorAttachment": "platform", "AuthenticatorTransports": []any{"internal", "hybrid"},
			}}}, listed)

			excluded := f.startPasskey(token)["excludeCredentials"]
			assert.Equal(t, []any{object{"type": "public-key", "id": created["id"]}}, excluded)
			f.unviolated()
		})
	}
}

func decoded(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(text)
	require.NoError(t, err)
	return data
}

func TestPasskeyRegistrationRefused(t *testing.T) {
	t.Parallel()
	required := withPasskeys
	required.UserVerification = "required"
	onDomain := withPasskeys
	onDomain.RelyingPartyID = "example.com"
	const origin, mismatch = "WebAuthnOriginNotAllowedException", "WebAuthnRelyingPartyMismatchException"
	const unsupported, invalid = "WebAuthnCredentialNotSupportedException", "InvalidParameterException"
	for name, test := range map[string]struct {
		cfg    authtest.Config
		change func(b *browser)
		after  func(credential object)
		want   string
	}{
		"another site":              {withPasskeys, at("http://localhost.evil.example"), nil, origin},
		"a name that ends alike":    {withPasskeys, at("http://notlocalhost"), nil, origin},
		"HTTP on a domain":          {onDomain, at("http://example.com"), nil, origin},
		"above the domain":          {onDomain, at("https://com"), nil, origin},
		"a user name for the host":  {onDomain, at("https://example.com@evil.example"), nil, origin},
		"a page, not an origin":     {onDomain, at("https://example.com/login"), nil, origin},
		"an app":                    {onDomain, at("android:apk-key-hash:AAAA"), nil, origin},
		"another relying party":     {withPasskeys, func(b *browser) { b.rp.ID = "example.com" }, nil, mismatch},
		"nobody there":              {withPasskeys, func(b *browser) { b.authenticator.Options.UserNotPresent = true }, nil, unsupported},
		"nobody verified":           {required, func(b *browser) { b.authenticator.Options.UserNotVerified = true }, nil, unsupported},
		"an id that was not signed": {withPasskeys, nil, func(c object) { c["id"], c["rawId"] = "AAAA", "AAAA" }, invalid},
		"no response":               {withPasskeys, nil, func(c object) { delete(c, "response") }, invalid},
		"no id":                     {withPasskeys, nil, func(c object) { delete(c, "id") }, invalid},
		"another type":              {withPasskeys, nil, func(c object) { c["type"] = "password" }, invalid},
		"garbage":                   {withPasskeys, nil, func(c object) { c["response"].(object)["attestationObject"] = "AAAA" }, invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, test.cfg, alice())
			token := f.accessToken("alice")
			b := newBrowser(t)
			if test.cfg.RelyingPartyID != "" {
				b.rp.ID, b.rp.Origin = test.cfg.RelyingPartyID, "https://"+test.cfg.RelyingPartyID
			}
			if test.change != nil {
				test.change(b)
			}
			credential := b.create(f.startPasskey(token))
			if test.after != nil {
				test.after(credential)
			}
			f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": credential}).failsWith(test.want)
			assert.Empty(t, f.call("ListWebAuthnCredentials", object{"AccessToken": token}).ok()["Credentials"])
			f.unviolated()
		})
	}
}

func at(origin string) func(*browser) {
	return func(b *browser) { b.rp.Origin = origin }
}

func TestPasskeyOrigins(t *testing.T) {
	t.Parallel()
	for rp, origins := range map[string][]string{
		"localhost":   {"http://localhost", "http://localhost:8080", "https://localhost", "http://app.localhost:3000"},
		"example.com": {"https://example.com", "https://login.example.com", "https://example.com:8443"},
	} {
		for _, origin := range origins {
			t.Run(rp+" "+origin, func(t *testing.T) {
				t.Parallel()
				cfg := withPasskeys
				cfg.RelyingPartyID = rp
				f := start(t, cfg, alice())
				b := newBrowser(t)
				b.rp.ID, b.rp.Origin = rp, origin
				f.addPasskey(f.accessToken("alice"), b)
			})
		}
	}
}

func TestPasskeyChallengeIsGoodForOneAnswer(t *testing.T) {
	t.Parallel()
	f := start(t, withPasskeys, alice(), authtest.User{Username: "bob", Password: password})
	token, bob := f.accessToken("alice"), f.accessToken("bob")
	complete := func(token string, credential object) reply {
		return f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": credential})
	}
	const notFound = "WebAuthnChallengeNotFoundException"

	b := newBrowser(t)
	credential := b.create(f.startPasskey(token))
	complete(bob, credential).failsWith(notFound)
	complete(token, credential).ok()
	complete(token, credential).failsWith(notFound)

	// A failed answer uses the challenge up, too.
	b = newBrowser(t)
	options := f.startPasskey(token)
	b.rp.Origin = "https://evil.example"
	complete(token, b.create(options)).failsWith("WebAuthnOriginNotAllowedException")
	b.rp.Origin = "http://localhost"
	complete(token, b.create(options)).failsWith(notFound)

	first, second := f.startPasskey(token), f.startPasskey(token)
	complete(token, b.create(first)).failsWith(notFound)
	f.Advance(3 * time.Minute)
	complete(token, b.create(second)).failsWith(notFound)
	f.unviolated()
}

func TestPasskeyOfSomebodyElse(t *testing.T) {
	t.Parallel()
	f := start(t, withPasskeys, alice(), authtest.User{Username: "bob", Password: password})
	token, bob := f.accessToken("alice"), f.accessToken("bob")
	b := newBrowser(t)
	f.addPasskey(token, b)
	id := base64.RawURLEncoding.EncodeToString(b.credential.ID)

	taken := b.create(f.startPasskey(bob))
	f.call("CompleteWebAuthnRegistration", object{"AccessToken": bob, "Credential": taken}).
		failsWith("WebAuthnCredentialNotSupportedException")
	f.call("DeleteWebAuthnCredential", object{"AccessToken": bob, "CredentialId": id}).failsWith("ResourceNotFoundException")
	assert.Empty(t, f.call("DeleteWebAuthnCredential", object{"AccessToken": token, "CredentialId": id}).ok())
	f.call("DeleteWebAuthnCredential", object{"AccessToken": token, "CredentialId": id}).failsWith("ResourceNotFoundException")
	f.addPasskey(bob, b)
}

func TestTwentyPasskeys(t *testing.T) {
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
	f.call("ListWebAuthnCredentials", object{"AccessToken": token, "MaxResults": 21}).failsWith("InvalidParameterException")
	f.violated()
	f.call("ListWebAuthnCredentials", object{"AccessToken": token, "NextToken": "?"}).failsWith("InvalidParameterException")
	f.violated()
}

func TestPoolWithoutPasskeys(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.call("StartWebAuthnRegistration", object{"AccessToken": f.accessToken("alice")}).failsWith("WebAuthnNotEnabledException")
	assert.NotContains(t, f.admin("GetUserPoolMfaConfig", object{}).ok(), "WebAuthnConfiguration")

	f = start(t, withPasskeys, alice())
	token := f.accessToken("alice")
	relyingParty := object{"RelyingPartyId": "localhost", "UserVerification": "preferred"}
	assert.Equal(t, relyingParty, f.admin("GetUserPoolMfaConfig", object{}).ok()["WebAuthnConfiguration"])
	f.admin("SetUserPoolMfaConfig", object{"MfaConfiguration": "OFF"}).ok()
	f.call("StartWebAuthnRegistration", object{"AccessToken": token}).failsWith("WebAuthnConfigurationMissingException")
	other := object{
		"RelyingPartyId": "example.com", "UserVerification": "required", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
	}
	set := f.admin("SetUserPoolMfaConfig", object{"MfaConfiguration": "OFF", "WebAuthnConfiguration": other}).ok()
	assert.Equal(t, object{"MfaConfiguration": "OFF", "WebAuthnConfiguration": other}, set)
	options := f.startPasskey(token)
	assert.Equal(t, "required", options["authenticatorSelection"].(object)["userVerification"])
	assert.Equal(t, "example.com", options["rp"].(object)["id"])
	f.unviolated()
}

func TestRelyingPartyThatIsNone(t *testing.T) {
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

func TestPasskeysInAPoolThatWasCreated(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	id := f.call("CreateUserPool", object{
		"PoolName": "other", "Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []string{"PASSWORD", "WEB_AUTHN"}}},
	}).ok()["UserPool"].(object)["Id"]
	client := f.call("CreateUserPoolClient", object{
		"UserPoolId": id, "ClientName": "app", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}).ok()["UserPoolClient"].(object)["ClientId"]
	f.call("AdminCreateUser", object{"UserPoolId": id, "Username": "alice", "MessageAction": "SUPPRESS"}).ok()
	f.call("AdminSetUserPassword", object{"UserPoolId": id, "Username": "alice", "Password": password, "Permanent": true}).ok()
	token := f.call("InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": object{"USERNAME": "alice", "PASSWORD": password},
	}).tokens()["AccessToken"].(string)

	f.call("StartWebAuthnRegistration", object{"AccessToken": token}).failsWith("WebAuthnConfigurationMissingException")
	f.call("SetUserPoolMfaConfig", object{
		"UserPoolId": id, "MfaConfiguration": "OFF", "WebAuthnConfiguration": object{"RelyingPartyId": "localhost"},
	}).ok()
	f.addPasskey(token, newBrowser(t))
	f.unviolated()
}
