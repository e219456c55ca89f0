package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// walkthrough runs commands one after the other, each as in a process of its own, on an in-process
// pool, and lets time pass between them. A person who is not there answers the questions.
func walkthrough(ctx context.Context, out io.Writer, useKeyring bool) error {
	pool, err := demo.StartPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true, Devices: authtest.DevicesOptIn})
	if err != nil {
		return err
	}
	defer pool.Close()
	home, err := os.MkdirTemp("", appName)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(home) }()
	first := []string{"login", "--user-pool-id", pool.UserPoolID, "--client-id", pool.ClientID, "--endpoint", pool.URL}
	if !useKeyring {
		first = append(first, "--storage", storageFile, "--key-file", filepath.Join(home, "key"))
	}
	for _, process := range []struct {
		args  []string
		later time.Duration
	}{
		{first, 55 * time.Minute},
		{[]string{"whoami"}, 0},
		{[]string{"token", "--min-ttl", "10m"}, 0},
		{[]string{"header"}, 0},
		{[]string{"mfa"}, 0},
		{[]string{"logout"}, 0},
		{[]string{"login"}, 0}, // no code: the computer is remembered
		{[]string{"logout", "--everywhere", "--forget-device"}, 0},
	} {
		say(out, "$ %s %s\n", appName, shown(process.args))
		var printed bytes.Buffer
		t := &tool{
			stdin: strings.NewReader(""), stdout: &printed, stderr: &printed, getenv: func(string) string { return "" },
			prompter: person{out, pool}, dir: home,
		}
		if err := t.run(ctx, process.args); err != nil {
			return err
		}
		say(out, "%s", secrets.ReplaceAllString(printed.String(), "eyJ…"))
		pool.Advance(process.later)
	}
	return nil
}

// say prints a part of the walkthrough.
func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format, args...)
}

// secrets matches tokens, of which the walkthrough shows the beginning.
var secrets = regexp.MustCompile(`eyJ[A-Za-z0-9._-]+`)

// shown leaves out of a command line what is another each time.
func shown(args []string) string {
	if len(args) > 5 {
		return args[0] + " --user-pool-id … --client-id …"
	}
	return strings.Join(args, " ")
}

// person answers as somebody with an authenticator app does.
type person struct {
	out  io.Writer
	pool *authtest.Pool
}

func (p person) Ask(_ context.Context, q terminal.Question) (answer string, err error) {
	switch q.ID {
	case texts.FieldUsername:
		answer = demo.Username
	case texts.FieldPassword:
		say(p.out, "%s:\n", q.Label)
		return demo.Password, nil
	case texts.FieldAppCode:
		say(p.out, "%s: ••••••\n", q.Label)
		return authtest.TOTPCode(demo.TOTPSecret, p.pool.Now())
	case texts.RememberComputer:
		answer = "y"
	default:
		return "", fmt.Errorf("nobody answers %s", q.ID)
	}
	say(p.out, "%s: %s\n", q.Label, answer)
	return answer, nil
}

func (p person) Tell(_ context.Context, line string) error {
	_, err := fmt.Fprintln(p.out, line)
	return err
}

func (p person) Screen() terminal.Screen { return terminal.Screen{Columns: 80, Rows: 24, UTF8: true} }
