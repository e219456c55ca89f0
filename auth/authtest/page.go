package authtest

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// list returns the name of a list of the pool, which is part of the list's page tokens.
func (k *core) list(name string) string { return k.identity.id + " " + name }

// page returns the page that follows token, of the list of that name, in the order of its keys. A
// token encodes the name of the list and the last key of the page before.
func page[T any](
	list string, items []T, key func(T) string, limit int, token string,
) (cut []T, next string, err error) {
	fill(&limit, pageSize)
	if token != "" {
		after, err := lastKey(list, token)
		if err != nil {
			return nil, "", err
		}
		i := slices.IndexFunc(items, func(item T) bool { return key(item) > after })
		if i < 0 {
			return nil, "", nil
		}
		items = items[i:]
	}
	if len(items) <= limit {
		return items, "", nil
	}
	return items[:limit], pageToken(list, key(items[limit-1])), nil
}

// pageBySerial is page for a list in the order of serial numbers.
func pageBySerial[T any](
	list string, items []T, serial func(T) int, limit int, token string,
) (cut []T, next string, err error) {
	return page(list, items, func(item T) string { return serialKey(serial(item)) }, limit, token)
}

// serialKey returns a key that sorts as the serial number does.
func serialKey(serial int) string {
	text := strconv.Itoa(serial)
	return strings.Repeat("0", max(0, 19-len(text))) + text
}

const pageTokenSeparator = "\x00"

func pageToken(list, last string) string {
	return base64.StdEncoding.EncodeToString([]byte(list + pageTokenSeparator + last))
}

// lastKey returns the key in a page token, and refuses the token of another list.
func lastKey(list, token string) (string, error) {
	text, err := base64.StdEncoding.DecodeString(token)
	of, key, found := strings.Cut(string(text), pageTokenSeparator)
	switch {
	case err != nil || !found:
		return "", malformed(codeInvalidParameter, textInvalidPageToken)
	case of != list:
		return "", refuse(codeInvalidParameter, "Paging Marker is Invalid for Request")
	}
	return key, nil
}

// pageSize is how many items a page has at most, and by default.
const pageSize = 60
