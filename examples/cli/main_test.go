package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func Example() {
	t := &tool{stdout: os.Stdout}
	if err := t.run(context.Background(), nil); err != nil {
		panic(err)
	}
	// Output:
	// $ acme login --user-pool-id … --client-id …
	// User name: alice
	// Password:
	// Type the six digits that your authenticator app shows.
	// Six-digit code: ••••••
	// Don't ask again on this computer? [y/N]: y
	// Signed in as alice.
	// $ acme whoami
	// alice
	// $ acme token --min-ttl 10m
	// eyJ…
	// $ acme header
	// Authorization: Bearer eyJ…
	// $ acme mfa
	// enabled [TOTP]
	// $ acme logout
	// Signed out.
	// $ acme login
	// User name: alice
	// Password:
	// Signed in as alice.
	// $ acme logout --everywhere --forget-device
	// Signed out.
}

// machine is a person's computer: the state directory and the pool.
type machine struct {
	home string
	pool *authtest.Pool
}

func newMachine(t testing.TB, cfg authtest.Config) machine {
	t.Helper()
	pool, err := demo.StartPool(cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return machine{t.TempDir(), pool}
}

// acme runs one command, without a terminal, and returns its outputs and its exit code.
func (m machine) acme(args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	t := &tool{
		stdin: strings.NewReader(demo.Password + "\n"), stdout: &out, stderr: &errs,
		getenv: func(string) string { return "" }, dir: m.home,
	}
	code = t.exit(t.run(context.Background(), args))
	return out.String(), errs.String(), code
}

func (m machine) loginArgs() []string {
	return []string{
		"login", "--user-pool-id", m.pool.UserPoolID, "--client-id", m.pool.ClientID, "--endpoint", m.pool.URL,
		"--storage", "file", "--key-file", m.keyFile(), "--username", demo.Username,
	}
}

func (m machine) keyFile() string { return filepath.Join(m.home, "key") }

func (m machine) signIn(t testing.TB) {
	t.Helper()
	_, stderr, code := m.acme(append(m.loginArgs(), "--password-stdin")...)
	require.Zero(t, code, stderr)
}

func TestScriptsSignInWithoutATerminal(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	code, err := authtest.TOTPCode(demo.TOTPSecret, m.pool.Now())
	require.NoError(t, err)
	stdout, stderr, exit := m.acme(append(m.loginArgs(), "--password-stdin", "--totp-command", "echo "+code)...)
	require.Zero(t, exit, stderr)
	assert.Equal(t, "Signed in as alice.\n", stdout)

	stdout, _, exit = m.acme("whoami")
	assert.Zero(t, exit)
	assert.Equal(t, "alice\n", stdout)
	stdout, _, _ = m.acme("profiles")
	assert.Equal(t, "default\n", stdout)
	stdout, _, exit = m.acme("status", "--json")
	assert.Zero(t, exit)
	var s standing
	require.NoError(t, json.Unmarshal([]byte(stdout), &s))
	assert.Equal(t, "SIGNED_IN alice file", s.State+" "+s.User+" "+s.Storage)
	stdout, _, _ = m.acme("exec-credential")
	var credential struct {
		Kind   string
		Status struct{ Token, ExpirationTimestamp string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &credential))
	assert.Equal(t, "ExecCredential", credential.Kind)
	assert.Equal(t, 3, strings.Count(credential.Status.Token, ".")+1)
	_, err = time.Parse(time.RFC3339, credential.Status.ExpirationTimestamp)
	require.NoError(t, err)
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{})
	run := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		stdout, stderr, code := m.acme(args...)
		assert.Equal(t, want, code, "%v: %s", args, stderr)
		return stdout, stderr
	}
	_, stderr := run(0, "help")
	assert.Contains(t, stderr, "exec-credential")
	run(0, "login", "--help")
	run(2, "sign-in")
	run(2, "token", "--password", "x")
	run(2, "token", "--profile", "../x")
	run(2, append(m.loginArgs(), "--mfa", "pigeon")...)
	run(8, "login")
	run(8, "login", "--user-pool-id", "x", "--client-id", "y", "--storage", "none", "--username", "alice", "--password-stdin")
	run(4, "token")
	wrong := filepath.Join(m.home, "wrong")
	require.NoError(t, os.WriteFile(wrong, []byte("Wrong-Horse-7!"), 0o600))
	_, stderr = run(3, append(m.loginArgs(), "--password-file", wrong)...)
	assert.Equal(t, "acme: Name or password is wrong.\n", stderr)
	stdout, _ := run(4, "token", "--json")
	assert.JSONEq(t, `{"error":{"code":"UserUnAuthenticatedException","message":"You are not signed in.","exit":4}}`, stdout)
	run(4, "status")
	m.signIn(t)
	run(0, "token")
	run(0, "logout")
	run(4, "token")
}

func TestLostKeyIsExplainedAndHealed(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{})
	m.signIn(t)
	require.NoError(t, os.Remove(m.keyFile()))
	_, stderr, code := m.acme("token")
	assert.Equal(t, 7, code)
	assert.Equal(t, "acme: The key of this session is lost. Sign in again with: acme login --reset\n", stderr)
	assert.NoFileExists(t, m.keyFile(), "nobody agreed to that")
	_, stderr, code = m.acme("login", "--reset", "--username", "alice", "--password-stdin")
	require.Zero(t, code, stderr)
	_, _, code = m.acme("token")
	assert.Zero(t, code)

	require.NoError(t, os.Chmod(m.keyFile(), 0o644))
	_, _, code = m.acme("token")
	assert.Equal(t, 7, code, "others can read the key")
}

func TestOneSignInAtATimePerProfile(t *testing.T) {
	t.Parallel()
	m := newMachine(t, authtest.Config{})
	m.signIn(t)
	key, err := os.ReadFile(m.keyFile())
	require.NoError(t, err)
	store, err := filestore.New(filepath.Join(m.home, "default"), key)
	require.NoError(t, err)
	release, err := store.Lease(t.Context(), "login")
	require.NoError(t, err)
	_, stderr, code := m.acme(append(m.loginArgs(), "--password-stdin")...)
	assert.Equal(t, 4, code)
	assert.Equal(t, "acme: Another sign-in of this profile is under way.\n", stderr)
	_, stderr, code = m.acme(append(m.loginArgs(), "--password-stdin", "--profile", "other")...)
	assert.Zero(t, code, stderr)
	release()
}

// build builds a program.
func build(t testing.TB, path string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "program")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, path).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return binary
}

// process is the command of a process of its own on this machine.
func (m machine) process(ctx context.Context, binary string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+filepath.Dir(m.home))
	return cmd
}

// newComputer is a machine whose state directory processes find.
func newComputer(t testing.TB, cfg authtest.Config) machine {
	t.Helper()
	m := newMachine(t, cfg)
	m.home = filepath.Join(m.home, appName)
	require.NoError(t, os.Mkdir(m.home, 0o700))
	return m
}

// expire makes the tokens look as if they had been received two hours ago.
func (m machine) expire(t *testing.T) {
	t.Helper()
	key, err := os.ReadFile(m.keyFile())
	require.NoError(t, err)
	store, err := filestore.New(filepath.Join(m.home, "default"), key)
	require.NoError(t, err)
	record, err := store.Load(t.Context(), "default")
	require.NoError(t, err)
	tokens, rest, err := auth.ExportTokens(record.Data)
	require.NoError(t, err)
	tokens.ReceivedAt = time.Now().Add(-2 * time.Hour)
	record.Data, err = auth.ImportTokens(m.pool.ClientID, tokens, rest)
	require.NoError(t, err)
	_, err = store.Save(t.Context(), "default", record)
	require.NoError(t, err)
}

func TestManyProcessesRenewATokenOnce(t *testing.T) {
	t.Parallel()
	const processes = 20
	m := newComputer(t, authtest.Config{RefreshTokenRotation: true})
	m.signIn(t)
	m.expire(t)
	m.pool.ResetRequests()
	binary := build(t, ".")
	outputs := make([]string, processes)
	var running sync.WaitGroup
	for i := range processes {
		running.Go(func() {
			out, err := m.process(t.Context(), binary, "token").Output()
			assert.NoError(t, err)
			outputs[i] = string(out)
		})
	}
	running.Wait()
	for _, output := range outputs {
		assert.Equal(t, outputs[0], output)
	}
	assert.Equal(t, 2, strings.Count(outputs[0], "."), "it is a token")
	requests := m.pool.Requests()
	require.Len(t, requests, 1)
	assert.Equal(t, "GetTokensFromRefreshToken", requests[0].Operation)
}
