package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/jsonobject"
)

// strictBase64 refuses what an encoder does not write.
var strictBase64 = base64.RawURLEncoding.Strict()

// cutToken decodes the header and the payload of a token in its compact form, RFC 7515 section 3.1.
// The signature is checked for its encoding only.
func cutToken(raw string) (header, payload string, err error) {
	parts := strings.SplitN(raw, ".", 4)
	if len(parts) != 3 || slices.Contains(parts, "") || strings.ContainsAny(raw, "\r\n") {
		return "", "", errors.New("the token does not have three parts in base64url")
	}
	buffer := make([]byte, 0, strictBase64.DecodedLen(len(raw))) // has room for all of them
	var ends [3]int
	for i, part := range parts {
		if buffer, err = strictBase64.AppendDecode(buffer, []byte(part)); err != nil {
			return "", "", errors.New("the token is not in base64url")
		}
		ends[i] = len(buffer)
	}
	decoded := string(buffer[:ends[1]])
	return decoded[:ends[0]], decoded[ends[0]:], nil
}

// claimsSet returns the payload of a token, which is a JSON object.
func claimsSet(raw string) (object string, ok bool) {
	_, payload, err := cutToken(raw)
	return payload, err == nil && jsonobject.IsObject(payload)
}

// claim is the JSON text of a claim, "" if the claim is absent.
type claim string

// findMember sets found to the member of that name, the last one if there are several, and reports
// whether object is a JSON object.
func findMember(object, name string, found *claim) bool {
	return jsonobject.Members(object, func(member, value string) bool {
		if member == name {
			*found = claim(value)
		}
		return true
	})
}

// claims are the claims of a [Token], of both kinds.
type claims struct {
	use, subject, groups, authTime, issuedAt, expiresAt claim

	username, clientID, scope claim // of an access token
	idUsername, audience      claim // of an ID token
}

// add adds a claim, in place of one of the same name.
func (c *claims) add(name, value string) bool {
	switch value := claim(value); name {
	case "token_use":
		c.use = value
	case "sub":
		c.subject = value
	case "cognito:groups":
		c.groups = value
	case "auth_time":
		c.authTime = value
	case "iat":
		c.issuedAt = value
	case "exp":
		c.expiresAt = value
	case "username":
		c.username = value
	case "client_id":
		c.clientID = value
	case "scope":
		c.scope = value
	case "cognito:username":
		c.idUsername = value
	case "aud":
		c.audience = value
	}
	return true
}

// text returns the value if it is a string, or "". It does not keep the object in memory.
func (c claim) text() string {
	text, _ := jsonobject.Text(string(c))
	return strings.Clone(text)
}

// list returns the value if it is a list of strings, or nil.
func (c claim) list() []string {
	var list []string
	if c == "" || json.Unmarshal([]byte(c), &list) != nil {
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
