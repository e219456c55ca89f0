package admin

import (
	"fmt"
	"strings"
)

// A Diff is what a change changes, in the order of MFAConfig's fields. It is empty if nothing.
type Diff []Change

// Change is one line of a Diff.
type Change struct {
	Field    string // such as "mfa", "totp" or "sms.roleARN"
	Old, New string // empty for nothing
}

// String returns one line per change: "mfa: OPTIONAL → REQUIRED". It is empty if there is none.
func (d Diff) String() string {
	lines := make([]string, 0, len(d))
	for _, c := range d {
		lines = append(lines, c.String())
	}
	return strings.Join(lines, "\n")
}

// line is String for the middle of a sentence.
func (d Diff) line() string { return strings.ReplaceAll(d.String(), "\n", ", ") }

// String returns the change as "mfa: OPTIONAL → REQUIRED".
func (c Change) String() string {
	return fmt.Sprintf("%s: %s → %s", c.Field, orNothing(c.Old), orNothing(c.New))
}

func orNothing(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// field is one line of a set-up, as text.
type field struct{ name, value string }

// mfaFields are those that SetUserPoolMfaConfig changes, deviceFields those that UpdateUserPool
// does.
func (c MFAConfig) mfaFields() []field {
	var sms SMSSettings
	if c.SMS {
		sms = c.SMSSettings
	}
	return []field{
		{"mfa", string(c.Mode)},
		{"totp", onOff(c.TOTP)},
		{"sms", onOff(c.SMS)},
		{"sms.roleARN", sms.RoleARN},
		{"sms.externalID", sms.ExternalID},
		{"sms.region", sms.Region},
		{"sms.message", sms.Message},
		{"email", onOff(c.Email)},
		{"email.subject", c.EmailSettings.Subject},
		{"email.message", c.EmailSettings.Message},
	}
}

func (c MFAConfig) deviceFields() []field {
	return []field{{"devices", string(c.Devices)}, {"challengeOnNewDevice", onOff(c.ChallengeOnNewDevice)}}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// diff compares two lists of the same fields. An empty wanted value is one that nobody asked for:
// Cognito may have put a default there, and settings of a factor that is off do not matter.
func diff(old, wanted []field) Diff {
	var d Diff
	for i, f := range old {
		if want := wanted[i].value; want != "" && f.value != want {
			d = append(d, Change{Field: f.name, Old: f.value, New: want})
		}
	}
	return d
}
