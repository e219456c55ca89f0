package conformance_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestTerminal drives examples/cli by keystrokes at a terminal of 80 columns and 24 rows: the first
// sign-in in a pool that requires MFA, with the QR code read off the screen, a remembered computer,
// and the second sign-in, without a code. The README of the example shows what a person sees.
func TestTerminal(t *testing.T) {
	t.Parallel()
	need(t, "zbarimg", "install zbar-tools")
	need(t, "oathtool", "install oathtool")
	d := newDesk(t, "-mfa", "REQUIRED", "-totp", "-devices", "opt-in")
	d.addAnna(t)

	a := d.start(t, 80, 24, nil, d.login()...)
	a.answer("User name: ", "anna")
	a.answer("Password: ", password)
	a.waitFor("Code that the app shows: ")
	_, whileSetUp, _ := a.display.now()
	scanned, err := url.Parse(a.scanScreen())
	require.NoError(t, err)
	assert.Equal(t, "/acme:anna", scanned.Path)
	a.press("000000\r")
	a.waitFor("That code is wrong. The app shows a new one every 30 seconds.")
	code := oathtool(t, scanned.Query().Get("secret"))
	a.answer("Code that the app shows: ", code)
	a.answer("Don't ask again on this computer? [y/N] ", "y")
	a.waitFor("Signed in as anna.")
	require.Zero(t, a.exit())
	_, first, _ := a.display.now()
	assert.NotContains(t, strings.Join(first, "\n"), "█", "a QR code that is done is cleared")
	assert.NotContains(t, a.display.output(), password)

	a = d.start(t, 80, 24, nil, "logout")
	a.waitFor("Signed out.")
	require.Zero(t, a.exit())

	a = d.start(t, 80, 24, nil, "login")
	a.answer("User name [anna]: ", "")
	a.answer("Password: ", password)
	a.waitFor("Signed in as anna.")
	require.Zero(t, a.exit())
	_, second, _ := a.display.now()

	conversation := "$ acme login\n" + text(withoutPicture(whileSetUp)) + "000000\n" +
		text(after(first, "000000")) + "$ acme logout\nSigned out.\n$ acme login\n" + text(second)
	conversation = strings.ReplaceAll(conversation, code, "123456") // it is another each time
	readme, err := os.ReadFile("../../examples/cli/README.md")
	require.NoError(t, err)
	if !strings.Contains(string(readme), "```console\n"+conversation+"```\n") {
		assert.Fail(t, "examples/cli/README.md shows another conversation than this", conversation)
	}
}

// withoutPicture puts one line in place of a QR code, which is another each time.
func withoutPicture(screen []string) []string {
	var lines []string
	rows := 0
	for _, line := range screen {
		switch {
		case strings.ContainsAny(line, "█▀▄"):
			rows++
		default:
			if rows > 0 {
				lines = append(lines, fmt.Sprintf("  █▀▀▀▀▀█ … the QR code, in %d rows, until the code is typed … █▀▀▀▀▀█", rows))
				rows = 0
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func after(lines []string, end string) []string {
	for i, line := range lines {
		if strings.HasSuffix(line, end) {
			return lines[i+1:]
		}
	}
	return nil
}

// text joins lines; the last one is open if it is a question.
func text(lines []string) string {
	joined := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if strings.HasSuffix(joined, ":") {
		return joined + " "
	}
	return joined + "\n"
}

func TestTerminalSignUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.start(t, 80, 24, nil, d.login("--sign-up")...)
	a.waitFor("Press Enter alone to create an account.")
	a.answer("User name: ", "")
	a.answer("User name: ", "anna")
	a.answer("New password: ", password)
	a.answer("New password again: ", password)
	a.answer("Email: ", "anna@example.com")
	a.waitFor("We sent a code to a***@e***.")
	a.waitFor("Code: ")
	a.press(d.pool.lastCode(t, "anna") + "\r")
	a.waitFor("Signed in as anna.")
	assert.Zero(t, a.exit())
	assert.NotContains(t, a.display.output(), password)
}

func TestTerminalForgottenPassword(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.addAnna(t)
	a := d.start(t, 80, 24, nil, d.login()...)
	a.answer("User name: ", "anna")
	a.answer("Password: ", "")
	a.answer("Forgot it? [y/N] ", "y")
	a.waitFor("If there is such an account, we sent a code to a***@e***.")
	a.answer("Code: ", d.pool.lastCode(t, "anna"))
	a.answer("New password: ", "Newer-Horse-8-Battery")
	a.answer("New password again: ", "Newer-Horse-8-Battery")
	a.waitFor("Signed in as anna.")
	assert.Zero(t, a.exit())
}

func TestTerminalLockOut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.addAnna(t)
	for range 2 {
		a := d.start(t, 80, 24, nil, d.login("--username", "anna")...)
		a.answer("Password: ", "Wrong-Horse-7!")
		a.answer("Password: ", "Wrong-Horse-7!")
		a.answer("Password: ", "Wrong-Horse-7!")
		code := a.exit()
		if code == 5 {
			a.waitFor("Too many wrong passwords.")
			return
		}
		assert.Equal(t, 3, code)
	}
	require.Fail(t, "six wrong passwords lock nobody out")
}

func TestTerminalExpiry(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-mfa", "REQUIRED", "-email-mfa")
	d.addAnna(t)
	a := d.start(t, 80, 24, nil, d.login("--username", "anna")...)
	a.answer("Password: ", password)
	a.waitFor("Code: ")
	code := d.pool.lastCode(t, "anna")
	d.pool.post(t, "_pool/clock", `{"advance":"4m"}`)
	a.press(code + "\r")
	a.waitFor("That took too long. The sign-in starts over.")
	a.waitFor("Code: ")
	a.press(d.pool.lastCode(t, "anna") + "\r")
	a.waitFor("Signed in as anna.")
	assert.Zero(t, a.exit())
}

// In places that cannot show a QR code there is the key, in groups, and the URI.
func TestTerminalShowsTheKeyWhereNoQRCodeFits(t *testing.T) {
	t.Parallel()
	need(t, "oathtool", "install oathtool")
	for name, place := range map[string]struct {
		columns, rows int
		locale        string
	}{
		"30 columns": {30, 24, "C.UTF-8"},
		"C locale":   {80, 24, "C"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "-mfa", "REQUIRED", "-totp")
			d.addAnna(t)
			d.env = append(d.env, "LC_ALL="+place.locale)
			a := d.start(t, place.columns, place.rows, nil, d.login("--username", "anna")...)
			a.answer("Password: ", password)
			a.waitFor("secret=")
			a.waitFor("Code that the app shows: ")
			_, secret, _ := strings.Cut(a.display.output(), "secret=")
			secret, _, _ = strings.Cut(secret, "&")
			a.press(oathtool(t, secret) + "\r")
			a.waitFor("Signed in as anna.")
			assert.Zero(t, a.exit())
			_, all, _ := a.display.now()
			assert.NotContains(t, strings.Join(all, ""), "secret=", "a key that is done is cleared")
			if place.locale == "C" {
				for _, c := range a.display.output() {
					require.Less(t, c, rune(0x80))
				}
			}
		})
	}
}

// The code fits 60 columns, and without UTF-8 a tall terminal.
func TestTerminalOfOtherSizes(t *testing.T) {
	t.Parallel()
	need(t, "zbarimg", "install zbar-tools")
	for name, place := range map[string]struct {
		columns, rows int
		locale        string
	}{
		"60 columns":          {60, 24, "C.UTF-8"},
		"C locale, but large": {120, 60, "C"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "-mfa", "REQUIRED", "-totp")
			d.addAnna(t)
			d.env = append(d.env, "LC_ALL="+place.locale)
			a := d.start(t, place.columns, place.rows, nil, d.login("--username", "anna")...)
			a.answer("Password: ", password)
			a.waitFor("Code that the app shows: ")
			assert.Contains(t, a.scanScreen(), "otpauth://totp/acme:anna?")
			a.press("\x03")
			assert.Equal(t, 130, a.exit())
		})
	}
}

// Answers come from the terminal, and results go to the standard output, whatever both are.
func TestTerminalWithPipes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.addAnna(t)
	var results bytes.Buffer
	a := d.start(t, 80, 24, func(cmd *exec.Cmd) {
		cmd.Stdin, cmd.Stdout = strings.NewReader("not the password\n"), &results
	}, d.login("--username", "anna")...)
	a.answer("Password: ", password)
	require.Zero(t, a.exit())
	assert.Equal(t, "Signed in as anna.\n", results.String())
}

// Ctrl-C ends the tool at every question: with exit code 130, the echo restored, one empty line and
// no file that is half written.
func TestTerminalInterrupted(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-mfa", "REQUIRED", "-totp", "-devices", "opt-in")
	d.addAnna(t)
	need(t, "oathtool", "install oathtool")
	for asked := range 5 {
		a := d.start(t, 80, 40, nil, d.login("--sign-up")...)
		secret := ""
		steps := []func(){
			func() { a.waitFor("User name") },
			func() { a.press("anna\r"); a.waitFor("Password: ") },
			func() { a.press("\r"); a.waitFor("Forgot it? [y/N] ") },
			func() { a.press("n\r"); a.answer("Password: ", password); a.waitFor("Code that the app shows: ") },
			func() {
				a.press("k\r")
				a.waitFor("secret=")
				a.waitFor("Code that the app shows: ")
				_, secret, _ = strings.Cut(a.display.output(), "secret=")
				secret, _, _ = strings.Cut(secret, "&")
			},
		}
		for _, step := range steps[:asked+1] {
			step()
		}
		a.press("\x03")
		require.Equal(t, 130, a.exit(), "at question %d", asked)
		if asked >= 3 { // it is half done: forget it, so that the next run begins at the beginning
			a = d.start(t, 80, 24, nil, "logout")
			a.waitFor("Signed out.")
			require.Zero(t, a.exit())
		}
	}
	requireWholeFiles(t, d)
}

func requireWholeFiles(t *testing.T, d desk) {
	t.Helper()
	half, err := filepath.Glob(filepath.Join(d.home, "acme", "*", "*.tmp"))
	require.NoError(t, err)
	assert.Empty(t, half)
}

// SIGTERM and SIGINT end the tool as Ctrl-C does. After SIGKILL, the next login goes on where that
// one stopped.
func TestTerminalKilled(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-mfa", "REQUIRED", "-email-mfa")
	d.addAnna(t)
	a := d.start(t, 80, 24, nil, d.login()...)
	a.answer("User name: ", "anna")
	a.answer("Password: ", password)
	a.waitFor("Code: ")
	require.NoError(t, a.cmd.Process.Kill())
	<-a.ended
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		a = d.start(t, 80, 24, nil, "login")
		a.waitFor("Code: ")
		require.NoError(t, a.cmd.Process.Signal(signal))
		require.Equal(t, 130, a.exit(), "%v", signal)
	}
	a = d.start(t, 80, 24, nil, "login")
	a.answer("Code: ", d.pool.lastCode(t, "anna"))
	a.waitFor("Signed in as anna.")
	assert.Zero(t, a.exit())
	requireWholeFiles(t, d)
}

// TestTerminalQuickStart goes through the quick start at the pool of examples/userpool. Ctrl-C ends
// it at each of its questions.
func TestTerminalQuickStart(t *testing.T) {
	t.Parallel()
	need(t, "zbarimg", "install zbar-tools")
	need(t, "oathtool", "install oathtool")
	d := newDeskWith(t, "./examples/quickstart", "-mfa", "REQUIRED", "-totp")
	args := []string{"-user-pool-id", d.pool.UserPoolID, "-client-id", d.pool.ClientID, "-endpoint", d.pool.Endpoint}
	const questions = 8
	for stopAt := range questions + 1 {
		name := fmt.Sprintf("anna%d", stopAt)
		a := d.start(t, 80, 24, nil, args...)
		secret := ""
		answers := []struct {
			question string
			answer   func() string
		}{
			{"User name: ", func() string { return name }},
			{"New password: ", func() string { return password }},
			{"New password again: ", func() string { return password }},
			{"Email: ", func() string { return name + "@example.com" }},
			{"Code: ", func() string { return d.pool.lastCode(t, name) }},
			{"Code that the app shows: ", func() string {
				scanned, err := url.Parse(a.scanScreen())
				require.NoError(t, err)
				secret = scanned.Query().Get("secret")
				return oathtool(t, secret)
			}},
			{"User name [" + name + "]: ", func() string { return "" }},
			{"Password: ", func() string { return password }},
		}
		require.Len(t, answers, questions)
		for i, next := range answers {
			a.waitFor(next.question)
			if i == stopAt {
				a.press("\x03")
				require.Equal(t, 130, a.exit(), next.question)
				break
			}
			a.press(next.answer() + "\r")
		}
		if stopAt == questions {
			a.waitFor("Six-digit code: ")
			// The code of the next half minute: Cognito accepts each only once.
			a.press(codeAt(t, secret, time.Now().Add(30*time.Second)) + "\r")
			a.waitFor("Signed in as " + name + " (")
			assert.Zero(t, a.exit())
		}
	}
}

// Without a terminal and without other inputs, the tool says what is missing before it sends
// anything.
func TestTerminalMissing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	pool := newPool(t, authtest.Config{})
	d.pool = userPool{Endpoint: pool.URL, UserPoolID: pool.UserPoolID, ClientID: pool.ClientID}
	for missing, args := range map[string][]string{
		"User name": d.login(), "Password": d.login("--username", "anna"),
	} {
		cmd := exec.CommandContext(patient(t), d.binary, args...)
		cmd.Env = d.env
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		var exit *exec.ExitError
		require.ErrorAs(t, cmd.Run(), &exit)
		assert.Equal(t, 4, exit.ExitCode())
		assert.Equal(t, "acme: There is no terminal to ask you in, and this came from nowhere else: "+missing+".\n", stderr.String())
	}
	assert.Empty(t, pool.Requests())
}
