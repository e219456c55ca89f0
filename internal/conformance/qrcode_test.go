package conformance_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

const qrCodeSize = 400

// TestQRCode sets up TOTP as a user does: zbarimg reads the QR code, oathtool computes a code from
// the secret in it, and that code completes the sign-in.
func TestQRCode(t *testing.T) {
	t.Parallel()
	need(t, "zbarimg", "install zbar-tools")
	need(t, "oathtool", "install oathtool")
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true},
		authtest.User{Username: "alice", Password: password})
	session := newClient(t, pool).Session("alice")
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.IsType(t, auth.ContinueSignInWithTOTPSetup{}, out.NextStep)
	details := out.NextStep.(auth.ContinueSignInWithTOTPSetup).TOTPSetupDetails

	scanned, err := url.Parse(scan(t, details.SetupURI("Müller & Söhne: 100%", "alice+work@example.com")))
	require.NoError(t, err)
	assert.Equal(t, "otpauth", scanned.Scheme)
	assert.Equal(t, "totp", scanned.Host)
	assert.Equal(t, "/Müller & Söhne 100%:alice+work@example.com", scanned.Path)
	assert.Equal(t, "Müller & Söhne 100%", scanned.Query().Get("issuer"))
	secret := scanned.Query().Get("secret")
	assert.Equal(t, details.SharedSecret, secret)

	out, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: oathtool(t, secret)})
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

// scan returns the text that zbarimg reads from the QR code of uri.
func scan(t *testing.T, uri string) string {
	t.Helper()
	png, err := mfa.QRCodePNG(uri, qrCodeSize)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "totp.png")
	require.NoError(t, os.WriteFile(file, png, 0o600))
	return strings.TrimSuffix(string(run(t, "zbarimg", "--quiet", "--raw", file)), "\n")
}

// oathtool returns the current code for the secret.
func oathtool(t *testing.T, secret string) string {
	t.Helper()
	return strings.TrimSpace(string(run(t, "oathtool", "--totp", "--base32", secret)))
}
