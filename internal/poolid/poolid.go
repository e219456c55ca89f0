// Package poolid checks the ids of user pools and of their app clients, and tells what the id of a
// pool means: its region, its name and the issuers of its tokens.
package poolid

import "strings"

// Bounds of Cognito's API model, but for the region's, which leaves room for the name of a host.
const (
	maxLength         = 55
	maxRegionLength   = 45
	maxClientIDLength = 128
)

// Cut returns the region and the name in an id such as "eu-west-1_Ab1Cd2Ef3"; SRP hashes the name.
// It is not ok if the id does not look like one. That is narrower than Cognito's own pattern, the
// shape UserPoolIdType of its API model: a region has no underscore, and it becomes part of a
// host's name.
func Cut(id string) (region, name string, ok bool) {
	region, name, _ = strings.Cut(id, "_")
	if len(id) > maxLength || !isRegion(region) || !consistsOf(name, isAlphanumeric) {
		return "", "", false
	}
	return region, name, true
}

// IsClientID reports whether id looks like an app client's: the shape ClientIdType of Cognito's API
// model.
func IsClientID(id string) bool {
	return len(id) <= maxClientIDLength &&
		consistsOf(id, func(c byte) bool { return isAlphanumeric(c) || c == '_' || c == '+' })
}

// isRegion reports whether region can be a label of a host's name, which no hyphen begins or ends.
func isRegion(region string) bool {
	return len(region) <= maxRegionLength && consistsOf(region, isRegionByte) && strings.Trim(region, "-") == region
}

// consistsOf reports whether s has at least one byte, and only such.
func consistsOf(s string, such func(byte) bool) bool {
	for i := range len(s) {
		if !such(s[i]) {
			return false
		}
	}
	return s != ""
}

func isRegionByte(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' }

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
