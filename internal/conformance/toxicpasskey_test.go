package conformance_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

// madePasskey is a passkey and the browser's answer that registers it.
type madePasskey struct {
	id     string
	answer json.RawMessage
}

// makingPasskey creates a passkey that is not registered with the pool yet.
func makingPasskey(t *testing.T, p *person) {
	t.Helper()
	enter(t, p)
	text, err := passkey.StartAssociateWebAuthnCredential(t.Context(), p.undisturbed)
	require.NoError(t, err)
	options, err := virtualwebauthn.ParseAttestationOptions(string(text))
	require.NoError(t, err)
	rp := virtualwebauthn.RelyingParty{ID: options.RelyingPartyID, Origin: "http://localhost"}
	credential := wholeCredential()
	p.passkey = madePasskey{
		id: base64.RawURLEncoding.EncodeToString(credential.ID),
		answer: json.RawMessage(
			virtualwebauthn.CreateAttestationResponse(rp, virtualwebauthn.NewAuthenticator(), credential, *options)),
	}
}

// wholeCredential makes a key pair that virtualwebauthn encodes correctly: it drops the leading
// zeros of a coordinate, about once in 128 times.
func wholeCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32
	for {
		credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(credential.Key.AttestationData()) == whole {
			return credential
		}
	}
}

func withPasskey(t *testing.T, p *person) {
	t.Helper()
	makingPasskey(t, p)
	require.NoError(t, completePasskey(t.Context(), p.undisturbed, p))
}

func startPasskey(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := passkey.StartAssociateWebAuthnCredential(ctx, s)
	return err
}

func completePasskey(ctx context.Context, s *auth.Session, p *person) error {
	return passkey.CompleteAssociateWebAuthnCredential(ctx, s, p.passkey.answer)
}

func listPasskeys(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := passkey.ListWebAuthnCredentials(ctx, s, passkey.ListWebAuthnCredentialsInput{})
	return err
}

func deletePasskey(ctx context.Context, s *auth.Session, p *person) error {
	return passkey.DeleteWebAuthnCredential(ctx, s, passkey.DeleteWebAuthnCredentialInput{CredentialID: p.passkey.id})
}
