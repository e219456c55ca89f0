package auth_test

import (
	"crypto/fips140"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// TestFIPS_refusesShortClientSecrets runs itself in a process that allows FIPS 140 only, where HMAC
// panics with such a key.
func TestFIPS_refusesShortClientSecrets(t *testing.T) {
	t.Parallel()
	if !fips140.Enabled() {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
		again.Env = append(os.Environ(), "GODEBUG=fips140=only")
		output, err := again.CombinedOutput()
		require.NoError(t, err, "%s", output)
		assert.Contains(t, string(output), "--- PASS: "+t.Name())
		return
	}
	cfg := auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789", ClientSecret: strings.Repeat("s", 13)}
	_, err := auth.NewClient(cfg)
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
	require.ErrorContains(t, err, "ClientSecret")
	assert.NotContains(t, err.Error(), cfg.ClientSecret)

	cfg.ClientSecret, cfg.Endpoint = cfg.ClientSecret+"s", "http://127.0.0.1:1"
	client, err := auth.NewClient(cfg)
	require.NoError(t, err)
	_, err = client.Session("alice").ResetPassword(t.Context(), auth.ResetPasswordInput{Username: "alice"})
	require.ErrorIs(t, err, auth.ErrNetwork)
}
