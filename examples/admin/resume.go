package main

import (
	"regexp"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/admin"
)

// printResume prints what a change that failed half-way has written, and the commands that complete
// it and take it back.
func (t tool) printResume(on target, out admin.UpdateMFAConfigOutput) {
	t.printf("Written: %s\n", strings.Join(out.Written, ", "))
	t.printf("To complete the change:\n  %s\n", applyCommand(on, out.Resume))
	t.printf("To take it back:\n  %s\n", applyCommand(on, out.Undo))
}

// applyCommand returns the command line for the input, with the flags of [target] and mfaFlags.
func applyCommand(on target, in admin.UpdateMFAConfigInput) string {
	command := "admin mfa apply"
	for _, flag := range []struct{ name, value string }{
		{"pool", on.pool},
		{"profile", on.profile},
		{"region", on.region},
		{"mode", string(in.Mode)},
		{"totp", onOrOff(in.TOTP)},
		{"sms", onOrOff(in.SMS)},
		{"email", onOrOff(in.Email)},
		{"sms-role", in.SMSSettings.RoleARN},
		{"sms-external-id", in.SMSSettings.ExternalID},
		{"sms-region", in.SMSSettings.Region},
		{"sms-text", in.SMSSettings.Message},
		{"email-subject", in.EmailSettings.Subject},
		{"email-text", in.EmailSettings.Message},
		{"devices", string(in.Devices)},
		{"challenge-on-new-device", onOrOff(in.ChallengeOnNewDevice)},
	} {
		if flag.value != "" {
			command += " -" + flag.name + " " + quoted(flag.value)
		}
	}
	return command
}

func onOrOff(s admin.Switch) string { return strings.ToLower(string(s)) }

// plain matches what a shell takes literally.
var plain = regexp.MustCompile(`^[0-9A-Za-z_./:-]+$`)

// quoted returns the text as one word of a POSIX shell.
func quoted(text string) string {
	if plain.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
