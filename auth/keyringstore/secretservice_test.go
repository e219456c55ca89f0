//go:build linux

package keyringstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/keyringstore"
)

const (
	inSession   = "KEYRINGSTORE_TEST_SESSION"
	saverNumber = "KEYRINGSTORE_TEST_SAVER"
	storeDir    = "KEYRINGSTORE_TEST_DIR"
	savers      = 8
	patience    = time.Minute
)

// TestMain opens the directory and saves or runs a command, instead of running the tests, if the
// test binary was started for that.
func TestMain(m *testing.M) {
	work := save
	switch {
	case os.Getenv(commandName) != "":
		work = command
	case os.Getenv(saverNumber) == "":
		os.Exit(m.Run())
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cfg := keyringstore.Config{Dir: os.Getenv(storeDir), Service: service}
	store, err := keyringstore.Open(ctx, cfg)
	for errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil { // the keyring of a slow machine
		store, err = keyringstore.Open(ctx, cfg)
	}
	if err == nil {
		err = work(ctx, store)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%T: %v\n", err, err)
		os.Exit(1)
	}
}

func save(ctx context.Context, store *filestore.Store) error {
	_, err := store.Save(ctx, os.Getenv(saverNumber), auth.Record{Data: []byte("data")})
	return err
}

// TestSecretService runs itself again on its own session bus with an unlocked GNOME Keyring.
func TestSecretService(t *testing.T) {
	if os.Getenv(inSession) != "" {
		onSecretService(t)
		return
	}
	for _, tool := range []string{"dbus-run-session", "dbus-send", "gnome-keyring-daemon"} {
		requireTool(t, tool)
	}
	const script = `printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null &&
		exec "$0" -test.run='^TestSecretService$' -test.v`
	home, runtime := t.TempDir(), t.TempDir()
	require.NoError(t, os.Chmod(runtime, 0o700))
	cmd := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c", script, os.Args[0])
	cmd.Env = append(os.Environ(), inSession+"=yes", "HOME="+home, "XDG_DATA_HOME="+home, "XDG_CACHE_HOME="+home,
		"XDG_RUNTIME_DIR="+runtime, "DISPLAY=", "WAYLAND_DISPLAY=")
	output, err := cmd.CombinedOutput()
	require.NoError(t, err, string(output))
	require.Contains(t, string(output), "--- PASS: TestSecretService ")
	t.Logf("%s", output)
}

// onSecretService opens one directory from several processes, then locks the keyring.
func onSecretService(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	commands := make([]*exec.Cmd, savers)
	for i := range commands {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), saverNumber+"="+strconv.Itoa(i), storeDir+"="+dir)
		cmd.Stderr = os.Stderr
		require.NoError(t, cmd.Start())
		commands[i] = cmd
	}
	for _, cmd := range commands {
		require.NoError(t, cmd.Wait())
	}
	cfg := keyringstore.Config{Dir: dir, Service: service}
	store := open(t, cfg)
	for i := range savers {
		_, err := store.Load(t.Context(), strconv.Itoa(i))
		require.NoError(t, err, "all records must be sealed under one key")
	}
	staysSignedIn(t)

	lockKeyring(t)
	start := time.Now()
	_, err := keyringstore.Open(t.Context(), cfg)
	var keyringErr *keyringstore.KeyringError
	require.ErrorAs(t, err, &keyringErr)
	assert.Less(t, time.Since(start), patience)
	t.Log("locked: ", err)
}

func lockKeyring(t *testing.T) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets",
		"/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
		"array:objpath:/org/freedesktop/secrets/collection/login").CombinedOutput()
	require.NoError(t, err, string(output))
}

// TestOpen_withoutSecretService runs without a session bus, as in a container.
func TestOpen_withoutSecretService(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), saverNumber+"=1", storeDir+"="+dir,
		"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(t.TempDir(), "absent"))
	output, err := cmd.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(output), "*keyringstore.KeyringError: keyringstore: read the key: ")
	assert.NoDirExists(t, dir)
}

// requireTool fails the test in CI if the tool is not installed, and skips it elsewhere.
func requireTool(t *testing.T, tool string) {
	t.Helper()
	_, err := exec.LookPath(tool)
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("%s is not installed (Debian: gnome-keyring, dbus)", tool)
	default:
		t.Skipf("%s is not installed (Debian: gnome-keyring, dbus): not run against a real keyring", tool)
	}
}

const (
	commandName = "KEYRINGSTORE_TEST_COMMAND"
	poolAddress = "KEYRINGSTORE_TEST_POOL"
	password    = "Correct-Horse-7-Battery"
)

// command runs one command of a tool.
func command(ctx context.Context, store *filestore.Store) error {
	var cfg auth.Config
	if _, err := fmt.Sscan(os.Getenv(poolAddress), &cfg.UserPoolID, &cfg.ClientID, &cfg.Endpoint); err != nil {
		return err
	}
	cfg.Store = store
	client, err := auth.NewClient(cfg)
	if err != nil {
		return err
	}
	session := client.Session("default")
	commands := map[string]func() error{
		"sign-in": func() error {
			_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			return err
		},
		"token": func() error {
			got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			if err == nil {
				_, err = os.Stdout.WriteString(got.AccessToken.Raw)
			}
			return err
		},
		"sign-out": func() error { return errOf(session.SignOut(ctx, auth.SignOutInput{})) },
	}
	return commands[os.Getenv(commandName)]()
}

// staysSignedIn runs a tool's commands one after the other, with tokens that expire after a second
// and a refresh token that works once.
func staysSignedIn(t *testing.T) {
	pool, err := authtest.NewPool(authtest.Config{
		RefreshTokenRotation: true, ShortTokens: true, AccessTokenValidity: time.Second, IDTokenValidity: time.Second,
	})
	require.NoError(t, err)
	defer pool.Close()
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	dir := filepath.Join(t.TempDir(), "store")
	tool := func(name string) (string, error) {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), commandName+"="+name, storeDir+"="+dir,
			poolAddress+"="+fmt.Sprintln(pool.UserPoolID, pool.ClientID, pool.URL))
		output, err := cmd.CombinedOutput()
		return string(output), err
	}
	output, err := tool("sign-in")
	require.NoError(t, err, output)
	tokens := map[string]bool{}
	require.Eventually(t, func() bool {
		token, err := tool("token")
		tokens[token] = true
		return !assert.NoError(t, err, token) || len(tokens) > 2
	}, patience, 100*time.Millisecond)
	output, err = tool("sign-out")
	require.NoError(t, err, output)
	output, err = tool("token")
	require.Error(t, err)
	assert.Contains(t, output, "nobody is signed in")
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }
