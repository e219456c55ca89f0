package main

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// Without a terminal, as in CI, the program runs to the end by itself.
func TestRunsToTheEndWithoutATerminal(t *testing.T) {
	t.Parallel()
	program := t.TempDir() + "/quickstart"
	build, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", build)
	command := exec.CommandContext(t.Context(), program)
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err)

	assert.Regexp(t, regexp.MustCompile(`(?s)CONTINUE_SIGN_IN_WITH_TOTP_SETUP.*█.*`+
		`DONE.*CONFIRM_SIGN_IN_WITH_TOTP_CODE.*DONE.*Signed in as alice`), string(output))
	assert.Contains(t, string(output), "MFA preference: enabled [TOTP], preferred TOTP")
}

// A real pool may not require a second factor, or may require another one.
func TestRunsOnPoolsWithAnyMFASetting(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]authtest.Config{
		"without MFA":   {},
		"optional TOTP": {MFA: authtest.MFAOptional, TOTP: true},
		"e-mail codes":  {MFA: authtest.MFARequired, Email: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, err := authtest.NewPool(cfg)
			require.NoError(t, err)
			defer pool.Close()
			p := newPerson(demo.Username, "alice@example.com", demo.Password)
			p.atTerminal, p.inbox = false, pool.LastCode
			client := auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
			require.NoError(t, story(t.Context(), client, p))
		})
	}
}

func TestComputedCodeNeedsTheSecret(t *testing.T) {
	t.Parallel()
	_, err := newPerson("alice", "", "").computedCode()
	require.ErrorIs(t, err, errNoSecret)
}

func TestRealPoolNeedsATerminal(t *testing.T) {
	t.Parallel()
	assert.ErrorIs(t, run(context.Background(), "eu-west-1_Ab1Cd2Ef3", "client"), errNoTerminal)
}
