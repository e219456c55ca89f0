package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth/admin"
)

// recover helps a user who lost the authenticator app.
func (t tool) recover(ctx context.Context, flags *flag.FlagSet, args []string) error {
	var on target
	var in admin.RecoverTOTPInput
	on.register(flags)
	flags.StringVar(&in.Username, "user", "", "the user's `name`, sub or alias")
	flags.StringVar((*string)(&in.Method), "method", "", "what replaces the app: SMS, EMAIL, TOTP (a new app) or NONE")
	flags.StringVar(&in.Address, "address", "", "the phone number or e-mail `address` to send codes to")
	flags.BoolVar(&in.KeepSessions, "keep-sessions", false, "leave the user's sessions running")
	flags.BoolVar(&in.KeepDevices, "keep-devices", false, "leave the user's devices remembered")
	dryRun := flags.Bool("dry-run", false, "show the plan, and change nothing")
	if err := parse(flags, args); err != nil {
		return err
	}
	client, end, err := on.connect(ctx)
	if err != nil {
		return err
	}
	defer end()
	return t.replaceApp(ctx, client, on, in, *dryRun)
}

// replaceApp plans the recovery, and makes it unless it is a dry run.
func (t tool) replaceApp(
	ctx context.Context, client *admin.Client, on target, in admin.RecoverTOTPInput, dryRun bool,
) error {
	plan := in
	plan.DryRun = true
	planned, err := client.RecoverTOTP(ctx, plan)
	if err != nil {
		return err
	}
	user := planned.Before
	t.printf("%s %s, factors: %v\n", user.Username, user.Status, user.Factors)
	t.steps(planned, nil)
	if dryRun {
		return nil
	}
	if err := t.confirm(ctx, on); err != nil {
		return err
	}
	out, err := client.RecoverTOTP(ctx, in)
	var details []string
	for _, step := range out.Steps {
		details = append(details, step.String())
	}
	t.audit(on, "recover "+string(in.Method), user.Username, details, err)
	t.steps(out, err)
	return err
}

// steps prints the steps, and what they lead to unless one of them failed.
func (t tool) steps(out admin.RecoverTOTPOutput, err error) {
	for _, step := range out.Steps {
		t.printf("  %s\n", step)
	}
	if err == nil {
		t.printf("The next sign-in asks for: %s\n", out.Next)
	}
}

// users lists users with their factors.
func (t tool) users(ctx context.Context, flags *flag.FlagSet, args []string) error {
	var on target
	on.register(flags)
	filter := flags.String("filter", "", "a `filter` of ListUsers, such as status = \"Disabled\"")
	if err := parse(flags, args); err != nil {
		return err
	}
	client, end, err := on.connect(ctx)
	if err != nil {
		return err
	}
	defer end()
	for user, err := range client.Users(ctx, *filter) {
		if err != nil {
			return err
		}
		enabled := map[bool]string{true: "enabled", false: "disabled"}[user.Enabled]
		t.printf("%-12s %-22s %-9s factors: %v, preferred: %s\n",
			user.Username, user.Status, enabled, user.Factors, orNone(string(user.Preferred)))
	}
	return nil
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// devices lists a user's devices, or makes the pool forget one or all of them.
func (t tool) devices(ctx context.Context, flags *flag.FlagSet, args []string) error {
	var on target
	on.register(flags)
	username := flags.String("user", "", "the user's `name`, sub or alias")
	forget := flags.String("forget", "", "the `id` of the device to forget, or all")
	if err := parse(flags, args); err != nil {
		return err
	}
	if *username == "" {
		return fmt.Errorf("%w: -user is missing", errUsage)
	}
	client, end, err := on.connect(ctx)
	if err != nil {
		return err
	}
	defer end()
	for device, err := range client.Devices(ctx, *username) {
		if err != nil {
			return err
		}
		t.printf("%s %q remembered: %t\n", device.ID, device.Name, device.Remembered)
	}
	if *forget == "" {
		return nil
	}
	t.printf("to do: forget %s\n", *forget)
	if err := t.confirm(ctx, on); err != nil {
		return err
	}
	if *forget == "all" {
		_, err = client.ForgetAllDevices(ctx, *username)
	} else {
		err = client.ForgetDevice(ctx, *username, *forget)
	}
	t.audit(on, "forget devices", *username, []string{*forget}, err)
	return err
}
