package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// session returns a session of the SDK at the program.
func (a announcement) session(t *testing.T) *auth.Session {
	t.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: a.UserPoolID, ClientID: a.ClientID, ClientSecret: a.ClientSecret, Endpoint: a.Endpoint,
	})
	require.NoError(t, err)
	return client.Session("test")
}

func TestStateOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pool.json")
	seed := filepath.Join(t.TempDir(), "users.json")
	require.NoError(t, os.WriteFile(seed, []byte(`{"Users":[{"Username":"alice"}]}`), 0o600))
	args := []string{"-state", name, "-seed", seed, "-seed-password", demo.Password, "-client-secret"}
	first, stop := startStoppable(t, args...)
	alice := first.session(t)
	_, err := alice.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: demo.Password})
	require.NoError(t, err)
	require.NoError(t, alice.UpdatePassword(t.Context(), auth.UpdatePasswordInput{
		OldPassword: demo.Password, NewPassword: "Another-horse-1!",
	}))
	stop()
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	second := start(t, args...)
	_, err = second.session(t).SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: "Another-horse-1!"})
	require.NoError(t, err, "the seed does not set the password again")
	second.Endpoint, first.Endpoint = "", ""
	assert.Equal(t, first, second, "the ids and the secret are the same")
}

func TestStateIsSavedWhileTheProgramRuns(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pool.json")
	a := start(t, "-state", name)
	_, err := a.session(t).SignUp(t.Context(), auth.SignUpInput{
		Username: "alice", Password: demo.Password, UserAttributes: map[string]string{"email": "alice@example.com"},
	})
	require.NoError(t, err)
	assert.Eventually(t, func() bool {
		text, err := os.ReadFile(name)
		return err == nil && bytes.Contains(text, []byte("alice@example.com"))
	}, time.Minute, 5*time.Millisecond)
}

func TestUnusableStateFiles(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	name := filepath.Join(dir, "pool.json")
	require.NoError(t, os.WriteFile(name, []byte(`{"version":99}`), 0o600))
	assert.ErrorContains(t, run(ended, []string{"-state", name}, io.Discard, io.Discard), "pool.json: authtest: state: the version is 99")
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, `{"version":99}`, string(text), "what cannot be read is not overwritten")
	assert.Error(t, run(ended, []string{"-state", dir}, io.Discard, io.Discard))
	assert.Error(t, run(ended, []string{"-state", filepath.Join(dir, "no", "pool.json")}, io.Discard, io.Discard))
}
