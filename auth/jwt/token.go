package jwt

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"github.com/amplifyauth/amplify-auth-go/internal/jsonobject"
)

// maxToken is the longest token accepted. Cognito's largest tokens are shorter.
const maxToken = 16 << 10

// compact is a token in its parts (RFC 7515, section 3.1). Nothing in it is verified.
type compact struct {
	raw                 []byte
	firstDot, secondDot int
	id                  [sha256.Size]byte // of the whole token
	signingInput        [sha256.Size]byte // of what the signature covers
}

// parseCompact refuses what cannot be a token before anything is decoded: a decoder that first
// splits a string of dots, or that skips line breaks, lets an attacker waste memory or spell one
// token in many ways.
func parseCompact(raw string) (compact, error) {
	switch {
	case len(raw) > maxToken:
		return compact{}, refuse(ErrMalformed, "the token is longer than 16 KiB")
	case strings.Count(raw, ".") != 2:
		return compact{}, refuse(ErrMalformed, "the token does not have three parts")
	case strings.IndexByte(raw, '\r') >= 0 || strings.IndexByte(raw, '\n') >= 0:
		return compact{}, refuse(ErrMalformed, "the token contains a line break")
	}
	c := compact{raw: []byte(raw), firstDot: strings.IndexByte(raw, '.'), secondDot: strings.LastIndexByte(raw, '.')}
	hash := sha256.New()
	hash.Write(c.raw[:c.secondDot])
	hash.Sum(c.signingInput[:0])
	hash.Write(c.raw[c.secondDot:])
	hash.Sum(c.id[:0])
	return c, nil
}

// header holds the members of a token's header that matter. Those that bring or name keys, such as
// jwk, jku, x5c and x5u, are ignored: keys come from the Config's pools only.
type header struct {
	Algorithm string          `json:"alg"`
	KeyID     string          `json:"kid"`
	Critical  json.RawMessage `json:"crit"`
}

func (c compact) header() (header, error) {
	var h header
	data, err := decodePart(c.raw[:c.firstDot])
	if err != nil || json.Unmarshal(data, &h) != nil {
		return h, refuse(ErrMalformed, "the header is not base64url of a JSON object")
	}
	switch {
	case h.Critical != nil:
		return h, refuse(ErrMalformed, "the header has crit, which Cognito never uses")
	case h.Algorithm != string(jose.RS256):
		return h, refuse(ErrBadSignature, "the signature is not RS256")
	case h.KeyID == "":
		return h, refuse(ErrUnknownKey, "the header has no kid")
	}
	return h, nil
}

// payload holds the claims of both kinds of token, those that are absent as zero values.
type payload struct {
	Subject        string
	Groups         []string
	Issuer         string
	ClientID       typedString
	OriginJTI      string
	EventID        typedString
	TokenUse       string
	Scope          typedString
	AuthTime       int64
	ExpiresAt      int64
	IssuedAt       int64
	NotBefore      int64
	JTI            string
	AccessUsername typedString
	DeviceKey      typedString
	Audience       string
	Nonce          string
	AccessHash     string
	IDUsername     string
	Email          string
	EmailVerified  bool
	Phone          string
	PhoneVerified  bool
}

// typedString is a claim that a trigger cannot change in access tokens. It must be a string there.
// In an ID token a trigger may have added a claim of the same name, with any type.
type typedString struct {
	text      string
	otherType bool
}

// claimReaders read a claim from its JSON text, and report whether it has the type that it must
// have. The claims that ID tokens alone have may have any type: a trigger may have added one of the
// same name to an access token. It then counts as absent. So does a list as aud in an ID token,
// because Cognito names one app client.
var claimReaders = map[string]func(p *payload, value string) bool{
	"sub":            func(p *payload, value string) bool { return readString(value, &p.Subject) },
	"iss":            func(p *payload, value string) bool { return readString(value, &p.Issuer) },
	"token_use":      func(p *payload, value string) bool { return readString(value, &p.TokenUse) },
	"jti":            func(p *payload, value string) bool { return readString(value, &p.JTI) },
	"origin_jti":     func(p *payload, value string) bool { return readString(value, &p.OriginJTI) },
	"cognito:groups": func(p *payload, value string) bool { return readStrings(value, &p.Groups) },
	"auth_time":      func(p *payload, value string) bool { return readSeconds(value, &p.AuthTime) },
	"exp":            func(p *payload, value string) bool { return readSeconds(value, &p.ExpiresAt) },
	"iat":            func(p *payload, value string) bool { return readSeconds(value, &p.IssuedAt) },
	"nbf":            func(p *payload, value string) bool { return readSeconds(value, &p.NotBefore) },

	"client_id":  func(p *payload, value string) bool { return readTyped(value, &p.ClientID) },
	"scope":      func(p *payload, value string) bool { return readTyped(value, &p.Scope) },
	"username":   func(p *payload, value string) bool { return readTyped(value, &p.AccessUsername) },
	"event_id":   func(p *payload, value string) bool { return readTyped(value, &p.EventID) },
	"device_key": func(p *payload, value string) bool { return readTyped(value, &p.DeviceKey) },

	"aud":                   func(p *payload, value string) bool { return readIfString(value, &p.Audience) },
	"nonce":                 func(p *payload, value string) bool { return readIfString(value, &p.Nonce) },
	"at_hash":               func(p *payload, value string) bool { return readIfString(value, &p.AccessHash) },
	"cognito:username":      func(p *payload, value string) bool { return readIfString(value, &p.IDUsername) },
	"email":                 func(p *payload, value string) bool { return readIfString(value, &p.Email) },
	"phone_number":          func(p *payload, value string) bool { return readIfString(value, &p.Phone) },
	"email_verified":        func(p *payload, value string) bool { return readFlag(value, &p.EmailVerified) },
	"phone_number_verified": func(p *payload, value string) bool { return readFlag(value, &p.PhoneVerified) },
}

func readString(value string, to *string) (ok bool) {
	*to, ok = jsonobject.Text(value)
	return ok
}

func readIfString(value string, to *string) bool {
	*to, _ = jsonobject.Text(value)
	return true
}

func readTyped(value string, to *typedString) bool {
	text, ok := jsonobject.Text(value)
	*to = typedString{text: text, otherType: !ok}
	return true
}

func readStrings(value string, to *[]string) bool {
	return json.Unmarshal([]byte(value), to) == nil
}

// readFlag takes true and "true" as true, and anything else as false.
func readFlag(value string, to *bool) bool {
	*to = value == "true" || value == `"true"`
	return true
}

// maxSeconds is in the year 36812. Sums of later times could overflow.
const maxSeconds = 1 << 40

func readSeconds(value string, to *int64) bool {
	if value == "null" {
		return true
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	*to = seconds
	return err == nil && 0 <= seconds && seconds <= maxSeconds
}

// payload returns the claims, and the JSON object that they are in. All names differ (RFC 7519,
// section 4).
func (c compact) payload() (p payload, source string, err error) {
	data, err := decodePart(c.raw[c.firstDot+1 : c.secondDot])
	source = string(data)
	seen := make(map[string]struct{}, 32)
	ok := err == nil && jsonobject.Members(source, func(name, value string) bool {
		if _, duplicate := seen[name]; duplicate {
			return false
		}
		seen[name] = struct{}{}
		read := claimReaders[name]
		return read == nil || read(&p, value)
	})
	if !ok {
		const message = "the claims are not base64url of a JSON object with the expected types"
		return payload{}, "", refuse(ErrMalformed, message)
	}
	return p, source, nil
}

// hasType reports whether the claims that must be strings in an access token are. In an ID token
// another type makes them absent.
func (p *payload) hasType(of use) bool {
	if of != useAccess {
		return true
	}
	return !p.ClientID.otherType && !p.Scope.otherType && !p.AccessUsername.otherType && !p.DeviceKey.otherType &&
		!p.EventID.otherType
}

func (c compact) signature() ([]byte, error) {
	signature, err := decodePart(c.raw[c.secondDot+1:])
	if err != nil {
		return nil, refuse(ErrMalformed, "the signature is not base64url")
	}
	return signature, nil
}

// base64url accepts one spelling of each value: it knows no padding and no unused bits.
var base64url = base64.RawURLEncoding.Strict()

func decodePart(part []byte) ([]byte, error) {
	if bytes.IndexByte(part, '\r') >= 0 || bytes.IndexByte(part, '\n') >= 0 {
		return nil, errors.New("a line break, which the decoder would skip")
	}
	data := make([]byte, base64url.DecodedLen(len(part)))
	n, err := base64url.Decode(data, part)
	return data[:n], err
}

// Token holds the claims that both kinds of token have.
type Token struct {
	Issuer     string    // iss
	UserPoolID string    // of the Config's pool that has this issuer
	ClientID   string    // the app client: client_id of an access token, aud of an ID token
	Subject    string    // sub, the user's immutable id; for a machine, the app client
	Username   string    // username or cognito:username; empty for a machine
	Groups     []string  // cognito:groups; the caller's own copy
	AuthTime   time.Time // auth_time, the time of the sign-in, which renewing keeps; zero if absent
	IssuedAt   time.Time // iat
	ExpiresAt  time.Time // exp
	JTI        string    // jti, the token's id
	OriginJTI  string    // origin_jti, the sign-in's id; empty if the pool's tokens cannot be revoked
	EventID    string    // event_id, the sign-in's id in Cognito's logs

	source *string
}

// AccessClaims holds the claims of a verified access token.
type AccessClaims struct {
	Token
	Scopes    []string // scope, split at spaces; the caller's own copy
	DeviceKey string   // device_key, if the sign-in is bound to a device
}

// Machine reports whether the token was issued to an app client itself, by the OAuth 2.0 client
// credentials grant, and not to a user: its sub is the client's id, and it has no user name.
func (c AccessClaims) Machine() bool { return c.Username == "" && c.Subject == c.ClientID }

// IDClaims holds the claims of a verified ID token. Attributes that the app client may not read are
// empty.
type IDClaims struct {
	Token
	Email               string // email
	EmailVerified       bool   // email_verified
	PhoneNumber         string // phone_number
	PhoneNumberVerified bool   // phone_number_verified
}

// Claims decodes all claims of the token into v, as [encoding/json.Unmarshal] does, except that
// names must match exactly. Use it for custom:… attributes and for claims that a
// pre-token-generation trigger adds.
//
// Errors:
//   - [ErrMalformed]: t was not returned by a [Verifier]
//   - other errors: the claims do not fit v
func (t Token) Claims(v any) error {
	if t.source == nil {
		return refuse(ErrMalformed, "the claims do not belong to a verified token")
	}
	if err := json.Unmarshal([]byte(*t.source), v); err != nil {
		return fmt.Errorf("jwt: claims: %w", err)
	}
	return nil
}

func (t *verified) accessClaims() AccessClaims {
	return AccessClaims{
		Token:  t.token(useAccess, t.AccessUsername.text),
		Scopes: strings.Fields(t.Scope.text), DeviceKey: t.DeviceKey.text,
	}
}

func (t *verified) idClaims() IDClaims {
	return IDClaims{
		Token: t.token(useID, t.IDUsername),
		Email: t.Email, EmailVerified: t.EmailVerified,
		PhoneNumber: t.Phone, PhoneNumberVerified: t.PhoneVerified,
	}
}

func (t *verified) token(of use, username string) Token {
	return Token{
		Issuer: t.Issuer, UserPoolID: t.from.pool.UserPoolID, ClientID: t.client(of),
		Subject: t.Subject, Username: username,
		Groups:   slices.Clone(t.Groups), // callers share the cached token
		AuthTime: unixTime(t.AuthTime), IssuedAt: unixTime(t.IssuedAt), ExpiresAt: unixTime(t.ExpiresAt),
		JTI: t.JTI, OriginJTI: t.OriginJTI, EventID: t.EventID.text,
		source: &t.source,
	}
}

// unixTime returns the time of a claim in Unix seconds, or the zero time for 0, which stands for an
// absent claim.
func unixTime(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
