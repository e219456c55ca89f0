package jsonobject

import "strings"

// maxDepth limits how deep values are nested.
const maxDepth = 64

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

// object reads an object, and calls read with the JSON text of each name and value.
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
	for {
		s.at += plainBytes(s.text[s.at:])
		switch s.next() {
		case '"':
			s.at++
			return true
		case '\\':
			if !s.escape() {
				return false
			}
		default:
			return false
		}
	}
}

// plainBytes returns how many bytes at the beginning of text stand for themselves in a string.
func plainBytes(text string) int {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' {
			return i
		}
	}
	return len(text)
}

func (s *scanner) escape() bool {
	s.at++ // the backslash
	if s.byte('u') {
		for range 4 {
			if !s.oneOf("0123456789abcdefABCDEF") {
				return false
			}
		}
		return true
	}
	return s.oneOf(`"\/bfnrt`)
}

func (s *scanner) oneOf(bytes string) bool {
	if s.at == len(s.text) || strings.IndexByte(bytes, s.text[s.at]) < 0 {
		return false
	}
	s.at++
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
