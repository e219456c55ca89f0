// Package jsonobject reads the members of a JSON object (RFC 8259) in one pass. It decodes their
// names, and of their values only what its callers ask for: a general decoder takes four times as
// long.
package jsonobject

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Members calls read with the name and the JSON text of each member of an object, in their order.
// Names may repeat. It reports whether the text is exactly one JSON object, in which values are
// nested at most 64 deep, and read accepted all members; otherwise it has called read with those
// before. What it passes shares the memory of text.
func Members(text string, read func(name, value string) bool) bool {
	return scan(text, func(quoted, value string) bool {
		name, ok := Text(quoted)
		return ok && read(name, value)
	})
}

// IsObject reports whether the text is what [Members] reads.
func IsObject(text string) bool {
	return scan(text, func(_, _ string) bool { return true })
}

// restSize has room for what Cut mostly leaves.
const restSize = 512

// Cut calls take as [Members] does, and returns the object without the members that take accepts.
// It is not ok if the text is not what Members reads.
func Cut(text string, take func(name, value string) bool) (rest []byte, ok bool) {
	rest = append(make([]byte, 0, restSize), '{')
	ok = scan(text, func(quoted, value string) bool {
		name, ok := Text(quoted)
		if !ok || take(name, value) {
			return ok
		}
		if len(rest) > 1 {
			rest = append(rest, ',')
		}
		rest = append(append(append(rest, quoted...), ':'), value...)
		return true
	})
	return append(rest, '}'), ok
}

func scan(text string, read func(quoted, value string) bool) bool {
	s := scanner{text: text}
	s.space()
	ok := s.object(1, read)
	s.space()
	return ok && s.at == len(text)
}

// Text decodes a valid JSON value and reports whether it is a string or null, which is "". Most
// strings are plain text, for which it needs no decoder, and which share the memory of value.
func Text(value string) (text string, ok bool) {
	last := len(value) - 1
	if last < 1 || value[0] != '"' {
		return "", value == "null"
	}
	if inside := value[1:last]; strings.IndexByte(inside, '\\') < 0 && utf8.ValidString(inside) {
		return inside, true
	}
	var decoded string // not the result: that would be on the heap for plain text as well
	err := json.Unmarshal([]byte(value), &decoded)
	return decoded, err == nil
}
