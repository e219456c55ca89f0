package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// TestSeedTakesWhatListUsersAnswers checks an answer as the AWS command-line tool prints it, with
// what it does not have added to some users.
func TestSeedTakesWhatListUsersAnswers(t *testing.T) {
	t.Parallel()
	pool := authtest.New(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	outcome, err := importer{pool: pool, password: demo.Password}.add(strings.NewReader(`{"Users": [
		{"Username": "alice", "Attributes": [{"Name": "sub", "Value": "11"}, {"Name": "email", "Value": "alice@example.com"},
			{"Name": "email_verified", "Value": "true"}, {"Name": "identities", "Value": "[{\"userId\": \"1\"}]"}], "UserCreateDate": "2026-01-02T03:04:05.678000+00:00",
			"UserLastModifiedDate": 1795952437.824, "Enabled": true, "UserStatus": "CONFIRMED",
			"Password": "Other-horse-1!", "TOTPSecret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "Groups": ["admins"]},
		{"Username": "bob", "UserStatus": "FORCE_CHANGE_PASSWORD", "Enabled": false},
		{"Username": "carol", "UserStatus": "RESET_REQUIRED", "MFAOptions": []},
		{"Username": "dan", "UserStatus": "UNCONFIRMED"},
		{"Username": "google_1", "UserStatus": "EXTERNAL_PROVIDER"}
	], "PaginationToken": "x"}`))
	require.NoError(t, err)
	assert.Equal(t, imported{Added: []string{"alice", "bob", "carol", "dan"}, Skipped: []string{"google_1"}}, outcome)
	users := pool.Users()
	assert.Equal(t, authtest.User{
		Username: "alice", Sub: "11", Attributes: map[string]string{"email": "alice@example.com", "email_verified": "true"},
		TOTPSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", MFA: []string{"SOFTWARE_TOKEN_MFA"}, Groups: []string{"admins"},
	}, users[0])
	assert.True(t, users[1].TemporaryPassword && users[1].Disabled)
	assert.True(t, users[2].ResetRequired)
	assert.True(t, users[3].Unconfirmed)
}

func TestSeedOfAPoolWithUsernameAttributes(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{UsernameAttributes: []string{"email"}}
	first, second := authtest.New(t, cfg), authtest.New(t, cfg)
	require.NoError(t, first.AddUser(authtest.User{Username: "alice@example.com", Password: demo.Password}))
	var list bytes.Buffer
	require.NoError(t, first.WriteUsers(&list))
	users := importer{pool: second, password: demo.Password}
	_, err := users.add(bytes.NewReader(list.Bytes()))
	require.NoError(t, err)
	assert.Equal(t, first.Users(), second.Users())
	for _, name := range []string{"alice@example.com", "Alice@example.com"} {
		again, err := users.add(strings.NewReader(`{"Users": [{"Username": "` + name + `"}]}`))
		require.NoError(t, err)
		assert.Equal(t, []string{name}, again.Skipped)
	}
}

// TestSeedFollowsTheCaseRuleOfThePool checks that Alice is left out only where she is alice.
func TestSeedFollowsTheCaseRuleOfThePool(t *testing.T) {
	t.Parallel()
	const first, second = `{"Users": [{"Username": "alice"}]}`, `{"Users": [{"Username": "alice"}, {"Username": "Alice"}]}`
	for flag, want := range map[string]imported{
		"-case-sensitive":       {Added: []string{"Alice"}, Skipped: []string{"alice"}},
		"-case-sensitive=false": {Added: []string{}, Skipped: []string{"alice", "Alice"}},
	} {
		opts, _, err := parse([]string{flag})
		require.NoError(t, err)
		users := opts.importer(authtest.New(t, opts.pool))
		_, err = users.add(strings.NewReader(first))
		require.NoError(t, err)
		outcome, err := users.add(strings.NewReader(second))
		require.NoError(t, err, flag)
		assert.Equal(t, want, outcome, flag)
	}
}

func TestUnusableSeeds(t *testing.T) {
	t.Parallel()
	pool := authtest.New(t, authtest.Config{})
	for text, want := range map[string]string{
		`[]`:                             "ListUsers",
		`{"Users":[{"Pasword":"x"}]}`:    "Pasword",
		`{"Users":[{"Username":""}]}`:    "user name",
		`{"Users":[{"Username":"a b"}]}`: "user name",
		`{"Users":[{"Username":"zoe","UserStatus":"ARCHIVED"}]}`: "ARCHIVED",
		`{"Users":[{"Username":"zoe","Password":"short"}]}`:      "Password did not conform",
	} {
		_, err := importer{pool: pool}.add(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
	assert.Empty(t, pool.Users())
}
