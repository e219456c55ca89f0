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
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
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

// TestStateOfAnotherProgramIsNotOverwritten checks that two programs on one file do not lose each
// other's users without a word.
func TestStateOfAnotherProgramIsNotOverwritten(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pool.json")
	keep := func() (*authtest.Pool, func() error) {
		file := newStateFile(name, io.Discard)
		state, err := file.load()
		require.NoError(t, err)
		pool := authtest.New(t, authtest.Config{NoListener: true, State: state})
		stop, err := file.keep(pool)
		require.NoError(t, err)
		return pool, stop
	}
	first, stopFirst := keep()
	second, stopSecond := keep()
	require.NoError(t, first.AddUser(authtest.User{Username: "alice", Password: demo.Password}))
	require.NoError(t, stopFirst())
	require.NoError(t, second.AddUser(authtest.User{Username: "bob", Password: demo.Password}))
	assert.ErrorContains(t, stopSecond(), "another program has changed it")

	third, stopThird := keep()
	require.Len(t, third.Users(), 1)
	assert.Equal(t, "alice", third.Users()[0].Username)
	require.NoError(t, os.Remove(name))
	require.NoError(t, third.AddUser(authtest.User{Username: "carol", Password: demo.Password}))
	require.NoError(t, stopThird(), "a file that was deleted is written again")
	assert.FileExists(t, name)

	_, err := newStateFile(name, io.Discard).keep(authtest.New(t, authtest.Config{NoListener: true}))
	assert.ErrorContains(t, err, "another program has changed it", "a file that was not there at the start")
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
