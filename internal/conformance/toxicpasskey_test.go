package conformance_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
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
	browser := &authtest.Authenticator{Origin: "http://localhost"}
	p.passkey.answer, err = browser.Create(text)
	require.NoError(t, err)
	var credential struct{ ID string }
	require.NoError(t, json.Unmarshal(p.passkey.answer, &credential))
	p.passkey.id = credential.ID
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
