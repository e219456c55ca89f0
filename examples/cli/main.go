// Command cli is a command-line tool that stays signed in, although each of its commands is a
// short-lived process. It is made to be copied: acme is its name here.
//
//	go run ./examples/cli                 a walkthrough: commands one after the other, on an in-process pool
//	go run ./examples/cli -keyring        the same, with the key in the system's keyring
//	go run ./examples/cli help            the commands, for a pool of your own or that of examples/userpool
//
// With -keyring the key stays in the keyring, under the name amplify-auth-go-example.
//
// Every subcommand is one function and one row of the table below. The README shows a conversation.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
)

const appName = "acme"

// command is a subcommand. It parses its own arguments, with the flags of [tool.flags] among them.
type command struct {
	name, summary string
	run           func(context.Context, *tool, []string) error
}

func commands() []command {
	return []command{
		{"login", "sign in", login},
		{"status", "say who is signed in, where that is kept, and for how long", status},
		{"whoami", "print the name of the person who is signed in", whoami},
		{"token", "print an access token for a script", token},
		{"header", "print an Authorization header for curl -H @-", header},
		{"exec-credential", "print a credential for kubectl", execCredential},
		{"credential-process", "print AWS credentials for the AWS CLI and SDKs", credentialProcess},
		{"mfa", "show, setup, prefer: the second factors", mfaCommand},
		{"devices", "list, remember, forget: the computers and phones", devicesCommand},
		{"passwd", "change the password", passwd},
		{"logout", "sign out", logout},
		{"profiles", "list the profiles", profiles},
	}
}

// tool is one run of the program.
type tool struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	prompter       terminal.Prompter                   // nil: the controlling terminal
	browse         func(context.Context, string) error // starts a browser; nil: that of the system

	dir     string // of all profiles
	profile string
	json    bool
	verbose bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	t := &tool{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv,
	}
	var err error
	if t.dir, err = stateDir(os.Getenv); err == nil {
		err = t.run(ctx, os.Args[1:])
	}
	stop()
	os.Exit(t.exit(err))
}

// stateDir is where programs keep what is neither configuration nor documents.
func stateDir(getenv func(string) string) (string, error) {
	if dir := getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, appName), nil
	}
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, appName), err
}

func (t *tool) run(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] == "-keyring" {
		return walkthrough(ctx, t.stdout, len(args) > 0)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, t, args[1:])
		}
	}
	t.usage()
	if args[0] == "help" {
		return nil
	}
	return &exitError{code: exitUsage, name: "usage", text: fmt.Sprintf("there is no command %q", args[0])}
}

func (t *tool) usage() {
	t.warn("usage: %s COMMAND [--profile NAME] [--json] …\n\n", appName)
	for _, c := range commands() {
		t.warn("  %-18s %s\n", c.name, c.summary)
	}
	t.warn("\n%s COMMAND --help lists the flags of a command.\n", appName)
}

// flags returns the flags of a command, with those that every command has.
func (t *tool) flags(name string) *flag.FlagSet {
	set := flag.NewFlagSet(appName+" "+name, flag.ContinueOnError)
	set.SetOutput(t.stderr)
	profile := t.getenv("ACME_PROFILE")
	if profile == "" {
		profile = "default"
	}
	set.StringVar(&t.profile, "profile", profile, "the `name` of the profile; ACME_PROFILE sets the default")
	set.BoolVar(&t.json, "json", false, "print JSON, errors too")
	set.BoolVar(&t.verbose, "v", false, "log requests, without secrets")
	return set
}

// parse parses the arguments of a command. Up to most arguments may follow the flags.
func (t *tool) parse(set *flag.FlagSet, args []string, most int) error {
	err := set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return &exitError{}
	case err != nil:
		return &exitError{code: exitUsage, name: "usage"} // it is printed already
	case set.NArg() > most:
		return &exitError{code: exitUsage, name: "usage", text: "too many arguments"}
	case !profileName.MatchString(t.profile):
		text := "the name of a profile has letters, digits, dots, _ and -"
		return &exitError{code: exitUsage, name: "usage", text: text}
	}
	return nil
}

// print prints a result: a line for people or JSON for programs.
func (t *tool) print(line string, value any) error {
	if t.json {
		return json.NewEncoder(t.stdout).Encode(value)
	}
	_, err := fmt.Fprintln(t.stdout, line)
	return err
}

// warn writes to the error output, if anybody reads it.
func (t *tool) warn(format string, args ...any) {
	_, _ = fmt.Fprintf(t.stderr, format, args...)
}

func (t *tool) logger() *slog.Logger {
	if !t.verbose {
		return nil
	}
	return slog.New(slog.NewTextHandler(t.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// exit says what went wrong and returns the exit code.
func (t *tool) exit(err error) int {
	var own *exitError
	text, code, name := terminal.Explain(err), terminal.ExitCode(err), "failed"
	var e *auth.Error
	if errors.As(err, &e) && e.Code != "" {
		name = string(e.Code)
	}
	if errors.As(err, &own) {
		text, code, name = own.text, own.code, own.name
	}
	if err == nil || code == 0 {
		return 0
	}
	if t.json && name != "" {
		failure := map[string]any{"code": name, "message": text, "exit": code}
		_ = json.NewEncoder(t.stdout).Encode(map[string]any{"error": failure}) // the exit code tells all the same
		return code
	}
	if text != "" {
		t.warn("%s: %s\n", appName, text)
	}
	if t.verbose {
		t.warn("%v\n", err)
	}
	return code
}

const (
	exitUsage   = 2
	exitSignIn  = 4
	exitStorage = 7
	exitConfig  = 8
)

// exitError is an error that the tool explains itself. The zero value is a success.
type exitError struct {
	code int
	name string // stable, for --json
	text string
	err  error
}

func (e *exitError) Error() string {
	if e.err != nil {
		return e.text + ": " + e.err.Error()
	}
	return e.text
}

func (e *exitError) Unwrap() error { return e.err }
