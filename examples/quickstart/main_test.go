package main

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRunsToTheEndWithoutATerminal builds the program and runs it as a newcomer's CI would.
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

func TestRealPoolNeedsATerminal(t *testing.T) {
	t.Parallel()
	assert.ErrorIs(t, run(context.Background(), "eu-west-1_Ab1Cd2Ef3", "client"), errNobody)
}
