package conformance_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// desk is a person's computer, with examples/userpool as the pool.
type desk struct {
	binary, home string
	pool         userPool
	env          []string
}

func newDesk(t *testing.T, flags ...string) desk {
	t.Helper()
	return newDeskWith(t, "./examples/cli", flags...)
}

func newDeskWith(t *testing.T, program string, flags ...string) desk {
	t.Helper()
	d := desk{binary: built(t, program), home: t.TempDir(), pool: startUserPool(t, flags...)}
	d.env = append(os.Environ(), "XDG_STATE_HOME="+d.home, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "ACME_ACCESS_TOKEN=")
	return d
}

// addAnna signs anna up.
func (d desk) addAnna(t *testing.T) {
	t.Helper()
	const username = "anna"
	client, err := auth.NewClient(auth.Config{
		UserPoolID: d.pool.UserPoolID, ClientID: d.pool.ClientID, Endpoint: d.pool.Endpoint,
	})
	require.NoError(t, err)
	session := client.Session(username)
	_, err = session.SignUp(t.Context(), auth.SignUpInput{
		Username: username, Password: password, UserAttributes: map[string]string{"email": username + "@example.com"},
	})
	require.NoError(t, err)
	_, err = session.ConfirmSignUp(t.Context(), auth.ConfirmSignUpInput{
		Username: username, ConfirmationCode: d.pool.lastCode(t, username),
	})
	require.NoError(t, err)
}

// login are the arguments of the first login.
func (d desk) login(more ...string) []string {
	return append([]string{
		"login", "--user-pool-id", d.pool.UserPoolID, "--client-id", d.pool.ClientID, "--endpoint", d.pool.Endpoint,
		"--storage", "file", "--key-file", filepath.Join(d.home, "key"),
	}, more...)
}

// at is a program at a terminal, and the person in front of it.
type at struct {
	t        *testing.T
	cmd      *exec.Cmd
	display  *display
	keyboard *os.File
	tty      *os.File
	ended    chan struct{}
	seen     int // how much of the output was waited for
}

// start runs the tool at a terminal of that size.
func (d desk) start(t *testing.T, columns, rows int, change func(*exec.Cmd), args ...string) *at {
	t.Helper()
	keyboard, tty, err := pty.Open()
	require.NoError(t, err)
	require.NoError(t, pty.Setsize(keyboard, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}))
	cmd := exec.CommandContext(patient(t), d.binary, args...)
	cmd.Env = d.env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2}
	if change != nil {
		change(cmd)
	}
	a := &at{
		t: t, cmd: cmd, display: newDisplay(columns, rows), keyboard: keyboard, tty: tty, ended: make(chan struct{}),
	}
	require.NoError(t, cmd.Start())
	go a.watch()
	go func() {
		_ = cmd.Wait()
		_, _ = tty.WriteString(endOfOutput)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-a.ended
		_ = tty.Close()
		_ = keyboard.Close()
	})
	return a
}

// endOfOutput follows the output of a program that has ended, so that all of it was seen by then.
const endOfOutput = "\x00"

// watch shows the output on the display.
func (a *at) watch() {
	defer close(a.ended)
	buffer := make([]byte, 4096)
	for {
		n, err := a.keyboard.Read(buffer)
		_, _ = a.display.Write(buffer[:n])
		if err != nil || bytes.Contains(buffer[:n], []byte(endOfOutput)) {
			return
		}
	}
}

// waitFor waits until the output since the last one contains text.
func (a *at) waitFor(text string) {
	a.t.Helper()
	deadline := time.After(reaction)
	for ended := false; ; {
		_, all, changed := a.display.now()
		output := a.display.output()
		if i := strings.Index(output[a.seen:], text); i >= 0 {
			a.seen += i + len(text)
			return
		}
		require.False(a.t, ended, "it ended without %q; seen:\n%s", text, strings.Join(all, "\n"))
		select {
		case <-changed:
		case <-a.ended:
			ended = true
		case <-deadline:
			require.FailNow(a.t, "waited too long", "for %q; seen:\n%s", text, strings.Join(all, "\n"))
		}
	}
}

// answer waits for a question and types the answer.
func (a *at) answer(question, text string) {
	a.t.Helper()
	a.waitFor(question)
	a.press(text + "\r")
}

func (a *at) press(keys string) {
	a.t.Helper()
	_, err := a.keyboard.WriteString(keys)
	require.NoError(a.t, err)
}

// exit waits for the end and returns the exit code. The terminal must be as it was.
func (a *at) exit() int {
	a.t.Helper()
	select {
	case <-a.ended:
	case <-time.After(reaction):
		_, all, _ := a.display.now()
		require.FailNow(a.t, "it does not end", strings.Join(all, "\n"))
	}
	a.requireEcho()
	return a.cmd.ProcessState.ExitCode()
}

// requireEcho asks the terminal for its settings.
func (a *at) requireEcho() {
	a.t.Helper()
	stty := exec.CommandContext(patient(a.t), "stty", "-a")
	stty.Stdin = a.tty
	settings, err := stty.Output()
	require.NoError(a.t, err)
	assert.Subset(a.t, strings.Fields(string(settings)), []string{"echo", "icanon", "isig", "opost"})
}

// scanScreen has zbarimg read the QR code on the screen.
func (a *at) scanScreen() string {
	a.t.Helper()
	screen, _, _ := a.display.now()
	file := filepath.Join(a.t.TempDir(), "screen.png")
	screenshot(a.t, file, screen, false)
	return strings.TrimSuffix(string(run(a.t, "zbarimg", "--quiet", "--raw", file)), "\n")
}
