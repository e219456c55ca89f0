package jwt

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

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
