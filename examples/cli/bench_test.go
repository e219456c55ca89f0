package main

import (
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

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
// a token that is still good, with the key from a file. They take turns, so that a busy machine
// slows all of them down; the metrics are medians. With a keyring at hand it measures that too: the
// difference is the keyring's share.
func BenchmarkStart(b *testing.B) {
	source := filepath.Join(b.TempDir(), "hello.go")
	hello := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"
	require.NoError(b, os.WriteFile(source, []byte(hello), 0o600))
	helloBinary, binary := build(b, source), build(b, ".")
	withFile := newComputer(b, authtest.Config{})
	withFile.signIn(b)
	programs := map[string]func() *exec.Cmd{
		"hello":      func() *exec.Cmd { return exec.CommandContext(b.Context(), helloBinary) },
		"token-file": func() *exec.Cmd { return withFile.process(b.Context(), binary, "token") },
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		withKeyring := newComputer(b, authtest.Config{})
		args := append(withKeyring.loginArgs(), "--password-stdin", "--storage", "keyring")
		_, stderr, code := withKeyring.acme(args...)
		require.Zero(b, code, stderr)
		programs["token-keyring"] = func() *exec.Cmd { return withKeyring.process(b.Context(), binary, "token") }
	}
	took := map[string][]time.Duration{}
	for b.Loop() {
		for name, program := range programs {
			cmd := program()
			start := time.Now()
			require.NoError(b, cmd.Run())
			took[name] = append(took[name], time.Since(start))
		}
	}
	for name, times := range took {
		slices.Sort(times)
		b.ReportMetric(times[len(times)/2].Seconds()*1000, name+"-ms")
	}
	median := func(name string) float64 { return float64(took[name][len(took[name])/2]) }
	b.ReportMetric(median("token-file")/median("hello"), "token/hello")
}
