package auth_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const goodAssertion = `{"id":"AQ","rawId":"AQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AQ",` +
	`"signature":"AQ"},"clientExtensionResults":{}}`

// badAssertions are answers that no browser gives.
var badAssertions = map[string]string{
	"a code":             "123456",
	"a factor's name":    "WEBAUTHN",
	"no JSON":            "{",
	"null":               "null",
	"a list":             "[]",
	"two objects":        goodAssertion + goodAssertion,
	"no id":              strings.Replace(goodAssertion, `"id"`, `"i"`, 1),
	"a number for an id": strings.Replace(goodAssertion, `"rawId":"AQ"`, `"rawId":1`, 1),
	"another type":       strings.Replace(goodAssertion, "public-key", "password", 1),
	"no signature":       strings.Replace(goodAssertion, "signature", "attestationObject", 1),
	"too large":          strings.Replace(goodAssertion, "e30", strings.Repeat("A", 64<<10), 1),
	"too deep":           strings.Replace(goodAssertion, "{}", strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000), 1),
}

func TestAnswerThatIsNoPasskey(t *testing.T) {
	t.Parallel()
	session, pool, b := withPasskey(t, passkeyPool)
	out, err := session.SignIn(t.Context(), byPasskey)
	require.NoError(t, err)
	pool.ResetRequests()
	for name, text := range badAssertions {
		_, err := session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: text})
		require.ErrorIs(t, err, auth.ErrPasskeyRetrievalFailed, name)
		assert.NotContains(t, err.Error(), "AQ")
	}
	assert.Empty(t, pool.Requests())
	out, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: b.get(t, out.NextStep)})
	require.NoError(t, err, "the step stays")
	assert.True(t, out.IsSignedIn)
}

func TestPasskeyOptionsThatAreNone(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]string{
		"none": "", "no JSON": "{", "null": "null", "a list": "[]", "no challenge": `{"rpId":"localhost"}`, "an empty one": `{"challenge":""}`,
		"two": `{"challenge":"AQ"}{"challenge":"AQ"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, err := json.Marshal(map[string]any{
				"ChallengeName": "WEB_AUTHN", "Session": "session-of-twenty-characters",
				"ChallengeParameters": map[string]string{"CREDENTIAL_REQUEST_OPTIONS": options},
			})
			require.NoError(t, err)
			session := newClient(t, newScript(t, string(asked)).config()).Session("test")
			_, err = session.SignIn(t.Context(), byPasskey)
			require.ErrorIs(t, err, auth.ErrInvalidPasskeyAuthenticationOptions)
			var failure *auth.Error
			require.ErrorAs(t, err, &failure)
			assert.Equal(t, "SignIn", failure.Op)
			out, err := session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: "PASSWORD"})
			require.NoError(t, err, "there are other ways to sign in")
			assert.Equal(t, auth.StepConfirmSignInWithPassword, out.NextStep.Name())
		})
	}
}

func FuzzRequestOptions(f *testing.F) {
	f.Add(`{"challenge":"AQ","rpId":"localhost","allowCredentials":[{"id":"AQ","type":"public-key"}],"timeout":60000}`)
	f.Add(`{"challenge":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		if auth.CheckRequestOptions(text) != nil {
			return
		}
		step, err := json.Marshal(auth.ConfirmSignInWithWebAuthn{CredentialRequestOptions: json.RawMessage(text)})
		require.NoError(t, err)
		var back map[string]map[string]any
		_ = json.Unmarshal(step, &back) // its other member is no object
		require.NotEmpty(t, back["credentialRequestOptions"]["challenge"])
	})
}

func FuzzCredential(f *testing.F) {
	f.Add(goodAssertion)
	for _, text := range badAssertions {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if auth.CheckCredential(text) != nil {
			return
		}
		var credential map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &credential))
		require.NotEmpty(t, credential["response"].(map[string]any)["signature"])
	})
}
