package authtest_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const page = "http://localhost:3000"

// register adds a passkey of the authenticator to the account.
func (f *fixture) register(token string, a *authtest.Authenticator) reply {
	f.t.Helper()
	created, err := a.Create(json.RawMessage(jsonText(f.t, f.startPasskey(token))))
	require.NoError(f.t, err)
	return f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": readObject(f.t, string(created))})
}

// signInBy signs in with a passkey of the authenticator.
func (f *fixture) signInBy(username string, a *authtest.Authenticator) reply {
	f.t.Helper()
	options, session := f.askPasskey(username)
	got, err := a.Get(json.RawMessage(options))
	require.NoError(f.t, err)
	return f.answerPasskey(session, username, string(got))
}

// The pool's verification is that of go-webauthn, of which the authenticator knows nothing.
func TestAuthenticatorSignsIn(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]authtest.Config{"preferred": {}, "required": {UserVerification: "required"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg.AllowedFirstAuthFactors = choiceWithPasskeys.AllowedFirstAuthFactors
			cfg.ExplicitAuthFlows = choiceWithPasskeys.ExplicitAuthFlows
			f := start(t, cfg, alice(), authtest.User{Username: "bob", Password: password})
			a := &authtest.Authenticator{Origin: page}
			f.register(f.AccessToken("alice"), a).ok()
			f.register(f.AccessToken("bob"), a).ok()
			for range 3 { // the counter grows each time
				f.signInBy("alice", a).tokens()
				f.signInBy("bob", a).tokens()
			}
			stored := f.call("ListWebAuthnCredentials", object{"AccessToken": f.AccessToken("alice")}).ok()
			record := stored["Credentials"].([]any)[0].(object)
			assert.Equal(t, "cross-platform", record["AuthenticatorAttachment"])
			assert.Equal(t, []any{"usb"}, record["AuthenticatorTransports"])
			f.unviolated()
		})
	}
}

// An answer that was changed on the way, or was meant for another challenge, is refused.
func TestAuthenticatorsSignatureCounts(t *testing.T) {
	t.Parallel()
	f := start(t, choiceWithPasskeys, alice())
	a := &authtest.Authenticator{Origin: page}
	f.register(f.AccessToken("alice"), a).ok()
	first, _ := f.askPasskey("alice")
	_, session := f.askPasskey("alice")
	got, err := a.Get(json.RawMessage(first))
	require.NoError(t, err)
	f.answerPasskey(session, "alice", string(got)).failsWith("NotAuthorizedException")

	elsewhere := &authtest.Authenticator{Origin: "http://other.localhost:3000"}
	f.register(f.AccessToken("alice"), elsewhere).ok()
	elsewhere.Origin = "https://localhost.example"
	options, _ := f.askPasskey("alice")
	_, err = elsewhere.Get(json.RawMessage(options))
	require.ErrorContains(t, err, "SecurityError")
}

func TestAuthenticatorRefusesAsABrowserDoes(t *testing.T) {
	t.Parallel()
	const challenge = `"challenge":"AAAA"`
	create, get := (*authtest.Authenticator).Create, (*authtest.Authenticator).Get
	for name, test := range map[string]struct {
		a       *authtest.Authenticator
		call    func(*authtest.Authenticator, json.RawMessage) (json.RawMessage, error)
		options string
		want    string
	}{
		"not JSON":          {&authtest.Authenticator{Origin: page}, get, `{`, "authtest: the options"},
		"padded base64":     {&authtest.Authenticator{Origin: page}, get, `{"challenge":"AA+/"}`, "authtest: the options"},
		"no challenge":      {&authtest.Authenticator{Origin: page}, create, `{}`, "authtest: the options have no challenge"},
		"no origin":         {&authtest.Authenticator{}, get, `{` + challenge + `}`, "authtest: Authenticator.Origin"},
		"a path":            {&authtest.Authenticator{Origin: page + "/"}, get, `{` + challenge + `}`, "authtest: Authenticator.Origin"},
		"no passkey":        {&authtest.Authenticator{Origin: page}, get, `{` + challenge + `}`, "NotAllowedError"},
		"foreign page":      {&authtest.Authenticator{Origin: page}, get, `{` + challenge + `,"rpId":"example.com"}`, "SecurityError"},
		"similar host":      {&authtest.Authenticator{Origin: "https://notexample.com"}, create, `{` + challenge + `,"rp":{"id":"example.com"}}`, "SecurityError"},
		"another algorithm": {&authtest.Authenticator{Origin: page}, create, `{` + challenge + `,"pubKeyCredParams":[{"alg":-257}]}`, "NotSupportedError"},
		"unverified, create": {
			&authtest.Authenticator{Origin: page, Unverified: true}, create,
			`{` + challenge + `,"authenticatorSelection":{"userVerification":"required"}}`, "NotAllowedError",
		},
		"unverified, get": {
			&authtest.Authenticator{Origin: page, Unverified: true}, get,
			`{` + challenge + `,"userVerification":"required"}`, "NotAllowedError",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.call(test.a, json.RawMessage(test.options))
			require.ErrorContains(t, err, test.want)
		})
	}
}

// A passkey that the relying party excludes is not made twice; without the exclusion it is replaced.
func TestAuthenticatorHasOnePasskeyOfAUser(t *testing.T) {
	t.Parallel()
	f := start(t, choiceWithPasskeys, alice())
	a, token := &authtest.Authenticator{Origin: page, Unverified: true}, f.AccessToken("alice")
	f.register(token, a).ok()
	options := f.startPasskey(token)
	_, err := a.Create(json.RawMessage(jsonText(t, options)))
	require.ErrorContains(t, err, "InvalidStateError")

	request, session := f.askPasskey("alice")
	delete(options, "excludeCredentials")
	_, err = a.Create(json.RawMessage(jsonText(t, options)))
	require.NoError(t, err)
	_, err = a.Get(json.RawMessage(request))
	require.ErrorContains(t, err, "NotAllowedError", "the pool does not know the new one")
	assert.NotEmpty(t, session)
}

// The pool sees that a security key did not verify its user.
func TestUnverifiedAuthenticator(t *testing.T) {
	t.Parallel()
	f := start(t, choiceWithPasskeys, alice())
	a := &authtest.Authenticator{Origin: page, Unverified: true}
	f.register(f.AccessToken("alice"), a).ok()
	f.signInBy("alice", a).tokens()
	f.admin("SetUserPoolMfaConfig", object{
		"MfaConfiguration": "OFF", "WebAuthnConfiguration": object{"RelyingPartyId": "localhost", "UserVerification": "required"},
	}).ok()
	options, session := f.askPasskey("alice")
	lenient := readObject(t, options)
	lenient["userVerification"] = "preferred"
	got, err := a.Get(json.RawMessage(jsonText(t, lenient)))
	require.NoError(t, err)
	f.answerPasskey(session, "alice", string(got)).failsWith("NotAuthorizedException")
}
