package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// contradictions are the findings of a report that the checks of today do not expect: what was seen
// there is what the pool of package authtest should do. Findings of checks that are gone are left
// out.
func contradictions(seen report) []string {
	expected := map[string]string{}
	for _, c := range checks() {
		expected[c.name] = c.expected
	}
	var all []string
	for _, f := range seen.Findings {
		want, known := expected[f.Check]
		if known && f.Verdict != notRun && f.Got != want {
			all = append(all, f.Check+": seen "+f.Got+", expected "+want)
		}
	}
	return all
}

// TestWhatWasSeenOnAWSIsExpected reads the reports in testdata. A report that was sent in is added
// there, with the changes of the pool and of the checks that make it hold.
func TestWhatWasSeenOnAWSIsExpected(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	for _, name := range names {
		file, err := os.Open(name)
		require.NoError(t, err)
		seen, err := readReport(file)
		require.NoError(t, file.Close())
		require.NoError(t, err, name)
		assert.Empty(t, contradictions(seen), name)
	}
}

func TestContradictions(t *testing.T) {
	t.Parallel()
	seen := report{Findings: []finding{
		{Check: "password/wrong", Verdict: agrees, Got: wrongPassword},
		{Check: "password/unknown user", Verdict: differs, Got: "something else"},
		{Check: "session/expired", Verdict: notRun},
		{Check: "a check that is gone", Verdict: differs, Got: "something else"},
	}}
	found := contradictions(seen)
	require.Len(t, found, 1)
	assert.Contains(t, found[0], "password/unknown user: seen something else")
}

// TestReportTellsNobodysBusiness: a service whose refusals are full of it.
func TestReportTellsNobodysBusiness(t *testing.T) {
	t.Parallel()
	secrets := []string{
		"arn:aws:iam::123456789012:user/alice", "123456789012", "alice@example.com", "eu-west-1_Ab1Cd2Ef3", "192.0.2.7",
		"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
	}
	var passwords []string
	at := lyingTarget(t, func(e *exchange) {
		parameters, _ := e.request["AuthParameters"].(map[string]any)
		if password := text(parameters["PASSWORD"]); password != "" {
			passwords = append(passwords, password)
		}
		if e.answer["message"] != nil {
			e.answer["message"] = strings.Join(secrets, " ") + " " + text(e.request["ClientId"]) + " " + text(e.request["Username"])
		}
	})
	found, err := checked(t, t.Context(), at, "^(password|name|account)/")
	require.ErrorContains(t, err, "differ")
	name := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, found.write(name))
	written, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NotEmpty(t, passwords)
	for _, secret := range append(secrets, passwords...) {
		assert.NotContains(t, string(written), secret)
	}
	assert.Contains(t, string(written), "<arn> <account> <address> <pool id> <ip> <token> <id> <client id>")
}

func TestNotationShowsWhatDiffers(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]answer{
		"CodeMismatchException: Invalid code": {status: 400, members: map[string]any{
			"__type": "CodeMismatchException", "message": "Invalid code",
		}},
		"ForbiddenException: (status 403)": {status: 403, members: map[string]any{"__type": "ForbiddenException"}},
		"HTTP 502: (status 502)":           {status: 502, members: map[string]any{}},
		"SELECT_CHALLENGE{} Session [PASSWORD WEB_AUTHN]": {status: 200, members: map[string]any{
			"ChallengeName": "SELECT_CHALLENGE", "Session": "s", "AvailableChallenges": []any{"WEB_AUTHN", "PASSWORD"},
		}},
		"tokens{AccessToken ExpiresIn} ChallengeParameters": {status: 200, members: map[string]any{
			"AuthenticationResult": map[string]any{"AccessToken": "a", "ExpiresIn": 3600}, "ChallengeParameters": map[string]any{},
		}},
		"{}": {status: 200, members: map[string]any{}},
	} {
		assert.Equal(t, want, a.String())
	}
}
