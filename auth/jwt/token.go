package jwt

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// maxToken bounds what is looked at. Cognito's largest tokens stay below it.
const maxToken = 16 << 10

// compact is a token cut into its parts. Nothing of it is believed yet.
type compact struct {
	raw                 []byte
	firstDot, secondDot int
	id                  [sha256.Size]byte // of the whole token
	signingInput        [sha256.Size]byte // of what the signature covers
}

// cut refuses what cannot be a token before anything is decoded: a decoder that splits a string of
// dots first, or that skips line breaks, hands an attacker memory or endless spellings of one
// token.
func cut(raw string) (compact, error) {
	switch {
	case len(raw) > maxToken:
		return compact{}, refuse(ErrMalformed, "the token is longer than 16 KiB")
	case strings.Count(raw, ".") != 2:
		return compact{}, refuse(ErrMalformed, "the token does not have three parts")
	case strings.IndexByte(raw, '\r') >= 0 || strings.IndexByte(raw, '\n') >= 0:
		return compact{}, refuse(ErrMalformed, "the token holds a line break")
	}
	c := compact{raw: []byte(raw), firstDot: strings.IndexByte(raw, '.'), secondDot: strings.LastIndexByte(raw, '.')}
	hash := sha256.New()
	hash.Write(c.raw[:c.secondDot])
	hash.Sum(c.signingInput[:0])
	hash.Write(c.raw[c.secondDot:])
	hash.Sum(c.id[:0])
	return c, nil
}

// header are the members of a token's header that matter. The others that name keys, jwk, jku, x5c
// and x5u, have no say: keys come from the Config's pools alone.
type header struct {
	Algorithm string          `json:"alg"`
	KeyID     string          `json:"kid"`
	Critical  json.RawMessage `json:"crit"`
}

func (c compact) header() (header, error) {
	var h header
	data, err := decodePart(c.raw[:c.firstDot])
	if err != nil || json.Unmarshal(data, &h) != nil {
		return h, refuse(ErrMalformed, "the header is not readable")
	}
	switch {
	case h.Critical != nil:
		return h, refuse(ErrMalformed, "the header has extensions, which Cognito never uses")
	case h.Algorithm != string(jose.RS256):
		return h, refuse(ErrBadSignature, "the signature is not RS256")
	case h.KeyID == "":
		return h, refuse(ErrUnknownKey, "the header names no key")
	}
	return h, nil
}

// payload are the claims of both kinds of token, as they are on the wire. go-jose's JSON compares
// names exactly and refuses duplicates, unlike encoding/json, so that no two readers see different
// claims.
type payload struct {
	Subject        string   `json:"sub"`
	Groups         []string `json:"cognito:groups"`
	Issuer         string   `json:"iss"`
	ClientID       string   `json:"client_id"`
	OriginJTI      string   `json:"origin_jti"`
	EventID        string   `json:"event_id"`
	TokenUse       string   `json:"token_use"`
	Scope          string   `json:"scope"`
	AuthTime       int64    `json:"auth_time"`
	ExpiresAt      int64    `json:"exp"`
	IssuedAt       int64    `json:"iat"`
	NotBefore      int64    `json:"nbf"`
	JTI            string   `json:"jti"`
	AccessUsername string   `json:"username"`
	DeviceKey      string   `json:"device_key"`
	Audience       text     `json:"aud"`
	IDUsername     text     `json:"cognito:username"`
	Email          text     `json:"email"`
	EmailVerified  flag     `json:"email_verified"`
	Phone          text     `json:"phone_number"`
	PhoneVerified  flag     `json:"phone_number_verified"`
}

// text is a claim that is a string, or else stays empty: a pool's trigger may give its name another
// type in the kind of token that does not have it. A list is no audience either: Cognito names one
// app client.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	}
	return nil
}

// flag is a claim that is true, or the word; anything else is no.
type flag bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(data []byte) error {
	*f = string(data) == "true" || string(data) == `"true"`
	return nil
}

// maxSeconds is in the year 36812. Later times would overflow where they are added up.
const maxSeconds = 1 << 40

func (c compact) payload() (payload, []byte, error) {
	var p payload
	data, err := decodePart(c.raw[c.firstDot+1 : c.secondDot])
	if err != nil || json.Unmarshal(data, &p) != nil {
		return p, nil, refuse(ErrMalformed, "the claims are not readable")
	}
	for _, seconds := range []int64{p.AuthTime, p.ExpiresAt, p.IssuedAt, p.NotBefore} {
		if seconds < 0 || seconds > maxSeconds {
			return p, nil, refuse(ErrMalformed, "a time lies out of reach")
		}
	}
	return p, data, nil
}

func (c compact) signature() ([]byte, error) {
	signature, err := decodePart(c.raw[c.secondDot+1:])
	if err != nil {
		return nil, refuse(ErrMalformed, "the signature is not readable")
	}
	return signature, nil
}

func decodePart(part []byte) ([]byte, error) {
	data := make([]byte, base64.RawURLEncoding.DecodedLen(len(part)))
	n, err := base64.RawURLEncoding.Decode(data, part)
	return data[:n], err
}

// Token is what both kinds of token say.
type Token struct {
	Issuer     string    // iss
	UserPoolID string    // the Config's pool of that issuer
	ClientID   string    // the app client: client_id of an access token, aud of an ID token
	Subject    string    // sub, the person's immutable id; of a machine, its app client
	Username   string    // username or cognito:username; empty for a machine
	Groups     []string  // cognito:groups; the caller's own copy
	AuthTime   time.Time // auth_time, when the person signed in; renewing tokens does not change it. Zero when absent
	IssuedAt   time.Time // iat
	ExpiresAt  time.Time // exp
	JTI        string    // jti, this token's id
	OriginJTI  string    // origin_jti, the sign-in's id; empty when the pool's tokens cannot be revoked
	EventID    string    // event_id, the sign-in's id in Cognito's logs

	source *[]byte
}

// AccessClaims are a verified access token's claims.
type AccessClaims struct {
	Token
	Scopes    []string // scope, split at spaces; the caller's own copy
	DeviceKey string   // device_key, if the sign-in is bound to a device
}

// IDClaims are a verified ID token's claims. Attributes that the app client may not read are empty.
type IDClaims struct {
	Token
	Email               string // email
	EmailVerified       bool   // email_verified
	PhoneNumber         string // phone_number
	PhoneNumberVerified bool   // phone_number_verified
}

// Claims reads all claims into v, as json.Unmarshal does, but names have to match exactly: for
// custom:… attributes, and for what a pre-token-generation trigger adds.
func (t Token) Claims(v any) error {
	if t.source == nil {
		return refuse(ErrMalformed, "these claims are of no token")
	}
	if err := json.Unmarshal(*t.source, v); err != nil {
		return fmt.Errorf("jwt: claims: %w", err)
	}
	return nil
}

func (t *verified) accessClaims() AccessClaims {
	return AccessClaims{Token: t.token(useAccess, t.AccessUsername), Scopes: strings.Fields(t.Scope), DeviceKey: t.DeviceKey}
}

func (t *verified) idClaims() IDClaims {
	return IDClaims{
		Token: t.token(useID, string(t.IDUsername)),
		Email: string(t.Email), EmailVerified: bool(t.EmailVerified),
		PhoneNumber: string(t.Phone), PhoneNumberVerified: bool(t.PhoneVerified),
	}
}

func (t *verified) token(of use, username string) Token {
	return Token{
		Issuer: t.Issuer, UserPoolID: t.pool.UserPoolID, ClientID: t.client(of), Subject: t.Subject, Username: username,
		Groups:   slices.Clone(t.Groups), // the cached ones are shared by all who bring the token
		AuthTime: moment(t.AuthTime), IssuedAt: moment(t.IssuedAt), ExpiresAt: moment(t.ExpiresAt),
		JTI: t.JTI, OriginJTI: t.OriginJTI, EventID: t.EventID,
		source: &t.source,
	}
}

// moment is the time of so many seconds, or the zero time where there is no claim.
func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
