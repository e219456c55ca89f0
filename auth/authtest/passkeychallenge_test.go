package authtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// choiceWithPasskeys is a pool whose users choose between a password and a passkey.
var choiceWithPasskeys = authtest.Config{
	ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"},
	AllowedFirstAuthFactors: withPasskeys.AllowedFirstAuthFactors,
}

// begin starts USER_AUTH. An empty preferred factor is omitted.
func (f *fixture) begin(username, preferred string) reply {
	f.t.Helper()
	parameters := object{"USERNAME": username}
	if preferred != "" {
		parameters["PREFERRED_CHALLENGE"] = preferred
	}
	return f.call("InitiateAuth", object{"AuthFlow": "USER_AUTH", "ClientId": f.ClientID, "AuthParameters": parameters})
}

// askPasskey begins a sign-in by passkey and returns the options for the browser.
func (f *fixture) askPasskey(username string) (options, session string) {
	f.t.Helper()
	parameters, session := f.begin(username, "WEB_AUTHN").challenge("WEB_AUTHN")
	return parameters["CREDENTIAL_REQUEST_OPTIONS"].(string), session
}

func (f *fixture) answerPasskey(session, username, credential string) reply {
	f.t.Helper()
	return f.respond("WEB_AUTHN", session, object{"USERNAME": username, "CREDENTIAL": credential})
}

// startWithPasskey starts a pool where alice has registered the browser's passkey.
func startWithPasskey(t *testing.T, cfg authtest.Config) (*fixture, *browser) {
	t.Helper()
	f := start(t, cfg, alice())
	b := newBrowser(t)
	f.addPasskey(f.accessToken("alice"), b)
	return f, b
}

func TestSignInByPasskey(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*browser){
		"ES256": func(*browser) {},
		"RS256": func(b *browser) {
			b.credential = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA)
		},
		"synced":                        func(b *browser) { b.authenticator.Options.BackupEligible = true },
		"another port of the same host": func(b *browser) { b.rp.Origin = "http://localhost:9999" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, choiceWithPasskeys, alice())
			b := newBrowser(t)
			change(b)
			f.addPasskey(f.accessToken("alice"), b)

			text, session := f.askPasskey("alice")
			options := readObject(t, text)
			assert.Len(t, decoded(t, options["challenge"].(string)), 32)
			id := f.call("ListWebAuthnCredentials", object{"AccessToken": f.accessToken("alice")}).
				ok()["Credentials"].([]any)[0].(object)["CredentialId"]
			delete(options, "challenge")
			assert.Equal(t, object{
				"rpId": "localhost", "timeout": 180000.0, "userVerification": "preferred",
				"allowCredentials": []any{object{"type": "public-key", "id": id, "transports": []any{}}},
			}, options)

			token := f.answerPasskey(session, "alice", b.get(text)).tokens()["AccessToken"].(string)
			assert.Equal(t, "alice", f.call("GetUser", object{"AccessToken": token}).ok()["Username"])
			f.answerPasskey(session, "alice", b.get(text)).
				fails("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
			f.unviolated()
		})
	}
}

func TestPasskeyIsOffered(t *testing.T) {
	t.Parallel()
	f, b := startWithPasskey(t, choiceWithPasskeys)
	_, session := f.begin("alice", "").challenge("SELECT_CHALLENGE")
	parameters, next := f.respond("SELECT_CHALLENGE", session, object{"USERNAME": "alice", "ANSWER": "WEB_AUTHN"}).
		challenge("WEB_AUTHN")
	f.answerPasskey(next, "alice", b.get(parameters["CREDENTIAL_REQUEST_OPTIONS"].(string))).tokens()

	// A passkey is not offered to a user without one, nor after the pool's relying party has
	// changed.
	require.NoError(t, f.AddUser(authtest.User{Username: "bob", Password: password}))
	r := f.begin("bob", "WEB_AUTHN")
	r.challenge("SELECT_CHALLENGE")
	assert.Equal(t, []any{"PASSWORD", "PASSWORD_SRP"}, r.body["AvailableChallenges"])
	f.admin("SetUserPoolMfaConfig", object{
		"MfaConfiguration": "OFF", "WebAuthnConfiguration": object{"RelyingPartyId": "example.com"},
	}).ok()
	f.begin("alice", "WEB_AUTHN").challenge("SELECT_CHALLENGE")
	f.unviolated()
}

func TestPasskeyRefused(t *testing.T) {
	t.Parallel()
	required := choiceWithPasskeys
	required.UserVerification = "required"
	for name, test := range map[string]struct {
		cfg  authtest.Config
		sign func(b *browser, options string) string
	}{
		"another site":          {choiceWithPasskeys, after(func(b *browser) { b.rp.Origin = "https://evil.example" })},
		"another relying party": {choiceWithPasskeys, after(func(b *browser) { b.rp.ID = "evil.example" })},
		"user not present": {
			choiceWithPasskeys, after(func(b *browser) { b.authenticator.Options.UserNotPresent = true }),
		},
		"user not verified": {required, after(func(b *browser) { b.authenticator.Options.UserNotVerified = true })},
		"user handle of another user": {
			choiceWithPasskeys, after(func(b *browser) { b.authenticator.Options.UserHandle = []byte("bob") }),
		},
		"another key": {choiceWithPasskeys, after(func(b *browser) {
			b.credential.Key = newES256Credential().Key
		})},
		"another passkey": {choiceWithPasskeys, after(func(b *browser) { b.credential.ID = []byte("another") })},
		"backup eligibility changed": {
			choiceWithPasskeys, after(func(b *browser) { b.authenticator.Options.BackupEligible = true }),
		},
		"another challenge": {
			choiceWithPasskeys, func(b *browser, options string) string { return b.get(swapChallenge(t, options)) },
		},
		"client data of a registration": {choiceWithPasskeys, func(b *browser, options string) string {
			return strings.Replace(b.get(options), "signature", "attestationObject", 1)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, b := startWithPasskey(t, test.cfg)
			options, session := f.askPasskey("alice")
			f.answerPasskey(session, "alice", test.sign(b, options)).failsWith("NotAuthorizedException")
			f.unviolated()
		})
	}
	f, _ := startWithPasskey(t, choiceWithPasskeys)
	for _, text := range []string{"{}", "null", "x", `{"id":"AQ","rawId":"AQ","type":"public-key","response":{}}`} {
		_, session := f.askPasskey("alice")
		f.answerPasskey(session, "alice", text).failsWith("InvalidParameterException")
	}
}

// after returns a function that changes the browser and then signs the options.
func after(change func(*browser)) func(*browser, string) string {
	return func(b *browser, options string) string {
		change(b)
		return b.get(options)
	}
}

func swapChallenge(t *testing.T, options string) string {
	t.Helper()
	o := readObject(t, options)
	o["challenge"] = strings.Repeat("A", 43)
	return jsonText(t, o)
}

func TestPasskeyAnswerIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	f, b := startWithPasskey(t, choiceWithPasskeys)
	options, session := f.askPasskey("alice")
	evil := *b
	evil.rp.Origin = "https://evil.example"
	f.answerPasskey(session, "alice", evil.get(options)).failsWith("NotAuthorizedException")
	f.answerPasskey(session, "alice", b.get(options)).failsWith("NotAuthorizedException")

	// The user can choose again. Choosing the passkey issues a new challenge.
	parameters, session := f.respond("SELECT_CHALLENGE", session, object{"USERNAME": "alice", "ANSWER": "WEB_AUTHN"}).
		challenge("WEB_AUTHN")
	again := parameters["CREDENTIAL_REQUEST_OPTIONS"].(string)
	assert.NotEqual(t, readObject(t, options)["challenge"], readObject(t, again)["challenge"])
	f.answerPasskey(session, "alice", b.get(again)).tokens()

	options, session = f.askPasskey("alice")
	f.respond("SELECT_CHALLENGE", session, object{"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": password}).
		tokens()
	f.answerPasskey(session, "alice", b.get(options)).failsWith("NotAuthorizedException")

	options, session = f.askPasskey("alice")
	f.Advance(3 * time.Minute)
	f.answerPasskey(session, "alice", b.get(options)).
		fails("NotAuthorizedException", "Invalid session for the user, session is expired.")
	f.unviolated()
}

func TestPasskeyWithOldCounterIsRefused(t *testing.T) {
	t.Parallel()
	f, b := startWithPasskey(t, choiceWithPasskeys)
	signIn := func(b *browser) reply {
		options, session := f.askPasskey("alice")
		return f.answerPasskey(session, "alice", b.get(options))
	}
	clone := *b
	signIn(b).tokens()
	signIn(b).tokens()
	signIn(&clone).failsWith("NotAuthorizedException")
	signIn(&clone).failsWith("NotAuthorizedException")
	signIn(b).tokens()
}

// An authenticator without a signature counter always signs with 0.
func TestPasskeyWithoutCounterIsAccepted(t *testing.T) {
	t.Parallel()
	f, b := startWithPasskey(t, choiceWithPasskeys)
	for range 2 {
		options, session := f.askPasskey("alice")
		b.credential.Counter = ^uint32(0) // the next one is 0
		f.answerPasskey(session, "alice", b.get(options)).tokens()
	}
}

func TestDeletedPasskeyIsRefused(t *testing.T) {
	t.Parallel()
	f, b := startWithPasskey(t, choiceWithPasskeys)
	options, session := f.askPasskey("alice")
	token := f.accessToken("alice")
	list := f.call("ListWebAuthnCredentials", object{"AccessToken": token}).ok()["Credentials"].([]any)
	id := list[0].(object)["CredentialId"]
	f.call("DeleteWebAuthnCredential", object{"AccessToken": token, "CredentialId": id}).ok()
	f.answerPasskey(session, "alice", b.get(options)).failsWith("NotAuthorizedException")
	f.begin("alice", "WEB_AUTHN").challenge("SELECT_CHALLENGE")
}

func TestPasskeyOfAnotherUserIsRefused(t *testing.T) {
	t.Parallel()
	f, b := startWithPasskey(t, choiceWithPasskeys)
	require.NoError(t, f.AddUser(authtest.User{Username: "bob", Password: password}))
	mine := newBrowser(t)
	f.addPasskey(f.accessToken("bob"), mine)
	options, session := f.askPasskey("bob")
	f.answerPasskey(session, "bob", b.get(options)).failsWith("NotAuthorizedException")
	options, session = f.askPasskey("bob")
	f.answerPasskey(session, "alice", b.get(options)).failsWith("NotAuthorizedException")
}

func TestPasskeyAndSecondFactor(t *testing.T) {
	t.Parallel()
	cfg := choiceWithPasskeys
	cfg.MFA, cfg.TOTP = authtest.MFAOptional, true
	f, b := startWithPasskey(t, cfg)
	token := f.accessToken("alice")
	options, session := f.askPasskey("alice")
	f.answerPasskey(session, "alice", b.get(options)).tokens()

	two := object{"WebAuthnMfaSettings": object{"Enabled": true}, "AccessToken": token}
	f.call("SetUserMFAPreference", two).failsWith("InvalidParameterException")
	f.admin("SetUserPoolMfaConfig", object{
		"MfaConfiguration":              "ON",
		"SoftwareTokenMfaConfiguration": object{"Enabled": true},
		"WebAuthnConfiguration": object{
			"RelyingPartyId":      "localhost",
			"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
		},
	}).ok()
	f.begin("alice", "WEB_AUTHN").challenge("SELECT_CHALLENGE")
	f.call("SetUserMFAPreference", two).ok()
	options, session = f.askPasskey("alice")
	assert.Equal(t, "required", readObject(t, options)["userVerification"])
	f.answerPasskey(session, "alice", b.get(options)).tokens()

	b.authenticator.Options.UserNotVerified = true
	options, session = f.askPasskey("alice")
	f.answerPasskey(session, "alice", b.get(options)).failsWith("NotAuthorizedException")
	f.unviolated()
}
