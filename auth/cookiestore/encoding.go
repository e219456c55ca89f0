package cookiestore

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// What js-cookie leaves as it is, beside letters and digits: what encodeURIComponent does, without
// parentheses in names, and some more.
const (
	unreserved   = "-_.!~*'"
	plainInName  = unreserved + "#$&+^`|"
	plainInValue = unreserved + "()" + "#$&+/:<=>?@[]^`{}|"
)

func encodeName(name string) string   { return percentEncode(name, plainInName) }
func encodeValue(value string) string { return percentEncode(value, plainInValue) }

func percentEncode(s, plain string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if isAlphanumeric(c) || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// decodeName is decodeURIComponent: it refuses what is not well-formed.
func decodeName(raw string) (string, bool) {
	name, err := url.PathUnescape(raw)
	return name, err == nil && utf8.ValidString(name)
}

// decodeValue reads what js-cookie wrote, and what others wrote with quotes around it or as it was.
// A "%" that begins no sequence stays.
func decodeValue(raw string) (string, bool) {
	if strings.HasPrefix(raw, `"`) {
		raw = raw[1:max(1, len(raw)-1)]
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '%' && i+2 < len(raw) && isHex(raw[i+1]) && isHex(raw[i+2]) {
			b.WriteByte(fromHex(raw[i+1])<<4 | fromHex(raw[i+2]))
			i += 2
			continue
		}
		b.WriteByte(raw[i])
	}
	return b.String(), utf8.ValidString(b.String())
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }

func fromHex(c byte) byte {
	if c >= 'A' {
		return c&^0x20 - 'A' + 10
	}
	return c - '0'
}
