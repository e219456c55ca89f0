package main

import (
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A token that is still good needs no connection.
func TestCachedTokenOpensNoConnection(t *testing.T) {
	t.Parallel()
	m := newComputer(t, authtest.Config{})
	m.signIn(t)
	endpoint, err := url.Parse(m.pool.URL)
	require.NoError(t, err)
	m.pool.Close()
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", endpoint.Host)
	require.NoError(t, err)
	accepted := make(chan error, 1)
	go func() {
		_, err := listener.Accept()
		accepted <- err
	}()
	out, err := m.process(t.Context(), build(t, "."), "token").Output()
	require.NoError(t, err)
	assert.NotEmpty(t, out)
	require.NoError(t, listener.Close())
	assert.ErrorIs(t, <-accepted, net.ErrClosed, "the tool connected to the pool")
}

// BenchmarkStart measures whole processes, from start to exit: a program that prints one line, and
// a token that is still good, with the key from a file. With a keyring at hand it measures that
// too: the difference is the keyring's share.
func BenchmarkStart(b *testing.B) {
	hello := filepath.Join(b.TempDir(), "hello.go")
	source := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"
	require.NoError(b, os.WriteFile(hello, []byte(source), 0o600))
	helloBinary, binary := build(b, hello), build(b, ".")
	m := newComputer(b, authtest.Config{})
	m.signIn(b)
	b.Run("hello", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, exec.CommandContext(b.Context(), helloBinary).Run())
		}
	})
	b.Run("token", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, m.process(b.Context(), binary, "token").Run())
		}
	})
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		return
	}
	keyring := newComputer(b, authtest.Config{})
	args := append(keyring.loginArgs(), "--password-stdin", "--storage", "keyring")
	_, stderr, code := keyring.acme(args...)
	require.Zero(b, code, stderr)
	b.Run("token with the keyring", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, keyring.process(b.Context(), binary, "token").Run())
		}
	})
}
