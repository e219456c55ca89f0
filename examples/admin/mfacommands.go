package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/admin"
)

// mfaFlags registers a flag for each field of the input.
func mfaFlags(flags *flag.FlagSet, in *admin.UpdateMFAConfigInput) {
	change := func(s *admin.Switch, name, usage string) {
		flags.Func(name, usage+": `on or off`", func(text string) error {
			if text != "on" && text != "off" {
				return fmt.Errorf("%q is neither on nor off", text)
			}
			*s = admin.Switch(strings.ToUpper(text))
			return nil
		})
	}
	flags.StringVar((*string)(&in.Mode), "mode", "", "OFF, OPTIONAL or REQUIRED")
	change(&in.TOTP, "totp", "offer codes of an app")
	change(&in.SMS, "sms", "offer codes by text message")
	change(&in.Email, "email", "offer codes by e-mail")
	flags.StringVar(&in.SMSSettings.RoleARN, "sms-role", "", "the `ARN` of the role that sends text messages")
	flags.StringVar(&in.SMSSettings.ExternalID, "sms-external-id", "", "the external `id` in that role's trust policy")
	flags.StringVar(&in.SMSSettings.Region, "sms-region", "", "the `region` of Amazon SNS, if not the pool's")
	flags.StringVar(&in.SMSSettings.Message, "sms-text", "", "the text message, with {####} for the code")
	flags.StringVar(&in.EmailSettings.Subject, "email-subject", "", "the subject of the e-mail")
	flags.StringVar(&in.EmailSettings.Message, "email-text", "", "the e-mail, with {####} for the code")
	flags.StringVar((*string)(&in.Devices), "devices", "", "OFF, ALWAYS or OPT_IN")
	change(&in.ChallengeOnNewDevice, "challenge-on-new-device", "let a remembered device replace the factor")
}

func (t tool) planMFA(ctx context.Context, flags *flag.FlagSet, args []string) error {
	return t.mfa(ctx, flags, args, false)
}

func (t tool) applyMFA(ctx context.Context, flags *flag.FlagSet, args []string) error {
	return t.mfa(ctx, flags, args, true)
}

// mfa changes the pool's factors, or only plans the change.
func (t tool) mfa(ctx context.Context, flags *flag.FlagSet, args []string, apply bool) error {
	var on target
	var in admin.UpdateMFAConfigInput
	on.register(flags)
	mfaFlags(flags, &in)
	if err := parse(flags, args); err != nil {
		return err
	}
	client, end, err := on.connect(ctx)
	if err != nil {
		return err
	}
	defer end()
	return t.changeMFA(ctx, client, on, in, apply)
}

// changeMFA plans the change, and makes it if apply is set.
func (t tool) changeMFA(
	ctx context.Context, client *admin.Client, on target, in admin.UpdateMFAConfigInput, apply bool,
) error {
	planned, err := t.plan(ctx, client, in)
	if err != nil || !apply || len(planned.Changes) == 0 {
		return err
	}
	if err := t.confirm(ctx, on); err != nil {
		return err
	}
	in.Expect = planned.Changes
	out, err := client.UpdateMFAConfig(ctx, in)
	t.audit(on, "mfa apply", "", strings.Split(out.Changes.String(), "\n"), err)
	switch {
	case err == nil:
		t.printf("Done.\n")
	case len(out.Written) > 0:
		t.printResume(on, out)
	}
	return err
}

// plan prints the changes, the warnings and what the change means for the users.
func (t tool) plan(
	ctx context.Context, client *admin.Client, in admin.UpdateMFAConfigInput,
) (admin.UpdateMFAConfigOutput, error) {
	in.DryRun = true
	out, err := client.UpdateMFAConfig(ctx, in)
	if err != nil {
		return out, err
	}
	if len(out.Changes) == 0 {
		t.printf("Nothing would change.\n")
		return out, nil
	}
	t.printf("Changes:\n")
	for _, change := range out.Changes {
		t.printf("  %s\n", change)
	}
	for _, warning := range out.Warnings {
		t.printf("Warning: %s\n", warning.Text)
	}
	t.printf("Users:\n")
	var report admin.MFAReport
	for effect, err := range client.MFAEffects(ctx, in) {
		if err != nil {
			return out, err
		}
		if report.Add(effect); report.Users%1000 == 0 {
			_, _ = fmt.Fprintln(t.log, report.Users, "users so far")
		}
		if effect.Before.String() != effect.After.String() {
			t.printf("  %s: %s → %s\n", maskedName(effect.User.Username), effect.Before, effect.After)
		}
	}
	t.printf("  %d in all: %d have no factor, %d must set one up, %d get codes at an unverified address, "+
		"%d would be locked out; %d are disabled, %d federated\n", report.Users, report.NoFactor, report.SetUp,
		report.Unverified, report.LockedOut, report.Disabled, report.Federated)
	return out, nil
}
