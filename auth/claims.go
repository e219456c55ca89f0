package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// strictBase64 refuses what an encoder does not write.
var strictBase64 = base64.RawURLEncoding.Strict()

// cutToken decodes the header and the payload of a token in its compact form, RFC 7515 section 3.1.
// The signature is checked for its encoding only.
func cutToken(raw string) (header, payload []byte, err error) {
	parts := strings.SplitN(raw, ".", 4)
	if len(parts) != 3 || slices.Contains(parts, "") || strings.ContainsAny(raw, "\r\n") {
		return nil, nil, errors.New("the token does not have three parts in base64url")
	}
	buffer := make([]byte, 0, strictBase64.DecodedLen(len(raw))) // has room for all of them
	for i, part := range parts {
		begin := len(buffer)
		if buffer, err = strictBase64.AppendDecode(buffer, []byte(part)); err != nil {
			return nil, nil, errors.New("the token is not in base64url")
		}
		switch i {
		case 0:
			header = buffer[begin:]
		case 1:
			payload = buffer[begin:]
		}
	}
	if !isObject(header) || !isObject(payload) {
		return nil, nil, errors.New("the token does not hold JSON objects")
	}
	return header, payload, nil
}

func isObject(data []byte) bool {
	return json.Valid(data) && data[skipSpace(data, 0)] == '{'
}

// claim is the JSON value of a claim, nil if the claim is absent.
type claim []byte

// find returns the member of a JSON object that has the name, the last one if there are several.
func find(object []byte, name string) (value claim) {
	eachMember(object, func(member string, v claim) {
		if member == name {
			value = v
		}
	})
	return value
}

// eachMember calls found for every member of a JSON object, which must be valid. It decodes names
// and no values.
func eachMember(object []byte, found func(name string, value claim)) {
	i := skipSpace(object, 0) + 1 // the brace
	for {
		i = skipSpace(object, i)
		if object[i] == '}' {
			return
		}
		if object[i] == ',' {
			i++
			continue
		}
		name := claim(object[i:skipValue(object, i)])
		i += len(name)
		i = skipSpace(object, skipSpace(object, i)+1) // the colon
		value := claim(object[i:skipValue(object, i)])
		i += len(value)
		found(name.text(), value)
	}
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\r' || data[i] == '\n') {
		i++
	}
	return i
}

// skipValue returns where the value that begins at i ends.
func skipValue(data []byte, i int) int {
	depth := 0
	for ; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = endOfString(data, i)
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return i // of what the value is in
			}
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// endOfString returns where the quotation mark is that ends the string which begins at i.
func endOfString(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i
}

// text returns the value if it is a string, or "".
func (c claim) text() string {
	if len(c) >= 2 && c[0] == '"' && !slices.Contains(c, '\\') && utf8.Valid(c) {
		return string(c[1 : len(c)-1])
	}
	var s string
	if json.Unmarshal(c, &s) != nil {
		return ""
	}
	return s
}

// list returns the value if it is a list of strings, or nil.
func (c claim) list() []string {
	var list []string
	if json.Unmarshal(c, &list) != nil {
		return nil
	}
	return slices.Clip(list)
}

// instant returns the value if it is a time in seconds since 1970, or the zero time.
func (c claim) instant() time.Time {
	seconds, err := strconv.ParseFloat(string(c), 64)
	if err != nil || !(seconds > 0 && seconds <= maxInstant) {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0)
}

// maxInstant is the end of the year 9999, the last that JSON has a form for.
const maxInstant = 253402300799
