package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// call runs the tool with these words on its standard input.
func call(t *testing.T, typed string, args ...string) (code int, out, log string) {
	t.Helper()
	var printed, logged bytes.Buffer
	program := tool{in: strings.NewReader(typed), out: &printed, log: &logged}
	code = program.exit(program.run(context.Background(), args))
	return code, printed.String(), logged.String()
}

func Example_mfaPlan() {
	program := tool{in: strings.NewReader(""), out: os.Stdout, log: os.Stdout}
	program.exit(program.run(context.Background(), strings.Fields("mfa plan -mode REQUIRED -totp off")))
	// Output:
	// Changes:
	//   mfa: OPTIONAL → REQUIRED
	//   totp: on → off
	// Warning: SMS is offered, but the schema does not require phone_number.
	// Warning: Users without a factor cannot set one up during a sign-in and are locked out.
	// Users:
	//   bob: NONE → REFUSED: there is no factor, and none can be set up during a sign-in
	//   carol: NONE → CODE SMS +***4321 (unverified)
	//   4 in all: 3 have no factor, 0 must set one up, 1 get codes at an unverified address, 1 would be locked out; 1 are disabled, 0 federated
}

func Example_users() {
	program := tool{in: strings.NewReader(""), out: os.Stdout, log: os.Stdout}
	program.exit(program.run(context.Background(), []string{"users"}))
	// Output:
	// alice        CONFIRMED              enabled   factors: [TOTP], preferred: none
	// bob          CONFIRMED              enabled   factors: [], preferred: none
	// carol        CONFIRMED              enabled   factors: [], preferred: none
	// dave         CONFIRMED              disabled  factors: [], preferred: none
}

func TestExitStatus(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		typed, args string
		code        int
		says        string
	}{
		"help":                       {"", "mfa plan -h", exitDone, "-challenge-on-new-device"},
		"a plan":                     {"", "mfa plan -mode REQUIRED", exitDone, ""},
		"a change, confirmed":        {"yes\n", "mfa apply -mode REQUIRED", exitDone, `"outcome":"done"`},
		"a change without asking":    {"", "mfa apply -mode REQUIRED -yes", exitDone, `"outcome":"done"`},
		"a change, not confirmed":    {"no\n", "mfa apply -mode REQUIRED", exitUnconfirmed, "nothing was changed"},
		"a change, nobody there":     {"", "mfa apply -mode REQUIRED", exitUnconfirmed, "nothing was changed"},
		"no change":                  {"", "mfa apply -mode OPTIONAL", exitDone, ""},
		"a change that is refused":   {"", "mfa apply -mode OPTIONAL -email-text {####}", exitRefused, "-email-…"},
		"an unknown mode":            {"", "mfa plan -mode SOMETIMES", exitUsage, "-mode is not"},
		"neither on nor off":         {"", "mfa plan -sms maybe", exitUsage, "neither on nor off"},
		"an unknown command":         {"", "mfa undo", exitUsage, "usage"},
		"an argument too many":       {"", "users alice", exitUsage, "usage"},
		"a recovery":                 {"yes\n", "recover -user alice -method SMS -address +15551234567", exitDone, `"user":"alice"`},
		"a plan of a recovery":       {"", "recover -user alice -method TOTP -dry-run", exitDone, ""},
		"a recovery that is refused": {"", "recover -user alice -method EMAIL", exitRefused, "Choose SMS"},
		"no address":                 {"", "recover -user alice -method SMS", exitRefused, "Set -address to"},
		"no user":                    {"", "recover -method SMS", exitUsage, "-user is missing"},
		"an unknown user":            {"", "recover -user erin -method NONE", exitFailed, "User does not exist"},
		"devices of nobody":          {"", "devices", exitUsage, "-user is missing"},
		"a pool that is none":        {"", "users -pool pool", exitUsage, "-pool does not look like"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, log := call(t, tc.typed, strings.Fields(tc.args)...)
			assert.Equal(t, tc.code, code, log)
			assert.Contains(t, log, tc.says)
			assert.NotContains(t, out+log, "+15551234567")
			assert.NotContains(t, log, "SwitchOn")
		})
	}
}

func TestAuditLine(t *testing.T) {
	t.Parallel()
	code, out, log := call(t, "yes\n", "recover", "-user", "alice", "-method", "SMS", "-address", "+15551234567")
	require.Equal(t, exitDone, code, log)
	assert.Contains(t, out, "to do: ask for a code by SMS")
	assert.Contains(t, out, "The next sign-in asks for: CODE SMS +***4567")
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(log), &line))
	assert.NotEmpty(t, line["time"])
	assert.NotEmpty(t, line["operator"])
	assert.Equal(t, "recover SMS", line["action"])
	assert.Equal(t, "done", line["outcome"])
	assert.Contains(t, line["details"], "done: set the phone number to +***4567, as verified")
}

func TestNamesThatAreAddressesAreMasked(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"alice": "alice", "alice@example.com": "***@example.com", "+15551234567": "+***4567",
	} {
		assert.Equal(t, want, maskedName(name))
	}
}
