package cookiestore

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// claims are the claims that this package reads from a token. They are not verified: read them from
// verified tokens only.
type claims struct {
	subject, username  string
	issuedAt, authTime int64
	expiresAt          int64
	email, phone       string
	hasEmail, hasPhone bool // they are verified
}

// claimsOf returns the claims of a token, the zero claims if it is not a token. A claim of an
// unexpected type counts as absent: a trigger may add those of access tokens to ID tokens, and
// those of ID tokens to access tokens, with any type.
func claimsOf(token string) claims {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	data, err := base64.RawURLEncoding.DecodeString(payload)
	var members map[string]json.RawMessage // a struct would take names that differ in case
	if err != nil || json.Unmarshal(data, &members) != nil {
		return claims{}
	}
	return claims{
		subject: claim[string](members["sub"]), username: claim[string](members["username"]),
		issuedAt: claim[int64](members["iat"]), authTime: claim[int64](members["auth_time"]),
		expiresAt: claim[int64](members["exp"]),
		email:     claim[string](members["email"]), hasEmail: isTrue(members["email_verified"]),
		phone: claim[string](members["phone_number"]), hasPhone: isTrue(members["phone_number_verified"]),
	}
}

// claim returns the value of a claim, the zero value if it is of another type.
func claim[T string | int64](value json.RawMessage) (decoded T) {
	if json.Unmarshal(value, &decoded) != nil {
		var none T
		return none
	}
	return decoded
}

// isTrue reports whether a claim is true, which Cognito also writes as a string.
func isTrue(value json.RawMessage) bool { return string(value) == "true" || string(value) == `"true"` }

// ownsLogin reports whether the verified tokens prove that a login id is the user's: it is the user
// name, or a verified email address or phone number.
func ownsLogin(loginID string, access, id claims) bool {
	for _, known := range []struct {
		name     string
		verified bool
	}{{access.username, true}, {id.email, id.hasEmail}, {id.phone, id.hasPhone}} {
		if known.verified && known.name != "" && strings.EqualFold(loginID, known.name) {
			return true
		}
	}
	return false
}

// ownerOf returns the owner of verified tokens: their user, and when that user signed in.
func ownerOf(accessToken string) owner {
	c := claimsOf(accessToken)
	if c.subject == "" {
		return owner{}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", c.authTime, c.subject))
	return owner(sum[:])
}
