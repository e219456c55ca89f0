// Command admin is a tool for administrators of a user pool: it helps users who lost their second
// factor, plans and applies changes of the factors, and lists users and devices.
//
//	go run ./examples/admin                      # a walkthrough; with -dry-run it changes nothing
//	go run ./examples/admin recover -user alice -method SMS -address +15551234567
//	go run ./examples/admin mfa plan -mode REQUIRED -sms off
//	go run ./examples/admin mfa apply -mode REQUIRED -sms off
//	go run ./examples/admin users
//	go run ./examples/admin devices -user alice
//
// It runs offline, on an in-process user pool with some users. With -pool it administers a real
// pool, with the credentials of the environment, the shared files (-profile, -region) or the
// machine's role. A change is shown and confirmed before it is made, unless -yes is given, and
// leaves one line of JSON on the standard error: who changed what and when, and the outcome.
// After a change of the factors that failed half-way it prints the commands that complete it and
// take it back.
//
// The exit status is 0 if all was done, 1 if something failed, 2 for wrong arguments, 3 if the pool
// or the account does not allow the change, and 4 if it was not confirmed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
)

const (
	exitDone = iota
	exitFailed
	exitUsage
	exitRefused
	exitUnconfirmed
)

var (
	errUsage       = errors.New("usage: admin recover|mfa plan|mfa apply|users|devices [flags]; -h lists the flags")
	errUnconfirmed = errors.New("not confirmed: nothing was changed")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	// A second interrupt ends the program at once.
	context.AfterFunc(ctx, stop)
	t := tool{in: os.Stdin, out: os.Stdout, log: os.Stderr}
	code := t.exit(t.run(ctx, os.Args[1:]))
	stop()
	os.Exit(code)
}

// tool is the program with its standard streams.
type tool struct {
	in       io.Reader
	out, log io.Writer
}

func (t tool) run(ctx context.Context, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		flags := t.flags("admin")
		dryRun := flags.Bool("dry-run", false, "print what the walkthrough would do, and change nothing")
		if err := parse(flags, args); err != nil {
			return err
		}
		return run(ctx, *dryRun)
	}
	command := args[0]
	if command == "mfa" && len(args) > 1 {
		command, args = command+" "+args[1], args[1:]
	}
	do, known := map[string]func(context.Context, *flag.FlagSet, []string) error{
		"recover": t.recover, "mfa plan": t.planMFA, "mfa apply": t.applyMFA, "users": t.users, "devices": t.devices,
	}[command]
	if !known {
		return errUsage
	}
	return do(ctx, t.flags(command), args[1:])
}

func (t tool) flags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(t.log)
	return flags
}

func parse(flags *flag.FlagSet, args []string) error {
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil || flags.NArg() > 0:
		return errUsage
	}
	return nil
}

func (t tool) printf(format string, values ...any) {
	_, _ = fmt.Fprintf(t.out, format, values...) // nobody reads it any more
}

// exit prints the error with its advice, in terms of the flags, and returns the exit status.
func (t tool) exit(err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	text := err.Error()
	if e := (*auth.Error)(nil); errors.As(err, &e) && e.Recovery != "" {
		text += ". " + e.Recovery
	}
	_, _ = fmt.Fprintln(t.log, "admin:", asFlags.Replace(text))
	switch {
	case errors.Is(err, errUsage), errors.Is(err, auth.ErrInvalidParameter), errors.Is(err, auth.ErrInvalidConfig):
		return exitUsage
	case errors.Is(err, errUnconfirmed):
		return exitUnconfirmed
	case errors.Is(err, admin.ErrRecoveryRefused), errors.Is(err, admin.ErrMFAConfigRefused),
		errors.Is(err, admin.ErrPlanOutdated):
		return exitRefused
	default:
		return exitFailed
	}
}

// asFlags replaces the names of fields and values by those of flags.
var asFlags = strings.NewReplacer(
	"field SMSSettings.RoleARN", "-sms-role", "field SMSSettings.Message", "-sms-text", "field SMSSettings", "-sms-…",
	"field EmailSettings.Message", "-email-text", "field EmailSettings.Subject", "-email-subject",
	"field EmailSettings", "-email-…", "field Mode", "-mode", "field TOTP", "-totp", "field SMS", "-sms",
	"field Email", "-email", "field ChallengeOnNewDevice", "-challenge-on-new-device", "field Devices", "-devices",
	"field Username", "-user", "field Method", "-method", "field Address", "-address", "field UserPoolID", "-pool",
	"Set Mode to", "Set -mode to", "set Mode to", "set -mode to", "Set Address to", "Set -address to",
	"an Address", "an -address", "SwitchOn", "on", "SwitchOff", "off", "TrackingAlways", "ALWAYS",
	"TrackingOptIn", "OPT_IN", "TrackingOff", "OFF", "BySMS", "SMS", "ByEmail", "EMAIL", "WithNewApp", "TOTP",
	"WithoutMFA", "NONE", "Call UpdateMFAConfig again with Resume to complete the change, or with Undo to take it back",
	"Run the first of the printed commands to complete the change, or the second to take it back",
)
