// Package poolid takes the ids of user pools apart.
package poolid

import (
	"regexp"
	"strings"
)

// pattern is narrower than Cognito's own, the shape UserPoolIdType of its API model: a region has
// no underscore, and it becomes part of a host's name.
var pattern = regexp.MustCompile(`^[a-z0-9-]{1,45}_[0-9a-zA-Z]+$`)

// maxLength is Cognito's.
const maxLength = 55

// Cut returns the region and the name in an id such as "eu-west-1_Ab1Cd2Ef3"; SRP hashes the name.
// It is not ok if the id does not look like one.
func Cut(id string) (region, name string, ok bool) {
	if len(id) > maxLength || !pattern.MatchString(id) {
		return "", "", false
	}
	region, name, _ = strings.Cut(id, "_")
	return region, name, true
}
