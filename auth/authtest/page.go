package authtest

import (
	"encoding/base64"
	"slices"
)

// page cuts the page that follows token out of a list in the order of its keys. A token is where the page before it ended.
func page[T any](items []T, key func(T) string, limit int, token string) (cut []T, next string, err error) {
	fill(&limit, pageSize)
	if token != "" {
		after, err := base64.StdEncoding.DecodeString(token)
		if err != nil {
			return nil, "", malformed(codeInvalidParameter, "Invalid pagination token given.")
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
