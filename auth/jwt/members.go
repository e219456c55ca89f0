package jwt

import (
	"strings"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4/json"
)

// maxDepth limits how deep values are nested.
const maxDepth = 64

// readMembers calls read with the name and the JSON text of each member of an object, in their
// order. It reports whether the text is exactly one JSON object (RFC 8259) whose names all differ,
// or null, and read accepted all members. A general decoder takes four times as long, which is a
// quarter of the time for the signature.
func readMembers(text string, read func(name, value string) bool) bool {
	s := scanner{text: text}
	seen := make(map[string]struct{}, 32)
	s.space()
	ok := s.literal("null") || s.object(1, func(quoted, value string) bool {
		name, ok := decodeString(quoted)
		if _, duplicate := seen[name]; duplicate || !ok {
			return false
		}
		seen[name] = struct{}{}
		return read(name, value)
	})
	s.space()
	return ok && s.at == len(text)
}

// decodeString decodes a valid JSON value and reports whether it is a string or null. Most strings
// are plain text, for which it needs no decoder.
func decodeString(value string) (string, bool) {
	if last := len(value) - 1; last >= 1 && value[0] == '"' && isPlain(value[1:last]) {
		return value[1:last], true
	}
	var s string
	err := json.Unmarshal([]byte(value), &s)
	return s, err == nil
}

// isPlain reports whether the inside of a JSON string is its text: ASCII without escapes.
func isPlain(inside string) bool {
	for i := range len(inside) {
		if inside[i] == '\\' || inside[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// A scanner reads JSON values. Its methods move it behind what they read, and report whether that
// was there.
type scanner struct {
	text string
	at   int
}

// next returns the next byte, or 0 at the end.
func (s *scanner) next() byte {
	if s.at == len(s.text) {
		return 0
	}
	return s.text[s.at]
}

func (s *scanner) byte(c byte) bool {
	if s.next() != c || c == 0 {
		return false
	}
	s.at++
	return true
}

func (s *scanner) literal(word string) bool {
	if !strings.HasPrefix(s.text[s.at:], word) {
		return false
	}
	s.at += len(word)
	return true
}

func (s *scanner) space() {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
}

// value reads any value, which is nested that deep.
func (s *scanner) value(depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch s.next() {
	case '"':
		return s.string()
	case '{':
		return s.object(depth, func(_, _ string) bool { return true })
	case '[':
		return s.list(depth)
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		return s.number()
	}
}

// object reads an object, and calls read with the text of each name and value.
func (s *scanner) object(depth int, read func(name, value string) bool) bool {
	if !s.byte('{') {
		return false
	}
	if s.space(); s.byte('}') {
		return true
	}
	for {
		s.space()
		start := s.at
		if !s.string() {
			return false
		}
		name := s.text[start:s.at]
		if s.space(); !s.byte(':') {
			return false
		}
		s.space()
		start = s.at
		if !s.value(depth+1) || !read(name, s.text[start:s.at]) {
			return false
		}
		if s.space(); !s.byte(',') {
			return s.byte('}')
		}
	}
}

func (s *scanner) list(depth int) bool {
	if !s.byte('[') {
		return false
	}
	if s.space(); s.byte(']') {
		return true
	}
	for {
		if s.space(); !s.value(depth + 1) {
			return false
		}
		if s.space(); !s.byte(',') {
			return s.byte(']')
		}
	}
}

func (s *scanner) string() bool {
	if !s.byte('"') {
		return false
	}
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return true
		case c < ' ':
			return false
		case c == '\\' && !s.escape():
			return false
		}
	}
	return false
}

// escape reads an escape sequence but for its last byte.
func (s *scanner) escape() bool {
	s.at++
	if s.next() != 'u' {
		return s.at < len(s.text) && strings.IndexByte(`"\/bfnrt`, s.text[s.at]) >= 0
	}
	for range 4 {
		s.at++
		if strings.IndexByte("0123456789abcdefABCDEF", s.next()) < 0 {
			return false
		}
	}
	return true
}

func (s *scanner) number() bool {
	s.byte('-')
	if !s.byte('0') && !s.digits() {
		return false
	}
	if s.byte('.') && !s.digits() {
		return false
	}
	if s.byte('e') || s.byte('E') {
		_ = s.byte('+') || s.byte('-')
		return s.digits()
	}
	return true
}

// digits reads one digit or more.
func (s *scanner) digits() bool {
	start := s.at
	for c := s.next(); '0' <= c && c <= '9'; c = s.next() {
		s.at++
	}
	return s.at > start
}
