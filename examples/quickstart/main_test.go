package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// withoutTerminal makes a command that has no terminal, even if the test has one.
func withoutTerminal(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	program := t.TempDir() + "/quickstart"
	build, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", build)
	command := exec.CommandContext(t.Context(), program, args...)
	detach(command)
	return command
}

// Without a terminal, as in CI, the program runs to the end by itself.
func TestRunsToTheEndWithoutATerminal(t *testing.T) {
	t.Parallel()
	command := withoutTerminal(t)
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	assert.Regexp(t, regexp.MustCompile(`(?s)We sent a code to a\*\*\*@e\*\*\*.*█.*Signed in as alice`+
		`.*Second sign-in.*Six-digit code: \d{6}.*Signed in as alice \(`), string(output))

	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	if !strings.Contains(everyTime(string(readme)), "```\n"+everyTime(string(output))+"```\n") {
		assert.Fail(t, "README.md shows another conversation than this", "%s", output)
	}
}

var (
	// picture matches a QR code, and what README.md has in its place.
	picture = regexp.MustCompile(`(?m)(^[█▀▄ ]{25,}\n)+|^  █▀+█ … the QR code … █▀+█\n`)
	chance  = regexp.MustCompile(`127\.0\.0\.1:\d+|\b\d{6}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)
)

// everyTime returns a conversation without what is another one each time: the port, the codes, the
// user's id and the QR code, whose size depends on the secret.
func everyTime(conversation string) string {
	return chance.ReplaceAllString(picture.ReplaceAllString(conversation, "A QR code\n"), "…")
}

func TestRealPoolNeedsATerminal(t *testing.T) {
	t.Parallel()
	output, err := withoutTerminal(t, "-user-pool-id", "eu-west-1_Ab1Cd2Ef3", "-client-id", "client").CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 4, exit.ExitCode())
	assert.Equal(t, "There is no terminal to ask you in.\n", string(output))
}

// A real pool may not require a second factor.
func TestRunsOnPoolsWithoutMFA(t *testing.T) {
	t.Parallel()
	english := texts.English()
	for name, cfg := range map[string]authtest.Config{
		"without MFA": {}, "optional TOTP": {MFA: authtest.MFAOptional, TOTP: true}, "email codes": {MFA: authtest.MFARequired, Email: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, err := authtest.NewPool(cfg)
			require.NoError(t, err)
			defer pool.Close()
			client := auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
			opts := terminal.Options{Prompter: &player{pool: pool}, SignUpAttributes: []string{"email"}, Texts: &english}
			require.NoError(t, walkthrough(t.Context(), client, opts))
		})
	}
}
