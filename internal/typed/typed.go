// Package typed reads names and codes as people type and paste them.
package typed

import (
	"regexp"
	"strings"
	"unicode"
)

// Name returns a user name, an e-mail address or a phone number without the blanks around it, which
// keyboards that complete words and copied text leave there. For Cognito none of them begins or
// ends with one, and a phone number has none inside either: "+49 170 1234567" is grouped for
// people. Name is not for passwords.
func Name(text string) string {
	if number := withoutBlanks(text); phoneNumber.MatchString(number) {
		return number
	}
	return strings.TrimFunc(text, isBlank)
}

var phoneNumber = regexp.MustCompile(`^\+[0-9]+$`)

// Code returns a code of Cognito or of an authenticator app without the blanks and dashes that
// group its digits, as in "123 456", and with the digits of other keyboards as ASCII. What is not
// made of digits is no code, and only loses its blanks.
func Code(text string) string {
	code := strings.Map(func(r rune) rune {
		switch {
		case isBlank(r), unicode.Is(unicode.Pd, r):
			return -1
		default:
			return digit(r)
		}
	}, text)
	if strings.Trim(code, "0123456789") != "" {
		return withoutBlanks(text)
	}
	return code
}

func withoutBlanks(text string) string { return strings.Join(strings.FieldsFunc(text, isBlank), "") }

// isBlank reports whether r is white space, or shows nothing: a zero width space, a byte order
// mark, or one of the marks of direction that address books put around phone numbers.
func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// zeros are those of the digits that keyboards have beside ASCII's: the wide ones of East Asia,
// those of Arabic, of Persian and Urdu, and of Hindi. Their other nine digits follow them.
const zeros = "\uff10\u0660\u06f0\u0966"

// digit returns the ASCII digit for a digit, and r for anything else.
func digit(r rune) rune {
	for _, zero := range zeros {
		if zero <= r && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}
