package authtest

import (
	"maps"
	"slices"
)

// Operations returns the sorted names of the operations that the pool serves.
func Operations() []string { return slices.Sorted(maps.Keys(operations())) }

// IsCognitoOperation reports whether the real service has the operation.
func IsCognitoOperation(name string) bool { return isCognitoOperation(name) }
