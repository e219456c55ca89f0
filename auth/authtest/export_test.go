package authtest

import (
	"maps"
	"slices"
)

// Operations are the names of the operations that are served, sorted.
func Operations() []string { return slices.Sorted(maps.Keys(operations())) }

// IsCognitoOperation reports whether the real service has the operation.
func IsCognitoOperation(name string) bool { return isCognitoOperation(name) }
