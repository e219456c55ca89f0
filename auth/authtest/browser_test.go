package authtest_test

import (
	"encoding/json"
	"testing"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

var withPasskeys = authtest.Config{AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"}}

// browser is a page of a relying party with one authenticator, neither of them ours.
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

// newES256Credential makes a key pair that virtualwebauthn encodes in full: it drops the zeros in
// front of a coordinate, about one time in 128.
func newES256Credential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32
	for {
		credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(credential.Key.AttestationData()) == whole {
			return credential
		}
	}
}

// create is navigator.credentials.create.
func (b *browser) create(options any) object {
	b.t.Helper()
	parsed, err := virtualwebauthn.ParseAttestationOptions(jsonText(b.t, options))
	require.NoError(b.t, err)
	require.False(b.t, b.credential.IsExcludedForAttestation(*parsed), "a browser creates no second passkey of the same user")
	b.authenticator.Options.UserHandle = []byte(parsed.UserID)
	return readObject(b.t, virtualwebauthn.CreateAttestationResponse(b.rp, b.authenticator, b.credential, *parsed))
}

// get is navigator.credentials.get, whose answer sign-in wants as a text.
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
	f.call("CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": b.create(f.startPasskey(token))}).ok()
}
