package authtest

import (
	"encoding/base64"
	"slices"
	"strconv"
)

// page returns the page that follows token, of a list in the order of its keys. A token encodes the
// last key of the page before.
func page[T any](items []T, key func(T) string, limit int, token string) (cut []T, next string, err error) {
	fill(&limit, pageSize)
	if token != "" {
		after, err := base64.StdEncoding.DecodeString(token)
		if err != nil {
			return nil, "", malformed(codeInvalidParameter, textInvalidPageToken)
		}
		i := slices.IndexFunc(items, func(item T) bool { return key(item) > string(after) })
		if i < 0 {
			return nil, "", nil
		}
		items = items[i:]
	}
	if len(items) <= limit {
		return items, "", nil
	}
	last := key(items[limit-1])
	return items[:limit], base64.StdEncoding.EncodeToString([]byte(last)), nil
}

// pageBySerial is page for a list in the order of serial numbers.
func pageBySerial[T any](items []T, serial func(T) int, limit int, token string) (cut []T, next string, err error) {
	after, err := serialInToken(token)
	if err != nil {
		return nil, "", err
	}
	items = slices.DeleteFunc(slices.Clone(items), func(item T) bool { return serial(item) <= after })
	if len(items) <= limit {
		return items, "", nil
	}
	last := strconv.Itoa(serial(items[limit-1]))
	return items[:limit], base64.StdEncoding.EncodeToString([]byte(last)), nil
}

// serialInToken returns the serial number of the last item on the page before.
func serialInToken(token string) (int, error) {
	if token == "" {
		return 0, nil
	}
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return 0, malformed(codeInvalidParameter, textInvalidPageToken)
	}
	serial, err := strconv.Atoi(string(text))
	if err != nil {
		return 0, malformed(codeInvalidParameter, textInvalidPageToken)
	}
	return serial, nil
}

// pageSize is how many devices a page has at most, and by default.
const pageSize = 60
