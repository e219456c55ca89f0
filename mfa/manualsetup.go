package mfa

import (
	"html"
	"strings"
)

// secretGroup is how many characters of a secret people type at a time.
const secretGroup = 4

// GroupSecret returns a TOTP secret in groups of four characters, for people who type it:
// "JBSW Y3DP EHPK 3PXP". Authenticator apps ignore the spaces.
func GroupSecret(secret string) string {
	var groups strings.Builder
	for i, character := range []rune(secret) {
		if i > 0 && i%secretGroup == 0 {
			groups.WriteByte(' ')
		}
		groups.WriteRune(character)
	}
	return groups.String()
}

// SetupLink returns an <a> element for people who see the page on the phone that has the
// authenticator app: the link opens the app with the account filled in. uri is from
// [auth.TOTPSetupDetails.SetupURI], and text is what people read. Both are escaped, so it is safe
// to convert the result to template.HTML; package html/template itself lets no otpauth URI into a
// link. No error contains the URI.
//
// Errors:
//   - [auth.ErrInvalidParameter]: uri is not a set-up URI
func SetupLink(uri, text string) (string, error) {
	if !strings.HasPrefix(uri, "otpauth://totp/") {
		return "", invalidParameter("SetupLink", "the URI is not an otpauth URI")
	}
	return `<a href="` + html.EscapeString(uri) + `">` + html.EscapeString(text) + `</a>`, nil
}
