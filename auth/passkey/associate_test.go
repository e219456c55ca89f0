package passkey_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

const goodCredential = `{"id":"AQ","rawId":"AQ","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA",` +
	`"transports":["internal"],"publicKeyAlgorithm":-7},"clientExtensionResults":{},"authenticatorAttachment":null}`

func TestRegistrationResponseIsPassedOnUnchanged(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		goodCredential,
		strings.Replace(goodCredential, `-7`, `9007199254740993`, 1),
		strings.Replace(goodCredential, `-7`, `1.50e-3`, 1),
		strings.Replace(goodCredential, `-7`, `0`, 1),
		strings.Replace(goodCredential, `{}`, `{"credProps":{"rk":true},"x":[[],{},"",false,"<&>\u2028"]}`, 1),
	} {
		content, err := passkey.RegistrationResponse([]byte(text))
		require.NoError(t, err)
		sent, err := document.NewLazyDocument(content).MarshalSmithyDocument()
		require.NoError(t, err)
		requireSameJSON(t, text, string(sent))
	}
}

// requireSameJSON requires the same document, with every number written alike.
func requireSameJSON(t *testing.T, want, got string) {
	t.Helper()
	read := func(text string) (value any) {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&value), text)
		return value
	}
	require.Equal(t, read(want), read(got))
}

func TestMalformedRegistrationResponseIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":             "",
		"no JSON":             "<html>",
		"null":                "null",
		"a list":              "[" + goodCredential + "]",
		"a string":            `"x"`,
		"two objects":         goodCredential + goodCredential,
		"half an object":      goodCredential[:len(goodCredential)-1],
		"no id":               strings.Replace(goodCredential, `"id"`, `"i"`, 1),
		"ID in capitals":      strings.Replace(goodCredential, `"id"`, `"ID"`, 1),
		"a number for an id":  strings.Replace(goodCredential, `"rawId":"AQ"`, `"rawId":1`, 1),
		"an empty id":         strings.Replace(goodCredential, `"rawId":"AQ"`, `"rawId":""`, 1),
		"another type":        strings.Replace(goodCredential, "public-key", "password", 1),
		"no response":         `{"id":"AQ","rawId":"AQ","type":"public-key"}`,
		"a string response":   `{"id":"AQ","rawId":"AQ","type":"public-key","response":"{}"}`,
		"an assertion":        strings.Replace(goodCredential, "attestationObject", "signature", 1),
		"a member of no name": strings.Replace(goodCredential, "transports", "", 1),
		"too large":           strings.Replace(goodCredential, "oA", strings.Repeat("A", 64<<10), 1),
		"too deep":            strings.Replace(goodCredential, "-7", strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000), 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := passkey.RegistrationResponse([]byte(text))
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "AQ")
		})
	}
}

func FuzzRegistrationResponse(f *testing.F) {
	f.Add(goodCredential)
	f.Add(`{"id":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		content, err := passkey.RegistrationResponse([]byte(text))
		if err != nil {
			return
		}
		sent, err := document.NewLazyDocument(content).MarshalSmithyDocument()
		require.NoError(t, err)
		requireSameJSON(t, text, string(sent))
	})
}

const goodOptions = `{"challenge":"AQ","user":{"id":"AQ"},"rp":{"id":"localhost"},"pubKeyCredParams":[{"type":"public-key","alg":-7}],` +
	`"timeout":60000,"extensions":{"large":9007199254740993,"name":"<b>&</b>"}}`

func FuzzCreationOptions(f *testing.F) {
	f.Add(goodOptions)
	f.Add(`{"challenge":""}`)
	f.Fuzz(func(t *testing.T, text string) {
		var value any
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber() // as the AWS SDK does
		if decoder.Decode(&value) != nil {
			return
		}
		options, err := passkey.CreationOptions(answered{value})
		if err != nil {
			return
		}
		given, err := json.Marshal(value)
		require.NoError(t, err)
		requireSameJSON(t, string(given), string(options))
		require.Contains(t, string(options), `"challenge"`)
	})
}

// answered is a document as the AWS SDK decodes it from a response.
type answered struct{ value any }

func (a answered) MarshalSmithyDocument() ([]byte, error) { return json.Marshal(a.value) }

func TestRefusedRegistrations(t *testing.T) {
	t.Parallel()
	session, pool, _ := signedIn(t, authtest.Config{})
	complete := func(change func(*page)) error {
		p := newPage()
		change(p)
		options, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
		require.NoError(t, err)
		return passkey.CompleteAssociateWebAuthnCredential(t.Context(), session, p.create(t, options))
	}
	require.ErrorIs(t, complete(func(p *page) { p.rp.Origin = "https://evil.example" }), auth.ErrWebAuthnOriginNotAllowed)
	require.ErrorIs(t, complete(func(p *page) { p.rp.ID = "evil.example" }), auth.ErrWebAuthnRelyingPartyMismatch)
	require.ErrorIs(t, complete(func(p *page) { p.authenticator.Options.UserNotPresent = true }),
		auth.ErrWebAuthnCredentialNotSupported)

	options, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.NoError(t, err)
	credential := newPage().create(t, options)
	require.NoError(t, passkey.CompleteAssociateWebAuthnCredential(t.Context(), session, credential))
	err = passkey.CompleteAssociateWebAuthnCredential(t.Context(), session, credential)
	require.ErrorIs(t, err, auth.ErrWebAuthnChallengeNotFound, "a replay")

	options, err = passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.NoError(t, err)
	pool.Advance(4 * time.Minute)
	err = passkey.CompleteAssociateWebAuthnCredential(t.Context(), session, newPage().create(t, options))
	require.ErrorIs(t, err, auth.ErrWebAuthnChallengeNotFound, "too late")

	pool.ResetRequests()
	err = passkey.CompleteAssociateWebAuthnCredential(t.Context(), session, []byte(`{"id":"AQ"}`))
	require.ErrorIs(t, err, auth.ErrPasskeyRegistrationFailed)
	assert.Empty(t, pool.Requests(), "nothing is sent that the browser did not make")

	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	_, err = passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}

func TestOnePasskeyTooMany(t *testing.T) {
	t.Parallel()
	session, _, _ := signedIn(t, authtest.Config{})
	for range 20 {
		newPage().associate(t, session)
	}
	_, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.ErrorIs(t, err, auth.ErrLimitExceeded)
	var failure *auth.Error
	require.ErrorAs(t, err, &failure)
	assert.Contains(t, failure.Recovery, "delete a passkey", "waiting does not help")
}

func TestPoolWithoutPasskeys(t *testing.T) {
	t.Parallel()
	session, _, _ := signedIn(t, authtest.Config{AllowedFirstAuthFactors: []string{"PASSWORD"}})
	_, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.ErrorIs(t, err, auth.ErrWebAuthnNotEnabled)
}

func TestOptionsArePassedOnUnchanged(t *testing.T) {
	t.Parallel()
	session, _, net := signedIn(t, authtest.Config{})
	net.answers = map[string]string{"StartWebAuthnRegistration": `{"CredentialCreationOptions":` + goodOptions + `}`}
	options, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.NoError(t, err)
	requireSameJSON(t, goodOptions, string(options))
}

func TestMalformedOptionsAreRefused(t *testing.T) {
	t.Parallel()
	session, _, net := signedIn(t, authtest.Config{})
	for name, body := range map[string]string{
		"none":          `{}`,
		"null":          `{"CredentialCreationOptions":null}`,
		"a string":      `{"CredentialCreationOptions":"{}"}`,
		"a list":        `{"CredentialCreationOptions":[]}`,
		"an empty one":  `{"CredentialCreationOptions":{}}`,
		"no challenge":  `{"CredentialCreationOptions":` + strings.Replace(goodOptions, `"challenge":"AQ"`, `"challenge":""`, 1) + `}`,
		"no user":       `{"CredentialCreationOptions":` + strings.Replace(goodOptions, `"user"`, `"users"`, 1) + `}`,
		"no rp":         `{"CredentialCreationOptions":` + strings.Replace(goodOptions, `"rp"`, `"rpId"`, 1) + `}`,
		"no algorithms": `{"CredentialCreationOptions":` + strings.Replace(goodOptions, `"pubKeyCredParams"`, `"p"`, 1) + `}`,
		"far too much":  `{"CredentialCreationOptions":` + strings.Replace(goodOptions, `<b>`, strings.Repeat("x", 70_000), 1) + `}`,
	} {
		net.answers = map[string]string{"StartWebAuthnRegistration": body}
		_, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
		require.ErrorIs(t, err, auth.ErrInvalidPasskeyRegistrationOptions, name)
		var failure *auth.Error
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, "StartAssociateWebAuthnCredential", failure.Op)
		assert.NotEmpty(t, failure.Recovery)
	}
}

// A registration whose response was lost may have succeeded, so it is not sent again.
func TestLostResponseIsNotRetried(t *testing.T) {
	t.Parallel()
	session, pool, net := signedIn(t, authtest.Config{})
	options, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.NoError(t, err)
	pool.ResetRequests()
	net.cut = true
	p := newPage()
	err = passkey.CompleteAssociateWebAuthnCredential(t.Context(), session, p.create(t, options))
	require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
	require.Len(t, pool.Requests(), 1)

	net.cut = false
	for c, err := range passkey.WebAuthnCredentials(t.Context(), session) {
		require.NoError(t, err)
		assert.Equal(t, p.id(), c.CredentialID)
	}
}

func TestCanceledContextEndsTheCall(t *testing.T) {
	t.Parallel()
	session, _, _ := signedIn(t, authtest.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range passkey.WebAuthnCredentials(ctx, session) {
		require.ErrorIs(t, err, context.Canceled)
	}
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }
