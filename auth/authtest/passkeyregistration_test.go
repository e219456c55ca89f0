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
			attributes := f.getUser(token).ok()["UserAttributes"].([]any)
			sub := attributes[0].(object)["Value"].(string)
			b := newBrowser(t)
			b.credential = credential

			options := f.startPasskey(token)
			challenge := options["challenge"].(string)
			delete(options, "challenge")
			assert.Len(t, decoded(t, challenge), 32)
			assert.Equal(t, object{
				"authenticatorSelection": object{
					"requireResidentKey": true,
					"residentKey":        "required",
					"userVerification":   "preferred",
				},
				"excludeCredentials": []any{},
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
			assert.Equal(t, object{"Credentials": []any{
				object{
					"CredentialId":            created["id"],
					"FriendlyCredentialName":  "Platform passkey",
					"RelyingPartyId":          "localhost",
					"AuthenticatorAttachment": "platform",
					"AuthenticatorTransports": []any{"internal", "hybrid"},
				},
			}}, listed)

			excluded := f.startPasskey(token)["excludeCredentials"]
			assert.Equal(t, []any{object{
				"type": "public-key", "id": created["id"], "transports": []any{"internal", "hybrid"},
			}}, excluded)
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
		"another site":                      {withPasskeys, at("http://localhost.evil.example"), nil, origin},
		"host that only ends in the domain": {withPasskeys, at("http://notlocalhost"), nil, origin},
		"HTTP on a domain":                  {onDomain, at("http://example.com"), nil, origin},
		"parent domain":                     {onDomain, at("https://com"), nil, origin},
		"domain as user name in the origin": {onDomain, at("https://example.com@evil.example"), nil, origin},
		"origin with a path":                {onDomain, at("https://example.com/login"), nil, origin},
		"app origin":                        {onDomain, at("android:apk-key-hash:AAAA"), nil, origin},
		"another relying party": {
			withPasskeys, func(b *browser) { b.rp.ID = "example.com" }, nil, mismatch,
		},
		"user not present": {
			withPasskeys, func(b *browser) { b.authenticator.Options.UserNotPresent = true }, nil, unsupported,
		},
		"user not verified": {
			required, func(b *browser) { b.authenticator.Options.UserNotVerified = true }, nil, unsupported,
		},
		"id differs from the signed one": {
			withPasskeys, nil, func(c object) { c["id"], c["rawId"] = "AAAA", "AAAA" }, invalid,
		},
		"no response":  {withPasskeys, nil, func(c object) { delete(c, "response") }, invalid},
		"no id":        {withPasskeys, nil, func(c object) { delete(c, "id") }, invalid},
		"another type": {withPasskeys, nil, func(c object) { c["type"] = "password" }, invalid},
		"garbage": {
			withPasskeys, nil, func(c object) { c["response"].(object)["attestationObject"] = "AAAA" }, invalid,
		},
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
			f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": credential}).
				failsWith(test.want)
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

func TestPasskeyChallengeTakesOneAnswer(t *testing.T) {
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

	// A refused answer also uses the challenge up.
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
