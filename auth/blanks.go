package auth

import (
	"strings"
	"unicode"
)

// withoutBlanks removes the blanks around a user name, an e-mail address or a phone number, which
// keyboards that complete words and copied text leave there. For Cognito none of them begins or
// ends with one. It is not for passwords.
func withoutBlanks(name string) string { return strings.TrimFunc(name, isBlank) }

// withoutSpaces removes the blanks in a code, such as "123 456": people and apps group its digits.
func withoutSpaces(code string) string { return strings.Join(strings.FieldsFunc(code, isBlank), "") }

// isBlank reports whether r is white space, or shows nothing: a zero width space, a byte order
// mark, or one of the marks of direction that address books put around phone numbers.
func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }
