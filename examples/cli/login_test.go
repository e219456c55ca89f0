package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func TestFlagsWithEqualValues(t *testing.T) {
	t.Parallel()
	in := loginFlags{userPoolID: "same", clientID: "same", endpoint: "same", storage: "same"}
	cfg := profileConfig{UserPoolID: "old", ClientID: "old", Endpoint: "old", Storage: "old", KeyFile: "/old"}
	require.NoError(t, in.apply(&cfg))
	assert.Equal(t, profileConfig{
		UserPoolID: "same", ClientID: "same", Endpoint: "same", Storage: "same", KeyFile: "/old",
	}, cfg)
}

// TestKeyFileIsFoundFromOtherDirectories names the file relative to where the login runs.
func TestKeyFileIsFoundFromOtherDirectories(t *testing.T) {
	t.Parallel()
	m := newComputer(t, authtest.Config{})
	binary := build(t, ".")
	here, elsewhere := t.TempDir(), t.TempDir()
	login := m.process(t.Context(), binary, append(m.loginArgs(), "--password-stdin", "--key-file", "key")...)
	login.Dir, login.Stdin = here, strings.NewReader(demo.Password+"\n")
	out, err := login.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.FileExists(t, filepath.Join(here, "key"))

	token := m.process(t.Context(), binary, "token")
	token.Dir = elsewhere
	out, err = token.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestOnlyLoginCreatesKeys(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{})
	m.signIn(t)
	sealed, err := filepath.Glob(filepath.Join(m.home, "default", "*.sealed"))
	require.NoError(t, err)
	require.NotEmpty(t, sealed)
	for _, file := range append(sealed, m.keyFile()) {
		require.NoError(t, os.Remove(file))
	}
	_, _, code := m.acme("token")
	assert.Equal(t, exitStorage, code)
	assert.NoFileExists(t, m.keyFile())
	m.signIn(t)
	assert.FileExists(t, m.keyFile())
}
