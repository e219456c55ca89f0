package admin

import (
	"fmt"
	"slices"
	"strings"
)

// A Diff lists the fields in which two configurations differ, in the order of the fields of
// [MFAConfig].
type Diff []Change

// Change is one line of a [Diff].
type Change struct {
	Field    string // such as "mfa", "totp" or "sms.roleARN"
	Old, New string // empty if there is no value
}

// String returns one line per change, such as "mfa: OPTIONAL → REQUIRED".
func (d Diff) String() string {
	lines := make([]string, 0, len(d))
	for _, c := range d {
		lines = append(lines, c.String())
	}
	return strings.Join(lines, "\n")
}

// line returns the changes on one line, for an error message.
func (d Diff) line() string { return strings.ReplaceAll(d.String(), "\n", ", ") }

// String returns the change as "mfa: OPTIONAL → REQUIRED".
func (c Change) String() string {
	return fmt.Sprintf("%s: %s → %s", c.Field, orNone(c.Old), orNone(c.New))
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// field is one setting of a pool, as text.
type field struct{ name, value string }

// mfaFields returns the settings that SetUserPoolMfaConfig changes.
func (c MFAConfig) mfaFields() []field {
	return []field{
		{"mfa", string(c.Mode)},
		{"totp", onOff(c.TOTP)},
		{"sms", onOff(c.SMS)},
		{"sms.roleARN", c.SMSSettings.RoleARN},
		{"sms.externalID", c.SMSSettings.ExternalID},
		{"sms.region", c.SMSSettings.Region},
		{"sms.message", c.SMSSettings.Message},
		{"email", onOff(c.Email)},
		{"email.subject", c.EmailSettings.Subject},
		{"email.message", c.EmailSettings.Message},
	}
}

// deviceFields returns the settings that UpdateUserPool changes.
func (c MFAConfig) deviceFields() []field {
	return []field{{"devices", string(c.Devices)}, {"challengeOnNewDevice", onOff(c.ChallengeOnNewDevice)}}
}

func (c MFAConfig) fields() []field { return slices.Concat(c.mfaFields(), c.deviceFields()) }

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// diff compares two lists of the same fields.
func diff(old, now []field) Diff {
	var d Diff
	for i, f := range old {
		if f.value != now[i].value {
			d = append(d, Change{Field: f.name, Old: f.value, New: now[i].value})
		}
	}
	return d
}

// lacking returns what a configuration lacks of the wanted one. A wanted value that is empty was
// not asked for: Cognito may have set a default of its own there.
func lacking(found, wanted MFAConfig) Diff {
	return slices.DeleteFunc(diff(found.fields(), wanted.fields()), func(c Change) bool {
		return c.New == "" || strings.HasPrefix(c.Field, "sms.") && !wanted.SMS
	})
}
