package passkey_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

func TestRefusals(t *testing.T) {
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

	require.NoError(t, session.SignOut(t.Context(), auth.SignOutInput{}))
	_, err = passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}

func TestPoolWithoutPasskeys(t *testing.T) {
	t.Parallel()
	session, _, _ := signedIn(t, authtest.Config{AllowedFirstAuthFactors: []string{"PASSWORD"}})
	_, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.ErrorIs(t, err, auth.ErrWebAuthnNotEnabled)
}

func TestOptionsPassOnAsTheyCame(t *testing.T) {
	t.Parallel()
	session, _, net := signedIn(t, authtest.Config{})
	net.answers = map[string]string{"StartWebAuthnRegistration": `{"CredentialCreationOptions":` + goodOptions + `}`}
	options, err := passkey.StartAssociateWebAuthnCredential(t.Context(), session)
	require.NoError(t, err)
	requireSameJSON(t, goodOptions, string(options))
}

func TestBadOptions(t *testing.T) {
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

// A registration whose answer was lost may have been carried out, so it is not sent again.
func TestLostAnswer(t *testing.T) {
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

func TestCanceled(t *testing.T) {
	t.Parallel()
	session, _, _ := signedIn(t, authtest.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range passkey.WebAuthnCredentials(ctx, session) {
		require.ErrorIs(t, err, context.Canceled)
	}
}
