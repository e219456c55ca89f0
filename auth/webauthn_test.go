package auth_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

var passkeyPool = authtest.Config{
	ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"},
	AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP", "WEB_AUTHN"},
}

var byPasskey = auth.SignInInput{
	Username: "alice", AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorWebAuthn,
}

// A browser is a page of the relying party with an authenticator.
type browser struct {
	rp            virtualwebauthn.RelyingParty
	authenticator virtualwebauthn.Authenticator
	credential    virtualwebauthn.Credential
}

// newES256Credential returns a key pair that virtualwebauthn encodes in full. It drops leading
// zeros of a coordinate, which about one pair in 128 has.
func newES256Credential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32
	for {
		credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(credential.Key.AttestationData()) == whole {
			return credential
		}
	}
}

// get is the answer of the browser to a step that asks for a passkey.
func (b *browser) get(t *testing.T, step auth.SignInStep) string {
	t.Helper()
	require.IsType(t, auth.ConfirmSignInWithWebAuthn{}, step)
	response, err := b.assertion(string(step.(auth.ConfirmSignInWithWebAuthn).CredentialRequestOptions))
	require.NoError(t, err)
	return response
}

// assertion is navigator.credentials.get and toJSON.
func (b *browser) assertion(requestOptions string) (string, error) {
	options, err := virtualwebauthn.ParseAssertionOptions(requestOptions)
	if err != nil {
		return "", err
	}
	b.credential.Counter++
	return virtualwebauthn.CreateAssertionResponse(b.rp, b.authenticator, b.credential, *options), nil
}

// registerPasskey adds a passkey to the account of the person who is signed in, and returns the
// browser that has it.
func registerPasskey(ctx context.Context, session *auth.Session) (*browser, error) {
	text, err := passkey.StartAssociateWebAuthnCredential(ctx, session)
	if err != nil {
		return nil, err
	}
	options, err := virtualwebauthn.ParseAttestationOptions(string(text))
	if err != nil {
		return nil, err
	}
	b := &browser{
		rp: virtualwebauthn.RelyingParty{ID: "localhost", Origin: "http://localhost:3000"},
		authenticator: virtualwebauthn.NewAuthenticatorWithOptions(
			virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(options.UserID)}),
		credential: newES256Credential(),
	}
	created := virtualwebauthn.CreateAttestationResponse(b.rp, b.authenticator, b.credential, *options)
	return b, passkey.CompleteAssociateWebAuthnCredential(ctx, session, []byte(created))
}

// withPasskey returns a signed-out session, its pool, and a browser with alice's passkey.
func withPasskey(t *testing.T, cfg authtest.Config) (*auth.Session, *authtest.Pool, *browser) {
	t.Helper()
	pool := newPool(t, cfg, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	session := newSession(t, pool)
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	b, err := registerPasskey(t.Context(), session)
	require.NoError(t, err)
	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	pool.ResetRequests()
	return session, pool, b
}

func TestSignInByPasskey(t *testing.T) {
	t.Parallel()
	withSecret, onDevices := passkeyPool, passkeyPool
	withSecret.ClientSecret = true
	onDevices.Devices = authtest.DevicesAlways
	for name, cfg := range map[string]authtest.Config{
		"public client": passkeyPool, "client secret": withSecret, "devices": onDevices,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session, pool, b := withPasskey(t, cfg)
			out, err := session.SignIn(t.Context(), byPasskey)
			require.NoError(t, err)
			step := out.NextStep.(auth.ConfirmSignInWithWebAuthn)
			assert.WithinDuration(t, time.Now().Add(3*time.Minute), step.ExpiresAt, time.Minute)
			status, err := session.Status(t.Context())
			require.NoError(t, err)
			assert.Equal(t, step, status.NextStep, "the step is the same after the page is loaded again")

			out, err = session.ConfirmSignIn(t.Context(),
				auth.ConfirmSignInInput{ChallengeResponse: b.get(t, out.NextStep)})
			require.NoError(t, err)
			assert.True(t, out.IsSignedIn)
			user, err := session.CurrentUser(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "alice", user.Username)
			assert.Equal(t, []string{"InitiateAuth", "RespondToAuthChallenge"}, operations(pool)[:2])
		})
	}
}

func TestPasskeyFromTheList(t *testing.T) {
	t.Parallel()
	session, _, b := withPasskey(t, passkeyPool)
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth})
	require.NoError(t, err)
	require.Contains(t, out.NextStep.(auth.ContinueSignInWithFirstFactorSelection).AvailableChallenges,
		auth.AuthFactorWebAuthn)
	out, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: "WEB_AUTHN"})
	require.NoError(t, err)
	out, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: b.get(t, out.NextStep)})
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

func TestRefusedPasskey(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*browser){
		"another site":          func(b *browser) { b.rp.Origin = "https://evil.example" },
		"another relying party": func(b *browser) { b.rp.ID = "evil.example" },
		"a copy":                func(b *browser) { b.credential.Counter = 0 },
		"another user":          func(b *browser) { b.authenticator.Options.UserHandle = []byte("bob") },
		"another passkey":       func(b *browser) { b.credential = newES256Credential() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session, _, b := withPasskey(t, passkeyPool)
			confirm := func(answer string) (auth.SignInOutput, error) {
				return session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: answer})
			}
			out, err := session.SignIn(t.Context(), byPasskey)
			require.NoError(t, err)
			_, err = confirm(b.get(t, out.NextStep))
			require.NoError(t, err)
			require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))

			out, err = session.SignIn(t.Context(), byPasskey)
			require.NoError(t, err)
			other := *b
			change(&other)
			_, err = confirm(other.get(t, out.NextStep))
			require.ErrorIs(t, err, auth.ErrNotAuthorized)
			_, err = confirm(b.get(t, out.NextStep))
			require.ErrorIs(t, err, auth.ErrNotAuthorized, "a challenge is valid for one answer")

			again, err := confirm("WEB_AUTHN")
			require.NoError(t, err, "a new challenge can be requested")
			out, err = confirm(b.get(t, again.NextStep))
			require.NoError(t, err)
			assert.True(t, out.IsSignedIn)
		})
	}
}

func TestPasskeyTooLate(t *testing.T) {
	t.Parallel()
	session, pool, b := withPasskey(t, passkeyPool)
	out, err := session.SignIn(t.Context(), byPasskey)
	require.NoError(t, err)
	pool.Advance(4 * time.Minute)
	_, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: b.get(t, out.NextStep)})
	require.ErrorIs(t, err, auth.ErrSignInExpired)
}

func TestDeletedPasskey(t *testing.T) {
	t.Parallel()
	session, pool, b := withPasskey(t, passkeyPool)
	out, err := session.SignIn(t.Context(), byPasskey)
	require.NoError(t, err)

	elsewhere := newSession(t, pool)
	_, err = elsewhere.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	for c, err := range passkey.WebAuthnCredentials(t.Context(), elsewhere) {
		require.NoError(t, err)
		in := passkey.DeleteWebAuthnCredentialInput{CredentialID: c.CredentialID}
		require.NoError(t, passkey.DeleteWebAuthnCredential(t.Context(), elsewhere, in))
	}
	_, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: b.get(t, out.NextStep)})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	out, err = session.SignIn(t.Context(), byPasskey)
	require.NoError(t, err)
	assert.Equal(t, auth.StepContinueSignInWithFirstFactorSelection, out.NextStep.Name())
}

// TestPasskeyStepAcceptsAnotherFactor signs in another way in the same sign-in, as a user does
// whose browser has no passkey.
func TestPasskeyStepAcceptsAnotherFactor(t *testing.T) {
	t.Parallel()
	session, pool, _ := withPasskey(t, passkeyPool)
	for _, factor := range []string{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"} {
		_, err := session.SignIn(t.Context(), byPasskey)
		require.NoError(t, err)
		out, err := session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: factor})
		require.NoError(t, err, factor)
		proof := password
		if factor == "EMAIL_OTP" {
			require.Equal(t, auth.StepConfirmSignInWithEmailCode, out.NextStep.Name())
			proof = pool.LastCode("alice")
		} else {
			require.Equal(t, auth.StepConfirmSignInWithPassword, out.NextStep.Name())
		}
		out, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: proof})
		require.NoError(t, err, factor)
		require.True(t, out.IsSignedIn)
		require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	}
}

const goodAssertion = `{"id":"AQ","rawId":"AQ","type":"public-key","response":{"clientDataJSON":"e30",` +
	`"authenticatorData":"AQ",` +
	`"signature":"AQ"},"clientExtensionResults":{}}`

// badAssertions are answers that no browser sends.
var badAssertions = map[string]string{
	"a code":             "123456",
	"a factor's name":    "WEBAUTHN",
	"not JSON":           "{",
	"null":               "null",
	"a list":             "[]",
	"two objects":        goodAssertion + goodAssertion,
	"no id":              strings.Replace(goodAssertion, `"id"`, `"i"`, 1),
	"a number for an id": strings.Replace(goodAssertion, `"rawId":"AQ"`, `"rawId":1`, 1),
	"another type":       strings.Replace(goodAssertion, "public-key", "password", 1),
	"no signature":       strings.Replace(goodAssertion, "signature", "attestationObject", 1),
	"too large":          strings.Replace(goodAssertion, "e30", strings.Repeat("A", 64<<10), 1),
	"too deep": strings.Replace(goodAssertion, "{}",
		strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000), 1),
}

func TestBadCredentialIsNotSent(t *testing.T) {
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

func TestBadPasskeyOptionsAreRefused(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]string{
		"none": "", "not JSON": "{", "null": "null", "a list": "[]", "no challenge": `{"rpId":"localhost"}`,
		"an empty one": `{"challenge":""}`,
		"two":          `{"challenge":"AQ"}{"challenge":"AQ"}`,
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
			require.NoError(t, err, "another factor is accepted")
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
