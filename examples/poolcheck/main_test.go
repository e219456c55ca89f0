package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runsProgram makes the test binary the program, so that a test can end it as a process.
const runsProgram = "POOLCHECK_RUNS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(runsProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// checked runs the checks that the expression names on a target, and returns the report.
func checked(t *testing.T, ctx context.Context, at *target, only string) (report, error) { //nolint:revive // t comes first
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.json")
	var out bytes.Buffer
	failure := measure(ctx, at, options{only: only, json: name}, newTerminal(strings.NewReader(""), &out))
	file, err := os.Open(name)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	found, err := readReport(file)
	require.NoError(t, err)
	return found, failure
}

func offlineTarget(t *testing.T) *target {
	t.Helper()
	at, err := offline()
	require.NoError(t, err)
	t.Cleanup(at.close)
	return at
}

// TestOffline runs everything that a run on AWS does, in a bubble, where it does not matter how fast
// the machine is.
func TestOffline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		at := offlineTarget(t)
		found, err := checked(t, t.Context(), at, "")
		require.NoError(t, err)
		for _, f := range found.Findings {
			assert.NotEqual(t, differs, f.Verdict, "%s: %s", f.Check, f.Got)
			if !strings.HasPrefix(f.Check, "scenario/") {
				assert.Equal(t, agrees, f.Verdict, "%s: %s", f.Check, f.Reason)
			}
		}
		assert.Greater(t, found.count(agrees), 190)
		abandon(t, at.api)
		require.NoError(t, sweep(t.Context(), at, options{yes: true}, newTerminal(strings.NewReader(""), &bytes.Buffer{})))
		assert.ElementsMatch(t, signedOperations(), keys(at.api.called), "what is signed is what the policy allows")
	})
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-region", "Ireland"},
		{"-endpoint", "localhost:9229"},
		{"-offline", "-region", "eu-west-1"},
		{"-sweep"},
		{"everything"},
		{"-run", "("},
		{"-run", "no such check"},
	} {
		assert.Error(t, run(t.Context(), args, newTerminal(strings.NewReader(""), &bytes.Buffer{})), "%v", args)
	}
}

func TestPolicyFlag(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-policy"}, newTerminal(strings.NewReader(""), &out)))
	assert.JSONEq(t, policy, out.String())
}

func TestCheckNamesAreUniqueAndRowsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range checks() {
		assert.False(t, seen[c.name], c.name)
		seen[c.name] = true
		assert.NotEmpty(t, c.source, c.name)
		assert.NotEmpty(t, c.about, c.name)
		assert.NotEmpty(t, c.expected, c.name)
	}
}

func keys[V any](m map[string]V) []string {
	all := make([]string, 0, len(m))
	for key := range m {
		all = append(all, key)
	}
	return all
}

// TestInterruptEndsTheQuestion: nobody has to answer it first.
func TestInterruptEndsTheQuestion(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	nobody, typing := io.Pipe()
	t.Cleanup(func() { require.NoError(t, typing.Close()) })
	cancel()
	_, err := newTerminal(nobody, io.Discard).ask(ctx, "Go on?")
	require.ErrorIs(t, err, context.Canceled)
}
