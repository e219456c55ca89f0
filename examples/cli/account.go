package main

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// open parses the arguments of a command that acts on the account, and opens the session.
func (t *tool) open(ctx context.Context, name string, args []string) (*auth.Session, []string, error) {
	set := t.flags(name)
	if err := t.parse(set, args, 2); err != nil {
		return nil, nil, err
	}
	session, _, err := t.session(ctx)
	return session, set.Args(), err
}

func (t *tool) options() terminal.Options {
	return terminal.Options{AppName: appName, Prompter: t.prompter}
}

// mfaCommand shows the second factors, sets up an authenticator app, or says which one is asked for
// first.
func mfaCommand(ctx context.Context, t *tool, args []string) error {
	session, rest, err := t.open(ctx, "mfa", args)
	if err != nil {
		return err
	}
	switch strings.Join(rest, " ") {
	case "", "show":
		preference, err := mfa.FetchMFAPreference(ctx, session)
		if err != nil {
			return err
		}
		line := fmt.Sprint("enabled ", preference.Enabled)
		if preference.Preferred != "" {
			line += fmt.Sprint(", preferred ", preference.Preferred)
		}
		return t.print(printable(line), preference)
	case "setup":
		if err := terminal.SetUpTOTP(ctx, session, t.options()); err != nil {
			return err
		}
		return t.print("Your authenticator app is set up.", map[string]any{"code": "totp_set_up"})
	case "prefer totp":
		err = mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred})
	case "prefer sms":
		err = mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{SMS: mfa.Preferred})
	case "prefer email":
		err = mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{Email: mfa.Preferred})
	default:
		return &exitError{exitUsage, "usage", "usage: " + appName + " mfa [show | setup | prefer totp|sms|email]", nil}
	}
	if err != nil {
		return err
	}
	return t.print("It is asked for first.", map[string]any{"code": "mfa_preferred"})
}

// devicesCommand lists the devices, has this one remembered, or forgets one.
func devicesCommand(ctx context.Context, t *tool, args []string) error {
	session, rest, err := t.open(ctx, "devices", args)
	if err != nil {
		return err
	}
	switch {
	case len(rest) == 0 || rest[0] == "list":
		return t.listDevices(ctx, session)
	case rest[0] == "remember" && len(rest) == 1:
		if err := device.RememberDevice(ctx, session); err != nil {
			return err
		}
		return t.print("This computer is remembered.", map[string]any{"code": "device_remembered"})
	case rest[0] == "forget":
		in := device.ForgetDeviceInput{DeviceID: strings.Join(rest[1:], "")}
		if err := device.ForgetDevice(ctx, session, in); err != nil {
			return err
		}
		return t.print("It is forgotten.", map[string]any{"code": "device_forgotten"})
	}
	return &exitError{exitUsage, "usage", "usage: " + appName + " devices [list | remember | forget [ID]]", nil}
}

func (t *tool) listDevices(ctx context.Context, session *auth.Session) error {
	devices, err := device.FetchDevices(ctx, session)
	if err != nil {
		return err
	}
	lines := make([]string, 0, len(devices))
	for _, d := range devices {
		line := d.ID + "  " + d.LastAuthenticatedDate.Local().Format(time.DateOnly) + "  " + d.Name
		if d.Current {
			line += "  (this one)"
		}
		lines = append(lines, printable(line))
	}
	return t.print(strings.Join(lines, "\n"), devices)
}

// printable leaves out what would drive the terminal. The names of devices come from wherever
// somebody signed in.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, line)
}

func passwd(ctx context.Context, t *tool, args []string) error {
	session, _, err := t.open(ctx, "passwd", args)
	if err != nil {
		return err
	}
	if err := terminal.ChangePassword(ctx, session, t.options()); err != nil {
		return err
	}
	return t.print("Your password is changed.", map[string]any{"code": "password_changed"})
}
